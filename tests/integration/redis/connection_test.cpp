// SPDX-License-Identifier: Apache-2.0
#include "connection_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace switchboard;
using namespace switchboard::redis;
using namespace switchboard::test;
using namespace std::chrono_literals;

TEST_CASE("10,000 pipelined commands are answered in order") {
    RedisServer server;
    ConnectionFixture fixture;
    const auto connection = fixture.connect(fixture.options(server.url()));
    constexpr int commands = 10'000;
    std::vector<std::int64_t> answers;
    for (int i = 0; i < commands; ++i)
        connection->execute({"INCR", "counter"}, {}, [&answers](Result<Reply> reply) { answers.push_back(reply.value().integer()); });
    CHECK(answers.empty());
    REQUIRE(fixture.until([&] { return answers.size() == commands; }));
    for (int i = 0; i < commands; ++i) REQUIRE(answers[static_cast<std::size_t>(i)] == i + 1);
    CHECK(connection->outstanding() == 0);
}

TEST_CASE("what one caller throws does not reach the others") {
    RedisServer server;
    ConnectionFixture fixture;
    const auto connection = fixture.connect(fixture.options(server.url()));
    std::vector<std::string> answers;
    const auto ask = [&](bool throws) {
        connection->execute({"PING"}, {}, [&answers, throws](Result<Reply> reply) {
            answers.emplace_back(reply.value().text());
            if (throws) throw std::runtime_error("a defect");
        });
    };
    for (const bool throws : {false, true, false}) ask(throws);
    REQUIRE(fixture.until([&] { return answers.size() == 3; }));
    CHECK(fixture.ask(*connection, {"PING"}) == "PONG");
}

TEST_CASE("commands of one turn leave in one write") {
    RedisServer server;
    ConnectionFixture fixture;
    const auto connection = fixture.connect(fixture.options(server.url()));
    REQUIRE(fixture.ask(*connection, {"PING"}) == "PONG");
    const auto reads = [&] {
        const std::string info = server.command({"INFO", "stats"});
        return std::stoll(info.substr(info.find("total_reads_processed:") + 22));
    };
    const auto before = reads();
    int answers = 0;
    for (int i = 0; i < 500; ++i) connection->execute({"PING"}, {}, [&answers](Result<Reply>) { ++answers; });
    REQUIRE(fixture.until([&] { return answers == 500; }));
    CHECK(reads() - before <= 4);
}

TEST_CASE("large values and any bytes pass unchanged") {
    RedisServer server;
    ConnectionFixture fixture;
    const auto connection = fixture.connect(fixture.options(server.url()));
    std::string value(5'000'000, '\0');
    for (std::size_t i = 0; i < value.size(); ++i) value[i] = static_cast<char>(i * 31 >> 3);
    REQUIRE(fixture.ask(*connection, {"SET", "k\r\n", value}) == "OK");
    CHECK((fixture.ask(*connection, {"GET", "k\r\n"}) == value));
}

TEST_CASE("by TCP, with a user, a password and a database") {
    RedisServer server({.tcp = true, .arguments = {"--requirepass", "other"}, .password = "other"});
    server.command({"ACL", "SETUSER", "chat", "on", ">secret", "~*", "&*", "+@all"});
    ConnectionFixture fixture;
    const std::string address = "127.0.0.1:" + std::to_string(server.port()) + "/3";
    const auto connection = fixture.connect(fixture.options("redis://chat:secret@" + address));
    REQUIRE(fixture.ask(*connection, {"SET", "place", "three"}) == "OK");
    CHECK(fixture.ask(*connection, {"ACL", "WHOAMI"}) == "chat");
    const auto other = fixture.connect(fixture.options("redis://:other@localhost:" + std::to_string(server.port())));
    CHECK(fixture.ask(*other, {"GET", "place"}) == "(nil)");
    CHECK(fixture.ask(*other, {"SELECT", "3"}) == "OK");
    CHECK(fixture.ask(*other, {"GET", "place"}) == "three");
}

TEST_CASE("a wrong password is said, and nothing is answered as if it had worked") {
    RedisServer server({.arguments = {"--requirepass", "right"}, .password = "right"});
    ConnectionFixture fixture;
    for (const std::string user : {"unix://:wrong@", "unix://"}) {
        fixture.states.clear();
        const auto connection = fixture.connect(fixture.options(user + server.socket_path()));
        CHECK(fixture.ask(*connection, {"SET", "k", "v"}, {.deadline = 300ms}) ==
              "error: redis: no connection within the deadline, not sent");
        REQUIRE(!fixture.states.empty());
        CHECK_FALSE(fixture.states.back().connected);
        CHECK(fixture.last_reason().find(user == "unix://" ? "NOAUTH" : "WRONGPASS") != std::string::npos);
    }
    CHECK(server.command({"EXISTS", "k"}) == "0");
}

TEST_CASE("an address without a server") {
    ConnectionFixture fixture;
    auto options = fixture.options("unix:///nowhere/redis.sock");
    const auto connection = fixture.connect(options);
    REQUIRE(fixture.until([&] { return fixture.states.size() >= 3; }));
    CHECK(fixture.last_reason() == "cannot connect: No such file or directory");
    CHECK_FALSE(connection->connected());
}

TEST_CASE("error replies are errors with the text of Redis, and are counted by kind") {
    RedisServer server;
    ConnectionFixture fixture;
    const auto connection = fixture.connect(fixture.options(server.url()));
    REQUIRE(fixture.ask(*connection, {"SET", "text", "x"}) == "OK");
    CHECK(fixture.ask(*connection, {"LPUSH", "text", "y"}).starts_with("error: WRONGTYPE"));
    CHECK(fixture.ask(*connection, {"PING"}) == "PONG");
    CHECK(fixture.metrics.redis_errors("wrongtype").Value() == 1);
    server.command({"CONFIG", "SET", "maxmemory", "1"});
    CHECK(fixture.ask(*connection, {"SET", "text", "z"}).starts_with("error: OOM"));
    server.command({"CONFIG", "SET", "maxmemory", "0"});
    server.command({"CONFIG", "SET", "min-replicas-to-write", "1"});
    CHECK(fixture.ask(*connection, {"SET", "text", "z"}).starts_with("error: NOREPLICAS"));
    CHECK(fixture.ask(*connection, {"GET", "text"}) == "x");
}

TEST_CASE("a full queue refuses, later and not inside the call") {
    RedisServer server;
    ConnectionFixture fixture;
    auto options = fixture.options(server.url());
    options.limits.requests = 3;
    const auto connection = fixture.connect(options);
    std::vector<std::string> answers;
    for (int i = 0; i < 5; ++i)
        connection->execute({"PING"}, {}, [&answers](Result<Reply> reply) { answers.push_back(ConnectionFixture::render(reply)); });
    CHECK(answers.empty());
    REQUIRE(fixture.until([&] { return answers.size() == 5; }));
    CHECK(std::count(answers.begin(), answers.end(), "PONG") == 3);
    CHECK(std::count(answers.begin(), answers.end(), "error: redis: too many requests are waiting, not sent") == 2);
}

TEST_CASE("stop answers everything, and later requests are refused") {
    RedisServer server;
    ConnectionFixture fixture;
    auto connection = fixture.connect(fixture.options(server.url()));
    REQUIRE(fixture.ask(*connection, {"PING"}) == "PONG");
    server.freeze();
    std::vector<std::string> answers;
    const auto note = [&answers](Result<Reply> reply) { answers.push_back(ConnectionFixture::render(reply)); };
    connection->execute({"INCR", "n"}, {}, note);
    fixture.loop.poll();
    connection->execute({"INCR", "n"}, {}, note);
    connection->stop();
    CHECK(answers == std::vector<std::string>{"error: redis: shutting down, outcome unknown", "error: redis: shutting down, not sent"});
    connection->execute({"INCR", "n"}, {}, note);
    CHECK(answers.size() == 2);
    connection.reset();
    REQUIRE(fixture.until([&] { return answers.size() == 3; }));
    // Nothing keeps the loop alive any more.
    fixture.loop.restart();
    fixture.loop.run_for(5s);
    CHECK(fixture.loop.stopped());
    server.thaw();
}

TEST_CASE("a callback may send more, and may stop the connection") {
    RedisServer server;
    ConnectionFixture fixture;
    const auto connection = fixture.connect(fixture.options(server.url()));
    std::string second;
    bool third_failed = false;
    connection->execute({"PING"}, {}, [&](Result<Reply>) {
        connection->execute({"ECHO", "two"}, {}, [&](Result<Reply> reply) {
            second = ConnectionFixture::render(reply);
            connection->execute({"PING"}, {}, [&](Result<Reply> last) { third_failed = last.has_error(); });
            connection->stop();
        });
    });
    REQUIRE(fixture.until([&] { return third_failed; }));
    CHECK(second == "two");
}

TEST_CASE("an idle connection is checked with PING") {
    RedisServer server;
    ConnectionFixture fixture;
    auto options = fixture.options(server.url());
    options.idle_before_ping = 200ms;
    const auto connection = fixture.connect(options);
    const auto pings = [&] {
        const std::string info = server.command({"INFO", "commandstats"});
        const std::size_t at = info.find("cmdstat_ping:calls=");
        return at == std::string::npos ? 0 : std::stoll(info.substr(at + 19));
    };
    REQUIRE(fixture.until([&] { return connection->connected(); }));
    const auto before = pings();
    CHECK(fixture.until([&] { return pings() >= before + 2; }));
}
