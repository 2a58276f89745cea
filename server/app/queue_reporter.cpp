// SPDX-License-Identifier: Apache-2.0
#include "app/queue_reporter.hpp"

#include "ports/queue_board.hpp"
#include "switchboard/v1/client.pb.h"

#include <algorithm>

namespace switchboard::app {

namespace {

constexpr Duration count_every{250};
constexpr int count_share = 50;  // at most one part in so many of the time
constexpr auto write_every = std::chrono::seconds(3);
constexpr auto keep_every = std::chrono::seconds(15);

void describe(v1::DepartmentQueue& out, const domain::Department& department, const domain::DepartmentCounts& counts) {
    out.set_id(department.id.value);
    out.set_name(department.name);
    out.set_open(department.open);
    out.set_waiting(counts.waiting);
    out.set_offered(counts.offered);
    out.set_active(counts.active);
    out.set_wrap_up(counts.wrap_up);
    if (counts.oldest) out.set_oldest_ms(to_ms(*counts.oldest));
    out.set_agents_available(counts.agents_available);
    out.set_agents_away(counts.agents_away);
    out.set_agents_offline(counts.agents_offline);
    out.set_agents_full(counts.agents_full);
    out.set_free_slots(counts.free_slots);
}

v1::QueueSnapshot snapshot_of(const domain::Router& router, const domain::TenantConfig& config) {
    const domain::Counts counts = router.counts();
    v1::QueueSnapshot snapshot;
    for (std::size_t i = 0; i < counts.departments.size(); ++i)
        describe(*snapshot.add_departments(), config.departments[i], counts.departments[i]);
    snapshot.set_agents_available(counts.agents_available);
    snapshot.set_agents_away(counts.agents_away);
    return snapshot;
}

}  // namespace

std::optional<Duration> QueueReporter::report(const domain::Router& router, const domain::TenantConfig& config, Time now) {
    if (now - counted_at_ < wait_) return std::chrono::ceil<Duration>(wait_);
    counted_at_ = now;
    v1::QueueSnapshot snapshot = snapshot_of(router, config);
    std::string counts = snapshot.SerializeAsString();
    wait_ = std::max<Time::duration>(count_every, count_share * (std::chrono::steady_clock::now() - now));
    const bool keep = now - kept_at_ >= keep_every;
    if (counts == written_ && !keep && now - written_at_ < write_every) return std::nullopt;
    written_ = std::move(counts);
    written_at_ = now;
    if (keep) kept_at_ = now;
    snapshot.set_time_ms(to_ms(context_.clock.now()));
    // A lost one is replaced by the next.
    context_.board.write(tenant_, snapshot.SerializeAsString(), keep, [](Result<void>) {});
    return std::nullopt;
}

}  // namespace switchboard::app
