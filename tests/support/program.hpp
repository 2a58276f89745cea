// SPDX-License-Identifier: Apache-2.0
// Runs the program under test to its end, or in the background, with a data directory of its own. Blocking; thread: one.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace switchboard::test {

using Arguments = std::vector<std::string>;
using Environment = std::vector<std::pair<std::string, std::string>>;

// The program under test: PROGRAM_UNDER_TEST, or the one of this build.
std::string server_program();

struct Ended {
    int status = -1;  // 128 + signal when it was killed
    std::string output;
    std::string error;
};

// Standard input is `input`. SIGKILL after two minutes.
Ended run_program(const Arguments& arguments, const std::string& input = {}, const Environment& environment = {});

// A directory that is removed with the object.
class Directory {
public:
    Directory();
    ~Directory();
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
    std::string file(const std::string& name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

// `switchboard serve` on a free port until the object ends.
class Serving {
public:
    // Returns when it has said that it listens; throws with its output when it does not.
    explicit Serving(const Arguments& flags);
    ~Serving();
    Serving(const Serving&) = delete;
    Serving& operator=(const Serving&) = delete;

    pid_t pid() const { return pid_; }
    std::string port() const { return port_; }
    pid_t redis_pid() const;
    void send(int signal) const;
    // The exit status, 128 + signal, or -1 when it still runs then.
    int wait(std::chrono::seconds patience);
    std::string log() const;

private:
    Directory directory_;
    pid_t pid_ = -1;
    int status_ = -1;
    std::string port_;
};

// Gone, or only waiting to be collected by whoever adopted it.
bool gone(pid_t pid);

}  // namespace switchboard::test
