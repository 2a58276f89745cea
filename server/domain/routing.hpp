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
#include "domain/competition.hpp"
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
// The answer to CheckActivity: when both sides wrote last. Of an older assignment it is ignored.
struct Activity {
    ConversationId conversation;
    std::uint64_t assign_epoch = 0;
    std::uint64_t head_seq = 0;             // of the log that was looked at
    std::optional<Timestamp> customer;      // last message, before or after the assignment
    std::optional<Timestamp> agent;         // last message under this assignment
    std::optional<Timestamp> warned;        // of being inactive, with no message of the customer since
};
using Input = std::variant<Conversation, Agent, ConversationGone, ConfigChanged, ClaimResult, Activity>;

// ---- decisions
struct Candidate {
    AgentId agent;
    double score = 0;  // by the department's strategy, smaller is better; the unit is the strategy's
};
// Why this agent, as cheap as the router can tell it; counts of all agents by the test that they failed are told by explain().
struct Choice {
    std::vector<Candidate> best;        // who passed every test, the chosen one first; at most 10
    unsigned step = 0;
    unsigned preferred = 0;             // optional skills that all of `best` have
    std::uint64_t config_version = 0;
};
struct MakeOffer {
    ConversationId conversation;
    AgentId agent;
    unsigned capacity = 0;            // of the agent, for the store to re-check; idle conversations that count less are added
    std::uint64_t conversation_version = 0;
    Timestamp deadline;
    Choice choice;
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
// Back to its place in the queue: its owner did not come back, or did not answer.
struct Requeue {
    enum class Why : std::uint8_t { agent_gone, no_reply };
    ConversationId conversation;
    AgentId agent;
    std::uint64_t assign_epoch = 0;
    Why why = Why::agent_gone;
    Duration cooldown{0};             // of the owner, when it did not answer
};
struct EndWrapUp { ConversationId conversation; std::uint64_t assign_epoch = 0; };
// Less is asked for from now on: `step` rungs of the ladder are taken; with `anyone` it no longer waits for one agent or for bots.
struct Widen {
    ConversationId conversation;
    std::uint64_t version = 0;
    unsigned step = 0;
    bool anyone = false;
};
// Its department takes nothing more: it goes on in another one, at its old place.
struct Move { ConversationId conversation; std::uint64_t version = 0; Requirement requirement; unsigned weight = 1; };
// No department takes it: closed as turned_away or out_of_hours.
struct TurnAway { ConversationId conversation; std::uint64_t version = 0; ClosedReason reason = ClosedReason::turned_away; };
// Answered by the input Activity.
struct CheckActivity { ConversationId conversation; std::uint64_t assign_epoch = 0; };
// Only while the log still ends with head_seq.
struct WarnInactive { ConversationId conversation; std::uint64_t assign_epoch = 0; std::uint64_t head_seq = 0; };
struct CloseInactive { ConversationId conversation; std::uint64_t assign_epoch = 0; std::uint64_t head_seq = 0; };
using Decision = std::variant<MakeOffer, EndOffer, Abandon, Requeue, EndWrapUp, Widen, Move, TurnAway, CheckActivity, WarnInactive, CloseInactive>;

// What goes on in a department. Agents of several departments count in each.
struct DepartmentCounts {
    unsigned waiting = 0;  // queued
    unsigned offered = 0;
    unsigned active = 0;
    unsigned wrap_up = 0;
    unsigned urgent = 0;              // of those who are queued or offered
    unsigned boosted = 0;             // of the others: before their time, by their priority
    unsigned unroutable = 0;          // queued, and nobody who is logged in could ever serve them, not even further up the ladder
    bool full = false;                // the limit is reached: takes nothing more
    std::optional<Timestamp> oldest;  // first enqueue of the one at the head of the order that is queued or offered
    unsigned agents_available = 0;    // with or without room
    unsigned agents_away = 0;
    unsigned agents_offline = 0;
    unsigned agents_full = 0;  // available, and no room
    unsigned free_slots = 0;   // room of the available ones
    unsigned used_slots = 0;   // units held by agents that are online
    unsigned offered_slots = 0, wrap_up_slots = 0;  // units of this department's conversations that are offered, in wrap-up
    // Agents that are available, with or without room, and serve it or are lent to it once so many rungs of the ladder are taken.
    std::vector<unsigned> eligible;  // by rungs, from 0
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
    // conversation is left while an agent passes every test for it, but for claims in flight and departments in pull mode.
    std::vector<Decision> apply(const Input& input, Timestamp now);
    // What has become due. Harmless to call early or twice.
    std::vector<Decision> tick(Timestamp now);
    // The next moment at which tick() could decide something.
    std::optional<Timestamp> next_deadline() const;

    std::optional<QueuePlace> place(const ConversationId& id) const;  // while queued or offered; O(log n)
    // Conversations queued or offered in a department, next one first, at most `most`. O(most).
    std::vector<ConversationId> waiting(const DepartmentId& department, std::size_t most = ~std::size_t{0}) const;
    std::size_t waiting_count() const;
    // O(agents + classes + what agents hold), however many wait.
    Counts counts(Timestamp now) const;
    bool full(const DepartmentId& department, Timestamp now) const;  // takes nothing more
    // For estimates of waits. O(what waits + classes * agents of their departments); at most 256 classes, the largest ones.
    Competition competition() const;

    // For the reconciler: what memory holds; no closed conversations.
    std::optional<Conversation> conversation(const ConversationId& id) const;
    const Agent* agent(const AgentId& id) const;
    std::vector<ConversationId> conversation_ids() const;
    std::vector<AgentId> agent_ids() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace switchboard::domain
