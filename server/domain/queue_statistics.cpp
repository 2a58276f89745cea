// SPDX-License-Identifier: Apache-2.0
#include "domain/queue_statistics.hpp"

#include <algorithm>

namespace switchboard::domain {

namespace {

constexpr Duration new_for = 10s;

std::int64_t minute_of(Timestamp time) { return std::chrono::floor<std::chrono::minutes>(time).time_since_epoch().count(); }
std::int64_t day_of(Timestamp time) { return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count(); }

bool waits(const Conversation& conversation) {
    return conversation.status == ConversationStatus::queued || conversation.status == ConversationStatus::offered;
}

void add(QueueTotals& totals, const QueueStep& step, bool estimated) {
    switch (step.kind) {
    case QueueStep::Kind::offered: ++totals.offered; break;
    case QueueStep::Kind::overflowed: ++totals.overflowed; break;
    case QueueStep::Kind::turned_away: ++totals.turned_away; break;
    case QueueStep::Kind::abandoned:
        ++totals.abandoned;
        totals.abandoned_short += step.is_short;
        totals.abandoned_in_time += step.in_time;
        break;
    case QueueStep::Kind::answered:
        ++totals.answered;
        totals.answered_in_time += step.in_time;
        totals.answered_wait += step.wait;
        totals.longest_wait = std::max(totals.longest_wait, step.wait);
        totals.estimated += estimated;
        totals.estimated_in_p90 += estimated && step.in_p90;
        break;
    }
}

}  // namespace

QueueTotals& operator+=(QueueTotals& to, const QueueTotals& more) {
    to.offered += more.offered;
    to.answered += more.answered;
    to.abandoned += more.abandoned;
    to.abandoned_short += more.abandoned_short;
    to.answered_in_time += more.answered_in_time;
    to.abandoned_in_time += more.abandoned_in_time;
    to.overflowed += more.overflowed;
    to.turned_away += more.turned_away;
    to.answered_wait += more.answered_wait;
    to.longest_wait = std::max(to.longest_wait, more.longest_wait);
    to.estimated += more.estimated;
    to.estimated_in_p90 += more.estimated_in_p90;
    return to;
}

std::optional<double> service_level(const QueueTotals& totals, LevelVariant variant) {
    std::uint64_t good = totals.answered_in_time, all = totals.answered + totals.abandoned;
    if (variant == LevelVariant::of_offered) all = totals.offered;
    if (variant == LevelVariant::without_short) all -= totals.abandoned_short;
    if (variant == LevelVariant::removed) good += totals.abandoned_in_time;
    if (all == 0) return std::nullopt;
    return static_cast<double>(good) / static_cast<double>(all);
}

std::optional<QueueStep::Kind> queue_exit(const Conversation& before, const Conversation& after) {
    // An assignment, once made, is never taken back: the number tells that somebody has answered already.
    if (!waits(before) || before.assign_epoch > 0) return std::nullopt;
    using Kind = QueueStep::Kind;
    if (waits(after) && after.assign_epoch == 0) {
        if (after.requirement.department == before.requirement.department) return std::nullopt;
        return Kind::overflowed;
    }
    if (after.assign_epoch > 0) return Kind::answered;
    const bool refused = after.closed_reason == ClosedReason::turned_away || after.closed_reason == ClosedReason::out_of_hours;
    return refused ? Kind::turned_away : Kind::abandoned;
}

void QueueStatistics::configure(const TenantConfig& config) {
    std::unordered_map<DepartmentId, Queue> kept;
    for (const auto& department : config.departments) {
        const auto known = queues_.find(department.id);
        Queue& queue = kept[department.id];
        if (known != queues_.end()) queue = known->second;
        queue.service_level = department.service_level;
        queue.short_abandon = department.short_abandon;
    }
    queues_ = std::move(kept);
}

QueueStatistics::Queue* QueueStatistics::find(const DepartmentId& department) {
    const auto found = queues_.find(department);
    return found == queues_.end() ? nullptr : &found->second;
}

void QueueStatistics::count(Queue& queue, const QueueStep& step, bool estimated, Timestamp now) {
    if (queue.day != day_of(now)) {
        queue.day = day_of(now);
        queue.today = {};
    }
    add(queue.today, step, estimated);
    const auto minute = minute_of(now);
    Bucket& bucket = queue.recent[static_cast<std::size_t>(minute) % minutes];
    if (bucket.minute != minute) bucket = {minute, {}};
    add(bucket.totals, step, estimated);
}

std::vector<QueueStep> QueueStatistics::observe(const Conversation* before, const Conversation& after, Timestamp now,
                                                const ToldEstimate* told) {
    std::vector<QueueStep> steps;
    const auto enter = [&] {
        Queue* queue = find(after.requirement.department);
        if (!queue) return;
        count(*queue, steps.emplace_back(QueueStep{.department = after.requirement.department}), false, now);
    };
    if (!before) {
        const bool is_new = after.version == 1 && waits(after) && now - after.enqueued <= new_for && after.enqueued > counted_until_;
        if (is_new) enter();
        return steps;
    }
    const auto kind = queue_exit(*before, after);
    if (!kind) return steps;
    // Of an answer the department counts in which it waited, also when more than one change is seen at once.
    if (Queue* queue = find(before->requirement.department)) {
        QueueStep step{.kind = *kind, .department = before->requirement.department};
        step.wait = std::max(Duration{0}, now - after.enqueued);
        step.in_time = step.wait <= queue->service_level;
        step.is_short = *kind == QueueStep::Kind::abandoned && step.wait <= queue->short_abandon;
        step.in_p90 = told && now <= told->p90;
        count(*queue, step, told != nullptr, now);
        steps.push_back(std::move(step));
    }
    if (*kind == QueueStep::Kind::overflowed) enter();
    return steps;
}

QueueTotals QueueStatistics::today(const DepartmentId& department, Timestamp now) const {
    const auto found = queues_.find(department);
    return found != queues_.end() && found->second.day == day_of(now) ? found->second.today : QueueTotals{};
}

QueueTotals QueueStatistics::recent(const DepartmentId& department, Timestamp now) const {
    QueueTotals sum;
    const auto found = queues_.find(department);
    if (found == queues_.end()) return sum;
    const auto minute = minute_of(now);
    for (const auto& bucket : found->second.recent)
        if (bucket.minute >= 0 && bucket.minute <= minute && bucket.minute > minute - static_cast<std::int64_t>(minutes)) sum += bucket.totals;
    return sum;
}

std::vector<QueueStatistics::Saved> QueueStatistics::save(Timestamp now) const {
    std::vector<Saved> saved;
    for (const auto& [department, queue] : queues_)
        if (queue.day == day_of(now)) saved.push_back({department, queue.today});
    return saved;
}

void QueueStatistics::restore(const std::vector<Saved>& saved, Timestamp taken, Timestamp now) {
    counted_until_ = std::max(counted_until_, taken);
    if (day_of(taken) != day_of(now)) return;
    for (const auto& [department, totals] : saved) {
        Queue* queue = find(department);
        if (!queue) continue;
        if (queue->day != day_of(now)) queue->today = {};
        queue->day = day_of(now);
        queue->today += totals;
    }
}

void QueueStatistics::clear() {
    for (auto& [department, queue] : queues_) {
        queue.day = -1;
        queue.today = {};
        queue.recent = {};
    }
    counted_until_ = {};
}

}  // namespace switchboard::domain
