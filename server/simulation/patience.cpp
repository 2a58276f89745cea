// SPDX-License-Identifier: Apache-2.0
#include "simulation/patience.hpp"

#include <algorithm>

namespace switchboard::simulation {

void PatienceCurve::observe(Duration wait, bool left) {
    observed_.emplace_back(wait, left);
    if (left && wait > Duration{0}) ++departures_;
}

void PatienceCurve::finish() {
    std::sort(observed_.begin(), observed_.end());
    if (!observed_.empty()) longest_ = observed_.back().first;
    double survival = 1;
    for (std::size_t i = 0; i < observed_.size();) {
        const Duration at = observed_[i].first;
        const std::size_t at_risk = observed_.size() - i;
        std::size_t left = 0;
        for (; i < observed_.size() && observed_[i].first == at; ++i) left += observed_[i].second;
        if (left == 0) continue;
        survival *= 1 - static_cast<double>(left) / static_cast<double>(at_risk);
        steps_.push_back({at, survival});
    }
    observed_ = {};
}

double PatienceCurve::survival(Duration time) const {
    const auto after = std::upper_bound(steps_.begin(), steps_.end(), time, [](Duration value, const Step& step) { return value < step.at; });
    return after == steps_.begin() ? 1 : std::prev(after)->survival;
}

Duration PatienceCurve::draw(Duration waited, double chance) const {
    using namespace std::chrono_literals;
    const double wanted = survival(waited) * (1 - chance);
    // Descending in `survival`.
    const auto found = std::partition_point(steps_.begin(), steps_.end(), [&](const Step& step) { return step.survival > wanted; });
    const Duration drawn = found == steps_.end() ? longest_ : found->at;
    return std::max<Duration>(drawn, waited + 1s);
}

}  // namespace switchboard::simulation
