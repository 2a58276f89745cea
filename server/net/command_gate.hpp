// SPDX-License-Identifier: Apache-2.0
// How many commands one session may send, by role. Pure: time is an argument. Thread: its shard.
#pragma once

#include "app/context.hpp"
#include "net/rate_limiter.hpp"

namespace switchboard::net {

class CommandGate {
public:
    enum class Verdict : std::uint8_t {
        allowed,
        refused,  // answer RATE_LIMITED
        abuse,    // refused for so long that no correct client can be at the other end: close
    };

    Verdict take(bool staff, const app::SessionLimits& limits, double customer_per_minute, TimePoint now);
    std::uint32_t retry_after_ms(bool staff, const app::SessionLimits& limits, double customer_per_minute) const;

private:
    TokenBucket per_second_;
    TokenBucket per_minute_;
    TokenBucket refusals_;
};

}  // namespace switchboard::net
