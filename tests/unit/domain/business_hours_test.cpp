// SPDX-License-Identifier: Apache-2.0
#include "domain/business_hours.hpp"

#include <doctest/doctest.h>

#include <ostream>

namespace switchboard::domain {

namespace {

using namespace std::chrono_literals;

std::optional<Timestamp> none;

Timestamp utc(int year, unsigned month, unsigned day, int hour = 0, int minute = 0) {
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
    return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute);
}

constexpr DaySpan span(unsigned from_hour, unsigned to_hour) { return {from_hour * 60, to_hour * 60}; }

// Monday to Friday, 09:00 to 17:00.
BusinessHours office(const std::string& zone = "Europe/Berlin") {
    BusinessHours hours;
    hours.time_zone = zone;
    hours.week.assign(7, {});
    for (std::size_t day = 0; day < 5; ++day) hours.week[day] = {span(9, 17)};
    return hours;
}

BusinessHours every_day(std::vector<DaySpan> spans, const std::string& zone = "Europe/Berlin") {
    BusinessHours hours;
    hours.time_zone = zone;
    hours.week.assign(7, std::move(spans));
    return hours;
}

void check(const BusinessHours& hours, Timestamp now, bool open, bool taking, std::optional<Timestamp> changes, std::optional<Timestamp> opens) {
    CAPTURE(to_ms(now));
    const HoursState state = hours_at(hours, now);
    CHECK(state.open == open);
    CHECK(state.taking == taking);
    CHECK((state.changes ? to_ms(*state.changes) : -1) == (changes ? to_ms(*changes) : -1));
    CHECK((state.opens ? to_ms(*state.opens) : -1) == (opens ? to_ms(*opens) : -1));
}

}  // namespace

TEST_SUITE("business hours") {
    TEST_CASE("without any, it is always open") {
        check({}, utc(2026, 7, 1), true, true, none, none);
        // As it is with every day written out.
        check(every_day({DaySpan{}}), utc(2026, 7, 1), true, true, none, none);
    }

    TEST_CASE("a week in its own time zone, bounds included") {
        // 2026-07-01 is a Wednesday; Berlin is two hours ahead.
        check(office(), utc(2026, 7, 1, 6, 59), false, false, utc(2026, 7, 1, 7), utc(2026, 7, 1, 7));
        check(office(), utc(2026, 7, 1, 7), true, true, utc(2026, 7, 1, 15), none);
        check(office(), utc(2026, 7, 1, 14, 59), true, true, utc(2026, 7, 1, 15), none);
        check(office(), utc(2026, 7, 1, 15), false, false, utc(2026, 7, 2, 7), utc(2026, 7, 2, 7));
        // Friday evening: until Monday.
        check(office(), utc(2026, 7, 3, 20), false, false, utc(2026, 7, 6, 7), utc(2026, 7, 6, 7));
        // The same moment elsewhere: 02:00 of the next day in Auckland.
        check(office("Pacific/Auckland"), utc(2026, 7, 1, 14), false, false, utc(2026, 7, 1, 21), utc(2026, 7, 1, 21));
    }

    TEST_CASE("a break at noon") {
        const auto hours = every_day({span(9, 12), span(13, 17)}, "UTC");
        check(hours, utc(2026, 7, 1, 11), true, true, utc(2026, 7, 1, 12), none);
        check(hours, utc(2026, 7, 1, 12), false, false, utc(2026, 7, 1, 13), utc(2026, 7, 1, 13));
        // The order in which they are written does not matter.
        check(every_day({span(13, 17), span(9, 12)}, "UTC"), utc(2026, 7, 1, 12), false, false, utc(2026, 7, 1, 13), utc(2026, 7, 1, 13));
    }

    TEST_CASE("over midnight two spans are one time of being open") {
        const auto hours = every_day({span(22, 24), span(0, 6)}, "UTC");
        check(hours, utc(2026, 7, 1, 23), true, true, utc(2026, 7, 2, 6), none);
        check(hours, utc(2026, 7, 2, 0), true, true, utc(2026, 7, 2, 6), none);
        check(hours, utc(2026, 7, 2, 6), false, false, utc(2026, 7, 2, 22), utc(2026, 7, 2, 22));
    }

    TEST_CASE("before a closing nothing new is taken, but not before a mere midnight") {
        auto hours = office();
        hours.cut_off = 30min;
        check(hours, utc(2026, 7, 1, 14, 29), true, true, utc(2026, 7, 1, 14, 30), none);
        check(hours, utc(2026, 7, 1, 14, 30), true, false, utc(2026, 7, 1, 15), utc(2026, 7, 2, 7));
        check(hours, utc(2026, 7, 1, 15), false, false, utc(2026, 7, 2, 7), utc(2026, 7, 2, 7));
        auto night = every_day({span(22, 24), span(0, 6)}, "UTC");
        night.cut_off = 30min;
        check(night, utc(2026, 7, 1, 23, 45), true, true, utc(2026, 7, 2, 5, 30), none);
    }

    TEST_CASE("a span shorter than the cut-off is open, and takes nothing") {
        auto hours = every_day({span(9, 10), span(12, 17)}, "UTC");
        hours.cut_off = 1h;
        check(hours, utc(2026, 7, 1, 8), false, false, utc(2026, 7, 1, 9), utc(2026, 7, 1, 12));
        check(hours, utc(2026, 7, 1, 9), true, false, utc(2026, 7, 1, 10), utc(2026, 7, 1, 12));
        hours.cut_off = 24h;
        check(hours, utc(2026, 7, 1, 13), true, false, utc(2026, 7, 1, 17), none);
    }

    TEST_CASE("special days have hours of their own, or none") {
        auto hours = office();
        hours.special_days = {{2026, 12, 24, {span(9, 12)}}, {2026, 12, 25, {}}, {2026, 12, 27, {span(10, 14)}}};
        // Thursday the 24th until noon, Friday closed, Saturday closed anyway, Sunday open for once. Berlin is one hour ahead.
        check(hours, utc(2026, 12, 24, 10), true, true, utc(2026, 12, 24, 11), none);
        check(hours, utc(2026, 12, 24, 11), false, false, utc(2026, 12, 27, 9), utc(2026, 12, 27, 9));
        check(hours, utc(2026, 12, 27, 13), false, false, utc(2026, 12, 28, 8), utc(2026, 12, 28, 8));
        // The same day of another year is an ordinary one.
        check(hours, utc(2025, 12, 24, 13), true, true, utc(2025, 12, 24, 16), none);
    }

    TEST_CASE("always open but for a holiday") {
        BusinessHours hours;
        hours.time_zone = "Europe/Berlin";
        hours.special_days = {{2026, 12, 25, {}}};
        check(hours, utc(2026, 12, 20), true, true, utc(2026, 12, 24, 23), none);
        check(hours, utc(2026, 12, 25), false, false, utc(2026, 12, 25, 23), utc(2026, 12, 25, 23));
        check(hours, utc(2026, 12, 26), true, true, none, none);
    }

    TEST_CASE("closed for ever, and open once more within the year") {
        BusinessHours hours = every_day({});
        check(hours, utc(2026, 7, 1), false, false, none, none);
        hours.special_days = {{2027, 6, 1, {span(9, 10)}}};
        check(hours, utc(2026, 7, 1), false, false, utc(2027, 6, 1, 7), utc(2027, 6, 1, 7));
        check(hours, utc(2027, 6, 1, 7), true, true, utc(2027, 6, 1, 8), none);
        check(hours, utc(2027, 6, 1, 8), false, false, none, none);
    }

    TEST_CASE("spring: the clocks skip an hour") {
        // Berlin, 2026-03-29: 01:59 is followed by 03:00, at 01:00 UTC.
        check(office(), utc(2026, 3, 27, 16), false, false, utc(2026, 3, 30, 7), utc(2026, 3, 30, 7));
        // Begins in the gap: at the moment of the change.
        const auto begins = every_day({DaySpan{150, 240}});
        check(begins, utc(2026, 3, 29, 0, 59), false, false, utc(2026, 3, 29, 1), utc(2026, 3, 29, 1));
        check(begins, utc(2026, 3, 29, 1), true, true, utc(2026, 3, 29, 2), none);
        // Ends in the gap.
        const auto ends = every_day({DaySpan{60, 150}});
        check(ends, utc(2026, 3, 29, 0, 30), true, true, utc(2026, 3, 29, 1), none);
        check(ends, utc(2026, 3, 29, 1), false, false, utc(2026, 3, 29, 23), utc(2026, 3, 29, 23));
        // Lies in it: there is no such time that day.
        const auto inside = every_day({DaySpan{130, 170}});
        check(inside, utc(2026, 3, 29, 0, 50), false, false, utc(2026, 3, 30, 0, 10), utc(2026, 3, 30, 0, 10));
        // A day of 23 hours is a whole day.
        check(every_day({DaySpan{}}), utc(2026, 3, 29, 1), true, true, none, none);
    }

    TEST_CASE("autumn: an hour comes twice, in a day of 25 hours") {
        // Berlin, 2026-10-25: 02:59 is followed by 02:00, at 01:00 UTC.
        const auto hours = every_day({DaySpan{60, 150}});
        check(hours, utc(2026, 10, 24, 23), true, true, utc(2026, 10, 25, 1, 30), none);
        check(hours, utc(2026, 10, 25, 0, 45), true, true, utc(2026, 10, 25, 1, 30), none);
        check(hours, utc(2026, 10, 25, 1, 30), false, false, utc(2026, 10, 26, 0), utc(2026, 10, 26, 0));
        const auto later = every_day({DaySpan{150, 240}});
        check(later, utc(2026, 10, 25, 0, 29), false, false, utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 0, 30));
        check(later, utc(2026, 10, 25, 0, 30), true, true, utc(2026, 10, 25, 3), none);
        check(office(), utc(2026, 10, 24, 12), false, false, utc(2026, 10, 26, 8), utc(2026, 10, 26, 8));
    }

    TEST_CASE("the clocks change at midnight") {
        // Cairo, 2026-04-24: midnight does not exist, 23:59 is followed by 01:00, at 22:00 UTC of the 23rd.
        const auto hours = every_day({span(0, 6)}, "Africa/Cairo");
        check(hours, utc(2026, 4, 23, 21, 59), false, false, utc(2026, 4, 23, 22), utc(2026, 4, 23, 22));
        check(hours, utc(2026, 4, 23, 22), true, true, utc(2026, 4, 24, 3), none);
        check(every_day({span(22, 24), span(0, 6)}, "Africa/Cairo"), utc(2026, 4, 23, 21), true, true, utc(2026, 4, 24, 3), none);
    }

    TEST_CASE("time zones") {
        for (const char* name : {"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"}) CHECK(known_time_zone(name));
        for (const char* name : {"", "Europe/Atlantis", "../../etc/passwd", "europe/berlin", "Europe"}) {
            CAPTURE(name);
            CHECK_FALSE(known_time_zone(name));
        }
        // Of one that is not known: UTC.
        check(office("Europe/Atlantis"), utc(2026, 7, 1, 9), true, true, utc(2026, 7, 1, 17), none);
    }

    TEST_CASE("state and changes agree minute by minute over two weeks with a change of the clocks") {
        auto hours = office("America/New_York");
        hours.cut_off = 20min;
        hours.special_days = {{2026, 11, 3, {span(20, 24)}}, {2026, 11, 4, {span(0, 2)}}};
        HoursState before = hours_at(hours, utc(2026, 10, 26));
        for (Timestamp now = utc(2026, 10, 26) + 1min; now < utc(2026, 11, 9); now += 1min) {
            const HoursState state = hours_at(hours, now);
            const bool changed = state.open != before.open || state.taking != before.taking;
            REQUIRE(changed == (before.changes == now));
            REQUIRE(state.opens.has_value() == !state.taking);
            if (state.taking && !before.taking) REQUIRE(before.opens == now);
            before = state;
        }
    }
}

}  // namespace switchboard::domain
