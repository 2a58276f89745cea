// SPDX-License-Identifier: Apache-2.0
// Times as people say them. Pure; the rules of time zones come from the system's tz database. Thread: any.
#pragma once

#include "base/clock.hpp"

#include <string>
#include <string_view>

namespace switchboard::domain {

// As short as it is clear at `now`: "14:00" on the same day, "Monday 09:00" within six days, else "2027-01-04 09:00".
// Of a time zone that is not known: UTC.
std::string local_time(std::string_view time_zone, Timestamp moment, Timestamp now);

// Rounded up, and never negative: "12 s", "3 min", "5 h".
std::string words_for(Duration time);

}  // namespace switchboard::domain
