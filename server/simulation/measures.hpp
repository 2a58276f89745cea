// SPDX-License-Identifier: Apache-2.0
// What a run, or a record, amounts to. Definitions:
//   offered          customers who asked for an agent
//   abandoned        left while they waited; the share is of the offered
//   service level    answered within the threshold / offered
//   ASA, P50 ...     waits of the answered: mean, and percentiles by nearest rank
//   mean wait        of the answered and the abandoned
//   busy hours       that agents had its conversations in hand, from the offer to the end of the wrap-up
//   occupancy        busy hours / hours of capacity that agents were there who may serve it. A service shares its agents with others, so
//                    the figures of services do not add up to the total's by their mean.
// Pure. Times in seconds.
#pragma once

#include "domain/tenant_config.hpp"
#include "simulation/call_history.hpp"
#include "simulation/scenario.hpp"
#include "simulation/simulator.hpp"

#include <optional>
#include <string>
#include <vector>

namespace switchboard::simulation {

struct Figures {
    std::string name;
    std::size_t offered = 0, answered = 0, abandoned = 0, turned_away = 0, unanswered = 0;
    double service_level = 0;  // shares: 0 to 1
    double abandoned_share = 0;
    double mean_answer = 0, p50 = 0, p90 = 0, p99 = 0, longest = 0;
    double mean_wait = 0;
    double busy_hours = 0;
    double capacity_hours = 0;
    double occupancy() const { return capacity_hours > 0 ? busy_hours / capacity_hours : 0; }
};

struct RunFigures {
    std::string name;
    std::vector<Figures> groups;  // services
    Figures total;
};

RunFigures figures_of(const Scenario& scenario, const RunResult& run, Duration threshold);
// The same of what is recorded; agents were there as `scenario.staffing` says.
RunFigures figures_of_record(const std::vector<Call>& calls, const Scenario& scenario, Duration threshold);

// What the record tells about the work of agents besides the calls.
struct RecordedWork {
    double hours_waiting = 0;        // in which at least one customer waited
    double agents_then = 0;          // on duty in these hours, on average
    double talking_then = 0;         // of them
    std::size_t left_at_once = 0;    // abandoned with no wait at all
    std::size_t nobody_there = 0;    // calls that came when no agent was on duty
};
RecordedWork recorded_work(const std::vector<Call>& calls, const Staffing& staffing);

}  // namespace switchboard::simulation
