// SPDX-License-Identifier: Apache-2.0
// The routing node's side of the queue board: writes what the router counts, soon after a change and now and then without one.
// Owned by a tenant's router while it leads. Thread: its shard.
#pragma once

#include "app/context.hpp"
#include "domain/routing.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace switchboard::app {

class QueueReporter {
public:
    QueueReporter(Context& context, TenantId tenant) : context_(context), tenant_(std::move(tenant)) {}

    using Time = std::chrono::steady_clock::time_point;
    // Call after every batch of changes and every second. Returns when to call again, if it counted a moment ago.
    std::optional<Duration> report(const domain::Router& router, const domain::TenantConfig& config, Time now);
    // Another life of the router begins.
    void clear() { written_.clear(); }

private:
    Context& context_;
    TenantId tenant_;
    std::string written_;  // without its time
    Time written_at_{};
    Time counted_at_{};
    Time::duration wait_{};  // between two counts
    Time kept_at_{};
};

}  // namespace switchboard::app
