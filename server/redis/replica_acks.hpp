// SPDX-License-Identifier: Apache-2.0
// Tier `replica`: how many replicas must have a write before it counts. Pure. Thread: one.
#pragma once

#include "base/clock.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>

namespace switchboard::redis {

struct ReplicaAckOptions {
    std::size_t replicas = 0;    // so many; 0: none is waited for, unless `all`
    bool all = false;            // every replica that the Sentinels know of, the ones that are down too
    Duration patience{700};      // of one WAIT: two of them and a little more are within two seconds
    Duration degrade_after{0};   // replicas missing for so long are not waited for any more, but one always is, and only while a
                                 // majority of the Sentinels sees the primary; 0: never

    bool wanted() const { return all || replicas > 0; }
};

class ReplicaAcks {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    enum class Verdict { enough, degraded, too_few };

    explicit ReplicaAcks(const ReplicaAckOptions& options) : options_(options) {}

    bool wanted() const { return options_.wanted(); }
    Duration patience() const { return options_.patience; }
    // `known`: replicas that the Sentinels know of. `certain`: this is the primary for a majority of them.
    std::size_t required(std::size_t known, bool certain, TimePoint now) const {
        if (degraded(now) && certain) return 1;
        return all_of(known);
    }
    Verdict judge(std::size_t confirmed, std::size_t known, bool certain, TimePoint now) {
        if (confirmed >= all_of(known)) {
            missing_since_.reset();
            return Verdict::enough;
        }
        if (!missing_since_) missing_since_ = now;
        return confirmed > 0 && certain && degraded(now) ? Verdict::degraded : Verdict::too_few;
    }

private:
    std::size_t all_of(std::size_t known) const { return options_.all ? std::max<std::size_t>(1, known) : options_.replicas; }
    bool degraded(TimePoint now) const {
        return options_.degrade_after.count() > 0 && missing_since_ && now - *missing_since_ >= options_.degrade_after;
    }

    const ReplicaAckOptions options_;
    std::optional<TimePoint> missing_since_;  // fewer than wanted confirm
};

}  // namespace switchboard::redis
