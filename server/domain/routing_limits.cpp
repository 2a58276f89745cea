// SPDX-License-Identifier: Apache-2.0
// Departments that take nothing more: full queues, and queues that are sent home at closing time.
#include "domain/overflow.hpp"
#include "domain/routing_impl.hpp"

#include <algorithm>

namespace switchboard::domain {

using routing::DepartmentIndex;

namespace {

// One that came longer ago was let in by this router or by the one before it.
constexpr Duration new_within = 5s;

}  // namespace

bool Router::Impl::newcomer(const Conversation& fact, Timestamp now) const {
    if (!config || fact.status != ConversationStatus::queued || fact.version != 1 || now - fact.enqueued > new_within) return false;
    const DepartmentIndex* department = queues.find_department(fact.requirement.department);
    return department && department->settings->limit.any() && full(*department, now);
}

bool Router::Impl::full(const DepartmentIndex& department, Timestamp now) const {
    const QueueLimit& limit = department.settings->limit;
    if (!limit.any()) return false;
    const std::size_t length = department.waiting.size();
    const Duration wait = length == 0 ? Duration{0} : std::chrono::duration_cast<Duration>(now - department.waiting.begin()->conversation->enqueued);
    const bool reached = (limit.length > 0 && length >= limit.length) || (limit.wait > Duration{0} && wait >= limit.wait);
    if (reached || !department.full) return reached;
    return (limit.length > 0 && length > limit.reopen_length) || (limit.wait > Duration{0} && wait > limit.reopen_wait);
}

// Remembers which mark was passed last.
void Router::Impl::update_limits(Timestamp now) {
    for (DepartmentIndex* department : queues.take_resized()) department->full = full(*department, now);
}

// The first that takes conversations, near ones before far ones. The configuration has no cycles; the depth is bounded all the same.
std::optional<DepartmentId> Router::Impl::overflow_of(const Department& department, Timestamp now) const {
    std::vector<const Department*> level{&department};
    for (std::size_t depth = 0; depth < 10 && !level.empty(); ++depth) {
        std::vector<const Department*> next;
        for (const Department* from : level) {
            for (const DepartmentId& id : from->overflow) {
                const Department* candidate = config->department(id);
                const DepartmentIndex* index = queues.find_department(id);
                if (!candidate || !index || candidate == &department) continue;
                if (candidate->open && hours_at(candidate->hours, now).taking && !full(*index, now)) return id;
                next.push_back(candidate);
            }
        }
        level = std::move(next);
    }
    return std::nullopt;
}

void Router::Impl::send_elsewhere(const ConversationEntry& entry, Timestamp now) {
    const std::optional<DepartmentId> to = overflow_of(settings_of(entry), now);
    if (!to) {
        decisions.push_back(TurnAway{entry.id, entry.version, ClosedReason::turned_away});
        return;
    }
    decisions.push_back(Move{entry.id, entry.version, carried_over(*entry.requirement, *to, *config),
                             config->department(*to)->conversation_weight});
}

// Closing times are looked up when the last answer has run out.
void Router::Impl::watch_hours(Timestamp now) {
    for (DepartmentIndex* department : closing_departments) {
        if (now < department->hours_until) continue;
        const HoursState state = hours_at(department->settings->hours, now);
        department->closing = state.open ? std::nullopt : std::optional(now);
        department->hours_until = state.changes.value_or(now + std::chrono::hours(24));
        for (const routing::QueueKey& key : department->waiting) schedule(*key.conversation);
    }
}

}  // namespace switchboard::domain
