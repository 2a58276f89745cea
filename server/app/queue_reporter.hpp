// SPDX-License-Identifier: Apache-2.0
// The routing node's side of the queue board: writes what the router counts, soon after a change and now and then without one, and shows
// it to the metrics. Owned by a tenant's router while it leads. Thread: its shard.
#pragma once

#include "app/context.hpp"
#include "app/queue_observer.hpp"
#include "domain/routing.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace switchboard::app {

class QueueReporter {
public:
    QueueReporter(Context& context, TenantId tenant, QueueObserver& observer)
        : context_(context), tenant_(std::move(tenant)), observer_(observer) {}

    using Time = std::chrono::steady_clock::time_point;
    // Call after every batch of changes and every second. Returns when to call again, if it counted a moment ago.
    std::optional<Duration> report(const domain::Router& router, const domain::TenantConfig& config, Time now);
    // Another life of the router begins.
    void clear() { written_.clear(); }

private:
    v1::QueueSnapshot snapshot_of(const domain::Router& router, const domain::Counts& counts, const domain::TenantConfig& config, Timestamp now);
    bool open(const domain::TenantConfig& config, std::size_t department, Timestamp now);

    Context& context_;
    const TenantId tenant_;
    QueueObserver& observer_;
    std::string written_;  // without its time
    Time written_at_{};
    Time counted_at_{};
    Time::duration wait_{};  // between two counts
    Time kept_at_{};
    // By position in the configuration of this version: a time zone is costly to ask.
    std::uint64_t hours_version_ = 0;
    std::vector<std::optional<domain::HoursState>> hours_;
};

}  // namespace switchboard::app
