// SPDX-License-Identifier: Apache-2.0
// The tenants' documents for somebody who waits: commands at the prompt and the start of the server. Uses the Redis of a running
// server, or starts the embedded one for as long as the object lives. A change is told as made when it is as durable as the
// configuration demands: with durability `replica`, when the replicas have it. Blocks; main thread.
#pragma once

#include "base/metrics.hpp"
#include "domain/tenant_config.hpp"
#include "redis/caller.hpp"
#include "redis/connection.hpp"
#include "redis/redis_audit_store.hpp"
#include "redis/redis_tenant_store.hpp"
#include "runtime/config.hpp"
#include "app/explanations.hpp"
#include "runtime/embedded_redis.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace switchboard::runtime {

class TenantEditor {
public:
    explicit TenantEditor(const redis::RedisAddress& address, const redis::ReplicaAckOptions& replicas = {});
    ~TenantEditor();

    // The Redis that the configuration names: by URL, of the server that runs on the data directory, or one of our own.
    static Result<std::unique_ptr<TenantEditor>> open(const Config& config);

    Result<std::vector<TenantId>> list();
    Result<domain::TenantConfig> load(const TenantId& tenant);
    // `before`: what is stored now, null for a new tenant. The audit names the operating system's user. When nothing changes nothing is
    // written, and the old version returned as soon as that one is as durable as a change would be.
    Result<std::uint64_t> save(const domain::TenantConfig* before, domain::TenantConfig config);
    // Loads, changes, saves; again when somebody else was faster. The change says what is wrong by its error; what it brought that
    // cannot work is refused (domain/config_check).
    Result<std::uint64_t> modify(const TenantId& tenant, const std::function<Result<void>(domain::TenantConfig&)>& change);

    // The last changes, the newest one last.
    Result<std::vector<ports::AuditEntry>> audit(const TenantId& tenant, std::size_t last);
    // Why a live conversation waits, or where it went. Errors: not_found.
    Result<v1::Explanation> explain(const TenantId& tenant, const ConversationId& conversation);

    // Runs `work` with a look at the store and waits until it calls back.
    template <class T>
    Result<T> audited(const std::function<void(ports::AuditStore&, Callback<T>)>& work) {
        return wait<T>([&](Callback<T> done) { work(audit_store_, std::move(done)); });
    }

private:
    Result<std::uint64_t> confirmed(std::uint64_t version);
    template <class T>
    Result<T> wait(const std::function<void(Callback<T>)>& begin) {
        std::optional<Result<T>> answer;
        begin([&answer](Result<T> result) { answer = std::move(result); });
        while (!answer) loop_.run_one();
        if (!*answer && !unreachable_.empty()) return Error{ErrorCode::unavailable, "cannot reach Redis at " + where_ + ": " + unreachable_};
        return std::move(*answer);
    }

    std::optional<DataDirectory> directory_;
    std::unique_ptr<EmbeddedRedis> redis_;
    const std::string where_;
    std::string unreachable_;  // why, as long as it is
    asio::io_context loop_{1};
    Metrics metrics_;
    redis::Connection connection_;
    redis::Caller caller_{connection_};
    redis::RedisTenantStore store_{caller_};
    redis::RedisAuditStore audit_store_{caller_};
};

}  // namespace switchboard::runtime
