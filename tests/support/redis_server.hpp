// SPDX-License-Identifier: Apache-2.0
// A real redis-server for one test: on a unix socket (and, if wanted, a TCP port) in a directory of its own, ready when the
// constructor returns, ended with the object or with the test program. Throws std::runtime_error with the server's own words when it
// does not start. Thread: one.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace switchboard::test {

struct RedisServerOptions {
    std::string appendfsync = "no";      // always, everysec or no; empty: no append-only file at all
    bool tcp = false;                    // listen on a free loopback port too
    std::vector<std::string> arguments;  // e.g. {"--requirepass", "secret"}
    std::string password;                // what command() logs in with
    std::string config;                  // text of a configuration file that the server may write to, as Sentinel does
};

// Free now, on the loopback interface.
std::uint16_t free_port();

class RedisServer {
public:
    explicit RedisServer(RedisServerOptions options = {});
    ~RedisServer();
    RedisServer(const RedisServer&) = delete;
    RedisServer& operator=(const RedisServer&) = delete;

    std::string socket_path() const { return (directory_ / "redis.sock").string(); }
    std::string url() const { return "unix://" + socket_path(); }
    std::uint16_t port() const { return port_; }  // 0 without tcp
    pid_t pid() const { return pid_; }
    const std::filesystem::path& directory() const { return directory_; }

    // On a connection of its own; an error reply is its text, an array its elements joined by spaces, nil is "(nil)".
    std::string command(const std::vector<std::string>& words);

    void kill_hard();   // kill -9, and waits until it is gone
    void shut_down();   // SIGTERM, the same
    void freeze();      // SIGSTOP
    void thaw();        // SIGCONT
    // The same data and address again. `extra` arguments are for this life only. Returns when it answers, or, with
    // `wait_until_loaded` false, as soon as it accepts connections (it may still say LOADING).
    void start(const std::vector<std::string>& extra = {}, bool wait_until_loaded = true);

private:
    void launch(const std::vector<std::string>& extra);
    void wait_until_it_answers(bool loaded);
    void end(int signal);
    std::string log_tail() const;

    RedisServerOptions options_;
    std::filesystem::path directory_;
    std::uint16_t port_ = 0;
    pid_t pid_ = -1;
};

}  // namespace switchboard::test
