// SPDX-License-Identifier: Apache-2.0
#include "replicated_redis.hpp"

#include <doctest/doctest.h>

#include <optional>

using namespace switchboard;
using namespace switchboard::redis;
using namespace switchboard::test;
using namespace std::chrono_literals;

namespace {

struct Told {
    std::string text;
    std::optional<ErrorCode> code;
    std::chrono::milliseconds took{};
};

Told commit(ConnectionFixture& fixture, Connection& connection, const std::string& value) {
    std::optional<Told> told;
    const auto began = std::chrono::steady_clock::now();
    connection.execute({"SET", "k", value}, {.commits = true}, [&](Result<Reply> reply) {
        const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
        told = Told{ConnectionFixture::render(reply), reply ? std::nullopt : std::optional(reply.error().code), took};
    });
    REQUIRE(fixture.until([&] { return told.has_value(); }));
    return *told;
}

// A replica that stopped answers nothing: the command fails in time, the connection stays, and both go on when it wakes up.
void check_that_it_waits(RedisServer& primary, RedisServer& replica, const std::string& url, const ReplicaAckOptions& replicas) {
    ConnectionFixture fixture;
    auto options = fixture.options(url);
    options.replicas = replicas;
    const auto connection = fixture.connect(options);
    // The replica counts from its first report on, which it sends once a second.
    REQUIRE(fixture.until([&] { return commit(fixture, *connection, "one").text == "OK"; }, 20s));
    CHECK(replica.command({"GET", "k"}) == "one");
    fixture.states.clear();
    replica.freeze();
    const Told missing = commit(fixture, *connection, "two");
    CHECK(missing.text == "error: redis: not on all replicas, outcome unknown");
    CHECK(missing.code == ErrorCode::unavailable);
    CHECK(missing.took < 2s);
    CHECK(primary.command({"GET", "k"}) == "two");  // the outcome was unknown to the caller, not undone
    CHECK(fixture.ask(*connection, {"GET", "k"}) == "two");
    replica.thaw();
    CHECK(fixture.until([&] { return commit(fixture, *connection, "three").text == "OK"; }, 20s));
    CHECK(replica.command({"GET", "k"}) == "three");
    CHECK(connection->connected());
    CHECK(fixture.states.empty());
    CHECK(fixture.metrics.redis_errors("replicas_missing").Value() >= 1);
}

}  // namespace

TEST_CASE("an answer waits for so many replicas") {
    RedisServer primary(primary_options());
    const auto replica = replica_of(primary);
    check_that_it_waits(primary, *replica, primary.url(), {.replicas = 1});
}

TEST_CASE("an answer waits for all replicas that the Sentinels know of") {
    ReplicatedRedis redis;
    check_that_it_waits(redis.primary(), redis.replica(), redis.url(), {.all = true});
}

TEST_CASE("without enough replicas from the beginning nothing is acknowledged, and what promises nothing is answered") {
    RedisServer alone({.tcp = true});
    ConnectionFixture fixture;
    auto options = fixture.options(alone.url());
    options.replicas = {.replicas = 1};
    const auto connection = fixture.connect(options);
    const Told told = commit(fixture, *connection, "one");
    CHECK(told.code == ErrorCode::unavailable);
    CHECK(told.took < 2s);
    CHECK(fixture.ask(*connection, {"PING"}) == "PONG");
}

TEST_CASE("an error of Redis is told as it is, replicas or not") {
    RedisServer alone({.tcp = true});
    ConnectionFixture fixture;
    auto options = fixture.options(alone.url());
    options.replicas = {.replicas = 1};
    const auto connection = fixture.connect(options);
    REQUIRE(alone.command({"SET", "text", "x"}) == "OK");
    CHECK(fixture.ask(*connection, {"LPUSH", "text", "y"}, {.commits = true}).starts_with("error: WRONGTYPE"));
}
