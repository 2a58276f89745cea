// SPDX-License-Identifier: Apache-2.0
// Which waiting customers must be told a new place. Only changes are told, at most every 2 s, and a bounded number at once: the rest
// follows in the next rounds. Now and then everybody is told again, for those who came in between. Thread: its shard.
#pragma once

#include "domain/routing.hpp"

#include <chrono>
#include <unordered_map>
#include <vector>

namespace switchboard::app {

class QueuePositions {
public:
    using Time = std::chrono::steady_clock::time_point;
    struct Place {
        ConversationId conversation;
        domain::QueuePlace place;
    };

    // Empty when it is not yet time.
    std::vector<Place> changed(const domain::Router& router, const domain::TenantConfig& config, Time now);
    // Its customer came, or something about it changed: tell the place again.
    void forget(const ConversationId& conversation) { told_.erase(conversation); }
    void clear() { told_.clear(); }

private:
    std::unordered_map<ConversationId, unsigned> told_;
    Time next_round_{};
    Time next_repeat_{};
};

}  // namespace switchboard::app
