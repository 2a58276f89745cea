// SPDX-License-Identifier: Apache-2.0
// How long customers would have waited. A recorded wait that ended with an agent says only that the patience was longer: it is censored.
// The distribution is estimated from both kinds by the product-limit estimator (Kaplan and Meier 1958), as Brown et al. 2005
// ("Statistical analysis of a telephone call center", J. Amer. Statist. Assoc. 100) do for the same data:
//
//     S(t) = product over the distinct times u <= t at which somebody left of (1 - left(u) / at_risk(u)),
//     at_risk(u) = those whose recorded wait is u or longer.
//
// For a call that was answered after w the patience is drawn from S given that it exceeds w: the smallest t with
// S(t) <= S(w) * (1 - chance). Those who left at once (w = 0) therefore never influence others: they keep the patience 0. Beyond the
// longest wait at which somebody left, S says nothing; then the longest recorded wait is taken, and w + 1 s at least (Efron 1967).
// Thread: one.
#pragma once

#include "base/clock.hpp"

#include <utility>
#include <vector>

namespace switchboard::simulation {

class PatienceCurve {
public:
    void observe(Duration wait, bool left);
    std::size_t departures() const { return departures_; }  // that were not at once

    // After all observations. `chance` in (0, 1).
    void finish();
    double survival(Duration time) const;
    Duration draw(Duration waited, double chance) const;

private:
    struct Step {
        Duration at;
        double survival = 1;  // from `at` on
    };
    std::vector<std::pair<Duration, bool>> observed_;
    std::size_t departures_ = 0;
    Duration longest_{0};
    std::vector<Step> steps_;
};

}  // namespace switchboard::simulation
