// SPDX-License-Identifier: Apache-2.0
// `switchboard serve` from outside: how it starts, what prevents it, how it ends.
#include "support/program.hpp"
#include "support/redis_server.hpp"

#include <doctest/doctest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <csignal>
#include <fstream>
#include <thread>

using namespace switchboard::test;
using namespace std::chrono_literals;

namespace {

namespace asio = boost::asio;

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// The whole answer; empty when nobody listens.
std::string get(const std::string& port, const std::string& path) {
    asio::io_context loop;
    asio::ip::tcp::socket socket(loop);
    boost::system::error_code failure;
    socket.connect({asio::ip::make_address("127.0.0.1"), static_cast<unsigned short>(std::stoi(port))}, failure);
    if (failure) return {};
    asio::write(socket, asio::buffer("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), failure);
    std::string answer;
    asio::read(socket, asio::dynamic_buffer(answer), failure);
    return answer;
}

template <class Test>
bool within(std::chrono::seconds limit, Test test) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!test()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(5ms);
    }
    return true;
}

bool ready(const Serving& server) { return contains(get(server.port(), "/readyz"), " 200 "); }

// One line that says it, and a status that is not 0.
std::string refusal(const Arguments& arguments, int status, const Environment& environment = {}) {
    const Ended ended = run_program(arguments, {}, environment);
    CHECK(ended.status == status);
    CHECK_MESSAGE(ended.error.find('\n') == ended.error.size() - 1, ended.error);
    return ended.error;
}

}  // namespace

TEST_CASE("it becomes ready, answers, and ends in order on SIGTERM with its Redis last") {
    const Directory directory;
    Serving server({"--data-dir", directory.file("data")});
    CHECK(within(90s, [&] { return ready(server); }));
    CHECK(contains(get(server.port(), "/livez"), " 200 "));
    CHECK(contains(get(server.port(), "/metrics"), "switchboard_connections{"));
    const pid_t redis = server.redis_pid();
    REQUIRE(redis > 0);
    server.send(SIGTERM);
    CHECK(server.wait(90s) == 0);
    CHECK(gone(redis));
    CHECK(contains(server.log(), "server.stopped"));
}

TEST_CASE("kill -9 leaves no Redis behind, and the next start works at once") {
    const Directory directory;
    pid_t redis = 0;
    {
        Serving server({"--data-dir", directory.file("data"), "--demo"});
        redis = server.redis_pid();
        REQUIRE(redis > 0);
        server.send(SIGKILL);
        CHECK(server.wait(90s) == 128 + SIGKILL);
    }
    Serving next({"--data-dir", directory.file("data")});
    CHECK(gone(redis));
    CHECK(within(90s, [&] { return ready(next); }));
}

TEST_CASE("a killed Redis comes back by itself; meanwhile the server is not ready") {
    const Directory directory;
    const Serving server({"--data-dir", directory.file("data")});
    REQUIRE(within(90s, [&] { return ready(server); }));
    const pid_t redis = server.redis_pid();
    kill(redis, SIGKILL);
    CHECK(within(90s, [&] { return server.redis_pid() > 0 && server.redis_pid() != redis; }));
    CHECK(within(90s, [&] { return ready(server); }));
    CHECK(contains(server.log(), "redis.ended"));
}

TEST_CASE("a second signal ends it at once, Redis too") {
    const Directory directory;
    Serving server({"--data-dir", directory.file("data"), "--drain", "1h"});
    REQUIRE(within(90s, [&] { return ready(server); }));
    // Somebody who does not leave: a connection that asks for nothing.
    asio::io_context loop;
    asio::ip::tcp::socket idle(loop);
    idle.connect({asio::ip::make_address("127.0.0.1"), static_cast<unsigned short>(std::stoi(server.port()))});
    const pid_t redis = server.redis_pid();
    server.send(SIGTERM);
    CHECK(within(90s, [&] { return contains(server.log(), "server.draining"); }));
    server.send(SIGTERM);
    CHECK(server.wait(90s) == 0);
    CHECK(gone(redis));
}

TEST_CASE("a second server on the same data directory is refused and the first is not disturbed") {
    const Directory directory;
    const Serving first({"--data-dir", directory.file("data")});
    const std::string line = refusal({"serve", "--port", "0", "--data-dir", directory.file("data")}, 1);
    CHECK(contains(line, "another Switchboard server uses this data directory (pid " + std::to_string(first.pid()) + ")"));
    CHECK(within(90s, [&] { return ready(first); }));
}

TEST_CASE("a busy port is named") {
    const Directory directory;
    const Serving first({"--data-dir", directory.file("one")});
    const std::string line = refusal({"serve", "--port", first.port(), "--data-dir", directory.file("two")}, 1);
    CHECK(contains(line, first.port()));
    CHECK(contains(line, "in use"));
}

TEST_CASE("a missing redis-server, a data directory that is none, a path too long for a socket") {
    const Directory directory;
    CHECK(contains(refusal({"serve", "--port", "0", "--data-dir", directory.file("a")}, 1, {{"PATH", directory.file("empty")}}),
                   "apt-get install redis-server"));
    std::ofstream(directory.file("file")) << "x";
    CHECK(contains(refusal({"serve", "--port", "0", "--data-dir", directory.file("file")}, 1), "give --data-dir another one"));
    CHECK(contains(refusal({"serve", "--port", "0", "--data-dir", directory.file(std::string(120, 'x'))}, 1), "use a shorter --data-dir"));
}

TEST_CASE("a damaged archive and a wrong token secret are told") {
    const Directory directory;
    { const Serving once({"--data-dir", directory.file("data")}); }
    std::ofstream(directory.file("data/archive.sqlite"), std::ios::trunc) << std::string(8192, 'x');
    CHECK(contains(refusal({"serve", "--port", "0", "--log-level", "error", "--data-dir", directory.file("data")}, 1), "is damaged"));
    CHECK(contains(refusal({"serve", "--port", "0", "--data-dir", directory.file("new"), "--token-secret-file", "/nonexistent"}, 1),
                   "cannot read the token secret /nonexistent"));
}

TEST_CASE("a Redis by URL is used, and left alone at the end") {
    const Directory directory;
    const RedisServer redis({.appendfsync = "always"});
    {
        const Serving server({"--data-dir", directory.file("data"), "--redis-url", redis.url(), "--demo"});
        CHECK(server.redis_pid() == 0);
        CHECK(within(90s, [&] { return ready(server); }));
        CHECK(contains(run_program({"agent", "list", "--redis-url", redis.url()}).output, "anna"));
    }
    CHECK_FALSE(gone(redis.pid()));
}

TEST_CASE("a Redis that would throw keys away, or does not sync as promised, is refused") {
    const Directory directory;
    const auto serve_on = [&](const RedisServer& redis, const Arguments& more) {
        Arguments arguments = {"serve", "--port", "0", "--log-level", "error", "--data-dir", directory.file("data"), "--redis-url", redis.url()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return arguments;
    };
    const RedisServer forgetful({.arguments = {"--maxmemory-policy", "allkeys-lru"}});
    CHECK(contains(refusal(serve_on(forgetful, {}), 1), "set it to noeviction"));
    const RedisServer lazy({.appendfsync = "everysec"});
    CHECK(contains(refusal(serve_on(lazy, {}), 1), "give --durability memory"));
    const Serving server({"--data-dir", directory.file("data"), "--redis-url", lazy.url(), "--durability", "memory"});
    CHECK(within(90s, [&] { return ready(server); }));
}

TEST_CASE("without its Redis the server starts, is not ready, and becomes ready when Redis comes") {
    const Directory directory;
    RedisServer redis;
    redis.kill_hard();
    const Serving server({"--data-dir", directory.file("data"), "--redis-url", redis.url()});
    const std::string answer = get(server.port(), "/readyz");
    CHECK(contains(answer, " 503 "));
    CHECK(contains(answer, "redis is not reachable"));
    CHECK(contains(get(server.port(), "/livez"), " 200 "));
    redis.start();
    CHECK(within(90s, [&] { return ready(server); }));
}

TEST_CASE("a wrong configuration ends with status 2 and one line") {
    const Directory directory;
    std::ofstream(directory.file("s.toml")) << "port = 80\nprot = 81\n";
    CHECK(contains(refusal({"serve", "--config", directory.file("s.toml")}, 2), "s.toml:2: unknown key prot; did you mean port?"));
    CHECK(contains(refusal({"serve", "--port", "many"}, 2), "--port: must be a number"));
    CHECK(contains(refusal({"serve", "--prot", "80"}, 2), "did you mean --port?"));
    CHECK(contains(refusal({"serve", "--redis-url", "redis+sentinel://a,b"}, 2), "the name of the primary is missing"));
    CHECK(contains(refusal({"serve"}, 2, {{"SWITCHBOARD_DRAIN", "soon"}}), "environment SWITCHBOARD_DRAIN"));
    CHECK(contains(refusal({"juggle"}, 2), "unknown command juggle; --help lists the commands"));
    CHECK(contains(refusal({"serv"}, 2), "did you mean serve?"));
    CHECK(run_program({}).status == 2);
}

TEST_CASE("a Redis that cannot keep the promise is refused in one line") {
    const Directory directory;
    const auto refused = [&](Arguments flags) {
        flags.insert(flags.begin(), {"serve", "--log-level", "off", "--port", "0", "--data-dir", directory.file("data")});
        return refusal(flags, 1);
    };
    CHECK(contains(refused({"--durability", "replica"}), "needs a Redis with replicas"));
    CHECK(contains(refused({"--durability", "replica", "--redis-url", "redis://127.0.0.1:1"}), "write in ack_replicas how many"));
    CHECK(contains(refused({"--redis-url", "rediss://127.0.0.1:1?ca=/nowhere/ca.pem"}), "cannot use /nowhere/ca.pem"));
}

TEST_CASE("help, version, the checked configuration and its example") {
    const Ended help = run_program({"serve", "--help"});
    CHECK(help.status == 0);
    for (const char* flag : {"--port", "--data-dir", "--demo", "--trusted-proxies", "[8080]"}) CHECK(contains(help.output, flag));
    CHECK(contains(run_program({"--help"}).output, "bench"));
    CHECK(run_program({"version"}).output.starts_with("switchboard "));
    const Ended checked = run_program({"check-config", "--port", "81"}, {}, {{"SWITCHBOARD_DRAIN", "5s"}});
    CHECK(checked.status == 0);
    CHECK(contains(checked.output, "# --port"));
    CHECK(contains(checked.output, "# environment SWITCHBOARD_DRAIN"));
    CHECK(contains(run_program({"check-config", "--example"}).output, "#port = 8080"));
}

TEST_CASE("the demo seeds its tenant once and tells the logins") {
    const Directory directory;
    {
        const Serving demo({"--data-dir", directory.file("data"), "--demo"});
        const Ended agents = run_program({"agent", "list", "--data-dir", directory.file("data")});
        CHECK(contains(agents.output, "anna"));
        CHECK_FALSE(contains(agents.output, "no password"));
        CHECK(run_program({"agent", "remove", "liam", "--data-dir", directory.file("data")}).status == 0);
    }
    const Serving again({"--data-dir", directory.file("data"), "--demo"});
    CHECK_FALSE(contains(run_program({"agent", "list", "--data-dir", directory.file("data")}).output, "liam"));
}
