// SPDX-License-Identifier: Apache-2.0
#include "base/queue_metrics.hpp"

namespace switchboard {

namespace {

using prometheus::Labels;
using Buckets = prometheus::Histogram::BucketBoundaries;

template <class Metric>
using Family = prometheus::Family<Metric>&;

Family<prometheus::Counter> counters(prometheus::Registry& registry, const char* name, const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}
Family<prometheus::Gauge> gauges(prometheus::Registry& registry, const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}
Family<prometheus::Histogram> histograms(prometheus::Registry& registry, const char* name, const char* help) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
}

// In seconds, but for the one of numbers.
const Buckets wait_buckets{1, 5, 10, 20, 30, 60, 120, 300, 600, 1800};
const Buckets response_buckets{1, 2, 5, 10, 15, 20, 30, 60};
const Buckets handle_buckets{30, 60, 120, 300, 600, 1200, 1800, 3600, 7200};
const Buckets wrap_up_buckets{5, 15, 30, 60, 120, 300, 600};
const Buckets error_buckets{5, 15, 30, 60, 120, 300, 600, 1200};
const Buckets reoffer_buckets{0, 1, 2, 3, 5, 10};

}  // namespace

struct QueueMetrics::Families {
    explicit Families(prometheus::Registry& registry) : r(registry) {}
    prometheus::Registry& r;

    Family<prometheus::Gauge> leader = gauges(r, "switchboard_leader", "1: this node routes the tenant. Every node tells it of every tenant.");
    Family<prometheus::Gauge> waiting = gauges(r, "switchboard_queue_waiting", "Conversations waiting for an answer, those offered included.");
    Family<prometheus::Gauge> by_priority =
        gauges(r, "switchboard_queue_waiting_by_priority", "Of these; boosted: stands before its time by its priority.");
    Family<prometheus::Gauge> eligible = gauges(
        r, "switchboard_queue_eligible_agents", "Available agents, with or without room, whom the department may ask after so many rungs of its ladder.");
    Family<prometheus::Gauge> oldest = gauges(r, "switchboard_queue_oldest_wait_seconds", "How long the longest has waited; 0: none waits.");
    Family<prometheus::Gauge> limit = gauges(r, "switchboard_queue_limit", "So many may wait; told where there is a limit.");
    Family<prometheus::Gauge> open = gauges(r, "switchboard_queue_open", "1: takes conversations, by its hours and its switch.");
    Family<prometheus::Gauge> full = gauges(r, "switchboard_queue_full", "1: the limit is reached, nothing more is taken.");
    Family<prometheus::Gauge> unroutable =
        gauges(r, "switchboard_queue_unroutable", "Waiting conversations that nobody who is logged in could ever serve.");
    Family<prometheus::Gauge> estimate =
        gauges(r, "switchboard_queue_estimated_wait_seconds", "What who comes now is told to wait, by quantile.");
    Family<prometheus::Gauge> active = gauges(r, "switchboard_conversations_active", "Conversations that an agent has.");
    Family<prometheus::Gauge> wrap_up = gauges(r, "switchboard_conversations_wrap_up", "Conversations that are over, the outcome not recorded.");
    Family<prometheus::Gauge> queue_agents =
        gauges(r, "switchboard_queue_agents", "Agents of the department; available: with room for another conversation.");
    Family<prometheus::Gauge> slots =
        gauges(r, "switchboard_agent_slots", "Conversation units; free: of available agents, used: of all who are online; of the department: offered, wrap_up.");
    Family<prometheus::Gauge> agents = gauges(r, "switchboard_agents", "Agents of the tenant that are online, each once.");
    Family<prometheus::Counter> agent_seconds =
        counters(r, "switchboard_agent_state_seconds_total", "Time of all agents in a state, added up about once a second.");
    Family<prometheus::Counter> offered = counters(r, "switchboard_queue_offered_total", "Conversations that entered the queue.");
    Family<prometheus::Counter> answered = counters(r, "switchboard_queue_answered_total", "Conversations answered for the first time.");
    Family<prometheus::Counter> abandoned =
        counters(r, "switchboard_queue_abandoned_total", "Customers gone before an answer; short: within the department's limit.");
    Family<prometheus::Counter> overflowed = counters(r, "switchboard_queue_overflowed_total", "Conversations moved on to another department.");
    Family<prometheus::Counter> rejected = counters(r, "switchboard_queue_rejected_total", "Waiting conversations closed without an answer.");
    Family<prometheus::Counter> in_time =
        counters(r, "switchboard_queue_service_level_within_total", "Left the queue within the threshold (label, seconds) by an answer or by being abandoned. Service levels: see deploy/README.md.");
    Family<prometheus::Counter> estimated =
        counters(r, "switchboard_queue_estimated_total", "Conversations answered that had been told an estimate.");
    Family<prometheus::Counter> estimated_in_p90 =
        counters(r, "switchboard_queue_estimated_within_p90_total", "Of these, those that waited no longer than its P90.");
    Family<prometheus::Histogram> wait =
        histograms(r, "switchboard_queue_wait_seconds", "Wait from the first time in a queue until it left, by how it left.");
    Family<prometheus::Histogram> estimate_error =
        histograms(r, "switchboard_queue_estimate_error_seconds", "Between the answer and the median that was told first.");
    Family<prometheus::Counter> offers = counters(r, "switchboard_offer_created_total", "Offers made.");
    Family<prometheus::Counter> offer_outcome = counters(r, "switchboard_offer_outcome_total", "Offers ended, by outcome.");
    Family<prometheus::Histogram> offer_response =
        histograms(r, "switchboard_offer_response_seconds", "From the offer to the agent's acceptance or decline.");
    Family<prometheus::Histogram> reoffers =
        histograms(r, "switchboard_routing_reoffers", "Offers beyond the first one that an answered conversation took.");
    Family<prometheus::Counter> relaxed = counters(r, "switchboard_routing_relaxed_total", "Conversations that took a rung of the ladder.");
    Family<prometheus::Counter> sticky =
        counters(r, "switchboard_routing_sticky_total", "Conversations that waited for one agent: kept, or widened to the others.");
    Family<prometheus::Counter> requeued =
        counters(r, "switchboard_requeues_total", "Conversations taken back from an agent that was gone or did not reply.");
    Family<prometheus::Counter> transferred = counters(r, "switchboard_transfers_total", "Conversations passed on by their agent.");
    Family<prometheus::Histogram> handle =
        histograms(r, "switchboard_conversation_handle_seconds", "From an agent's answer to the end of the wrap-up, or to passing it on.");
    Family<prometheus::Histogram> first_response = histograms(
        r, "switchboard_first_response_seconds", "From the customer's first message to the first answer; told when the conversation is archived.");
    Family<prometheus::Histogram> response = histograms(
        r, "switchboard_response_seconds", "From a customer's message after an answer to the next answer; told when the conversation is archived.");
    Family<prometheus::Histogram> wrap_up_time = histograms(r, "switchboard_wrapup_seconds", "From the end of the talk to the end of the wrap-up.");
};

namespace {

Labels labels_of(const std::string& tenant, const std::string& queue) { return {{"tenant", tenant}, {"queue", queue}}; }

// One series for each value of a label.
template <std::size_t count, class Metric, class... Arguments>
std::array<Series<Metric>, count> by(prometheus::Family<Metric>& family, Labels labels, const char* name, const char* const (&values)[count],
                                     const Arguments&... arguments) {
    std::array<Series<Metric>, count> made;
    for (std::size_t i = 0; i < count; ++i) {
        labels[name] = values[i];
        made[i] = Series<Metric>(family, labels, arguments...);
    }
    return made;
}

}  // namespace

QueueMetrics::QueueMetrics(prometheus::Registry& registry) : families_(std::make_unique<Families>(registry)) {}
QueueMetrics::~QueueMetrics() = default;

QueueSeries QueueMetrics::queue(const std::string& tenant, const std::string& queue, unsigned threshold_s, unsigned steps) {
    Families& f = *families_;
    const Labels of = labels_of(tenant, queue);
    Labels limited = of;
    limited["threshold"] = std::to_string(threshold_s);
    QueueSeries made;
    made.waiting = {f.waiting, of};
    made.waiting_by_priority = by(f.by_priority, of, "tier", {"urgent", "boosted", "normal"});
    made.oldest_wait = {f.oldest, of};
    made.open = {f.open, of};
    made.full = {f.full, of};
    made.unroutable = {f.unroutable, of};
    made.active = {f.active, of};
    made.wrap_up = {f.wrap_up, of};
    made.agents = by(f.queue_agents, of, "status", {"available", "full", "away", "offline"});
    made.slots = by(f.slots, of, "state", {"free", "used", "offered", "wrap_up"});
    made.offered = {f.offered, of};
    made.answered = {f.answered, of};
    made.overflowed = {f.overflowed, of};
    made.abandoned = by(f.abandoned, of, "short", {"false", "true"});
    made.rejected = by(f.rejected, of, "reason", {"turned_away", "out_of_hours"});
    made.in_time = by(f.in_time, limited, "outcome", {"answered", "abandoned"});
    made.estimated = {f.estimated, of};
    made.estimated_in_p90 = {f.estimated_in_p90, of};
    made.wait = by(f.wait, of, "outcome", {"answered", "abandoned", "overflowed", "turned_away"}, wait_buckets);
    made.estimate_error = by(f.estimate_error, of, "direction", {"early", "late"}, error_buckets);
    made.offers = {f.offers, of};
    made.offer_outcomes = by(f.offer_outcome, of, "outcome", {"accepted", "declined", "timed_out", "withdrawn"});
    made.offer_response = {f.offer_response, of, response_buckets};
    made.reoffers = {f.reoffers, of, reoffer_buckets};
    for (unsigned step = 0; step <= steps; ++step) {
        Labels rung = of;
        rung["step"] = std::to_string(step);
        made.eligible.emplace_back(f.eligible, rung);
        if (step > 0) made.relaxed.emplace_back(f.relaxed, rung);
    }
    made.sticky = by(f.sticky, of, "result", {"kept", "widened"});
    made.requeued = by(f.requeued, of, "reason", {"agent_gone", "no_reply"});
    made.transferred = by(f.transferred, of, "type", {"agent", "department", "skills", "consult"});
    made.handle = {f.handle, of, handle_buckets};
    made.wrap_up_time = {f.wrap_up_time, of, wrap_up_buckets};
    return made;
}

void QueueMetrics::show_limit(QueueSeries& series, const std::string& tenant, const std::string& queue, unsigned limit) {
    if (limit == 0) {
        series.limit = {};
    } else {
        if (!series.limit) series.limit = {families_->limit, labels_of(tenant, queue)};
        series.limit->Set(limit);
    }
}

void QueueMetrics::show_estimate(QueueSeries& series, const std::string& tenant, const std::string& queue, double p50_s, double p90_s) {
    auto& shown = series.estimated_wait;
    if (!shown[0]) shown = by(families_->estimate, labels_of(tenant, queue), "quantile", {"0.5", "0.9"});
    shown[0]->Set(p50_s);
    shown[1]->Set(p90_s);
}

TenantSeries QueueMetrics::tenant(const std::string& tenant) {
    const Labels of{{"tenant", tenant}};
    return {by(families_->agents, of, "status", {"available", "away"}), by(families_->agent_seconds, of, "state", {"available", "away"})};
}

prometheus::Histogram& QueueMetrics::first_response(const std::string& tenant, const std::string& queue) {
    return families_->first_response.Add(labels_of(tenant, queue), wait_buckets);
}

prometheus::Histogram& QueueMetrics::response(const std::string& tenant, const std::string& queue) {
    return families_->response.Add(labels_of(tenant, queue), wait_buckets);
}

Series<prometheus::Gauge> QueueMetrics::leader(const std::string& tenant) { return {families_->leader, {{"tenant", tenant}}}; }

}  // namespace switchboard
