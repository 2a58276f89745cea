// SPDX-License-Identifier: Apache-2.0
// Counts the frames of clients by kind of command; the series are looked up once. Thread: its shard.
#pragma once

#include "base/metrics.hpp"

#include <vector>

namespace switchboard::v1 {
class ClientFrame;
}

namespace switchboard::net {

class FrameCounters {
public:
    explicit FrameCounters(Metrics& metrics);
    void count(const v1::ClientFrame& frame);

private:
    std::vector<prometheus::Counter*> by_field_;  // number in the oneof; 0: no command that is known
};

}  // namespace switchboard::net
