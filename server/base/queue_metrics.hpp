// SPDX-License-Identifier: Apache-2.0
// The metrics of queues and agents. Each series belongs to an object of whoever leads the tenant and is exposed for as long as that
// lives, so of a tenant exactly one node tells them, and a department that goes takes its series along. Labels: `tenant`, `queue` (the
// department's id) and words; never an id of a conversation, an agent or a customer. Making series takes a lock and is for changes
// of the configuration; counting is cheap. Thread: any.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace switchboard {

// One series, which ends with this object. Must not outlive its Metrics.
template <class Metric>
class Series {
public:
    Series() = default;
    template <class... Arguments>
    Series(prometheus::Family<Metric>& family, const prometheus::Labels& labels, const Arguments&... arguments)
        : family_(&family), metric_(&family.Add(labels, arguments...)) {}
    Series(Series&& other) noexcept : family_(other.family_), metric_(std::exchange(other.metric_, nullptr)) {}
    Series& operator=(Series&& other) noexcept {
        std::swap(family_, other.family_);
        std::swap(metric_, other.metric_);
        return *this;
    }
    ~Series() {
        if (metric_) family_->Remove(metric_);
    }
    Metric* operator->() const { return metric_; }
    explicit operator bool() const { return metric_ != nullptr; }

private:
    prometheus::Family<Metric>* family_ = nullptr;
    Metric* metric_ = nullptr;
};

// Of one department. Where a comment gives words, they are the values of the label, in the array's order.
struct QueueSeries {
    using Counter = Series<prometheus::Counter>;
    using Gauge = Series<prometheus::Gauge>;
    using Histogram = Series<prometheus::Histogram>;

    std::array<Gauge, 3> waiting_by_priority;  // tier: urgent, boosted, normal
    std::vector<Gauge> eligible;          // step: 0, 1, ...
    Gauge waiting, oldest_wait, open, full, unroutable, active, wrap_up;
    Gauge limit;                          // only while there is one
    std::array<Gauge, 2> estimated_wait;  // quantile: 0.5, 0.9; only while there is an estimate
    std::array<Gauge, 4> agents;          // status: available (with room), full, away, offline
    std::array<Gauge, 4> slots;           // state: free, used, offered, wrap_up; of all that are used
    Counter offered, answered, overflowed;
    std::array<Counter, 2> abandoned;     // short: false, true
    std::array<Counter, 2> rejected;      // reason: turned_away, out_of_hours
    std::array<Counter, 2> in_time;       // outcome: answered, abandoned
    Counter estimated, estimated_in_p90;
    std::array<Histogram, 4> wait;        // outcome: answered, abandoned, overflowed, turned_away
    std::array<Histogram, 2> estimate_error;  // direction: early, late
    Counter offers;
    std::array<Counter, 4> offer_outcomes;  // outcome: accepted, declined, timed_out, withdrawn
    Histogram offer_response, reoffers;
    std::vector<Counter> relaxed;         // step: 1, 2, ...
    std::array<Counter, 2> sticky;        // result: kept, widened
    std::array<Counter, 2> requeued;      // reason: agent_gone, no_reply
    std::array<Counter, 4> transferred;   // type: agent, department, skills, consult
    Histogram handle, wrap_up_time;
};

// Of a tenant, each agent once.
struct TenantSeries {
    std::array<Series<prometheus::Gauge>, 2> agents;           // status: available, away
    std::array<Series<prometheus::Counter>, 2> agent_seconds;  // state: available, away
};

class QueueMetrics {
public:
    explicit QueueMetrics(prometheus::Registry& registry);
    ~QueueMetrics();

    // `threshold_s`: what "in time" means there. `steps`: rungs of its ladder. Two of one department must not live at once: they would
    // share their series.
    QueueSeries queue(const std::string& tenant, const std::string& queue, unsigned threshold_s, unsigned steps);
    void show_limit(QueueSeries& series, const std::string& tenant, const std::string& queue, unsigned limit);  // 0: none
    void show_estimate(QueueSeries& series, const std::string& tenant, const std::string& queue, double p50_s, double p90_s);
    TenantSeries tenant(const std::string& tenant);
    // Of conversations that were archived here; they stay when the tenant is routed elsewhere, as what has been counted is true.
    prometheus::Histogram& first_response(const std::string& tenant, const std::string& queue);
    prometheus::Histogram& response(const std::string& tenant, const std::string& queue);
    // 1 while this node routes the tenant, else 0: every node tells it of every tenant.
    Series<prometheus::Gauge> leader(const std::string& tenant);

private:
    struct Families;
    std::unique_ptr<Families> families_;
};

}  // namespace switchboard
