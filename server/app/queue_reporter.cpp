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
constexpr std::size_t most_first = 20;       // of a department
constexpr std::size_t most_first_in_all = 500;

void describe(v1::DepartmentQueue& out, const domain::Department& department, const domain::DepartmentCounts& counts) {
    out.set_id(department.id.value);
    out.set_name(department.name);
    out.set_pull(department.mode == domain::QueueMode::pull);
    out.set_service_level_s(static_cast<std::uint32_t>(department.service_level / std::chrono::seconds(1)));
    out.set_waiting(counts.waiting);
    out.set_offered(counts.offered);
    out.set_active(counts.active);
    out.set_wrap_up(counts.wrap_up);
    out.set_unroutable(counts.unroutable);
    out.set_full(counts.full);
    if (counts.oldest) out.set_oldest_ms(to_ms(*counts.oldest));
    out.set_agents_available(counts.agents_available);
    out.set_agents_away(counts.agents_away);
    out.set_agents_offline(counts.agents_offline);
    out.set_agents_full(counts.agents_full);
    out.set_free_slots(counts.free_slots);
    out.set_used_slots(counts.used_slots);
}

void list_first(v1::DepartmentQueue& out, const domain::Router& router, std::size_t most) {
    for (const auto& id : router.waiting(DepartmentId{out.id()}, most)) {
        const auto conversation = router.conversation(id);
        if (!conversation) continue;
        auto& waiting = *out.add_first();
        waiting.set_conversation_id(id.value);
        waiting.set_since_ms(to_ms(conversation->enqueued));
        waiting.set_urgent(conversation->urgent);
        waiting.set_step(conversation->step);
        waiting.set_offered(conversation->status == domain::ConversationStatus::offered);
    }
}

}  // namespace

bool QueueReporter::open(const domain::TenantConfig& config, std::size_t department, Timestamp now) {
    const domain::Department& of = config.departments[department];
    if (!of.open || of.hours.always()) return of.open;
    if (hours_version_ != config.version || hours_.size() != config.departments.size()) {
        hours_.assign(config.departments.size(), std::nullopt);
        hours_version_ = config.version;
    }
    auto& known = hours_[department];
    if (!known || (known->changes && *known->changes <= now)) known = domain::hours_at(of.hours, now);
    return known->taking;
}

v1::QueueSnapshot QueueReporter::snapshot_of(const domain::Router& router, const domain::Counts& counts, const domain::TenantConfig& config,
                                             Timestamp now) {
    const auto& statistics = observer_.statistics();
    v1::QueueSnapshot snapshot;
    std::size_t room = most_first_in_all;
    for (std::size_t i = 0; i < counts.departments.size(); ++i) {
        const auto& department = config.departments[i];
        auto& out = *snapshot.add_departments();
        describe(out, department, counts.departments[i]);
        out.set_open(open(config, i, now));
        if (const auto estimate = observer_.estimate_for_newcomers(department.id)) *out.mutable_estimate() = to_proto(*estimate);
        *out.mutable_today() = to_proto(statistics.today(department.id, now));
        *out.mutable_recent() = to_proto(statistics.recent(department.id, now));
        list_first(out, router, std::min(most_first, room));
        room -= static_cast<std::size_t>(out.first_size());
    }
    snapshot.set_agents_available(counts.agents_available);
    snapshot.set_agents_away(counts.agents_away);
    return snapshot;
}

std::optional<Duration> QueueReporter::report(const domain::Router& router, const domain::TenantConfig& config, Time now) {
    if (now - counted_at_ < wait_) return std::chrono::ceil<Duration>(wait_);
    counted_at_ = now;
    const Timestamp time = context_.clock.now();
    const domain::Counts counted = router.counts(time);
    v1::QueueSnapshot snapshot = snapshot_of(router, counted, config, time);
    observer_.show(counted, snapshot, config, time, now);
    std::string counts = snapshot.SerializeAsString();
    wait_ = std::max<Time::duration>(count_every, count_share * (std::chrono::steady_clock::now() - now));
    const bool keep = now - kept_at_ >= keep_every;
    if (counts == written_ && !keep && now - written_at_ < write_every) return std::nullopt;
    written_ = std::move(counts);
    written_at_ = now;
    snapshot.set_time_ms(to_ms(time));
    // A lost one is replaced by the next.
    context_.board.write(tenant_, snapshot.SerializeAsString(), [](Result<void>) {});
    if (!keep) return std::nullopt;
    kept_at_ = now;
    for (auto& department : *snapshot.mutable_departments()) department.clear_first();
    context_.board.keep(tenant_, snapshot.SerializeAsString(), [](Result<void>) {});
    return std::nullopt;
}

}  // namespace switchboard::app
