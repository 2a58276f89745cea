// SPDX-License-Identifier: Apache-2.0
// What comes to a contact centre, whatever its router makes of it. Pure values.
#pragma once

#include "domain/conversation.hpp"

#include <optional>
#include <vector>

namespace switchboard::simulation {

struct Arrival {
    Timestamp at;
    domain::Requirement requirement;
    Duration boost{0};                 // waits as if it had come so much earlier
    bool urgent = false;
    std::optional<Duration> patience;  // leaves when it has waited longer; unset: never
    Duration service{0};               // of the talk, once it is answered
    std::size_t group = 0;             // under which it is counted
};

// An agent is there from `from` until `to`, and then finishes what it has in hand. Shifts of one agent may overlap.
struct Shift {
    AgentId agent;
    Timestamp from;
    Timestamp to;
};

struct Workload {
    std::vector<Arrival> arrivals;  // ascending in `at`
    std::vector<Shift> shifts;
};

}  // namespace switchboard::simulation
