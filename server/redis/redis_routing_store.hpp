// SPDX-License-Identifier: Apache-2.0
// ports::RoutingStore on Redis. One per shard; thread: that shard. Blocking reads of a routing stream have a connection of
// their own per tenant, so that nothing else waits behind them.
#pragma once

#include "base/clock.hpp"
#include "ports/routing_store.hpp"
#include "redis/caller.hpp"
#include "redis/keys.hpp"

#include <functional>
#include <memory>
#include <unordered_map>
#include <unordered_set>

namespace switchboard::redis {

class RedisRoutingStore final : public ports::RoutingStore {
public:
    // `connect` makes a started connection to the same Redis.
    using Connect = std::function<std::unique_ptr<Connection>()>;

    RedisRoutingStore(Executor executor, Caller& caller, RedisClock& clock, Connect connect)
        : executor_(executor), caller_(caller), clock_(clock), connect_(std::move(connect)) {}

    void open_agent_session(const TenantId&, ports::AgentSession, Callback<ports::AgentSnapshot>) override;
    void close_agent_session(const TenantId&, ports::AgentSession, Callback<void>) override;
    void set_agent_choice(const TenantId&, const AgentId&, domain::AgentChoice, const std::string& reason, Callback<domain::Agent>) override;
    void load_agent(const TenantId&, const AgentId&, Callback<ports::AgentSnapshot>) override;
    void load_agents(const TenantId&, const std::vector<AgentId>&, Callback<std::vector<domain::Agent>>) override;

    void make_offer(const TenantId&, const ports::RouterLease&, ports::OfferRequest, Callback<bool>) override;
    void accept_offer(const TenantId&, ports::OfferAnswer, ports::EventDraft ended, ports::EventDraft joined,
                      Callback<ports::ConversationRecord>) override;
    void end_offer(const TenantId&, const ports::RouterLease&, ports::OfferAnswer, domain::OfferOutcome, Duration cooldown, bool set_away,
                   ports::EventDraft ended, Callback<bool>) override;
    void transfer(const TenantId&, ports::TransferRequest, Callback<void>) override;
    void pick(const TenantId&, ports::PickRequest, Callback<ports::ConversationRecord>) override;
    void start_consult(const TenantId&, ports::ConsultRequest, Callback<void>) override;
    void complete_consult(const TenantId&, ports::ConsultRequest, unsigned capacity, Callback<void>) override;
    void end_consult(const TenantId&, const ConversationId&, const AgentId& by, ports::EventDraft ended, Callback<void>) override;
    void prioritize(const TenantId&, const ConversationId&, Duration boost, bool urgent, ports::EventDraft changed, Callback<void>) override;
    void begin_wrap_up(const TenantId&, ports::CloseRequest, Duration wrap_up, Callback<void>) override;
    void close(const TenantId&, ports::CloseRequest, Callback<void>) override;
    void abandon(const TenantId&, const ports::RouterLease&, const ConversationId&, std::uint64_t version, ports::EventDraft closed,
                 Callback<bool>) override;
    void requeue(const TenantId&, const ports::RouterLease&, const domain::Requeue&, ports::EventDraft left, Callback<bool>) override;
    void widen(const TenantId&, const ports::RouterLease&, const domain::Widen&, ports::EventDraft widened, Callback<bool>) override;
    void move(const TenantId&, const ports::RouterLease&, ports::MoveRequest, Callback<bool>) override;
    void turn_away(const TenantId&, const ports::RouterLease&, const domain::TurnAway&, ports::EventDraft closed, Callback<bool>) override;
    void warn_inactive(const TenantId&, const ports::RouterLease&, const domain::WarnInactive&, ports::EventDraft warned,
                       Callback<bool>) override;
    void read_activity(const TenantId&, const ConversationId&, std::uint64_t assign_epoch, Callback<domain::Activity>) override;

    void renew_node(const TenantId&, const Incarnation&, Duration lease, Callback<bool>) override;
    void expire_nodes(const TenantId&, const ports::RouterLease&, Callback<std::size_t>) override;
    void leave_node(const TenantId&, const Incarnation&, Callback<void>) override;
    void list_node_sessions(const TenantId&, const Incarnation&, Callback<std::vector<ports::NodeSession>>) override;
    void acquire_router(const TenantId&, const Incarnation&, Duration lease, Callback<ports::RouterLease>) override;
    void renew_router(const TenantId&, const ports::RouterLease&, const Incarnation&, Duration lease, Callback<bool>) override;
    void release_router(const TenantId&, const ports::RouterLease&, const Incarnation&, Callback<void>) override;

    void snapshot(const TenantId&, Callback<ports::RoutingSnapshot>) override;
    void read_changes(const TenantId&, const std::string& stream_id, Duration wait, Callback<ports::RoutingChanges>) override;

private:
    // The records of what an agent holds or is consulted about, loaded one after another's answer but sent together.
    void load_held(const TenantId&, const AgentId&, Words conversations, Callback<ports::AgentSnapshot>);
    void refresh_endpoints(const TenantId&, const AgentId&, const Words& conversations);
    // Answers with the record as it is once a verb has changed it.
    Callback<void> then_load(const TenantId&, const ConversationId&, Callback<ports::ConversationRecord> done);
    // `dead`: on behalf of this node, if it is; empty: by the session's own node.
    void end_agent_session(const TenantId&, const ports::AgentSession&, const Incarnation& dead, Callback<void>);
    // Detaches the sessions ("c CONVERSATION SESSION" | "a AGENT SESSION") that a dead node left behind.
    void detach_dead(const TenantId&, const Incarnation&, const std::string& session, std::function<void()> done);
    // `others`: expired nodes besides this one.
    void expire_node(const TenantId&, const Incarnation&, std::size_t others, Callback<std::size_t>);
    // Reads the entities slice by slice, so that a large tenant neither fills the pipeline nor holds up the other commands.
    struct Scan;
    void scan_more(std::shared_ptr<Scan> scan);
    Caller& blocking_caller(const TenantId&);
    void drop_blocking(const TenantId&);

    struct Blocking {
        std::unique_ptr<Connection> connection;
        std::unique_ptr<Caller> caller;
    };

    Executor executor_;
    Caller& caller_;
    RedisClock& clock_;
    Connect connect_;
    std::unordered_map<TenantId, Blocking> blocking_;
    std::unordered_set<std::string> joined_;  // tenant and incarnation whose lease this shard has seen alive
};

}  // namespace switchboard::redis
