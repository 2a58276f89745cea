// SPDX-License-Identifier: Apache-2.0
#include "app/latest_values.hpp"

#include <iterator>
#include <utility>

namespace switchboard::app {

void LatestValues::advance(const std::string& conversation, Horizons horizons) {
    auto& pending = entries_[conversation].horizons;
    if (!pending) pending.emplace();
    pending->delivered = std::max(pending->delivered, horizons.delivered);
    pending->read = std::max(pending->read, horizons.read);
}

std::vector<LatestValues::Due> LatestValues::take(Time now) {
    std::vector<Due> due;
    for (auto entry = entries_.begin(); entry != entries_.end();) {
        auto& [conversation, values] = *entry;
        const bool typing = values.typing && now >= values.typing_from;
        const bool horizons = values.horizons && now >= values.horizons_from;
        if (typing) values.typing_from = now + typing_pace;
        if (horizons) values.horizons_from = now + horizon_pace;
        if (typing || horizons) {
            due.push_back({conversation, typing ? std::exchange(values.typing, std::nullopt) : std::nullopt,
                           horizons ? std::exchange(values.horizons, std::nullopt) : std::nullopt});
        }
        const bool idle = !values.typing && !values.horizons && now >= values.typing_from && now >= values.horizons_from;
        entry = idle ? entries_.erase(entry) : std::next(entry);
    }
    return due;
}

std::optional<LatestValues::Time> LatestValues::next() const {
    std::optional<Time> next;
    const auto consider = [&next](Time at) { next = next ? std::min(*next, at) : at; };
    for (const auto& [conversation, values] : entries_) {
        if (values.typing) consider(values.typing_from);
        if (values.horizons) consider(values.horizons_from);
    }
    return next;
}

}  // namespace switchboard::app
