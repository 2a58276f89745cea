// SPDX-License-Identifier: Apache-2.0
#include "runtime/server.hpp"

#include "base/log.hpp"
#include "runtime/redis_check.hpp"
#include "runtime/web_files.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <pthread.h>

#include <csignal>

namespace switchboard::runtime {

namespace {

constexpr std::size_t worker_queue = 4096;

app::SessionLimits session_limits(const Config& config) {
    const auto number = [](std::uint64_t value) { return static_cast<std::uint32_t>(value); };
    app::SessionLimits limits;
    limits.text_bytes = number(config.text_bytes);
    limits.customer_frame_bytes = number(config.customer_frame_bytes);
    limits.agent_frame_bytes = number(config.agent_frame_bytes);
    limits.hello_ms = static_cast<std::uint32_t>(config.hello_timeout.count());
    limits.heartbeat_ms = static_cast<std::uint32_t>(config.heartbeat.count());
    limits.customer_commands_per_second = number(config.customer_commands_per_second);
    limits.customer_command_burst = number(config.customer_command_burst);
    limits.agent_commands_per_second = number(config.agent_commands_per_second);
    limits.customer_outbox_bytes = number(config.customer_outbox_bytes);
    limits.agent_outbox_bytes = number(config.agent_outbox_bytes);
    limits.sessions_per_visitor = number(config.sessions_per_visitor);
    limits.sessions_per_agent = number(config.sessions_per_agent);
    limits.new_visitors_per_minute_per_address = number(config.new_visitors_per_minute);
    return limits;
}

net::Options net_options(const Config& config) {
    net::Options options;
    for (const std::string& proxy : config.trusted_proxies) options.trusted_proxies.push_back(*net::Network::parse(proxy));
    options.secure_cookies = config.cookie_secure;
    options.customer_commands_per_minute = static_cast<double>(config.customer_commands_per_minute);
    return options;
}

net::AdmissionLimits admission_limits(const Config& config) {
    net::AdmissionLimits limits;
    limits.connections = config.connections;
    limits.handshakes_per_second = static_cast<double>(config.handshakes_per_second);
    limits.per_address.connections = config.connections_per_address;
    limits.per_address.handshakes_per_second = static_cast<double>(config.handshakes_per_second_per_address);
    return limits;
}

void run_shard(Shard& shard, unsigned index) {
    pthread_setname_np(pthread_self(), ("shard-" + std::to_string(index)).c_str());
    const auto guard = asio::make_work_guard(shard.loop());
    for (;;) {
        try {
            shard.loop().run();
            return;
        } catch (const std::exception& defect) {
            log::error("shard.exception", {{"shard", index}, {"error", defect.what()}});
        }
    }
}

}  // namespace

Result<std::unique_ptr<Server>> Server::create(const Config& config, const redis::RedisAddress& redis, const auth::SigningKey& key,
                                               const DataDirectory& data, Executor main_loop) {
    std::unique_ptr<Server> server(new Server(main_loop));
    Node& node = server->node_;
    node.incarnation = Incarnation(random_id());
    node.redis = redis;
    node.durability = config.durability;
    node.replicas = replica_acks(config);
    node.closed_keep = config.closed_keep;
    node.journal.directory = data.journal_directory();
    node.journal.keep = config.journal_keep;
    node.journal.most_bytes = config.journal_bytes;
    node.limits = session_limits(config);
    node.net_options = net_options(config);
    auto files = load_web_files(config.web_dir, config.demo);
    if (!files) return files.error();
    node.files = std::move(*files);
    node.signing_key = key;
    node.workers = std::make_unique<WorkerPool>(config.workers, worker_queue);
    node.passwords = std::make_unique<auth::PasswordChecker>(*node.workers);
    auto archive = archive::SqliteStore::open(data.archive_file(), *node.workers);
    if (!archive) return archive.error();
    node.archive = *archive;

    const unsigned count = config.threads != 0 ? static_cast<unsigned>(config.threads) : std::max(1U, std::thread::hardware_concurrency());
    std::vector<net::ShardServer*> servers;
    for (unsigned index = 0; index < count; ++index) {
        server->shards_.push_back(std::make_unique<Shard>(node, index));
        servers.push_back(&server->shards_.back()->server());
    }
    server->listener_ =
        std::make_unique<net::Listener>(server->shards_.front()->executor(), net::Admission::create(admission_limits(config)), servers);
    return server;
}

Server::~Server() { join(); }

Result<std::uint16_t> Server::start(const std::string& address, std::uint16_t port) {
    const Result<std::uint16_t> bound = listener_->listen(address, port);
    if (!bound) return bound;
    // Signals are the main thread's business.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (unsigned index = 0; index < shards_.size(); ++index) {
        Shard& shard = *shards_[index];
        asio::post(shard.executor(), [&shard] { shard.start(); });
        threads_.emplace_back([&shard, index] { run_shard(shard, index); });
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return bound;
}

void Server::on_all(std::function<void(Shard&, std::function<void()>)> step, std::function<void()> done) {
    // Counted on the main loop only.
    const auto left = std::make_shared<std::size_t>(shards_.size());
    const auto finished = [main = main_loop_, left, done = std::move(done)] {
        asio::post(main, [left, done] {
            if (--*left == 0) done();
        });
    };
    for (const auto& shard : shards_) asio::post(shard->executor(), [&one = *shard, step, finished] { step(one, finished); });
}

void Server::shut_down(Duration drain, std::function<void()> done) {
    node_.draining = true;
    asio::post(shards_.front()->executor(), [this] { listener_->stop(); });
    const auto leave = [this, done = std::move(done)] {
        on_all([](Shard& shard, std::function<void()> left) { shard.leave(std::move(left)); }, done);
    };
    on_all([drain](Shard& shard, std::function<void()> drained) { shard.drain(drain, std::move(drained)); }, leave);
}

void Server::join() {
    for (const auto& shard : shards_) shard->loop().stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    // Work in progress posts to the loops, so it ends before they do.
    node_.passwords.reset();
    node_.workers.reset();
    listener_.reset();
    shards_.clear();
}

}  // namespace switchboard::runtime
