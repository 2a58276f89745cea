// SPDX-License-Identifier: Apache-2.0
// One thread of the server and all that lives on it: a loop, connections to Redis, the stores, the hub, the clients. Nothing in it
// is shared with another shard. Built and destroyed on the main thread while its own thread does not run; everything else is
// handed to its loop.
#pragma once

#include "app/archive_service.hpp"
#include "app/auditor.hpp"
#include "app/config_admin.hpp"
#include "app/context.hpp"
#include "app/hub.hpp"
#include "app/router_service.hpp"
#include "app/sign_in.hpp"
#include "app/tenants.hpp"
#include "archive/journal_files.hpp"
#include "archive/sqlite.hpp"
#include "auth/token_verifier_impl.hpp"
#include "net/shard_server.hpp"
#include "net/static_files.hpp"
#include "redis/redis_archive_outbox.hpp"
#include "redis/redis_audit_store.hpp"
#include "redis/redis_bus.hpp"
#include "redis/redis_conversation_store.hpp"
#include "redis/redis_queue_board.hpp"
#include "redis/redis_routing_store.hpp"
#include "redis/redis_tenant_store.hpp"
#include "redis/subscriber.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace switchboard::runtime {

// What the shards have in common; outlives them.
struct Node {
    Incarnation incarnation;
    redis::RedisAddress redis;
    std::string durability;
    redis::ReplicaAckOptions replicas;
    Duration closed_keep{0};
    archive::JournalOptions journal;
    app::SessionLimits limits;
    net::Options net_options;
    std::shared_ptr<const net::StaticFiles> files;
    auth::SigningKey signing_key{};
    Metrics metrics;
    std::unique_ptr<WorkerPool> workers;
    std::unique_ptr<auth::PasswordChecker> passwords;
    std::shared_ptr<archive::SqliteStore> archive;
    std::atomic<bool> draining{false};
};

class Shard {
public:
    // The first shard also routes and archives: one of a node is enough, the lease is held in the node's name.
    Shard(Node& node, unsigned index);
    Shard(const Shard&) = delete;
    Shard& operator=(const Shard&) = delete;

    asio::io_context& loop() { return loop_; }
    Executor executor() { return loop_.get_executor(); }
    net::ShardServer& server() { return *server_; }

    // The rest on the shard's thread, or before it runs.
    void start();
    // Sends the clients away within `drain`, then calls `done`.
    void drain(Duration drain, std::function<void()> done);
    // After every shard has drained: gives leases back and closes the connections to Redis.
    void leave(std::function<void()> done);

private:
    net::Readiness readiness() const;
    net::Services services();
    std::unique_ptr<redis::Connection> connect(std::function<void(const redis::ConnectionState&)> on_state = {});
    void store_state(const redis::ConnectionState& state);
    void observe_time();

    Node& node_;
    const unsigned index_;
    asio::io_context loop_{1};
    RedisClock clock_;
    bool store_lost_ = false;
    std::unique_ptr<redis::Connection> connection_;
    redis::Subscriber subscriber_;
    redis::Caller caller_;
    redis::RedisConversationStore conversations_;
    redis::RedisRoutingStore routing_;
    redis::RedisQueueBoard board_;
    redis::RedisTenantStore tenant_store_;
    redis::RedisArchiveOutbox outbox_;
    redis::RedisAuditStore audit_store_;
    redis::RedisBus bus_;
    archive::SqliteArchive archive_;
    archive::JournalFiles journal_;
    auth::TokenVerifierImpl tokens_;
    app::Context context_;
    app::Tenants tenants_;
    app::Hub hub_;
    app::AgentSignIn sign_in_;
    app::TenantConfigAdmin config_admin_;
    std::unique_ptr<app::RouterService> router_;
    std::unique_ptr<app::ArchiveService> archiver_;
    std::unique_ptr<app::Auditor> auditor_;
    std::optional<net::ShardServer> server_;
    Timer time_timer_;
};

}  // namespace switchboard::runtime
