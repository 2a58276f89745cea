// SPDX-License-Identifier: Apache-2.0
// Whether a Redis that is not ours can keep what the server promises. Asked once at start. Blocks; main thread.
#pragma once

#include "base/error.hpp"
#include "redis/replica_acks.hpp"
#include "redis/topology.hpp"
#include "runtime/config.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace switchboard::runtime {

// Refuses a maxmemory-policy that throws keys away, and durability fsync without it; warns when the topology cannot keep the promise
// or what it can is not known, or when Redis does not answer now: the server then starts and is not ready until it does.
Result<void> check_redis(const redis::RedisAddress& address, const Config& config);

// What is known of a Redis: settings by name (absent: it does not say), and what its Sentinels say.
struct RedisFacts {
    std::map<std::string, std::string> settings;
    std::optional<std::size_t> known_replicas;  // nothing: no Sentinels, or none answers
};
// Why this Redis is refused; nothing: it is not.
std::optional<std::string> refusal(const RedisFacts& facts, const std::string& durability);
// One sentence per promise that could be broken.
std::vector<std::string> doubts(const RedisFacts& facts, const redis::RedisAddress& address, const Config& config);

// What an acknowledgement waits for; nothing unless the durability is `replica`.
redis::ReplicaAckOptions replica_acks(const Config& config);

}  // namespace switchboard::runtime
