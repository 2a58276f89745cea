// SPDX-License-Identifier: Apache-2.0
#include "connection_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

using namespace switchboard;
using namespace switchboard::redis;
using namespace switchboard::test;
using namespace std::chrono_literals;

namespace {

struct Answers {
    Callback<Reply> note() {
        return [this](Result<Reply> reply) { texts.push_back(ConnectionFixture::render(reply)); };
    }
    long count(std::string_view part) const {
        return std::count_if(texts.begin(), texts.end(), [part](const std::string& text) { return text.find(part) != std::string::npos; });
    }
    std::vector<std::string> texts;
};

}  // namespace

TEST_CASE("kill -9 and restart: resendable requests are carried out, others are unknown, unsent ones wait") {
    RedisServer server({.appendfsync = "always"});
    ConnectionFixture fixture;
    const auto connection = fixture.connect(fixture.options(server.url()));
    REQUIRE(fixture.ask(*connection, {"INCR", "before"}) == "1");
    // Frozen, so that what is written now is certainly without an answer when the server is killed.
    server.freeze();
    Answers resendable, single, unsent;
    for (int i = 0; i < 50; ++i) {
        connection->execute({"SADD", "members", std::to_string(i)}, {.deadline = 10s, .resendable = true}, resendable.note());
        connection->execute({"INCR", "counter"}, {.deadline = 10s}, single.note());
    }
    fixture.loop.poll();
    server.kill_hard();
    REQUIRE(fixture.until([&] { return single.texts.size() == 50; }));
    CHECK(single.count("outcome unknown") == 50);
    CHECK(resendable.texts.empty());
    for (int i = 0; i < 20; ++i) connection->execute({"INCR", "later"}, {.deadline = 10s}, unsent.note());
    server.start();
    REQUIRE(fixture.until([&] { return resendable.texts.size() == 50 && unsent.texts.size() == 20; }));
    CHECK(resendable.count("error") == 0);
    CHECK(unsent.texts.back() == "20");
    CHECK(server.command({"SCARD", "members"}) == "50");
    CHECK(server.command({"GET", "before"}) == "1");
    CHECK(fixture.metrics.redis_reconnects.Value() == 1);
}

TEST_CASE("what was acknowledged survives kill -9 while commands are flowing") {
    RedisServer server({.appendfsync = "always"});
    ConnectionFixture fixture;
    const auto connection = fixture.connect(fixture.options(server.url()));
    std::size_t answered = 0;
    std::int64_t highest = 0;
    std::function<void()> send = [&] {
        connection->execute({"INCR", "counter"}, {.deadline = 10s}, [&](Result<Reply> reply) {
            ++answered;
            if (reply) highest = std::max(highest, reply->integer());
            if (answered < 3000) send();
            if (answered == 1000) server.kill_hard();
        });
    };
    for (int i = 0; i < 20; ++i) send();
    REQUIRE(fixture.until([&] { return server.pid() < 0; }));
    server.start();
    REQUIRE(fixture.until([&] { return connection->outstanding() == 0; }, 20s));
    CHECK(answered >= 3000);
    CHECK(std::stoll(server.command({"GET", "counter"})) >= highest);
}

TEST_CASE("a server that hangs beyond the deadline: unknown within the deadline, then everything resumes") {
    RedisServer server;
    ConnectionFixture fixture;
    auto options = fixture.options(server.url());
    options.link.connect_timeout = 300ms;
    const auto connection = fixture.connect(options);
    REQUIRE(fixture.ask(*connection, {"PING"}) == "PONG");
    server.freeze();
    const auto begin = std::chrono::steady_clock::now();
    CHECK(fixture.ask(*connection, {"INCR", "n"}, {.deadline = 500ms}) == "error: redis: no reply within the deadline, outcome unknown");
    CHECK(std::chrono::steady_clock::now() - begin < 2s);
    // The kernel accepts for a stopped process: the handshake is what does not come back.
    REQUIRE(fixture.until([&] { return fixture.last_reason() == "no answer within the connect timeout"; }));
    CHECK(fixture.ask(*connection, {"INCR", "n"}, {.deadline = 200ms}) == "error: redis: no connection within the deadline, not sent");
    Answers waiting;
    connection->execute({"SET", "after", "x"}, {.deadline = 10s}, waiting.note());
    server.thaw();
    REQUIRE(fixture.until([&] { return waiting.texts.size() == 1; }));
    CHECK(waiting.texts.front() == "OK");
    // Replies were not shifted by the lost one.
    CHECK(fixture.ask(*connection, {"ECHO", "mine"}) == "mine");
}

TEST_CASE("an idle connection to a hung server is found dead by its PING") {
    RedisServer server;
    ConnectionFixture fixture;
    auto options = fixture.options(server.url());
    options.idle_before_ping = 100ms;
    const auto connection = fixture.connect(options);
    REQUIRE(fixture.until([&] { return connection->connected(); }));
    server.freeze();
    CHECK(fixture.until([&] { return fixture.last_reason() == "no reply within the deadline"; }, 5s));
    server.thaw();
    CHECK(fixture.until([&] { return connection->connected(); }));
}

TEST_CASE("a server that is still loading is waited for") {
    RedisServer server({.appendfsync = "no"});
    std::vector<std::string> words = {"MSET"};
    for (int i = 0; i < 2000; ++i) words.insert(words.end(), {"key" + std::to_string(i), "x"});
    REQUIRE(server.command(words) == "OK");
    server.command({"BGREWRITEAOF"});
    ConnectionFixture fixture;
    REQUIRE(fixture.until([&] { return server.command({"INFO", "persistence"}).find("aof_rewrite_in_progress:0") != std::string::npos; }));
    server.shut_down();
    server.start({"--key-load-delay", "700", "--loading-process-events-interval-bytes", "1024"}, false);
    auto options = fixture.options(server.url());
    const auto connection = fixture.connect(options);
    Answers answers;
    connection->execute({"GET", "key1999"}, {.deadline = 10s}, answers.note());
    REQUIRE(fixture.until([&] { return !fixture.states.empty() && fixture.last_reason().find("LOADING") != std::string::npos; }));
    REQUIRE(fixture.until([&] { return answers.texts.size() == 1; }));
    CHECK(answers.texts.front() == "x");
    CHECK(fixture.states.back().connected);
}

TEST_CASE("CLIENT KILL of the command connection: it is back at once") {
    RedisServer server;
    ConnectionFixture fixture;
    const auto connection = fixture.connect(fixture.options(server.url()));
    REQUIRE(fixture.ask(*connection, {"PING"}) == "PONG");
    for (int round = 0; round < 5; ++round) {
        server.command({"CLIENT", "KILL", "TYPE", "normal"});
        CHECK(fixture.ask(*connection, {"INCR", "round"}, {.resendable = true}) == std::to_string(round + 1));
    }
    CHECK(fixture.metrics.redis_reconnects.Value() == 5);
}
