// SPDX-License-Identifier: Apache-2.0
#include "domain/time_text.hpp"

#include <date/tz.h>

#include <algorithm>

namespace switchboard::domain {

namespace {

date::local_time<Duration> local(std::string_view time_zone, Timestamp moment) {
    try {
        return date::locate_zone(std::string(time_zone))->to_local(moment);
    } catch (const std::exception&) {
        return date::local_time<Duration>{moment.time_since_epoch()};
    }
}

}  // namespace

std::string local_time(std::string_view time_zone, Timestamp moment, Timestamp now) {
    const auto then = local(time_zone, moment);
    const auto days = date::floor<date::days>(then) - date::floor<date::days>(local(time_zone, now));
    const bool near = days >= date::days{0} && days <= date::days{6};
    const char* format = days == date::days{0} ? "%H:%M" : near ? "%A %H:%M" : "%F %H:%M";
    return date::format(std::locale::classic(), format, date::floor<std::chrono::minutes>(then));
}

std::string words_for(Duration time) {
    const std::int64_t s = std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::seconds>(time).count());
    if (s < 120) return std::to_string(s) + " s";
    if (s < 7200) return std::to_string((s + 59) / 60) + " min";
    return std::to_string((s + 3599) / 3600) + " h";
}

}  // namespace switchboard::domain
