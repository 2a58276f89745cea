// SPDX-License-Identifier: Apache-2.0
// Time as the product means it: milliseconds since 1970 by the clock of Redis, so that nodes never disagree.
#pragma once

#include <chrono>
#include <cstdint>

namespace switchboard {

using Duration = std::chrono::milliseconds;
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

constexpr Timestamp from_ms(std::int64_t ms) { return Timestamp{Duration{ms}}; }
constexpr std::int64_t to_ms(Timestamp time) { return time.time_since_epoch().count(); }

// Redis time without asking for it each time: the offset to the local monotonic clock, measured with every reply that
// tells the time. While no clock steps, it is as exact as the quickest reply so far (wrong by less than its round trip): a slow one moves
// the offset only as far as it proves it wrong (Cristian's algorithm). A step of Redis' clock is followed, to a round trip of the first
// reply; steps of the machine's wall clock have no effect. Thread: one shard.
class RedisClock {
public:
    // `sent` and `received` enclose the moment at which Redis read its clock.
    void observe(Timestamp redis_time, std::chrono::steady_clock::time_point sent, std::chrono::steady_clock::time_point received);
    Timestamp now() const;
    bool known() const { return known_; }

private:
    bool known_ = false;
    Duration offset_{0};
};

}  // namespace switchboard
