// SPDX-License-Identifier: Apache-2.0
// The router's state and its three steps after each fact: take it in (routing.cpp, routing_activity.cpp), act on what is due
// (routing_deadlines.cpp, routing_ladder.cpp, routing_limits.cpp), bring conversations and agents together (routing_match.cpp).
// Router-internal.
#pragma once

#include "domain/routing.hpp"
#include "domain/routing_agents.hpp"
#include "domain/routing_queue.hpp"

#include <deque>
#include <set>
#include <unordered_map>

namespace switchboard::domain {

struct Router::Impl {
    using ConversationEntry = routing::ConversationEntry;
    using AgentEntry = routing::AgentEntry;
    using Claim = routing::Claim;
    using DepartmentIndex = routing::DepartmentIndex;
    using RoutingClass = routing::RoutingClass;

    // ---- facts
    void take(const Conversation& fact, Timestamp now);
    void take(const Agent& fact, Timestamp now);
    void take(const ConversationGone& fact, Timestamp now);
    void take(const ConfigChanged& fact, Timestamp now);
    void take(const ClaimResult& fact, Timestamp now);
    void take(const Activity& fact, Timestamp now);

    bool superseded(const Conversation& fact);
    std::vector<ConversationEntry*> leave_changed_departments(const TenantConfig& next);
    void admit(const AgentProfile& profile);
    void leave_old_state(ConversationEntry& entry, const Conversation& fact);
    void detach(ConversationEntry& entry, bool keep_place);
    void attach(ConversationEntry& entry);
    void forget(ConversationEntry& entry);
    void bury(const Conversation& closed);
    AgentEntry& agent_entry(const AgentId& id);
    void touch(AgentEntry& agent);
    // May be offered again, unless something still speaks against it.
    void reopen(ConversationEntry& entry);
    void drop_claim(ConversationEntry& entry);
    void unreserve(ConversationEntry& entry);

    // ---- deadlines
    enum class DueKind : std::uint8_t {
        abandon, withdraw, time_out, requeue, end_wrap_up, give_up_claim, cooldown_over, anyone, step, overflow, closing, activity
    };
    struct Due {
        Timestamp at;
        DueKind kind = DueKind::abandon;
    };
    std::optional<Due> next_due(const ConversationEntry& entry) const;
    void schedule(ConversationEntry& entry);
    void unschedule(ConversationEntry& entry);
    void act_on_due(Timestamp now);
    void act(ConversationEntry& entry, DueKind kind, Timestamp now);
    const Department& settings_of(const ConversationEntry& entry) const;

    // ---- ladders
    std::optional<Timestamp> next_step_at(const ConversationEntry& entry) const;
    unsigned step_to_take(const ConversationEntry& entry, Timestamp now) const;
    void assess(RoutingClass& routing_class) const;
    void presence_changed(const AgentEntry& agent);
    void reassess(DepartmentIndex& department);

    // ---- limits and hours
    bool newcomer(const Conversation& fact, Timestamp now) const;
    bool full(const DepartmentIndex& department, Timestamp now) const;
    void update_limits(Timestamp now);
    void watch_hours(Timestamp now);
    std::optional<DepartmentId> overflow_of(const Department& department, Timestamp now) const;
    void send_elsewhere(const ConversationEntry& entry, Timestamp now);

    // ---- activity
    void watch_activity(ConversationEntry& entry, Timestamp now);
    void set_idle(ConversationEntry& entry, bool idle);
    void stop_watching(ConversationEntry& entry);

    // ---- matching
    void match(Timestamp now);
    void match_one(AgentEntry& agent, Timestamp now);
    void match_many(const std::vector<AgentEntry*>& gained, Timestamp now);
    void make_offer(ConversationEntry& conversation, const routing::BestAgents& best, Timestamp now);
    void give_up_bots();
    void settle();

    std::vector<Decision> finish(Timestamp now);

    struct EarlierDue {
        bool operator()(const ConversationEntry* a, const ConversationEntry* b) const {
            return a->due != b->due ? a->due < b->due : a->id < b->id;
        }
    };

    TenantConfigPtr config;
    ConversationEntry* find(const ConversationId& id) const;

    routing::Conversations conversations;
    std::unordered_map<AgentId, AgentEntry> agents;
    routing::QueueIndex queues;
    std::set<ConversationEntry*, EarlierDue> timers;

    // Versions at which conversations were closed, for facts that arrive late; the oldest are forgotten.
    std::unordered_map<ConversationId, std::uint64_t> closed;
    std::deque<ConversationId> closed_order;

    std::uint64_t presence_epoch = 1;  // raised when somebody comes or goes
    std::vector<DepartmentIndex*> closing_departments;  // that send those who wait away at closing time

    std::vector<AgentEntry*> touched;
    std::vector<ConversationEntry*> dirty;
    std::vector<Decision> decisions;
};

}  // namespace switchboard::domain
