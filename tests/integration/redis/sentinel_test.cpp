// SPDX-License-Identifier: Apache-2.0
#include "redis/sentinel.hpp"
#include "replicated_redis.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>

using namespace switchboard;
using namespace switchboard::redis;
using namespace switchboard::test;
using namespace std::chrono_literals;

namespace {

constexpr auto fail_over_deadline = 30s;

struct Answer {
    std::optional<Result<Primary>> found;
    std::chrono::milliseconds took{};
};

Answer look_up(const std::string& url) {
    boost::asio::io_context loop{1};
    const RedisAddress address = parse_redis_url(url).value();
    const auto lookup = std::make_shared<SentinelLookup>(loop.get_executor(), address, nullptr);
    Answer answer;
    const auto began = std::chrono::steady_clock::now();
    lookup->start([&answer](Result<Primary> found) { answer.found = std::move(found); });
    CHECK_FALSE(answer.found.has_value());  // never from inside the call
    REQUIRE(run_until(loop, [&] { return answer.found.has_value(); }));
    answer.took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
    return answer;
}

std::string failure_of(const std::string& url) {
    const Answer answer = look_up(url);
    return answer.found->has_value() ? "found" : answer.found->error().message;
}

// Does this connection reach that server now?
bool reaches(ConnectionFixture& fixture, Connection& connection, const RedisServer& server) {
    return fixture.ask(connection, {"INFO", "server"}, {.deadline = 500ms}).find("tcp_port:" + std::to_string(server.port()) + "\r") != std::string::npos;
}

bool comes_to(ConnectionFixture& fixture, Connection& connection, const RedisServer& server) {
    return fixture.until([&] { return reaches(fixture, connection, server); }, fail_over_deadline);
}

bool gave_reason(const ConnectionFixture& fixture, std::string_view reason) {
    return std::any_of(fixture.states.begin(), fixture.states.end(), [&](const ConnectionState& state) { return state.reason.starts_with(reason); });
}

}  // namespace

TEST_CASE("the Sentinel tells the primary, and the connection goes there") {
    ReplicatedRedis redis;
    const Answer answer = look_up(redis.url());
    REQUIRE(answer.found->has_value());
    const Primary& primary = **answer.found;
    CHECK(primary.place.describe() == ReplicatedRedis::place(redis.primary().port()));
    CHECK(primary.replicas == 1);
    CHECK(primary.seen_up);
    CHECK(primary.witnesses == 1);
    ConnectionFixture fixture;
    const auto connection = fixture.connect(fixture.options(redis.url()));
    REQUIRE(fixture.ask(*connection, {"SET", "place", "primary"}) == "OK");
    CHECK(redis.primary().command({"GET", "place"}) == "primary");
}

TEST_CASE("Sentinels that do not answer hold nothing up beyond their time") {
    ReplicatedRedis redis;
    const std::uint16_t nobody = free_port();
    RedisServer silent({.tcp = true});
    silent.freeze();
    const Answer refused = look_up(redis.url("", {nobody}));
    REQUIRE(refused.found->has_value());
    CHECK(refused.took < 400ms);
    const Answer waited = look_up(redis.url("", {nobody, silent.port()}));
    REQUIRE(waited.found->has_value());
    CHECK((*waited.found)->place.port == redis.primary().port());
    CHECK((*waited.found)->witnesses == 1);
    CHECK(waited.took >= 450ms);
    CHECK(waited.took < 1500ms);
    ConnectionFixture fixture;
    const auto connection = fixture.connect(fixture.options(redis.url("", {nobody, silent.port()})));
    CHECK(fixture.ask(*connection, {"PING"}) == "PONG");
}

TEST_CASE("when no Sentinel helps, each one's reason is told") {
    ReplicatedRedis redis;
    RedisServer silent({.tcp = true});
    silent.freeze();
    const std::string frozen = ReplicatedRedis::place(silent.port()), closed = ReplicatedRedis::place(free_port());
    const std::string told = failure_of("redis+sentinel://" + frozen + "," + closed + "/main");
    CHECK(told.starts_with("no Sentinel knows the primary main; "));
    CHECK(told.find("; " + frozen + ": no answer in time") != std::string::npos);
    CHECK(told.find("; " + closed + ": cannot connect: Connection refused") != std::string::npos);
    const std::string unknown = failure_of("redis+sentinel://" + ReplicatedRedis::place(redis.sentinel().port()) + "/other");
    CHECK(unknown.find("No such master with that name") != std::string::npos);
}

TEST_CASE("the password of the Sentinels") {
    ReplicatedRedis redis(1, "secret");
    ConnectionFixture fixture;
    const auto connection = fixture.connect(fixture.options(redis.url("sentinel_password=secret")));
    CHECK(fixture.ask(*connection, {"PING"}) == "PONG");
    CHECK(failure_of(redis.url("sentinel_password=guess")).find("WRONGPASS") != std::string::npos);
    CHECK(failure_of(redis.url()).find("NOAUTH") != std::string::npos);
}

TEST_CASE("a fail-over that was asked for: the connection comes to the new primary") {
    ReplicatedRedis redis;
    ConnectionFixture fixture;
    const auto connection = fixture.connect(fixture.options(redis.url()));
    REQUIRE(fixture.ask(*connection, {"SET", "before", "kept"}) == "OK");
    // Not before the Sentinel has heard from the replica itself.
    REQUIRE(fixture.until([&] { return redis.sentinel().command({"SENTINEL", "FAILOVER", "main"}) == "OK"; }));
    REQUIRE(comes_to(fixture, *connection, redis.replica()));
    CHECK(fixture.ask(*connection, {"GET", "before"}) == "kept");
    CHECK(fixture.ask(*connection, {"SET", "after", "written"}) == "OK");
    CHECK(redis.replica().command({"GET", "after"}) == "written");
}

TEST_CASE("the primary is killed: what may be sent again is carried out by the new one") {
    ReplicatedRedis redis(3);
    ConnectionFixture fixture;
    const auto connection = fixture.connect(fixture.options(redis.url()));
    const Answer before = look_up(redis.url());
    REQUIRE(before.found->has_value());
    CHECK((*before.found)->witnesses == 3);
    REQUIRE(fixture.ask(*connection, {"PING"}) == "PONG");
    redis.primary().kill_hard();
    std::string answer;
    connection->execute({"SET", "k", "v"}, {.deadline = fail_over_deadline, .resendable = true},
                        [&answer](Result<Reply> reply) { answer = ConnectionFixture::render(reply); });
    REQUIRE(fixture.until([&] { return !answer.empty(); }, fail_over_deadline + 5s));
    CHECK(answer == "OK");
    CHECK(redis.replica().command({"GET", "k"}) == "v");
}

TEST_CASE("a primary that hangs is left when the Sentinels have another one") {
    ReplicatedRedis redis;
    ConnectionFixture fixture;
    const auto connection = fixture.connect(fixture.options(redis.url()));
    REQUIRE(fixture.ask(*connection, {"PING"}) == "PONG");
    redis.primary().freeze();
    // Nothing is asked meanwhile, so no deadline tells it.
    REQUIRE(fixture.until([&] { return gave_reason(fixture, "the primary is now " + ReplicatedRedis::place(redis.replica().port())); }, fail_over_deadline));
    CHECK(comes_to(fixture, *connection, redis.replica()));
    redis.primary().thaw();
}

TEST_CASE("READONLY of a demoted server is answered by finding the new primary") {
    ReplicatedRedis redis;
    ConnectionFixture fixture;
    const auto connection = fixture.connect(fixture.options(redis.url()));
    REQUIRE(fixture.ask(*connection, {"SET", "k", "old"}) == "OK");
    // Without Sentinel's doing, which would close the connection.
    const std::string port = std::to_string(redis.replica().port());
    REQUIRE(redis.replica().command({"REPLICAOF", "NO", "ONE"}) == "OK");
    REQUIRE(redis.sentinel().command({"SENTINEL", "REMOVE", "main"}) == "OK");
    REQUIRE(redis.sentinel().command({"SENTINEL", "MONITOR", "main", "127.0.0.1", port, "1"}) == "OK");
    REQUIRE(redis.primary().command({"REPLICAOF", "127.0.0.1", port}) == "OK");
    // Not carried out, so it is asked again although it may not be repeated.
    CHECK(fixture.ask(*connection, {"SET", "k", "new"}, {.deadline = 10s}) == "OK");
    CHECK(gave_reason(fixture, "no longer a primary"));
    CHECK(redis.replica().command({"GET", "k"}) == "new");
    CHECK(fixture.metrics.redis_errors("readonly").Value() == 1);
}

TEST_CASE("a replica that is named directly is refused") {
    RedisServer primary(primary_options());
    const auto replica = replica_of(primary);
    ConnectionFixture fixture;
    const auto connection = fixture.connect(fixture.options("redis://" + ReplicatedRedis::place(replica->port())));
    CHECK(fixture.ask(*connection, {"GET", "k"}, {.deadline = 500ms}) == "error: redis: no connection within the deadline, not sent");
    CHECK(fixture.last_reason() == "a replica, not a primary");
}
