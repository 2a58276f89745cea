// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <unistd.h>

#include <cstdio>
#include <functional>
#include <regex>

namespace switchboard {

namespace {

// What `write` sends to standard error; little enough for a pipe.
std::string captured(const std::function<void()>& write) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    std::fflush(stderr);
    const int kept = ::dup(STDERR_FILENO);
    ::dup2(ends[1], STDERR_FILENO);
    ::close(ends[1]);
    write();
    std::fflush(stderr);
    ::dup2(kept, STDERR_FILENO);
    ::close(kept);
    std::string text;
    char buffer[4096];
    for (ssize_t got = 0; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<std::size_t>(got));
    ::close(ends[0]);
    return text;
}

}  // namespace

TEST_SUITE("log") {
    TEST_CASE("text: time, level, event and fields on one line") {
        const std::string line = captured([] {
            log::warn("redis.lost", {{"shard", 3}, {"reason", "broken \"pipe\"\nx=1"}, {"empty", ""}});
        });
        CHECK(std::regex_match(
            line,
            std::regex(
                R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z warning redis\.lost shard=3 reason="broken \\"pipe\\"\\nx=1" empty=""\n)")));
    }

    TEST_CASE("levels below the chosen one are left out") {
        CHECK(captured([] { log::debug("quiet"); }).empty());
        log::configure(log::Level::error, log::Format::text);
        CHECK(captured([] { log::warn("quiet"); }).empty());
        CHECK(captured([] { log::error("loud"); }).find("error loud") != std::string::npos);
        log::configure(log::Level::off, log::Format::text);
        CHECK(captured([] { log::error("loud"); }).empty());
        log::configure(log::Level::info, log::Format::text);
    }

    TEST_CASE("JSON: every line is an object, whatever the fields hold") {
        log::configure(log::Level::info, log::Format::json);
        const std::string line = captured([] { log::info("node.started", {{"port", 8080u}, {"path", "C:\\ \"x\"\n%v"}}); });
        log::configure(log::Level::info, log::Format::text);
        REQUIRE(line.find('\n') == line.size() - 1);
        const auto value = boost::json::parse(line);
        CHECK(value.at("level").as_string() == "info");
        CHECK(value.at("log").at("event").as_string() == "node.started");
        CHECK(value.at("log").at("port").as_string() == "8080");
        CHECK(value.at("log").at("path").as_string() == "C:\\ \"x\"\n%v");
    }
}

}  // namespace switchboard
