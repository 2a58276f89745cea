// SPDX-License-Identifier: Apache-2.0
#include "domain/department_document.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

namespace switchboard::domain {

namespace {

namespace json = boost::json;

const char* const complete = R"({
  "id": "billing", "name": "Billing", "open": false,
  "topics": [{"name": "Refund", "skill": "refunds", "level": 3, "boost_s": 60.5, "urgent": true}, {"name": "Invoice", "skill": "invoices", "level": 1}],
  "hours": {"time_zone": "Europe/Berlin",
            "week": {"monday": ["00:00-06:30", "09:00-24:00"], "tuesday": [], "wednesday": [], "thursday": [], "friday": ["09:00-17:00"],
                     "saturday": [], "sunday": []},
            "special_days": [{"date": "2026-12-24", "spans": ["09:00-12:00"]}, {"date": "2028-02-29", "spans": []}],
            "cut_off_s": 900, "close_queue": true},
  "strategy": "most_skilled", "mode": "pull",
  "steps": [{"after_s": 30, "levels": {"refunds": 2, "*": 0}, "departments": ["sales"]}, {"after_s": 90, "levels": {}, "departments": ["support"]}],
  "limit": {"length": 50, "reopen_length": 30, "wait_s": 600, "reopen_wait_s": 300}, "overflow": ["sales", "support"], "bot_first": true,
  "misses_until_away": 1, "conversation_weight": 4, "idle_weight": 2, "wrap_up": "timed", "dispositions": ["Solved"],
  "sticky_window_s": 11, "offer_timeout_s": 12, "decline_cooldown_s": 13, "agent_grace_s": 14, "transfer_wait_s": 15, "abandon_after_s": 16,
  "idle_after_s": 17, "reply_within_s": 18, "inactive_warn_after_s": 19, "inactive_close_after_s": 20, "service_level_s": 21,
  "short_abandon_s": 22, "wrap_up_time_s": 23
})";

std::string problem(const std::string& document) {
    const auto read = parse_department(document);
    if (read) return "";
    CHECK(read.error().code == ErrorCode::invalid_argument);
    return read.error().message;
}

std::string problem_with(const std::string& key, const std::string& value) {
    return problem(R"({"id": "d", "name": "D", ")" + key + "\": " + value + '}');
}

Department with(const std::string& members) {
    auto read = parse_department(R"({"id": "d", "name": "D")" + members + '}');
    REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().message));
    return *read;
}

}  // namespace

TEST_SUITE("department document") {
    TEST_CASE("every field is read and written") {
        const auto read = parse_department(complete);
        REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().message));
        CHECK(json::value(written(*read)) == json::parse(complete));
    }

    TEST_CASE("the fields mean what they say") {
        const auto read = parse_department(complete);
        REQUIRE(read.has_value());
        CHECK(read->topics[0].boost == 60500ms);
        CHECK(read->topics[0].urgent);
        CHECK_FALSE(read->topics[1].urgent);
        CHECK(read->hours.time_zone == "Europe/Berlin");
        REQUIRE(read->hours.week.size() == 7);
        CHECK(read->hours.week[0] == std::vector<DaySpan>{{0, 390}, {540, 1440}});
        CHECK(read->hours.week[4] == std::vector<DaySpan>{{540, 1020}});
        CHECK(read->hours.special_days[0].month == 12);
        CHECK(read->hours.special_days[1].day == 29);
        CHECK(read->hours.cut_off == 15min);
        CHECK(read->hours.close_queue);
        CHECK(read->strategy == Strategy::most_skilled);
        CHECK(read->mode == QueueMode::pull);
        CHECK(read->steps[0].after == 30s);
        CHECK(read->steps[0].levels == std::vector<SkillRequirement>{{"refunds", 2}, {"*", 0}});
        CHECK(read->steps[1].departments == std::vector<DepartmentId>{DepartmentId{"support"}});
        CHECK(read->limit.length == 50);
        CHECK(read->limit.reopen_wait == 300s);
        CHECK(read->overflow.size() == 2);
        CHECK(read->bot_first);
        CHECK(read->idle_weight == 2);
        CHECK(read->sticky_window == 11s);
        CHECK(read->idle_after == 17s);
        CHECK(read->reply_within == 18s);
        CHECK(read->inactive_warn_after == 19s);
        CHECK(read->inactive_close_after == 20s);
        CHECK(read->service_level == 21s);
        CHECK(read->short_abandon == 22s);
    }

    TEST_CASE("what is left out has the defaults of the struct, or of its neighbours") {
        const Department read = with("");
        Department defaults;
        defaults.id = read.id;
        defaults.name = read.name;
        CHECK(written(read) == written(defaults));
        CHECK(with(R"(, "conversation_weight": 3)").idle_weight == 3);
        const QueueLimit limit = with(R"(, "limit": {"length": 10, "wait_s": 60})").limit;
        CHECK(limit.reopen_length == 8);
        CHECK(limit.reopen_wait == 48s);
        CHECK(with(R"(, "limit": {"length": 1})").limit.reopen_length == 0);
        CHECK_FALSE(with(R"(, "limit": {})").limit.any());
    }

    TEST_CASE("an empty week is always open, a day that is left out of another one is closed") {
        CHECK(with(R"(, "hours": {"week": {}})").hours.always());
        const BusinessHours hours = with(R"(, "hours": {"week": {"tuesday": ["09:00-17:00"]}})").hours;
        REQUIRE(hours.week.size() == 7);
        CHECK(hours.week[0].empty());
        CHECK(hours.week[1].size() == 1);
        CHECK(hours.time_zone == "UTC");
        CHECK_FALSE(with(R"(, "hours": {"week": {"monday": []}})").hours.always());
    }

    TEST_CASE("an error names its place") {
        struct Row {
            const char* key;
            const char* value;
            const char* message;
        };
        const char* const span = "must be a time of day like 09:00-17:00, until 24:00 at most; over midnight write two";
        const std::string monday = std::string("hours.week.monday[0]: ") + span;
        const Row rows[] = {
            {"mode", "\"pool\"", "mode: must be one of push, pull"},
            {"bot_first", "1", "bot_first: must be true or false"},
            {"idle_weight", "101", "idle_weight: must be 0 to 100"},
            {"sticky_window_s", "86401", "sticky_window_s: must be 0 to 86400 seconds"},
            {"idle_after_s", "0", "idle_after_s: must be 0.1 to 86400 seconds"},
            {"topics", R"([{"name": "x", "skill": "y", "boost_s": -1}])", "topics[0].boost_s: must be 0 to 86400 seconds"},
            {"topics", R"([{"name": "x", "skill": "y", "urgent": "very"}])", "topics[0].urgent: must be true or false"},
            {"steps", R"([{"after_s": 5, "levels": {"refunds": 6}}])", "steps[0].levels.refunds: must be 0 to 5"},
            {"steps", R"([{"after_s": 5, "levels": {"**": 0}}])", "steps[0].levels.**: may contain only a-z, 0-9, _ and -"},
            {"steps", R"([{"after_s": 5, "levels": []}])", "steps[0].levels: must be an object"},
            {"steps", R"([{"after_s": 5, "department": []}])", "steps[0].department: is not known here"},
            {"steps", R"([{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}])", "steps: must have at most 10 elements"},
            {"steps", R"([{"departments": ["a", "a"]}])", "steps[0].departments[1]: this department is used twice: \"a\""},
            {"limit", "50", "limit: must be an object"},
            {"limit", R"({"length": 100001})", "limit.length: must be 0 to 100000"},
            {"limit", R"({"size": 5})", "limit.size: is not known here"},
            {"overflow", R"(["Sales"])", "overflow[0]: may contain only a-z, 0-9, _ and -"},
            {"overflow", R"(["a", "a"])", "overflow[1]: this department is used twice: \"a\""},
            {"hours", R"({"weeks": {}})", "hours.weeks: is not known here"},
            {"hours", R"({"week": {"montag": []}})", "hours.week.montag: is not known here"},
            {"hours", R"({"week": {"monday": ["9-17"]}})", monday.c_str()},
            {"hours", R"({"week": {"monday": ["17:00-09:00"]}})", monday.c_str()},
            {"hours", R"({"week": {"monday": ["09:00-09:00"]}})", monday.c_str()},
            {"hours", R"({"week": {"monday": ["09:00-24:01"]}})", monday.c_str()},
            {"hours", R"({"week": {"monday": ["09:60-17:00"]}})", monday.c_str()},
            {"hours", R"({"week": {"monday": ["09:00-17:00:00"]}})", monday.c_str()},
            {"hours", R"({"week": {"monday": ["09:00-12:00", "11:00-17:00"]}})",
             "hours.week.monday[1]: must begin after the one before it has ended"},
            {"hours", R"({"special_days": [{"date": "2026-02-29", "spans": []}]})", "hours.special_days[0].date: must be a date like 2026-12-25"},
            {"hours", R"({"special_days": [{"date": "25.12.2026", "spans": []}]})", "hours.special_days[0].date: must be a date like 2026-12-25"},
            {"hours", R"({"special_days": [{"date": "2026-12-25"}, {"date": "2026-12-25"}]})",
             "hours.special_days[1].date: this date is used twice: \"2026-12-25\""},
            {"hours", R"({"cut_off_s": "900"})", "hours.cut_off_s: must be 0 to 86400 seconds"},
        };
        for (const Row& row : rows) {
            CAPTURE(std::string(row.value));
            CHECK(problem_with(row.key, row.value) == std::string(row.message));
        }
        CHECK(problem("{") == "document: not JSON at byte 1: incomplete JSON");
        CHECK(problem("{}") == "id: is missing");
    }
}

}  // namespace switchboard::domain
