// SPDX-License-Identifier: Apache-2.0
// When a department takes conversations: a week in its own time zone, with days that are different. Pure values; the rules of
// time zones come from the system's tz database.
#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace switchboard::domain {

// Minutes of local time, [from, to); 24:00 is 1440. Over midnight: two spans.
struct DaySpan {
    unsigned from = 0;
    unsigned to = 1440;
    auto operator<=>(const DaySpan&) const = default;
};

// A date with spans of its own; without any the whole day is closed.
struct SpecialDay {
    int year = 0;
    unsigned month = 1;
    unsigned day = 1;
    std::vector<DaySpan> spans;
};

struct BusinessHours {
    std::string time_zone = "UTC";            // a name of the tz database, like Europe/Berlin
    std::vector<std::vector<DaySpan>> week;   // 7, from Monday; empty: always open
    std::vector<SpecialDay> special_days;
    Duration cut_off{0};                      // before a closing nothing new is taken for so long
    bool close_queue = false;                 // at closing time those who still wait are told so and closed; else they go on waiting

    bool always() const { return week.empty() && special_days.empty(); }
};

bool known_time_zone(std::string_view name);

struct HoursState {
    bool open = true;      // inside a span
    bool taking = true;    // and not within the cut-off
    std::optional<Timestamp> changes;  // when one of both changes next; nothing within a year: unset
    std::optional<Timestamp> opens;    // when it takes conversations again, if it does not now
};
// Of a time zone that is not known: UTC. A few microseconds; 30 when nothing changes within a year.
HoursState hours_at(const BusinessHours& hours, Timestamp now);

}  // namespace switchboard::domain
