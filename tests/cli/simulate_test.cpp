// SPDX-License-Identifier: Apache-2.0
// `switchboard simulate`: no server and no Redis.
#include "support/program.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <fstream>

using namespace switchboard::test;

namespace {

const std::string calls = SWITCHBOARD_TEST_DATA "/bank_calls_day.csv";

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

Ended simulate(Arguments more) {
    more.insert(more.begin(), {"simulate"});
    return run_program(more);
}

}  // namespace

TEST_CASE("a day is simulated, twice the same, and the processor time is told apart from the report") {
    const Ended first = simulate({"--calls", calls}), second = simulate({"--calls", calls});
    CHECK_MESSAGE(first.status == 0, first.error);
    CHECK(first.output == second.output);
    CHECK(contains(first.output, "1835 calls of 6 services"));
    CHECK(contains(first.output, "Mean wait of the answered:"));
    CHECK(contains(first.error, "s of processor time\n"));
    CHECK_FALSE(contains(first.error, "simulated"));
    CHECK(contains(simulate({"--calls", calls, "--progress"}).error, "simulated 1835 of 1835 calls\n"));
}

TEST_CASE("variants stand beside it, and all of it is one JSON object") {
    const Directory directory;
    const std::string fewer = directory.file("fewer.json"), loaded = directory.file("loaded.json");
    std::ofstream(fewer) << R"({"add_agents": -2})";
    std::ofstream(loaded) << R"({"name": "least loaded, 2 each", "strategy": "least_loaded", "capacity": 2})";
    const Ended text = simulate({"--calls", calls, "--compare", fewer, loaded});
    CHECK_MESSAGE(text.status == 0, text.error);
    CHECK(contains(text.output, "\nfewer "));
    CHECK(contains(text.output, "\nleast loaded, 2 each"));
    const Ended json = simulate({"--calls", calls, "--compare", fewer, loaded, "--json"});
    const boost::json::value report = boost::json::parse(json.output);
    REQUIRE(report.at("runs").as_array().size() == 3);
    CHECK(report.at("runs").at(1).at("name").as_string() == "fewer");
    CHECK(report.at("recorded").at("total").at("offered").to_number<int>() == 1835);
    CHECK(report.at("runs").at(1).at("total").at("asa_s").to_number<double>() > report.at("runs").at(0).at("total").at("asa_s").to_number<double>());
}

TEST_CASE("what was derived is written and can be given back") {
    const Directory directory;
    const std::string config = directory.file("config.json"), staffing = directory.file("staffing.csv");
    const Ended derived = simulate({"--calls", calls, "--json", "--write-config", config, "--write-staffing", staffing});
    CHECK(derived.status == 0);
    CHECK(simulate({"--calls", calls, "--json", "--config", config, "--staffing", staffing}).output == derived.output);
}

TEST_CASE("what is wrong is told in one line") {
    const Directory directory;
    const std::string bad = directory.file("bad.csv");
    std::ofstream(bad) << "arrival_s,service,priority,wait_s,outcome,service_s,agent\n1,PS,0,x,HANG,0,\n";
    const Ended wrong = simulate({"--calls", bad});
    CHECK(wrong.status == 1);
    CHECK(wrong.error == "switchboard: " + bad + ":2: wait_s: must be a number of seconds, 0 or more, not \"x\"\n");
    CHECK(simulate({}).status == 2);
    CHECK(contains(simulate({"--calls", calls, "--priority-boost", "much"}).error, "--priority-boost must be"));
    CHECK(contains(simulate({"--calls", calls, "--start", "yesterday"}).error, "--start must be a day"));
    CHECK(contains(simulate({"--calls", calls, "--answer-delay", "30"}).error, "nothing would be answered"));
    CHECK(contains(simulate({"--calls", calls, "--tresholds", "30"}).error, "did you mean --threshold?"));
}
