// SPDX-License-Identifier: Apache-2.0
// How long a customer waited for answers, read from the log of a conversation that is over. Pure; thread: any.
#pragma once

#include "base/clock.hpp"
#include "ports/event.hpp"

#include <optional>
#include <vector>

namespace switchboard::app {

struct ResponseTimes {
    // From the customer's first message to the first message of an agent or a bot; of a conversation that neither wrote in: none.
    std::optional<Duration> first;
    // From a message of the customer that nobody had to answer before to the next message of an agent or a bot. Without the first one.
    std::vector<Duration> later;
};

// Events that cannot be read are passed over.
ResponseTimes response_times(const std::vector<ports::LogEntry>& log);

}  // namespace switchboard::app
