// SPDX-License-Identifier: Apache-2.0
// The private Redis of a server without --redis-url: the real redis-server on a unix socket in the data directory. It never
// outlives this process, waits until a predecessor is gone, and is started again with back-off when it dies.
// Thread: the main thread, on whose loop it supervises.
#pragma once

#include "base/error.hpp"
#include "base/task.hpp"
#include "runtime/data_directory.hpp"
#include "runtime/redis_process.hpp"

#include <boost/asio/signal_set.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace switchboard::runtime {

struct EmbeddedRedisOptions {
    std::string directory;    // of the append-only file and the log
    std::string socket_path;
    bool sync_always = true;  // false: once a second
    std::chrono::milliseconds predecessor_patience{15'000};
    std::chrono::milliseconds answer_patience{30'000};  // without a sign of life; loading a large file is one
};

class EmbeddedRedis {
public:
    // Blocks until it answers. The error is one line that says what to do.
    static Result<std::unique_ptr<EmbeddedRedis>> start(EmbeddedRedisOptions options);
    ~EmbeddedRedis();  // stops it
    EmbeddedRedis(const EmbeddedRedis&) = delete;
    EmbeddedRedis& operator=(const EmbeddedRedis&) = delete;

    // From now on a Redis that ends is started again. The loop must run on the thread that called start().
    void supervise(Executor main_loop);
    // Blocks until it is gone.
    void stop();

    pid_t pid() const { return child_->pid(); }

private:
    using SignalSet = asio::basic_signal_set<Executor>;

    explicit EmbeddedRedis(EmbeddedRedisOptions options) : options_(std::move(options)) {}
    Result<void> prepare();
    Result<void> wait_for_predecessor();
    Result<void> launch();
    Result<void> wait_until_ready();
    std::string last_words() const;  // the last line of its log
    void tell_of_repair() const;
    std::vector<std::string> command() const;
    void watch();
    void child_changed();
    void restart_later();

    const EmbeddedRedisOptions options_;
    std::string program_;
    FileDescriptor lock_;  // shared with the child: held for as long as either of us lives
    std::unique_ptr<ChildProcess> child_;
    std::chrono::steady_clock::time_point launched_{};
    std::uintmax_t log_begin_ = 0;  // of what this Redis says
    std::chrono::milliseconds backoff_{0};
    bool restarting_ = false;
    std::unique_ptr<SignalSet> child_signal_;
    std::unique_ptr<Timer> restart_timer_;
};

}  // namespace switchboard::runtime
