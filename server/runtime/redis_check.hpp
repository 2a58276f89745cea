// SPDX-License-Identifier: Apache-2.0
// Whether a Redis that is not ours can keep what the server promises. Asked once at start. Blocks; main thread.
#pragma once

#include "base/error.hpp"
#include "redis/topology.hpp"

#include <string>

namespace switchboard::runtime {

// Refuses a maxmemory-policy that throws keys away; warns when durability cannot be met or cannot be verified, or when Redis
// does not answer now: the server then starts and is not ready until it does.
Result<void> check_redis(const redis::RedisAddress& address, const std::string& durability);

}  // namespace switchboard::runtime
