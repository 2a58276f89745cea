// SPDX-License-Identifier: Apache-2.0
#include "runtime/embedded_redis.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/file.h>
#include <sys/un.h>
#include <thread>

namespace switchboard::runtime {

namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

constexpr auto poll_interval = 10ms;
constexpr auto stop_patience = 10s;
constexpr std::chrono::milliseconds first_backoff = 100ms;
constexpr std::chrono::milliseconds longest_backoff = 5s;
constexpr auto healthy_after = 10s;
constexpr std::uintmax_t log_limit = 16 << 20;

Error unavailable(std::string message) { return Error{ErrorCode::unavailable, std::move(message)}; }

std::string log_file(const std::string& directory) { return directory + "/redis.log"; }

// A line of its log without process number and date.
std::string words_of(const std::string& line) {
    const std::size_t mark = line.find_first_of("#*");
    return mark == std::string::npos || mark + 2 >= line.size() ? line : line.substr(mark + 2);
}

}  // namespace

Result<std::unique_ptr<EmbeddedRedis>> EmbeddedRedis::start(EmbeddedRedisOptions options) {
    std::unique_ptr<EmbeddedRedis> redis(new EmbeddedRedis(std::move(options)));
    using Step = Result<void> (EmbeddedRedis::*)();
    for (const Step step : {&EmbeddedRedis::prepare, &EmbeddedRedis::wait_for_predecessor, &EmbeddedRedis::launch, &EmbeddedRedis::wait_until_ready}) {
        const Result<void> done = (redis.get()->*step)();
        if (!done) return done.error();
    }
    redis->tell_of_repair();
    return redis;
}

EmbeddedRedis::~EmbeddedRedis() { stop(); }

Result<void> EmbeddedRedis::prepare() {
    constexpr std::size_t longest_path = sizeof(sockaddr_un::sun_path) - 1;
    if (options_.socket_path.size() > longest_path)
        return unavailable("the path of the Redis socket, " + options_.socket_path + ", has " + std::to_string(options_.socket_path.size()) +
                           " bytes and may have " + std::to_string(longest_path) + ": use a shorter --data-dir");
    const std::optional<std::string> program = find_program("redis-server");
    if (!program) return unavailable("redis-server is not installed: run `apt-get install redis-server`, or give --redis-url");
    program_ = *program;

    std::error_code failure;
    std::filesystem::create_directories(options_.directory, failure);
    if (failure) return unavailable("cannot create " + options_.directory + ": " + failure.message());
    const std::string log = log_file(options_.directory);
    if (std::filesystem::file_size(log, failure) > log_limit && !failure) std::filesystem::rename(log, log + ".1", failure);

    lock_ = FileDescriptor(open((options_.directory + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!lock_) return unavailable("cannot write to " + options_.directory + ": " + std::strerror(errno));
    return {};
}

Result<void> EmbeddedRedis::wait_for_predecessor() {
    const auto deadline = SteadyClock::now() + options_.predecessor_patience;
    while (flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) {
        if (SteadyClock::now() > deadline)
            return unavailable("the Redis of a former server still runs in " + options_.directory + ": stop it, then start again");
        std::this_thread::sleep_for(poll_interval);
    }
    return {};
}

std::vector<std::string> EmbeddedRedis::command() const {
    return {program_,
            "--port", "0",
            "--unixsocket", options_.socket_path,
            "--unixsocketperm", "700",
            "--dir", options_.directory,
            "--logfile", log_file(options_.directory),
            "--daemonize", "no",
            "--save", "",
            "--appendonly", "yes",
            "--appendfsync", options_.sync_always ? "always" : "everysec",
            "--maxmemory-policy", "noeviction"};
}

Result<void> EmbeddedRedis::launch() {
    const FileDescriptor output(open(log_file(options_.directory).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    if (!output) return unavailable("cannot write " + log_file(options_.directory) + ": " + std::strerror(errno));
    std::error_code failure;
    log_begin_ = std::filesystem::file_size(log_file(options_.directory), failure);
    Result<ChildProcess> started = ChildProcess::start(command(), lock_.get(), output.get());
    if (!started) return started.error();
    child_ = std::make_unique<ChildProcess>(std::move(*started));
    launched_ = SteadyClock::now();
    log::info("redis.started", {{"pid", static_cast<std::int64_t>(child_->pid())}, {"socket", options_.socket_path}});
    return {};
}

Result<void> EmbeddedRedis::wait_until_ready() {
    auto deadline = SteadyClock::now() + options_.answer_patience;
    for (RedisAnswer last = RedisAnswer::none;;) {
        const RedisAnswer answer = ask_redis(options_.socket_path);
        if (answer == RedisAnswer::ready) return {};
        if (const auto end = child_->ended())
            return unavailable("redis-server ended at once (" + *end + "): " + last_words() + "; see " + log_file(options_.directory));
        if (answer == RedisAnswer::loading) {
            deadline = SteadyClock::now() + options_.answer_patience;
            if (last != answer) log::info("redis.loading");
        }
        last = answer;
        if (SteadyClock::now() > deadline) return unavailable("redis-server does not answer; see " + log_file(options_.directory));
        std::this_thread::sleep_for(poll_interval);
    }
}

std::string EmbeddedRedis::last_words() const {
    std::ifstream input(log_file(options_.directory));
    std::string last = "no reason given";
    for (std::string line; std::getline(input, line);)
        if (!line.empty()) last = line;
    return words_of(last);
}

// Redis repairs a file that was cut and says so in its own log only. After a loss of power that is normal, and nobody was told of what
// is gone; after damage to the disk it is not.
void EmbeddedRedis::tell_of_repair() const {
    std::ifstream input(log_file(options_.directory));
    input.seekg(static_cast<std::streamoff>(log_begin_));
    for (std::string line; std::getline(input, line);)
        if (line.find("Truncating the AOF") != std::string::npos) log::error("redis.log_cut", {{"what", words_of(line)}});
}

void EmbeddedRedis::supervise(Executor main_loop) {
    restart_timer_ = std::make_unique<Timer>(main_loop);
    child_signal_ = std::make_unique<SignalSet>(main_loop, SIGCHLD);
    watch();
    child_changed();  // it may have ended before we listened
}

void EmbeddedRedis::watch() {
    child_signal_->async_wait([this](boost::system::error_code failure, int) {
        if (failure) return;
        watch();
        child_changed();
    });
}

void EmbeddedRedis::child_changed() {
    const auto end = child_->ended();
    if (!end || restarting_) return;
    log::error("redis.ended", {{"how", *end}, {"last_words", last_words()}});
    restart_later();
}

void EmbeddedRedis::restart_later() {
    restarting_ = true;
    if (SteadyClock::now() - launched_ > healthy_after) backoff_ = 0ms;
    backoff_ = std::clamp(backoff_ * 2, first_backoff, longest_backoff);
    restart_timer_->expires_after(backoff_);
    restart_timer_->async_wait([this](boost::system::error_code cancelled) {
        if (cancelled) return;
        const Result<void> launched = launch();
        restarting_ = !launched;
        if (launched) return;
        log::error("redis.start_failed", {{"error", launched.error().message}});
        restart_later();
    });
}

void EmbeddedRedis::stop() {
    if (child_signal_) child_signal_->cancel();
    if (restart_timer_) restart_timer_->cancel();
    if (!child_ || child_->ended()) return;
    log::info("redis.stopping", {{"pid", static_cast<std::int64_t>(child_->pid())}});
    child_->stop(stop_patience);
}

}  // namespace switchboard::runtime
