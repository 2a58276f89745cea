// SPDX-License-Identifier: Apache-2.0
#include "runtime/redis_check.hpp"

#include "base/log.hpp"
#include "redis/caller.hpp"
#include "redis/sentinel.hpp"

#include <string_view>

namespace switchboard::runtime {

namespace {

constexpr const char* asked_settings[] = {"maxmemory-policy", "appendonly", "appendfsync", "min-replicas-to-write"};

// Fills in what Redis says; returns why it says nothing.
std::string ask_settings(const redis::RedisAddress& address, RedisFacts& facts) {
    asio::io_context loop{1};
    Metrics metrics;
    redis::ConnectionOptions options;
    options.link.address = address;
    redis::Connection connection(loop.get_executor(), metrics, options);
    redis::Caller caller(connection);
    std::string problem;
    for (const char* name : asked_settings) {
        std::optional<Result<redis::Reply>> reply;
        caller.command({"CONFIG", "GET", name}, [&](Result<redis::Reply> result) { reply = std::move(result); });
        while (!reply) loop.run_one();
        if (!*reply) problem = reply->error().message;
        else if ((*reply)->size() == 2) facts.settings[name] = (**reply)[1].text();
        if (!problem.empty()) break;
    }
    connection.stop();
    return problem;
}

void ask_sentinels(const redis::RedisAddress& address, RedisFacts& facts) {
    if (!address.by_sentinel()) return;
    const auto tls = redis::make_tls_context(address);
    if (!tls) return;
    asio::io_context loop{1};
    const auto lookup = std::make_shared<redis::SentinelLookup>(loop.get_executor(), address, *tls);
    lookup->start([&facts](const Result<redis::Primary>& found) {
        if (found) facts.known_replicas = found->replicas;
    });
    loop.run();
}

std::string setting(const RedisFacts& facts, const char* name) {
    const auto found = facts.settings.find(name);
    return found == facts.settings.end() ? std::string() : found->second;
}

bool says_other(const RedisFacts& facts, const char* name, std::string_view wanted) {
    const std::string value = setting(facts, name);
    return !value.empty() && value != wanted;
}

bool not_synced(const RedisFacts& facts) { return says_other(facts, "appendonly", "yes") || says_other(facts, "appendfsync", "always"); }

}  // namespace

redis::ReplicaAckOptions replica_acks(const Config& config) {
    redis::ReplicaAckOptions options;
    if (config.durability != "replica") return options;
    options.all = config.ack_replicas == "all";
    if (!options.all) options.replicas = std::stoul(config.ack_replicas);
    options.degrade_after = config.replica_degrade_after;
    return options;
}

std::optional<std::string> refusal(const RedisFacts& facts, const std::string& durability) {
    if (says_other(facts, "maxmemory-policy", "noeviction"))
        return "has maxmemory-policy " + setting(facts, "maxmemory-policy") + " and would throw conversations away: set it to noeviction";
    if (durability == "fsync" && not_synced(facts))
        return "has appendonly " + setting(facts, "appendonly") + " and appendfsync " + setting(facts, "appendfsync") +
               ", so an acknowledged message could be lost: set yes and always, or give --durability memory";
    return std::nullopt;
}

std::vector<std::string> doubts(const RedisFacts& facts, const redis::RedisAddress& address, const Config& config) {
    std::vector<std::string> all;
    if (address.by_sentinel() && config.durability != "replica")
        all.emplace_back("durability is " + config.durability + ", and a fail-over may lose what was acknowledged: set replica");
    if (address.by_sentinel() && address.sentinels.size() < 3)
        all.emplace_back("fewer than three Sentinels are named: when one is gone nobody may be able to promote a replica");
    if (config.durability != "replica") return all;
    if (not_synced(facts))
        all.emplace_back("appendonly yes and appendfsync always are not set, so a loss of power on all nodes at once may lose what was acknowledged");
    if (setting(facts, "min-replicas-to-write") == "0")
        all.emplace_back("min-replicas-to-write is 0: a primary that is cut off goes on writing what will be thrown away; set it to 1");
    if (facts.known_replicas == 0U)
        all.emplace_back("the Sentinels know of no replica, so nothing can be acknowledged");
    const auto options = replica_acks(config);
    if (!options.all && facts.known_replicas && options.replicas < *facts.known_replicas)
        all.emplace_back("ack_replicas is " + config.ack_replicas + " and there are " + std::to_string(*facts.known_replicas) +
                         " replicas: one of those not waited for may be promoted, without what was acknowledged; set all");
    if (options.degrade_after.count() > 0)
        all.emplace_back("replica_degrade_after allows acknowledgements that only one replica has; switchboard_redis_errors_total{kind=\"replicas_degraded\"} counts them");
    return all;
}

Result<void> check_redis(const redis::RedisAddress& address, const Config& config) {
    if (const auto tls = redis::make_tls_context(address); !tls) return tls.error();
    if (config.durability == "replica" && config.ack_replicas == "all" && !address.by_sentinel())
        return Error{ErrorCode::invalid_argument, "durability replica without Sentinels: write in ack_replicas how many replicas there are"};
    RedisFacts facts;
    const std::string place = address.describe();
    const std::string problem = ask_settings(address, facts);
    if (!problem.empty()) log::warn("redis.not_verified", {{"redis", place}, {"reason", problem}});
    ask_sentinels(address, facts);
    if (const auto why = refusal(facts, config.durability)) return Error{ErrorCode::unavailable, "Redis at " + place + " " + *why};
    for (const std::string& doubt : doubts(facts, address, config)) log::warn("redis.promise_in_doubt", {{"redis", place}, {"why", doubt}});
    return {};
}

}  // namespace switchboard::runtime
