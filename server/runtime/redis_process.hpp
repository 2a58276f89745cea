// SPDX-License-Identifier: Apache-2.0
// One running redis-server as a child of this process: started, asked whether it answers, waited for, stopped. It dies with the
// thread that started it (parent-death signal), so start it on the main thread. Everything here blocks or returns at once.
#pragma once

#include "base/error.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace switchboard::runtime {

enum class RedisAnswer { none, loading, ready };

// PING over its socket, at most a second.
RedisAnswer ask_redis(const std::string& socket_path);

// The program's full path, or nothing when PATH does not have it.
std::optional<std::string> find_program(const std::string& name);

class ChildProcess {
public:
    // `kept_fd` stays open in the child, its output goes to `output_fd`; nothing else of ours reaches it.
    static Result<ChildProcess> start(const std::vector<std::string>& command, int kept_fd, int output_fd);

    pid_t pid() const { return pid_; }
    // How it ended, in words; nothing while it runs.
    std::optional<std::string> ended();
    // SIGTERM, and SIGKILL after `patience`. Returns when it is gone.
    void stop(std::chrono::milliseconds patience);

private:
    explicit ChildProcess(pid_t pid) : pid_(pid) {}
    pid_t pid_;
    std::optional<std::string> end_;
};

}  // namespace switchboard::runtime
