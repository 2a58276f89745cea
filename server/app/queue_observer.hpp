// SPDX-License-Identifier: Apache-2.0
// What the leading router tells operations: it sees every fact before the router does, keeps the queue statistics and counts the
// tenant's metrics. The tenant's series are exposed between begin() and clear() only. Owned by a tenant's router. Thread: its shard.
#pragma once

#include "app/context.hpp"
#include "domain/queue_statistics.hpp"
#include "domain/routing.hpp"
#include "domain/wait_estimate.hpp"
#include "switchboard/v1/client.pb.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace switchboard::app {

class QueueObserver {
public:
    using Steady = std::chrono::steady_clock;

    QueueObserver(Context& context, TenantId tenant);

    // A life of the router begins: goes on where the queue board says that the last one stopped. The answers of the board are expected
    // before the first fact; when they are later, a conversation that began within the last seconds may count twice.
    void begin(const domain::TenantConfig& config);
    // The router has dropped its memory, or leads no more.
    void clear();
    void leads(bool yes) {
        if (leader_) leader_->Set(yes ? 1 : 0);
    }
    // This node has done with the tenant; another object may begin with it.
    void end() {
        clear();
        leader_ = {};
    }

    // Before the router takes it in.
    void learn(const domain::Router& router, const domain::Input& input, Timestamp now);
    // What the router wants. Whether it comes true is learned from the facts.
    void decided(const domain::Decision& decision);
    // How long each one will wait. Those for who would come now are kept for the board.
    domain::WaitEstimator::Estimates estimate(const domain::Competition& competition, Timestamp now);
    // As of the last estimate(). Unset: nobody can say.
    std::optional<domain::WaitEstimate> estimate_for_newcomers(const DepartmentId& department) const;
    // The customer was told so. Of several the first one counts.
    void told_estimate(const ConversationId& conversation, const domain::WaitEstimate& told, Timestamp now);
    // The gauges, from what was counted and is written to the board.
    void show(const domain::Counts& counted, const v1::QueueSnapshot& snapshot, const domain::TenantConfig& config, Timestamp now, Steady::time_point at);

    const domain::QueueStatistics& statistics() const { return statistics_; }

private:
    // What a live conversation's changes do not tell by themselves. Times at the epoch: not seen.
    struct Life {
        unsigned offers = 0;  // before the first answer
        Timestamp offered{}, answered{}, over{};
        std::optional<domain::OfferOutcome> ending;        // the router ends the offer
        std::optional<domain::Requeue::Why> taking_back;   // the router takes it back
        std::optional<domain::ToldEstimate> told;
    };
    struct Department {
        unsigned threshold_s = 0;
        std::size_t steps = 0;
        QueueSeries series;
        std::optional<domain::WaitEstimate> newcomers;
    };

    void recall();
    void restore(const std::string& board);
    void configure(const domain::TenantConfig& config);
    void observe(const domain::Conversation* before, const domain::Conversation& after, Timestamp now);
    void count(const domain::QueueStep& step, const Life& life, Timestamp now);
    void count_offer(const domain::Conversation& before, const domain::Conversation& after, Life& life, Timestamp now);
    void count_handling(const domain::Conversation& before, const domain::Conversation& after, Life& life, Timestamp now);
    static void show(QueueSeries& queue, const domain::DepartmentCounts& counts);
    void count_ladder(const domain::Conversation& before, const domain::Conversation& after);
    QueueSeries* series(const DepartmentId& department);

    Context& context_;
    const TenantId tenant_;
    domain::QueueStatistics statistics_;
    domain::WaitEstimator estimator_;
    std::unordered_map<DepartmentId, Department> departments_;
    std::unordered_map<ConversationId, Life> lives_;
    Series<prometheus::Gauge> leader_;
    std::optional<TenantSeries> totals_;
    Steady::time_point shown_at_{};
    std::shared_ptr<bool> term_;  // lives from begin() to clear()
};

// Between the domain's figures and the protocol's.
v1::WaitEstimate to_proto(const domain::WaitEstimate& estimate);  // in whole seconds, rounded up
v1::QueueTotals to_proto(const domain::QueueTotals& totals);
domain::QueueTotals from_proto(const v1::QueueTotals& totals);

}  // namespace switchboard::app
