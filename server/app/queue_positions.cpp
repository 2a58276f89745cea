// SPDX-License-Identifier: Apache-2.0
#include "app/queue_positions.hpp"

namespace switchboard::app {

namespace {
constexpr auto round_every = std::chrono::seconds(2);
constexpr auto repeat_every = std::chrono::seconds(30);
constexpr std::size_t most_per_round = 500;
}  // namespace

std::vector<QueuePositions::Place> QueuePositions::changed(const domain::Router& router, const domain::TenantConfig& config, Time now) {
    std::vector<Place> places;
    if (now < next_round_) return places;
    next_round_ = now + round_every;
    if (now >= next_repeat_) {
        told_.clear();
        next_repeat_ = now + repeat_every;
    }
    std::unordered_map<ConversationId, unsigned> told;
    for (const auto& department : config.departments) {
        const auto waiting = router.waiting(department.id);
        const auto count = static_cast<unsigned>(waiting.size());
        for (unsigned i = 0; i < count; ++i) {
            const auto before = told_.find(waiting[i]);
            const bool same = before != told_.end() && before->second == i + 1;
            if (!same && places.size() >= most_per_round) {
                if (before != told_.end()) told.emplace(*before);
                continue;
            }
            told.emplace(waiting[i], i + 1);
            if (!same) places.push_back({waiting[i], {i + 1, count}});
        }
    }
    told_ = std::move(told);
    return places;
}

}  // namespace switchboard::app
