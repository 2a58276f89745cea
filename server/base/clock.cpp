// SPDX-License-Identifier: Apache-2.0
#include "base/clock.hpp"

#include <algorithm>

namespace switchboard {

namespace {
Duration monotonic(std::chrono::steady_clock::time_point point) {
    return std::chrono::duration_cast<Duration>(point.time_since_epoch());
}
}  // namespace

void RedisClock::observe(Timestamp redis_time, std::chrono::steady_clock::time_point sent,
                         std::chrono::steady_clock::time_point received) {
    const Duration least = redis_time.time_since_epoch() - monotonic(received);
    const Duration most = redis_time.time_since_epoch() - monotonic(sent);
    // Halfway is the unbiased guess when both directions cost the same.
    offset_ = known_ ? std::clamp(offset_, least, most) : (least + most) / 2;
    known_ = true;
}

Timestamp RedisClock::now() const {
    if (!known_) return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    return Timestamp{offset_ + monotonic(std::chrono::steady_clock::now())};
}

}  // namespace switchboard
