// SPDX-License-Identifier: Apache-2.0
// Who gets which conversation. A pure state machine: it reads no clock, does no I/O and draws no random numbers, so the same
// inputs give the same decisions - in production, in tests and in a simulation. Thread: whoever owns it, one at a time.
//
// Feed every fact through apply(), in any order and as often as you like: of an entity only the highest version counts.
// A closed conversation is forgotten, and its earlier states are still ignored if they come late. Before the first
// ConfigChanged nothing is decided.
// Decisions are proposals: the store re-checks the facts, and its answer comes back as ClaimResult or as a newer entity.
#pragma once

#include "domain/agent.hpp"
#include "domain/conversation.hpp"
#include "domain/tenant_config.hpp"

#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace switchboard::domain {

// ---- inputs
struct ConversationGone { ConversationId id; };  // closed and archived, or never seen again
struct ConfigChanged { TenantConfigPtr config; };
// The answer to MakeOffer. refused: the facts had changed (newer entities follow); unknown: no answer, ask Redis again.
struct ClaimResult {
    enum class Outcome : std::uint8_t { accepted, refused, unknown };
    ConversationId conversation;
    AgentId agent;
    Outcome outcome = Outcome::refused;
};
using Input = std::variant<Conversation, Agent, ConversationGone, ConfigChanged, ClaimResult>;

// ---- decisions
// Why this agent: counts of agents by the first test that they failed, for the record of the decision.
struct Explanation {
    unsigned eligible = 0;
    unsigned wrong_department = 0;
    unsigned missing_skill = 0;
    unsigned offline = 0;
    unsigned away = 0;
    unsigned at_capacity = 0;
    unsigned in_cooldown = 0;
};
struct MakeOffer {
    ConversationId conversation;
    AgentId agent;
    unsigned capacity = 0;            // of the agent, for the store to re-check
    std::uint64_t conversation_version = 0;
    Timestamp deadline;
};
struct EndOffer {  // timed out, or its agent or customer is gone
    ConversationId conversation;
    OfferId offer;
    AgentId agent;
    OfferOutcome outcome = OfferOutcome::timed_out;
    Duration cooldown{0};
    bool set_away = false;            // the agent has now missed too many in a row
};
struct Abandon { ConversationId conversation; std::uint64_t version = 0; };
// The owner did not come back: back to the front of its queue.
struct Requeue { ConversationId conversation; AgentId agent; std::uint64_t assign_epoch = 0; };
struct EndWrapUp { ConversationId conversation; std::uint64_t assign_epoch = 0; };

// The owner-to-be of a transfer cannot take it, or would not: whoever has the skills may have it now.
struct Widen { ConversationId conversation; std::uint64_t version = 0; };
using Decision = std::variant<MakeOffer, EndOffer, Abandon, Requeue, EndWrapUp, Widen>;

// What goes on in a department. Agents of several departments count in each.
struct DepartmentCounts {
    unsigned waiting = 0;  // queued
    unsigned offered = 0;
    unsigned active = 0;
    unsigned wrap_up = 0;
    std::optional<Timestamp> oldest;  // effective arrival of the first one that is queued or offered
    unsigned agents_available = 0;    // with or without room
    unsigned agents_away = 0;
    unsigned agents_offline = 0;
    unsigned agents_full = 0;  // available, and no room
    unsigned free_slots = 0;   // room of the available ones
};
struct Counts {
    std::vector<DepartmentCounts> departments;  // in the configuration's order
    unsigned agents_available = 0;              // each agent once
    unsigned agents_away = 0;
};

struct QueuePlace {
    unsigned position = 0;  // 1 = next
    unsigned waiting = 0;   // in the department
};

class Router {
public:
    Router();
    ~Router();
    Router(Router&&) noexcept;
    Router& operator=(Router&&) noexcept;

    // Takes in one fact and returns what follows from it at `now`. After every call work is conserved: no queued
    // conversation is left while an agent passes every test for it, but for claims in flight.
    std::vector<Decision> apply(const Input& input, Timestamp now);
    // What has become due. Harmless to call early or twice.
    std::vector<Decision> tick(Timestamp now);
    // The next moment at which tick() could decide something.
    std::optional<Timestamp> next_deadline() const;

    std::optional<QueuePlace> place(const ConversationId& id) const;  // while queued or offered; O(log n)
    // Conversations queued or offered in a department, next one first. O(n).
    std::vector<ConversationId> waiting(const DepartmentId& department) const;
    std::size_t waiting_count() const;
    // O(agents and what they hold), however many wait.
    Counts counts() const;
    // O(agents): for records and for people, not for each decision of a large tenant. Room that the conversation itself takes
    // does not count against the agent that has it.
    Explanation explain(const ConversationId& id, Timestamp now) const;

    // For the reconciler: what memory holds; no closed conversations.
    const Conversation* conversation(const ConversationId& id) const;
    const Agent* agent(const AgentId& id) const;
    std::vector<ConversationId> conversation_ids() const;
    std::vector<AgentId> agent_ids() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace switchboard::domain
