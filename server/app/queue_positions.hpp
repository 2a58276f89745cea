// SPDX-License-Identifier: Apache-2.0
// Which waiting customers must be told a new place, or a new estimate of their wait. Only changes are told, at most every 2 s, and a
// bounded number at once: the rest follows in the next rounds. Now and then everybody is told again, for those who came in between.
// Thread: its shard.
#pragma once

#include "domain/wait_estimate.hpp"

#include <chrono>
#include <optional>
#include <unordered_map>
#include <vector>

namespace switchboard::app {

class QueuePositions {
public:
    using Time = std::chrono::steady_clock::time_point;
    struct Place {
        ConversationId conversation;
        unsigned position = 0;
        unsigned waiting = 0;
        std::optional<domain::WaitEstimate> estimate;
    };

    bool due(Time now) const { return now >= next_round_; }
    std::vector<Place> changed(const domain::Competition& competition, const domain::WaitEstimator::Estimates& estimates, Time now);
    // What a round costs of the shard's time: the next ones come so late that it stays a small part.
    void took(Time::duration time, Time now);
    // Its customer came, or something about it changed: tell the place again.
    void forget(const ConversationId& conversation) { told_.erase(conversation); }
    void clear() { told_.clear(); }

private:
    struct Told {
        unsigned position = 0;
        std::optional<domain::WaitEstimate> estimate;
    };
    static bool same(const Told& told, const Place& place);

    std::unordered_map<ConversationId, Told> told_;
    bool all_told_ = true;  // the last round had room for more
    Time next_round_{};
    Time next_repeat_{};
};

}  // namespace switchboard::app
