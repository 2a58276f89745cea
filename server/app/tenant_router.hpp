// SPDX-License-Identifier: Apache-2.0
// The router of one tenant on this node: takes the lease when nobody has it, rebuilds the pure router from the store, feeds it every
// change and carries out what it decides. Whatever goes wrong - lost lease, trimmed stream, store away - ends in dropping the memory
// and starting over; the store re-checks every decision, so nothing here has to be believed. Thread: its shard.
#pragma once

#include "app/context.hpp"
#include "app/queue_observer.hpp"
#include "app/queue_positions.hpp"
#include "app/queue_reporter.hpp"
#include "app/reconciler.hpp"
#include "domain/routing.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace switchboard::app {

class TenantRouter : public std::enable_shared_from_this<TenantRouter> {
public:
    TenantRouter(Context& context, TenantId tenant);
    ~TenantRouter();

    void start();
    // Gives the lease back, so that another node goes on at once.
    void stop(std::function<void()> done);
    bool leads() const { return phase_ == Phase::leading; }
    // Nobody else routes now.
    void try_to_lead();
    // The store was away, and what answers now may be another one that knows less: what was learned is forgotten, and the right to
    // route is taken anew under a new epoch.
    void store_returned();
    void on_config(const domain::TenantConfigPtr& config);

private:
    using Steady = std::chrono::steady_clock;
    enum class Phase { idle, acquiring, building, leading, stopped };

    // ---- the lease
    void arm_beat();
    void beat();
    void acquire();
    void acquired(Result<ports::RouterLease> result, Steady::time_point asked);
    void renew();
    void mind_clock_steps();
    void expire_nodes(int rounds);
    void enter(Phase phase);
    void store_answered();
    void lose(const char* why);
    // Calls back only while nothing was dropped since.
    template <class T, class Next>
    Callback<T> while_term(Next next) {
        return [self = shared_from_this(), next, term = term_](Result<T> result) {
            if (self->term_ == term) next(*self, std::move(result));
        };
    }

    // ---- what the router learns
    void build();
    void built(Result<ports::RoutingSnapshot> result);
    void read();
    void changed(Result<ports::RoutingChanges> result);
    void read_later();
    void feed(const domain::Input& input);
    void settle();
    void record(const domain::Input* input, Timestamp now, const std::vector<domain::Decision>& decided);
    void tell_places();
    void ask_again(const ConversationId& conversation, const AgentId& agent);
    void reconcile();
    void reconciled(Result<ports::RoutingSnapshot> result);

    // ---- what it decides
    void carry_out(const std::vector<domain::Decision>& decisions);
    void carry_out(const domain::MakeOffer& decision);
    void carry_out(const domain::EndOffer& decision);
    void carry_out(const domain::Abandon& decision);
    void carry_out(const domain::Requeue& decision);
    void carry_out(const domain::EndWrapUp& decision);
    void carry_out(const domain::Widen& decision);
    void carry_out(const domain::Move& decision);
    void carry_out(const domain::TurnAway& decision);
    void carry_out(const domain::CheckActivity& decision);
    void carry_out(const domain::WarnInactive& decision);
    void carry_out(const domain::CloseInactive& decision);
    void claimed(const domain::MakeOffer& decision, const Result<bool>& result, Steady::time_point since);

    Context& context_;
    TenantId tenant_;
    Phase phase_ = Phase::idle;
    std::uint64_t term_ = 0;  // counts the lives of the memory
    ports::RouterLease lease_;
    Steady::time_point lease_until_{};  // by this node's own clock, counted from before it was asked for
    Steady::time_point last_read_{};
    Steady::time_point reconcile_at_{};
    Steady::time_point fact_at_{};
    Steady::time_point answered_at_{}, answering_since_{};  // the store, without a silence or a step of its clock
    std::optional<Duration> clock_offset_;                  // of the store's clock to this node's steady one
    domain::TenantConfigPtr config_;
    domain::Router router_;
    std::unique_ptr<ports::JournalSegment> journal_;  // of this life of the memory
    std::string stream_id_;
    QueuePositions positions_;
    QueueObserver observer_;
    QueueReporter reporter_;
    Reconciler reconciler_;
    Timer beat_;
    Timer deadline_;
};

}  // namespace switchboard::app
