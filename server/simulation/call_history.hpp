// SPDX-License-Identifier: Apache-2.0
// Recorded calls of a contact centre, one line each. Columns: arrival_s (seconds since a day's midnight, when the customer asked for an
// agent), service, priority (2: priority customer; optional), wait_s, outcome (AGENT: answered, HANG: abandoned, PHANTOM: not a call),
// service_s (of AGENT), agent (who answered; may be empty). These are the columns of the "Anonymous Bank" data. Pure values.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"

#include <string>
#include <vector>

namespace switchboard::simulation {

struct Call {
    Duration arrival{0};  // since second 0 of the file
    std::string service;
    bool priority = false;
    Duration wait{0};
    bool answered = false;
    Duration talk{0};     // 0 when it was abandoned
    std::string agent;    // empty: not recorded

    Duration answered_at() const { return arrival + wait; }
    Duration ended_at() const { return arrival + wait + talk; }
};

struct CallHistory {
    std::vector<Call> calls;  // ascending in `arrival`
    std::size_t discarded = 0;  // phantoms
};

// Error: invalid_argument, with file, line and column. A file without a single call is one.
Result<CallHistory> read_calls(const std::string& path);

}  // namespace switchboard::simulation
