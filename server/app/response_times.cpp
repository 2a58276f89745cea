// SPDX-License-Identifier: Apache-2.0
#include "app/response_times.hpp"

#include "switchboard/v1/event.pb.h"

#include <algorithm>

namespace switchboard::app {

ResponseTimes response_times(const std::vector<ports::LogEntry>& log) {
    ResponseTimes times;
    std::optional<Timestamp> asked;  // since then the customer waits for an answer
    for (const ports::LogEntry& entry : log) {
        v1::Event event;
        if (!event.ParseFromString(entry.bytes) || !event.has_message()) continue;
        const Timestamp at = from_ms(static_cast<std::int64_t>(event.time_ms()));
        if (event.sender().role() == v1::CUSTOMER) {
            if (!asked) asked = at;
        } else if (asked) {
            const Duration waited = std::max(Duration{0}, at - *asked);
            times.first ? times.later.push_back(waited) : void(times.first = waited);
            asked.reset();
        }
    }
    return times;
}

}  // namespace switchboard::app
