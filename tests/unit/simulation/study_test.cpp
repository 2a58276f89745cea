// SPDX-License-Identifier: Apache-2.0
// One real day: 1,835 calls of 2 February 1999.
#include "domain/tenant_document.hpp"
#include "simulation/study.hpp"
#include "unit/simulation/temporary_file.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <numeric>

namespace switchboard::simulation {

using namespace std::chrono_literals;
using test::TemporaryFile;

namespace {

StudyOptions one_day() {
    StudyOptions options;
    options.calls = SWITCHBOARD_TEST_DATA "/bank_calls_day.csv";
    return options;
}

Study good(const StudyOptions& options) {
    auto done = study(options);
    REQUIRE_MESSAGE(done.has_value(), done.error().message);
    return std::move(*done);
}

RunFigures variant(const std::string& json, StudyOptions options = one_day()) {
    const TemporaryFile file(json);
    options.variants = {file.path()};
    return good(options).runs.back();
}

std::string problem(const std::string& json) {
    const TemporaryFile file(json);
    StudyOptions options = one_day();
    options.variants = {file.path()};
    const auto done = study(options);
    REQUIRE_FALSE(done.has_value());
    return done.error().message.substr(file.path().size() + 2);
}

}  // namespace

TEST_CASE("two runs give the same bytes, another seed gives others") {
    const TemporaryFile file(R"({"name": "fewer", "add_agents": -1})");
    StudyOptions options = one_day();
    options.variants = {file.path()};
    const Study first = good(options), second = good(options);
    CHECK(to_text(first) == to_text(second));
    CHECK(to_json(first) == to_json(second));
    options.scenario.seed = 2;
    CHECK(to_json(good(options)) != to_json(first));
}

TEST_CASE("the record is told as it is") {
    const Study day = good(one_day());
    CHECK(day.calls == 1835);
    CHECK(day.discarded == 11);
    const Figures& total = day.recorded.total;
    CHECK(total.offered == 1835);
    CHECK(total.answered == 1598);
    CHECK(total.abandoned == 237);
    CHECK(day.recorded.groups.size() == 6);
}

TEST_CASE("nobody is lost: every customer is answered or leaves, and agents never do more than they can") {
    const Study day = good(one_day());
    const Figures& total = day.runs.front().total;
    CHECK(total.offered == 1835);
    CHECK(total.answered + total.abandoned == 1835);
    CHECK(total.occupancy() < 1);
    const auto sum = [&](auto field) {
        return std::accumulate(day.runs.front().groups.begin(), day.runs.front().groups.end(), std::size_t{0},
                               [&](std::size_t so_far, const Figures& group) { return so_far + group.*field; });
    };
    CHECK(sum(&Figures::answered) == total.answered);
    CHECK(sum(&Figures::abandoned) == total.abandoned);
    CHECK(total.p50 <= total.p90);
    CHECK(total.p90 <= total.p99);
    CHECK(total.p99 <= total.longest);
}

TEST_CASE("more agents are better, fewer are worse, and a larger capacity is better") {
    const double base = good(one_day()).runs.front().total.mean_wait;
    CHECK(variant(R"({"add_agents": 2})").total.mean_wait < base);
    CHECK(variant(R"({"add_agents": -2})").total.mean_wait > base);
    CHECK(variant(R"({"capacity": 2})").total.mean_wait < base);
}

TEST_CASE("a variant that changes nothing changes nothing") {
    const Study day = good(one_day());
    RunFigures same = variant(R"({"name": "simulated", "config": {"bank": {"strategy": "longest_idle"}, "*": {}}})");
    Study other = day;
    other.runs = {same};
    CHECK(to_json(other) == to_json(day));
}

TEST_CASE("settings of a department reach the router, and those of one department have the last word") {
    const TemporaryFile file(R"({"name": "heavy", "capacity": 2, "config": {"*": {"conversation_weight": 1}, "bank": {"conversation_weight": 2}}})");
    StudyOptions options = one_day();
    options.variants = {file.path()};
    const Study day = good(options);
    // Twice the capacity for conversations of twice the weight: the same waits, twice the hours.
    CHECK(day.runs[1].total.mean_wait == day.runs[0].total.mean_wait);
    CHECK(day.runs[1].total.busy_hours == doctest::Approx(2 * day.runs[0].total.busy_hours));
    CHECK(variant(R"({"strategy": "least_loaded"})").total.offered == 1835);
}

TEST_CASE("what is wrong in a variant is told") {
    CHECK(problem("{").starts_with("not JSON"));
    CHECK(problem("[]") == "must be one JSON object; a file holds one variant");
    CHECK(problem(R"({"agents": 3})") == "agents: is not known here");
    CHECK(problem(R"({"add_agents": 1.5})") == "add_agents: must be a whole number from -1000 to 1000");
    CHECK(problem(R"({"strategy": "best"})").starts_with("departments[0].strategy: must be one of"));
    CHECK(problem(R"({"config": {"shop": {}}})") == "config: there is no department \"shop\"");
    CHECK(problem(R"({"config": {"bank": 1}})") == "config.bank: must be an object of a department's settings");
}

TEST_CASE("what was derived can be written, changed and simulated again") {
    const Study day = good(one_day());
    const TemporaryFile config(domain::to_document(day.base.config)), staffing(to_table(day.base.staffing));
    StudyOptions options = one_day();
    options.config = config.path();
    options.staffing = staffing.path();
    CHECK(to_json(good(options)) == to_json(day));
}

TEST_CASE("services may be departments") {
    StudyOptions options = one_day();
    options.scenario.services = Services::departments;
    const Study day = good(options);
    CHECK(day.base.config.departments.size() == 6);
    CHECK(to_json(day) == to_json(good(options)));
    CHECK(day.runs.front().total.answered + day.runs.front().total.abandoned == 1835);
}

TEST_CASE("priority customers wait less the more they are put ahead") {
    const auto waits = [](const ScenarioOptions& scenario) {
        const auto history = read_calls(one_day().calls);
        const Staffing staffing = seen_at_work(history->calls, 60s, 60s);
        const auto made = make_scenario("x", history->calls, staffing, derive_config(history->calls, staffing, scenario), scenario);
        const auto config = std::make_shared<domain::TenantConfig>(made->config);
        config->build_index();
        const RunResult run = simulate(config, made->workload(scenario.start), {});
        Duration waited{0};
        for (std::size_t i = 0; i < run.outcomes.size(); ++i)
            if (history->calls[i].priority && run.outcomes[i].end == End::answered) waited += run.outcomes[i].wait;
        return waited;
    };
    ScenarioOptions none, some, urgent;
    none.priority_boost = 0s;
    some.priority_boost = 120s;
    urgent.priority_urgent = true;
    CHECK(waits(some) < waits(none));
    CHECK(waits(urgent) < waits(some));
}

TEST_CASE("a service or an agent that the configuration does not know is named") {
    const TemporaryFile config(R"({"id": "t", "departments": [{"id": "bank", "name": "Bank"}]})");
    StudyOptions options = one_day();
    options.config = config.path();
    CHECK(study(options).error().message == "the configuration has no topic and no department \"IN\", which is a service of the calls");
}

TEST_CASE("the difference to the record is explained by its figures") {
    RunFigures recorded, simulated;
    recorded.total.offered = 100;
    recorded.total.abandoned = 20;
    recorded.total.abandoned_share = 0.2;
    recorded.total.mean_answer = 40;
    recorded.total.busy_hours = 5;
    recorded.total.capacity_hours = 10;
    simulated.total.mean_answer = 10;
    simulated.total.abandoned_share = 0.05;
    const auto lines = explain(recorded, simulated, {2.0, 8.0, 5.0, 7, 3});
    REQUIRE(lines.size() == 4);
    CHECK(lines[0].find("40.0 s recorded, 10.0 s simulated (30.0 s shorter)") != std::string::npos);
    CHECK(lines[0].find("15.0 points fewer") != std::string::npos);
    CHECK(lines[1].find("talked for 50 %") != std::string::npos);
    CHECK(lines[1].find("3.0 of the 8.0 on duty were not in a recorded call") != std::string::npos);
    CHECK(lines[2].starts_with("7 of the 20 recorded as abandoned left without waiting"));
    CHECK(lines[3] == "3 came when nobody was on duty.");
}

TEST_CASE("work besides the calls is read from the record") {
    const auto call = [](Duration arrival, Duration wait, bool answered, Duration talk, const char* agent) {
        return Call{arrival, "PS", false, wait, answered, talk, agent};
    };
    Staffing staffing;
    staffing.shifts = {{"A", 0h, 2h}, {"B", 0h, 2h}};
    // From 0:30 to 1:00 one waits while A talks; at 1:30 one leaves at once; at 3:00 nobody is there.
    const RecordedWork work = recorded_work({call(0min, 0min, true, 60min, "A"), call(30min, 30min, true, 10min, "B"), call(90min, 0min, false, 0min, ""),
                                             call(180min, 1min, false, 0min, "")},
                                            staffing);
    CHECK(work.hours_waiting == doctest::Approx(0.5 + 1.0 / 60));
    CHECK(work.agents_then == doctest::Approx(2 * 0.5 / (0.5 + 1.0 / 60)));
    CHECK(work.talking_then == doctest::Approx(0.5 / (0.5 + 1.0 / 60)));
    CHECK(work.left_at_once == 1);
    CHECK(work.nobody_there == 1);
}

TEST_CASE("nine of ten waits end within the P90 that was told on arrival, with few agents and with fewer") {
    for (const Duration slot : {Duration(30min), Duration(2min)}) {
        StudyOptions options = one_day();
        options.slot = options.bridge = slot;
        const EstimateFigures estimate = good(options).estimate;
        CAPTURE(slot.count());
        REQUIRE(estimate.judged > 150);
        const double judged = static_cast<double>(estimate.judged);
        CHECK(static_cast<double>(estimate.within_p90) / judged >= 0.85);
        CHECK(static_cast<double>(estimate.within_p90) / judged <= 0.95);
        CHECK(static_cast<double>(estimate.within_p50) / judged >= 0.40);
        CHECK(static_cast<double>(estimate.within_p50) / judged <= 0.60);
        CHECK(estimate.error_s < estimate.wait_s);
    }
}

}  // namespace switchboard::simulation
