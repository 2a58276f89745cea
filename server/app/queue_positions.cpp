// SPDX-License-Identifier: Apache-2.0
#include "app/queue_positions.hpp"

#include <algorithm>

namespace switchboard::app {

namespace {
constexpr auto round_every = std::chrono::seconds(2);
constexpr auto repeat_every = std::chrono::seconds(30);
constexpr int round_share = 50;  // at most one part in so many of the time
constexpr std::size_t most_per_round = 500;
// An estimate is told again when it differs by a fifth, and by so much that a person would care.
constexpr int told_part = 5;
constexpr Duration told_least = std::chrono::seconds(5);

bool close(Duration told, Duration now) { return std::max(told, now) - std::min(told, now) <= std::max(told / told_part, told_least); }
}  // namespace

bool QueuePositions::same(const Told& told, const Place& place) {
    if (told.position != place.position || told.estimate.has_value() != place.estimate.has_value()) return false;
    return !place.estimate || (close(told.estimate->p50, place.estimate->p50) && close(told.estimate->p90, place.estimate->p90));
}

std::vector<QueuePositions::Place> QueuePositions::changed(const domain::Competition& competition,
                                                           const domain::WaitEstimator::Estimates& estimates, Time now) {
    // Not before the last one has been told, or those behind the first rounds never would be.
    if (now >= next_repeat_ && all_told_) {
        told_.clear();
        next_repeat_ = now + repeat_every;
    }
    std::vector<Place> places;
    std::unordered_map<ConversationId, Told> told;
    for (std::size_t i = 0; i < competition.groups.size(); ++i) {
        const auto& group = competition.groups[i];
        const unsigned waiting = competition.departments[group.department].waiting;
        for (std::size_t j = 0; j < group.waiting.size(); ++j) {
            Place place{*group.waiting[j].id, group.waiting[j].position, waiting, estimates.waiting[i][j]};
            const auto before = told_.find(place.conversation);
            const bool known = before != told_.end();
            const bool tell = (!known || !same(before->second, place)) && places.size() < most_per_round;
            if (tell) told.emplace(place.conversation, Told{place.position, place.estimate});
            else if (known) told.emplace(place.conversation, before->second);
            if (tell) places.push_back(std::move(place));
        }
    }
    told_ = std::move(told);
    all_told_ = places.size() < most_per_round;
    return places;
}

void QueuePositions::took(Time::duration time, Time now) { next_round_ = now + std::max<Time::duration>(round_every, round_share * time); }

}  // namespace switchboard::app
