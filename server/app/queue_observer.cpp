// SPDX-License-Identifier: Apache-2.0
#include "app/queue_observer.hpp"

#include "ports/queue_board.hpp"

#include <algorithm>

namespace switchboard::app {

using domain::Conversation;
using domain::ConversationStatus;

namespace {

constexpr auto longest_gap = std::chrono::seconds(5);

double seconds(Duration time) { return std::chrono::duration<double>(time).count(); }
double since(Timestamp then, Timestamp now) { return std::max(0.0, seconds(now - then)); }
bool waits(const Conversation& conversation) {
    return conversation.status == ConversationStatus::queued || conversation.status == ConversationStatus::offered;
}
bool held(const Conversation& conversation) {
    return conversation.status == ConversationStatus::active || conversation.status == ConversationStatus::wrap_up;
}

}  // namespace

QueueObserver::QueueObserver(Context& context, TenantId tenant)
    : context_(context), tenant_(std::move(tenant)), leader_(context.metrics.queues.leader(tenant_.value)) {}

void QueueObserver::begin(const domain::TenantConfig& config) {
    clear();
    term_ = std::make_shared<bool>(true);
    configure(config);
    recall();
}

void QueueObserver::clear() {
    term_.reset();
    statistics_.clear();
    estimator_.restart();
    departments_.clear();
    lives_.clear();
    totals_.reset();
    shown_at_ = {};
}

// The last one's final word may have expired; the history knows it longer.
void QueueObserver::recall() {
    const std::weak_ptr<bool> term = term_;
    context_.board.read(tenant_, [this, term](Result<std::string> board) {
        if (term.expired() || !board) return;
        if (!board->empty()) return restore(*board);
        context_.board.read_history(tenant_, [this, term](Result<std::vector<std::string>> history) {
            if (!term.expired() && history && !history->empty()) restore(history->back());
        });
    });
}

void QueueObserver::restore(const std::string& board) {
    v1::QueueSnapshot snapshot;
    if (!snapshot.ParseFromString(board)) return;
    std::vector<domain::QueueStatistics::Saved> saved;
    for (const auto& department : snapshot.departments()) saved.push_back({DepartmentId{department.id()}, from_proto(department.today())});
    statistics_.restore(saved, from_ms(snapshot.time_ms()), context_.clock.now());
}

void QueueObserver::configure(const domain::TenantConfig& config) {
    statistics_.configure(config);
    if (!totals_) totals_ = context_.metrics.queues.tenant(tenant_.value);
    std::erase_if(departments_, [&](const auto& entry) { return config.department(entry.first) == nullptr; });
    for (const auto& department : config.departments) {
        const auto threshold_s = static_cast<unsigned>(department.service_level / std::chrono::seconds(1));
        const auto known = departments_.find(department.id);
        if (known != departments_.end()) {
            if (known->second.threshold_s == threshold_s && known->second.steps == department.steps.size()) continue;
            departments_.erase(known);  // before its successor, which has the same series
        }
        departments_.emplace(department.id, Department{threshold_s, department.steps.size(),
                                                       context_.metrics.queues.queue(tenant_.value, department.id.value, threshold_s,
                                                                                     static_cast<unsigned>(department.steps.size())),
                                                       std::nullopt});
    }
}

QueueSeries* QueueObserver::series(const DepartmentId& department) {
    const auto found = departments_.find(department);
    return found == departments_.end() ? nullptr : &found->second.series;
}

// ---- facts

void QueueObserver::learn(const domain::Router& router, const domain::Input& input, Timestamp now) {
    if (!term_) return;
    if (const auto* changed = std::get_if<domain::ConfigChanged>(&input)) return configure(*changed->config);
    if (const auto* gone = std::get_if<domain::ConversationGone>(&input)) {
        lives_.erase(gone->id);
        estimator_.forget(gone->id, now);
        return;
    }
    const auto* conversation = std::get_if<Conversation>(&input);
    if (!conversation) return;
    const auto before = router.conversation(conversation->id);
    if (!before || before->version < conversation->version) observe(before ? &*before : nullptr, *conversation, now);
}

void QueueObserver::observe(const Conversation* before, const Conversation& after, Timestamp now) {
    if (after.status == ConversationStatus::closed && !before) return;
    estimator_.learn(after, now);
    Life& life = lives_[after.id];
    for (const auto& step : statistics_.observe(before, after, now, life.told ? &*life.told : nullptr)) count(step, life, now);
    if (before) {
        count_ladder(*before, after);
        count_offer(*before, after, life, now);
        count_handling(*before, after, life, now);
    }
    if (after.status == ConversationStatus::closed) lives_.erase(after.id);
}

void QueueObserver::count(const domain::QueueStep& step, const Life& life, Timestamp now) {
    QueueSeries* queue = series(step.department);
    if (!queue) return;
    using Kind = domain::QueueStep::Kind;
    switch (step.kind) {
    case Kind::offered: queue->offered->Increment(); return;
    case Kind::answered:
        queue->answered->Increment();
        if (life.offers > 0) queue->reoffers->Observe(life.offers - 1);
        if (life.told) {
            queue->estimated->Increment();
            if (step.in_p90) queue->estimated_in_p90->Increment();
            const bool late = now > life.told->p50;
            estimator_.judge(step.department, late, !step.in_p90);
            queue->estimate_error[late]->Observe(late ? since(life.told->p50, now) : since(now, life.told->p50));
        }
        break;
    case Kind::abandoned: queue->abandoned[step.is_short]->Increment(); break;
    case Kind::overflowed: queue->overflowed->Increment(); break;
    case Kind::turned_away: break;  // by its reason, in count_handling()
    }
    static constexpr std::array<std::size_t, 5> outcome{0, 0, 1, 2, 3};
    queue->wait[outcome[static_cast<std::size_t>(step.kind)]]->Observe(seconds(step.wait));
    if (step.in_time && step.kind == Kind::answered) queue->in_time[0]->Increment();
    if (step.in_time && step.kind == Kind::abandoned) queue->in_time[1]->Increment();
}

void QueueObserver::count_offer(const Conversation& before, const Conversation& after, Life& life, Timestamp now) {
    using domain::OfferOutcome;
    QueueSeries* queue = series(before.requirement.department);
    if (before.status == ConversationStatus::offered && (after.status != ConversationStatus::offered || after.offer != before.offer)) {
        auto outcome = life.ending.value_or(OfferOutcome::declined);
        if (after.assign_epoch > before.assign_epoch) outcome = OfferOutcome::accepted;
        if (after.status == ConversationStatus::closed) outcome = OfferOutcome::withdrawn;
        if (queue) queue->offer_outcomes[static_cast<std::size_t>(outcome)]->Increment();
        const bool answered = outcome == OfferOutcome::accepted || outcome == OfferOutcome::declined;
        if (queue && answered && life.offered != Timestamp{}) queue->offer_response->Observe(since(life.offered, now));
        life.ending.reset();
        life.offered = {};
    }
    if (after.status == ConversationStatus::offered && after.offer != before.offer) {
        if (queue) queue->offers->Increment();
        ++life.offers;
        life.offered = now;
    }
}

// The owner's part: from the answer to the end of the wrap-up, to passing it on, or until it is taken back.
void QueueObserver::count_handling(const Conversation& before, const Conversation& after, Life& life, Timestamp now) {
    QueueSeries* queue = series(before.requirement.department);
    if (waits(before) && after.status == ConversationStatus::closed && queue) {
        if (after.closed_reason == domain::ClosedReason::turned_away) queue->rejected[0]->Increment();
        if (after.closed_reason == domain::ClosedReason::out_of_hours) queue->rejected[1]->Increment();
    }
    if (!held(before)) {
        if (held(after)) life.answered = now;
        return;
    }
    if (before.status == ConversationStatus::active && after.status == ConversationStatus::wrap_up) life.over = now;
    const bool consulted = held(after) && after.assign_epoch > before.assign_epoch;
    if (queue && consulted) queue->transferred[3]->Increment();
    if (queue && waits(after)) {
        if (life.taking_back) queue->requeued[static_cast<std::size_t>(*life.taking_back)]->Increment();
        else if (!after.requirement.agent.empty()) queue->transferred[0]->Increment();
        else queue->transferred[after.requirement.department == before.requirement.department ? 2 : 1]->Increment();
    }
    if (held(after) && !consulted) return;
    if (queue && life.answered != Timestamp{}) queue->handle->Observe(since(life.answered, now));
    if (queue && life.over != Timestamp{}) queue->wrap_up_time->Observe(since(life.over, now));
    life.answered = consulted ? now : Timestamp{};
    life.over = {};
    life.taking_back.reset();
}

void QueueObserver::count_ladder(const Conversation& before, const Conversation& after) {
    QueueSeries* queue = series(before.requirement.department);
    if (!queue || !waits(before)) return;
    for (std::size_t step = before.step; step < after.step && step < queue->relaxed.size(); ++step) queue->relaxed[step]->Increment();
    // Later it is a transfer to one agent, and not the customer's own.
    if (before.assign_epoch > 0 || before.requirement.agent.empty()) return;
    if (after.assign_epoch > 0) queue->sticky[after.agent == before.requirement.agent ? 0 : 1]->Increment();
    else if (waits(after) && after.requirement.agent.empty()) queue->sticky[1]->Increment();
}

void QueueObserver::decided(const domain::Decision& decision) {
    if (const auto* end = std::get_if<domain::EndOffer>(&decision)) {
        if (const auto life = lives_.find(end->conversation); life != lives_.end()) life->second.ending = end->outcome;
    } else if (const auto* back = std::get_if<domain::Requeue>(&decision)) {
        if (const auto life = lives_.find(back->conversation); life != lives_.end()) life->second.taking_back = back->why;
    }
}

domain::WaitEstimator::Estimates QueueObserver::estimate(const domain::Competition& competition, Timestamp now) {
    auto estimates = estimator_.estimate(competition, now);
    for (std::size_t i = 0; i < competition.departments.size(); ++i) {
        const auto department = departments_.find(competition.departments[i].id);
        if (department != departments_.end()) department->second.newcomers = estimates.newcomers[i];
    }
    return estimates;
}

std::optional<domain::WaitEstimate> QueueObserver::estimate_for_newcomers(const DepartmentId& department) const {
    const auto found = departments_.find(department);
    return found == departments_.end() ? std::nullopt : found->second.newcomers;
}

void QueueObserver::told_estimate(const ConversationId& conversation, const domain::WaitEstimate& told, Timestamp now) {
    const auto life = lives_.find(conversation);
    if (life != lives_.end() && !life->second.told) life->second.told = domain::ToldEstimate{now + told.p50, now + told.p90};
}

// ---- gauges

void QueueObserver::show(const domain::Counts& counted, const v1::QueueSnapshot& snapshot, const domain::TenantConfig& config, Timestamp now,
                         Steady::time_point at) {
    if (!term_) return;
    const double present[] = {static_cast<double>(counted.agents_available), static_cast<double>(counted.agents_away)};
    const double passed = std::chrono::duration<double>(std::min<Steady::duration>(at - shown_at_, longest_gap)).count();
    for (std::size_t i = 0; i < 2; ++i) {
        totals_->agents[i]->Set(present[i]);
        if (shown_at_ != Steady::time_point{}) totals_->agent_seconds[i]->Increment(present[i] * passed);
    }
    shown_at_ = at;
    auto& metrics = context_.metrics.queues;
    for (std::size_t i = 0; i < counted.departments.size(); ++i) {
        const domain::Department& department = config.departments[i];
        const auto& told = snapshot.departments(static_cast<int>(i));
        const domain::DepartmentCounts& counts = counted.departments[i];
        QueueSeries* queue = series(department.id);
        if (!queue) continue;
        queue->oldest_wait->Set(counts.oldest ? since(*counts.oldest, now) : 0);
        queue->open->Set(told.open());
        show(*queue, counts);
        metrics.show_limit(*queue, tenant_.value, department.id.value, department.limit.length);
        if (told.has_estimate()) metrics.show_estimate(*queue, tenant_.value, department.id.value, told.estimate().p50_s(), told.estimate().p90_s());
        else queue->estimated_wait = {};
    }
}

void QueueObserver::show(QueueSeries& queue, const domain::DepartmentCounts& counts) {
    const auto set = [](auto& gauges, std::initializer_list<unsigned> values) {
        std::size_t i = 0;
        for (const unsigned value : values) gauges[i++]->Set(value);
    };
    const unsigned waiting = counts.waiting + counts.offered;
    queue.waiting->Set(waiting);
    set(queue.waiting_by_priority, {counts.urgent, counts.boosted, waiting - std::min(waiting, counts.urgent + counts.boosted)});
    queue.full->Set(counts.full);
    queue.unroutable->Set(counts.unroutable);
    queue.active->Set(counts.active);
    queue.wrap_up->Set(counts.wrap_up);
    set(queue.agents, {counts.agents_available - std::min(counts.agents_available, counts.agents_full), counts.agents_full, counts.agents_away,
                       counts.agents_offline});
    set(queue.slots, {counts.free_slots, counts.used_slots, counts.offered_slots, counts.wrap_up_slots});
    for (std::size_t step = 0; step < queue.eligible.size() && step < counts.eligible.size(); ++step)
        queue.eligible[step]->Set(counts.eligible[step]);
}

// ---- the board

v1::WaitEstimate to_proto(const domain::WaitEstimate& estimate) {
    const auto whole = [](Duration time) { return static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(time).count()); };
    v1::WaitEstimate out;
    out.set_p50_s(whole(estimate.p50));
    out.set_p90_s(whole(estimate.p90));
    return out;
}

v1::QueueTotals to_proto(const domain::QueueTotals& totals) {
    const auto number = [](std::uint64_t value) { return static_cast<std::uint32_t>(value); };
    v1::QueueTotals out;
    out.set_offered(number(totals.offered));
    out.set_answered(number(totals.answered));
    out.set_abandoned(number(totals.abandoned));
    out.set_abandoned_short(number(totals.abandoned_short));
    out.set_answered_in_time(number(totals.answered_in_time));
    out.set_abandoned_in_time(number(totals.abandoned_in_time));
    out.set_overflowed(number(totals.overflowed));
    out.set_turned_away(number(totals.turned_away));
    out.set_answered_wait_ms(static_cast<std::uint64_t>(totals.answered_wait.count()));
    out.set_longest_wait_ms(static_cast<std::uint64_t>(totals.longest_wait.count()));
    out.set_estimated(number(totals.estimated));
    out.set_estimated_in_p90(number(totals.estimated_in_p90));
    return out;
}

domain::QueueTotals from_proto(const v1::QueueTotals& totals) {
    domain::QueueTotals out;
    out.offered = totals.offered();
    out.answered = totals.answered();
    out.abandoned = totals.abandoned();
    out.abandoned_short = totals.abandoned_short();
    out.answered_in_time = totals.answered_in_time();
    out.abandoned_in_time = totals.abandoned_in_time();
    out.overflowed = totals.overflowed();
    out.turned_away = totals.turned_away();
    out.answered_wait = Duration{totals.answered_wait_ms()};
    out.longest_wait = Duration{totals.longest_wait_ms()};
    out.estimated = totals.estimated();
    out.estimated_in_p90 = totals.estimated_in_p90();
    return out;
}

}  // namespace switchboard::app
