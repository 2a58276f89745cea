// SPDX-License-Identifier: Apache-2.0
// The truth about routing: agents, offers, owners, leases. Every verb is atomic, re-checks the facts that the caller believed
// in, and repeats harmlessly. What changes is put on the tenant's routing stream in the same step. One object per shard.
//
// Errors of every verb besides those named: unavailable (outcome unknown), internal.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"
#include "domain/agent.hpp"
#include "domain/conversation.hpp"
#include "domain/routing.hpp"
#include "ports/conversation_store.hpp"
#include "ports/event.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace switchboard::ports {

struct AgentSession {
    AgentId agent;
    SessionId session;
    Incarnation incarnation;
    Endpoint endpoint;
};
// A session as it is listed under its node.
struct NodeSession {
    bool staff = false;
    std::string owner;  // of staff the agent, of a customer the conversation
    SessionId session;
};
// What an agent has in hand: conversations offered, active and in wrap-up.
struct AgentSnapshot {
    domain::Agent agent;
    std::vector<ConversationRecord> conversations;
    std::vector<ConversationRecord> consulted;  // of others, who ask the agent to look at them
};

// A router's right to decide: `epoch` must still be the tenant's current one.
struct RouterLease {
    std::uint64_t epoch = 0;
    Timestamp expires{};
};

struct OfferRequest {
    ConversationId conversation;
    std::uint64_t conversation_version = 0;
    AgentId agent;
    unsigned capacity = 0;
    OfferId offer;
    Timestamp deadline{};
    EventDraft made;                     // OfferMade, staff
};
struct OfferAnswer {
    ConversationId conversation;
    OfferId offer;
    AgentId agent;
};
struct TransferRequest {
    ConversationId conversation;
    AgentId agent;                       // the owner
    std::uint64_t assign_epoch = 0;
    domain::Requirement requirement;
    unsigned weight = 1;
    std::string topic;
    Duration cooldown{0};                // the one who passes it on is not asked again for so long
    Duration wait{0};                    // how long it may wait for requirement.agent; 0: there is none
    std::vector<EventDraft> events;      // note, Transferred, AgentLeft in this order
};
// Takes a waiting conversation without an offer.
struct PickRequest {
    ConversationId conversation;
    AgentId agent;
    unsigned capacity = 0;
    EventDraft joined;
};
struct ConsultRequest {
    ConversationId conversation;
    AgentId agent;                       // the owner
    std::uint64_t assign_epoch = 0;
    AgentId consulted;
    std::vector<EventDraft> events;
};
struct MoveRequest {
    ConversationId conversation;
    std::uint64_t version = 0;
    domain::Requirement requirement;
    unsigned weight = 1;
    EventDraft moved;
};
struct CloseRequest {
    ConversationId conversation;
    AgentId agent;                       // the owner; empty: by the router
    std::uint64_t assign_epoch = 0;
    domain::ClosedReason reason = domain::ClosedReason::resolved;
    std::string disposition;
    std::vector<EventDraft> events;
    std::uint64_t head_seq = 0;          // only while the log ends there; 0: whatever it holds. Else illegal_state
};

// Everything at one moment, and where the routing stream stood just before.
struct RoutingSnapshot {
    std::vector<domain::Conversation> conversations;
    std::vector<domain::Agent> agents;
    std::string stream_id;
};
// A change of the routing stream. `gone`: the stream no longer reaches back to `after`; take a snapshot.
struct RoutingChanges {
    std::vector<std::variant<domain::Conversation, domain::Agent>> changes;
    bool config_changed = false;
    bool gone = false;
    std::string stream_id;               // read on from here
};

class RoutingStore {
public:
    virtual ~RoutingStore() = default;

    // ---- agents
    // The first session makes the agent online (choice as it was; away when it never chose).
    virtual void open_agent_session(const TenantId&, AgentSession, Callback<AgentSnapshot>) = 0;
    // The last one's end makes it offline; its offers are then withdrawn by the router.
    virtual void close_agent_session(const TenantId&, AgentSession, Callback<void>) = 0;
    virtual void set_agent_choice(const TenantId&, const AgentId&, domain::AgentChoice, const std::string& reason, Callback<domain::Agent>) = 0;
    virtual void load_agent(const TenantId&, const AgentId&, Callback<AgentSnapshot>) = 0;
    // In the order asked for, without what they have in hand; an agent who was never here is offline.
    virtual void load_agents(const TenantId&, const std::vector<AgentId>&, Callback<std::vector<domain::Agent>>) = 0;

    // ---- offers and ownership. illegal_state: the offer is no longer open; stale_assignment: no longer the owner.
    // True: stored. False: the facts had changed (status, version, choice, sessions, room, router epoch).
    virtual void make_offer(const TenantId&, const RouterLease&, OfferRequest, Callback<bool>) = 0;
    // The agent becomes the owner; assign_epoch is raised. Repeating it returns the same record.
    virtual void accept_offer(const TenantId&, OfferAnswer, EventDraft ended, EventDraft joined, Callback<ConversationRecord>) = 0;
    // Declined by the agent, or ended by the router (lease epoch not 0). Back to its place in the queue.
    virtual void end_offer(const TenantId&, const RouterLease&, OfferAnswer, domain::OfferOutcome, Duration cooldown, bool set_away,
                           EventDraft ended, Callback<bool>) = 0;
    virtual void transfer(const TenantId&, TransferRequest, Callback<void>) = 0;
    // illegal_state: does not wait, or the agent has no room or is not available. Repeating it returns the same record.
    virtual void pick(const TenantId&, PickRequest, Callback<ConversationRecord>) = 0;
    // The colleague sees the log from now on. illegal_state: not available, or another one is consulted.
    virtual void start_consult(const TenantId&, ConsultRequest, Callback<void>) = 0;
    // The colleague becomes the owner; `capacity` is the colleague's. illegal_state: nobody is consulted, gone, or no room.
    virtual void complete_consult(const TenantId&, ConsultRequest, unsigned capacity, Callback<void>) = 0;
    // By the owner or by the colleague, whoever `by` is.
    virtual void end_consult(const TenantId&, const ConversationId&, const AgentId& by, EventDraft ended, Callback<void>) = 0;
    // Changes its place: as if it had come `boost` earlier than it did. While it waits: illegal_state otherwise.
    virtual void prioritize(const TenantId&, const ConversationId&, Duration boost, bool urgent, EventDraft changed, Callback<void>) = 0;
    // Ends the talk and begins the wrap-up, until `wrap_up` from now (0: without end).
    virtual void begin_wrap_up(const TenantId&, CloseRequest, Duration wrap_up, Callback<void>) = 0;
    // From active or wrap_up. Puts it on the outbox of the archive.
    virtual void close(const TenantId&, CloseRequest, Callback<void>) = 0;

    // ---- the router's own verbs; false: nothing done, the facts had changed
    virtual void abandon(const TenantId&, const RouterLease&, const ConversationId&, std::uint64_t version, EventDraft closed, Callback<bool>) = 0;
    // With a cooldown it did not answer: it is still there and is not asked again for so long.
    virtual void requeue(const TenantId&, const RouterLease&, const domain::Requeue&, EventDraft left, Callback<bool>) = 0;
    virtual void widen(const TenantId&, const RouterLease&, const domain::Widen&, EventDraft widened, Callback<bool>) = 0;
    virtual void move(const TenantId&, const RouterLease&, MoveRequest, Callback<bool>) = 0;
    virtual void turn_away(const TenantId&, const RouterLease&, const domain::TurnAway&, EventDraft closed, Callback<bool>) = 0;
    virtual void warn_inactive(const TenantId&, const RouterLease&, const domain::WarnInactive&, EventDraft warned, Callback<bool>) = 0;
    // When both sides of an active conversation wrote last. not_found: no longer under this assignment.
    virtual void read_activity(const TenantId&, const ConversationId&, std::uint64_t assign_epoch, Callback<domain::Activity>) = 0;

    // ---- leases, all by Redis time
    // Keeps this incarnation's lease, also one that has run out, unless the router has condemned the node. False: fenced.
    virtual void renew_node(const TenantId&, const Incarnation&, Duration lease, Callback<bool>) = 0;
    // Condemns incarnations whose lease has run out and removes their sessions (a bounded number per call). Returns how many are
    // left to do.
    virtual void expire_nodes(const TenantId&, const RouterLease&, Callback<std::size_t>) = 0;
    virtual void leave_node(const TenantId&, const Incarnation&, Callback<void>) = 0;
    virtual void list_node_sessions(const TenantId&, const Incarnation&, Callback<std::vector<NodeSession>>) = 0;
    // Epoch 0 in the answer: another holder's lease is still good.
    virtual void acquire_router(const TenantId&, const Incarnation&, Duration lease, Callback<RouterLease>) = 0;
    virtual void renew_router(const TenantId&, const RouterLease&, const Incarnation&, Duration lease, Callback<bool>) = 0;
    virtual void release_router(const TenantId&, const RouterLease&, const Incarnation&, Callback<void>) = 0;

    // ---- what the router learns from
    virtual void snapshot(const TenantId&, Callback<RoutingSnapshot>) = 0;
    // Changes after `stream_id`; waits up to `wait` for the first one.
    virtual void read_changes(const TenantId&, const std::string& stream_id, Duration wait, Callback<RoutingChanges>) = 0;
};

}  // namespace switchboard::ports
