// SPDX-License-Identifier: Apache-2.0
#include "runtime/serve.hpp"

#include "base/log.hpp"
#include "runtime/data_directory.hpp"
#include "runtime/demo.hpp"
#include "runtime/embedded_redis.hpp"
#include "runtime/redis_check.hpp"
#include "runtime/server.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <iostream>

namespace switchboard::runtime {

namespace {

constexpr auto leave_patience = std::chrono::seconds(5);

void configure_log(const Config& config) {
    const std::map<std::string, log::Level> levels = {{"debug", log::Level::debug},
                                                      {"info", log::Level::info},
                                                      {"warn", log::Level::warn},
                                                      {"error", log::Level::error},
                                                      {"off", log::Level::off}};
    log::configure(levels.at(config.log_level), config.log_format == "json" ? log::Format::json : log::Format::text);
}

// Every socket is a descriptor; the soft limit is often 1024.
void raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

// The life of the process between start and signal. Members end in the reverse order: clients, Redis, lock.
class Process {
public:
    explicit Process(const LoadedConfig& loaded) : loaded_(loaded), config_(loaded.values) {}

    Result<void> start();
    void run() { loop_.run(); }

private:
    using SignalSet = asio::basic_signal_set<Executor>;

    Result<void> check_address();
    Result<redis::RedisAddress> start_redis();
    Result<void> seed(const redis::RedisAddress& address);
    Result<auth::SigningKey> signing_key() const;
    void wait_for_signal();
    void begin_stop();
    void finish_stop();
    [[noreturn]] void leave_at_once(const char* why);

    const LoadedConfig& loaded_;
    const Config& config_;
    asio::io_context loop_{1};
    std::optional<DataDirectory> directory_;
    std::unique_ptr<EmbeddedRedis> redis_;
    std::unique_ptr<Server> server_;
    SignalSet signals_{loop_.get_executor()};
    Timer patience_{loop_.get_executor()};
    bool stopping_ = false;
};

// So that a busy port is told before Redis is started for nothing; to listen comes last, when everything is there.
Result<void> Process::check_address() {
    const asio::ip::tcp::endpoint wanted(asio::ip::make_address(config_.listen), static_cast<std::uint16_t>(config_.port));
    boost::system::error_code failure;
    asio::basic_socket_acceptor<asio::ip::tcp, Executor> trial(loop_.get_executor());
    trial.open(wanted.protocol(), failure);
    trial.set_option(asio::socket_base::reuse_address(true), failure);
    trial.bind(wanted, failure);
    if (failure != asio::error::address_in_use) return {};  // whatever else is wrong, the listener tells
    return Error{ErrorCode::unavailable, "the port " + std::to_string(config_.port) + " on " + config_.listen +
                                             " is in use by another program: stop it, or choose another --port"};
}

Result<redis::RedisAddress> Process::start_redis() {
    if (!config_.redis_url.empty()) {
        const auto address = redis::parse_redis_url(config_.redis_url);
        if (!address) return address;
        const Result<void> usable = check_redis(*address, config_);
        if (!usable) return usable.error();
        return address;
    }
    if (config_.durability == "replica")
        return Error{ErrorCode::invalid_argument, "durability replica needs a Redis with replicas: give redis_url, or set fsync"};
    EmbeddedRedisOptions options;
    options.directory = directory_->redis_directory();
    options.socket_path = directory_->redis_socket();
    options.sync_always = config_.durability != "memory";
    Result<std::unique_ptr<EmbeddedRedis>> started = EmbeddedRedis::start(options);
    if (!started) return started.error();
    redis_ = std::move(*started);
    redis::RedisAddress address;
    address.socket_path = options.socket_path;
    return address;
}

Result<auth::SigningKey> Process::signing_key() const {
    if (!config_.token_secret_file.empty()) return load_signing_key(config_.token_secret_file, false);
    if (!config_.redis_url.empty())
        log::warn("tokens.own_secret", {{"advice", "nodes that share a Redis must share token_secret_file too"}, {"file", directory_->secret_file()}});
    return load_signing_key(directory_->secret_file(), true);
}

Result<void> Process::seed(const redis::RedisAddress& address) {
    if (!config_.demo) return {};
    TenantEditor editor(address);  // nobody is told that the demo is there, so no replica is waited for
    return seed_demo(editor);
}

Result<void> Process::start() {
    Result<DataDirectory> directory = DataDirectory::claim(config_.data_dir);
    if (!directory) return directory.error();
    directory_ = std::move(*directory);
    const Result<void> free = check_address();
    if (!free) return free;
    const auto key = signing_key();
    if (!key) return key.error();
    const auto address = start_redis();
    if (!address) return address.error();
    const Result<void> seeded = seed(*address);
    if (!seeded) return seeded;
    auto server = Server::create(config_, *address, *key, *directory_, loop_.get_executor());
    if (!server) return server.error();
    server_ = std::move(*server);
    // Before anybody can connect, so that a signal from now on ends in order.
    wait_for_signal();
    const auto port = server_->start(config_.listen, static_cast<std::uint16_t>(config_.port));
    if (!port) return port.error();
    if (redis_) redis_->supervise(loop_.get_executor());
    log::info("server.listening", {{"address", config_.listen}, {"port", unsigned{*port}}, {"shards", static_cast<std::uint64_t>(server_->shards())},
                                   {"durability", config_.durability}, {"version", SWITCHBOARD_VERSION}});
    if (config_.demo) std::cout << demo_greeting(config_.listen, *port, !config_.web_dir.empty()) << std::flush;
    return {};
}

void Process::wait_for_signal() {
    if (!stopping_) {
        signals_.add(SIGTERM);
        signals_.add(SIGINT);
    }
    signals_.async_wait([this](boost::system::error_code failure, int) {
        if (failure) return;
        if (stopping_) leave_at_once("second signal");
        begin_stop();
        wait_for_signal();
    });
}

void Process::begin_stop() {
    stopping_ = true;
    log::info("server.draining", {{"seconds", config_.drain.count() / 1000}});
    patience_.expires_after(config_.drain + leave_patience);
    patience_.async_wait([this](boost::system::error_code cancelled) {
        if (!cancelled) leave_at_once("the leases could not be given back in time");
    });
    server_->shut_down(config_.drain, [this] { finish_stop(); });
}

void Process::finish_stop() {
    patience_.cancel();
    signals_.cancel();
    server_->join();
    if (redis_) redis_->stop();
    log::info("server.stopped");
    loop_.stop();
}

// What is still under way has no end to wait for; Redis keeps what was acknowledged and must not be left behind.
void Process::leave_at_once(const char* why) {
    log::warn("server.stopped_at_once", {{"why", why}});
    if (redis_) redis_->stop();
    std::_Exit(EXIT_SUCCESS);
}

}  // namespace

Result<void> serve(const LoadedConfig& loaded) {
    configure_log(loaded.values);
    raise_descriptor_limit();
    signal(SIGPIPE, SIG_IGN);
    Process process(loaded);
    const Result<void> started = process.start();
    if (started) process.run();
    return started;
}

}  // namespace switchboard::runtime
