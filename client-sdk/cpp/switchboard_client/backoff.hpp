// SPDX-License-Identifier: Apache-2.0
// How long to wait before the next attempt to connect: full jitter over a doubling limit, so that clients which were cut off
// together do not come back together. Pure: randomness is given. Thread: any.
#pragma once

#include "base/clock.hpp"

#include <algorithm>
#include <cstdint>

namespace switchboard::client {

class Backoff {
public:
    Backoff(Duration base, Duration limit) : base_(base), limit_(limit) {}

    // Evenly from [0, min(limit, base * 2^attempts)).
    Duration next(std::uint64_t random) {
        const auto bound = std::min(limit_.count(), base_.count() << std::min(attempts_, 20u));
        ++attempts_;
        return Duration{bound > 0 ? static_cast<std::int64_t>(random % static_cast<std::uint64_t>(bound)) : 0};
    }
    void reset() { attempts_ = 0; }
    unsigned attempts() const { return attempts_; }

private:
    Duration base_;
    Duration limit_;
    unsigned attempts_ = 0;
};

}  // namespace switchboard::client
