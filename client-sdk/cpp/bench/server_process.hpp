// SPDX-License-Identifier: Apache-2.0
// A real `switchboard serve` of one's own: started on a free port in a temporary data directory, seeded, killed, restarted, and
// gone with its owner. Blocking; thread: one.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "switchboard_client/address.hpp"

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace switchboard::client {

struct ServerSettings {
    std::string program;             // empty: this one
    std::string data_dir;            // empty: a new temporary one, removed at the end
    std::uint16_t port = 0;          // 0: a free one
    std::vector<std::string> flags;  // of `serve`, besides listen, port and data dir
    std::string tenant_document;     // seeded before the first start; empty: none
    std::vector<int> cores;          // empty: wherever
    bool keep_data = false;
};

class ServerProcess {
public:
    explicit ServerProcess(ServerSettings settings);
    ~ServerProcess();
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;

    // Returns when it is ready to serve. An error holds the last lines that it logged.
    Result<void> start();
    // Runs another command of the program on this data directory to its end: {"tenant", "export", ...}. An error holds what it said.
    Result<void> run(std::vector<std::string> arguments);
    // Starts the process again and returns at once.
    Result<void> launch();
    void kill();       // SIGKILL, and waits for its end
    int terminate();   // SIGTERM, and waits; the exit status, or -1 when it did not end within 30 s
    void kill_redis(); // SIGKILL to the embedded Redis
    // For the end of a process that somebody else signalled.
    bool running();

    pid_t pid() const { return pid_; }
    pid_t redis_pid() const;  // 0: none
    const ServerAddress& address() const { return address_; }
    std::string url() const { return "ws://" + address_.host; }
    const std::string& data_dir() const { return settings_.data_dir; }
    std::string redis_socket() const;  // of the embedded Redis; empty: none
    // What the embedded Redis answers to an inline command, or nothing.
    std::string ask_redis(const std::string& command) const;
    std::string log_tail() const;

private:
    pid_t spawn(const std::vector<std::string>& arguments);
    Result<void> seed();
    Result<void> wait_ready();

    ServerSettings settings_;
    ServerAddress address_;
    std::string log_path_;
    pid_t pid_ = 0;
    bool temporary_ = false;
    bool seeded_ = false;
};

// A port that is free at this moment.
std::uint16_t free_port();
// The children of a process, by the name of their program.
std::vector<pid_t> children_of(pid_t parent, const std::string& name);

}  // namespace switchboard::client
