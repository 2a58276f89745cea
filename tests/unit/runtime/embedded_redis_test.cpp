// SPDX-License-Identifier: Apache-2.0
// The life of the embedded Redis, with the real program.
#include "base/log.hpp"
#include "runtime/embedded_redis.hpp"
#include "unit/runtime/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <cstring>
#include <fstream>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace switchboard;
using namespace switchboard::runtime;
using namespace std::chrono_literals;

namespace {

EmbeddedRedisOptions options_in(const TemporaryDirectory& directory) {
    EmbeddedRedisOptions options;
    options.directory = directory.file("redis");
    options.socket_path = directory.file("redis.sock");
    return options;
}

std::string ask(const std::string& socket_path, const std::string& command) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, socket_path.c_str(), sizeof address.sun_path - 1);
    const FileDescriptor link(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (connect(link.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return "no connection";
    const std::string line = command + "\r\n";
    if (send(link.get(), line.data(), line.size(), MSG_NOSIGNAL) < 0) return "not sent";
    char reply[256] = {};
    if (recv(link.get(), reply, sizeof reply - 1, 0) <= 0) return "no reply";
    return reply;
}

// Gone, or a zombie that only waits for its parent.
bool gone(pid_t pid) {
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    if (!std::getline(stat, line)) return true;
    return line.compare(line.rfind(')') + 2, 1, "Z") == 0;
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

const bool quiet = [] {
    log::configure(log::Level::off, log::Format::text);
    return true;
}();

}  // namespace

TEST_CASE("it answers as soon as start() returns, keeps its data and is gone when stopped") {
    const TemporaryDirectory directory;
    {
        auto redis = EmbeddedRedis::start(options_in(directory));
        REQUIRE(redis.has_value());
        CHECK(ask_redis(directory.file("redis.sock")) == RedisAnswer::ready);
        CHECK(ask(directory.file("redis.sock"), "SET place kept") == "+OK\r\n");
        const pid_t pid = (*redis)->pid();
        (*redis)->stop();
        CHECK(gone(pid));
        CHECK(ask_redis(directory.file("redis.sock")) == RedisAnswer::none);
    }
    const auto again = EmbeddedRedis::start(options_in(directory));
    REQUIRE(again.has_value());
    CHECK(ask(directory.file("redis.sock"), "GET place") == "$4\r\nkept\r\n");
}

TEST_CASE("its settings are those of the tier") {
    const TemporaryDirectory directory;
    EmbeddedRedisOptions options = options_in(directory);
    const auto setting = [&](const std::string& name) {
        const std::string reply = ask(options.socket_path, "CONFIG GET " + name);
        return reply.substr(reply.find(name) + name.size() + 2);
    };
    for (const bool always : {true, false}) {
        options.sync_always = always;
        const auto redis = EmbeddedRedis::start(options);
        REQUIRE(redis.has_value());
        CHECK(setting("appendfsync") == (always ? "$6\r\nalways\r\n" : "$8\r\neverysec\r\n"));
        CHECK(setting("appendonly") == "$3\r\nyes\r\n");
        CHECK(setting("port") == "$1\r\n0\r\n");
        CHECK(setting("maxmemory-policy") == "$10\r\nnoeviction\r\n");
    }
}

TEST_CASE("killed while supervised, it is started again with its data") {
    const TemporaryDirectory directory;
    asio::io_context loop{1};
    auto redis = EmbeddedRedis::start(options_in(directory));
    REQUIRE(redis.has_value());
    (*redis)->supervise(loop.get_executor());
    CHECK(ask(directory.file("redis.sock"), "SET place kept") == "+OK\r\n");
    for (int round = 0; round < 2; ++round) {
        const pid_t killed = (*redis)->pid();
        kill(killed, SIGKILL);
        CHECK(within(60s, [&] {
            loop.run_for(10ms);
            return (*redis)->pid() != killed && ask_redis(directory.file("redis.sock")) == RedisAnswer::ready;
        }));
        CHECK(ask(directory.file("redis.sock"), "GET place") == "$4\r\nkept\r\n");
    }
    const pid_t last = (*redis)->pid();
    (*redis)->stop();
    CHECK(gone(last));
    loop.run_for(300ms);  // a restart, were it wrongly planned, would come within its back-off
    CHECK((*redis)->pid() == last);
}

TEST_CASE("kill -9 of its owner leaves no Redis behind, and a successor starts at once") {
    const TemporaryDirectory directory;
    int channel[2];
    REQUIRE(pipe(channel) == 0);
    const pid_t owner = fork();
    if (owner == 0) {
        const auto redis = EmbeddedRedis::start(options_in(directory));
        pid_t pid = redis.has_value() && ask(directory.file("redis.sock"), "SET place kept") == "+OK\r\n" ? (*redis)->pid() : 0;
        if (write(channel[1], &pid, sizeof pid) < 0) _exit(1);
        for (;;) pause();
    }
    pid_t redis_pid = 0;
    REQUIRE(read(channel[0], &redis_pid, sizeof redis_pid) == sizeof redis_pid);
    REQUIRE(redis_pid > 0);
    kill(owner, SIGKILL);

    // Without waiting: start() itself waits until the predecessor's Redis is gone.
    const auto successor = EmbeddedRedis::start(options_in(directory));
    REQUIRE(successor.has_value());
    CHECK(gone(redis_pid));
    CHECK(ask(directory.file("redis.sock"), "GET place") == "$4\r\nkept\r\n");
    waitpid(owner, nullptr, 0);
    close(channel[0]);
    close(channel[1]);
}

TEST_CASE("while another one runs in the directory, starting is refused after a while") {
    const TemporaryDirectory directory;
    const auto first = EmbeddedRedis::start(options_in(directory));
    REQUIRE(first.has_value());
    EmbeddedRedisOptions hurried = options_in(directory);
    hurried.predecessor_patience = 100ms;
    const auto second = EmbeddedRedis::start(hurried);
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().message.find("the Redis of a former server still runs in") == 0);
    CHECK(ask_redis(directory.file("redis.sock")) == RedisAnswer::ready);
}

TEST_CASE("what prevents it is told in one line") {
    const TemporaryDirectory directory;
    EmbeddedRedisOptions deep = options_in(directory);
    deep.socket_path = directory.file(std::string(120, 'x'));
    const auto too_long = EmbeddedRedis::start(deep);
    REQUIRE_FALSE(too_long.has_value());
    CHECK(too_long.error().message.find("use a shorter --data-dir") != std::string::npos);

    const std::string path = getenv("PATH");
    setenv("PATH", directory.path.c_str(), 1);
    const auto missing = EmbeddedRedis::start(options_in(directory));
    setenv("PATH", path.c_str(), 1);
    REQUIRE_FALSE(missing.has_value());
    CHECK(missing.error().message == "redis-server is not installed: run `apt-get install redis-server`, or give --redis-url");

    REQUIRE(EmbeddedRedis::start(options_in(directory)).has_value());
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory.path / "redis" / "appendonlydir"))
        std::ofstream(entry.path()) << "this is no append-only file\n";
    const auto damaged = EmbeddedRedis::start(options_in(directory));
    REQUIRE_FALSE(damaged.has_value());
    CHECK(damaged.error().message.starts_with("redis-server ended at once (exit code 1): "));
    CHECK(damaged.error().message.find('\n') == std::string::npos);
    MESSAGE(damaged.error().message);
}
