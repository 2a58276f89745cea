// SPDX-License-Identifier: Apache-2.0
#include "domain/business_hours.hpp"

#include <date/tz.h>

#include <algorithm>

namespace switchboard::domain {

namespace {

using LocalDay = date::local_days;
constexpr int days_ahead = 367;
constexpr Timestamp never = Timestamp::max();

// Null: not known, or there is no tz database.
const date::time_zone* find_zone(std::string_view name) {
    try {
        return date::locate_zone(std::string(name));
    } catch (const std::exception&) {
        return nullptr;
    }
}

// A minute that the clocks skip is the moment of the change; of one that comes twice, `which`.
Timestamp moment(const date::time_zone* zone, LocalDay day, unsigned minute, date::choose which) {
    const auto local = std::chrono::time_point_cast<Duration>(day + std::chrono::minutes(minute));
    if (zone == nullptr) return Timestamp{local.time_since_epoch()};
    return zone->to_sys(local, which);
}

LocalDay day_of(const date::time_zone* zone, Timestamp now) {
    if (zone == nullptr) return date::floor<date::days>(date::local_time<Duration>{now.time_since_epoch()});
    return date::floor<date::days>(zone->to_local(now));
}

const std::vector<DaySpan>& spans_of(const BusinessHours& hours, LocalDay day) {
    static const std::vector<DaySpan> closed, whole_day{DaySpan{}};
    const date::year_month_day date(day);
    for (const SpecialDay& special : hours.special_days)
        if (special.year == int(date.year()) && special.month == unsigned(date.month()) && special.day == unsigned(date.day())) return special.spans;
    if (hours.week.empty()) return whole_day;
    const std::size_t monday_is_0 = date::weekday(day).iso_encoding() - 1;
    return monday_is_0 < hours.week.size() ? hours.week[monday_is_0] : closed;
}

// Takes the times in which it is open, in order and with gaps between them, until the state is complete.
class Reading {
public:
    Reading(Timestamp now, Duration cut_off) : now_(now), cut_off_(cut_off) {
        state_.open = state_.taking = false;
    }

    // `to` never: without an end. False: nothing more is needed.
    bool take(Timestamp from, Timestamp to) {
        if (to <= now_) return true;
        const Timestamp last = to == never ? never : to - cut_off_;
        if (from <= now_) {
            state_.open = true;
            state_.taking = now_ < last;
            set(state_.changes, state_.taking ? last : to);
            return !state_.taking;
        }
        if (!state_.changes) set(state_.changes, from);
        if (last <= from) return true;
        set(state_.opens, from);
        return false;
    }

    const HoursState& state() const { return state_; }

private:
    static void set(std::optional<Timestamp>& place, Timestamp time) {
        if (time != never) place = time;
    }

    const Timestamp now_;
    const Duration cut_off_;
    HoursState state_;
};

}  // namespace

bool known_time_zone(std::string_view name) {
    return find_zone(name) != nullptr;
}

HoursState hours_at(const BusinessHours& hours, Timestamp now) {
    if (hours.always()) return {};
    const date::time_zone* zone = find_zone(hours.time_zone);
    const LocalDay today = day_of(zone, now);
    Reading reading(now, hours.cut_off);
    // Spans that touch, over midnight for example, are one time of being open.
    Timestamp from{}, to{};
    bool any = false;
    for (int ahead = -1; ahead <= days_ahead; ++ahead) {
        const LocalDay day = today + date::days(ahead);
        std::vector<DaySpan> spans = spans_of(hours, day);
        std::sort(spans.begin(), spans.end());
        for (const DaySpan& span : spans) {
            const Timestamp begin = moment(zone, day, span.from, date::choose::earliest);
            const Timestamp end = moment(zone, day, span.to, date::choose::latest);
            if (end <= begin) continue;  // the clocks skip it
            if (any && begin > to && !reading.take(from, to)) return reading.state();
            if (!any || begin > to) from = begin, to = end;
            to = std::max(to, end);
            any = true;
        }
    }
    const bool beyond = any && to >= moment(zone, today + date::days(days_ahead), 1440, date::choose::earliest);
    if (any) reading.take(from, beyond ? never : to);
    return reading.state();
}

}  // namespace switchboard::domain
