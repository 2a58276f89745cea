// SPDX-License-Identifier: Apache-2.0
// The counts of a tenant's queues, as its router told them last: written by the node that routes, read by every shard. A hint for
// people, not a truth: it may be a second old, and is gone some seconds after nobody writes it. One object per shard; thread: that shard.
//
// Errors of every verb: unavailable, internal.
#pragma once

#include "base/error.hpp"
#include "base/ids.hpp"

#include <string>
#include <vector>

namespace switchboard::ports {

class QueueBoard {
public:
    virtual ~QueueBoard() = default;
    // `snapshot`: an encoded proto QueueSnapshot, which replaces the last one.
    virtual void write(const TenantId&, const std::string& snapshot, Callback<void>) = 0;
    // Adds one to the history, which holds half an hour.
    virtual void keep(const TenantId&, const std::string& snapshot, Callback<void>) = 0;
    // Empty: nobody has written lately.
    virtual void read(const TenantId&, Callback<std::string>) = 0;
    virtual void read_history(const TenantId&, Callback<std::vector<std::string>>) = 0;  // oldest first
};

}  // namespace switchboard::ports
