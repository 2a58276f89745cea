// SPDX-License-Identifier: Apache-2.0
// The truth about conversations: their logs and who takes part. Every verb is atomic, is carried out at most once however often
// it is repeated, and calls back only when the configured durability is met. One object per shard; thread: that shard.
//
// Errors of every verb besides those named: unavailable (retry_after_ms; outcome unknown, repeat it), internal.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"
#include "domain/conversation.hpp"
#include "domain/tenant_config.hpp"
#include "ports/event.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace switchboard::ports {

// Everything that is kept about a live conversation besides its log.
struct ConversationRecord {
    domain::Conversation routing;
    std::uint64_t epoch = 0;      // of the log
    VisitorId visitor;
    std::string customer_name;
    std::string topic;
    Timestamp started{};
    Timestamp queued{};           // last time it entered a queue
    std::uint64_t head_seq = 0;      // last seq of the log
    std::uint64_t head_all_seq = 0;  // last seq with audience all
    std::string disposition;
    unsigned rating = 0;
    std::string preview;          // the customer's first text, shortened
    AgentId consulted;            // a colleague who looks at it
    std::uint64_t customer_delivered = 0, customer_read = 0, agent_delivered = 0, agent_read = 0;
};

// A session that takes part as the customer.
struct CustomerSession {
    ConversationId conversation;
    VisitorId visitor;
    SessionId session;
    Incarnation incarnation;
    Endpoint endpoint;
};

struct StartConversation {
    ConversationId id;            // proposed; the visitor's open conversation wins
    VisitorId visitor;
    std::string customer_name;
    std::string topic;
    std::string preview;
    domain::Requirement requirement;
    unsigned weight = 1;
    Duration boost{0};            // its place is that of a conversation which came so much earlier
    bool urgent = false;
    Duration sticky_window{0};    // the agent of the visitor's last conversation is waited for so long, while that one's live keys exist; 0: not
    std::uint64_t epoch = 0;
    EventDraft started;                   // ConversationStarted
    std::optional<EventDraft> message;    // the first message, number 1 of `instance`
    std::uint64_t instance = 0;
    std::uint64_t body_digest = 0;        // of the first message
    std::uint32_t start_id = 0;           // the visitor's last start with this id is found again, even if its conversation is closed; 0: none
    // Who starts it, attached in the same step (its `conversation` is not read); not attached to an existing one. Without it the
    // customer counts as absent until attach_customer().
    std::optional<CustomerSession> session;
};
struct StartedConversation {
    ConversationRecord record;
    bool existing = false;
};

// One message or note of a participant.
struct AppendMessage {
    ConversationId conversation;
    domain::Role role = domain::Role::customer;
    std::string sender;                   // visitor id or agent id
    std::uint64_t assign_epoch = 0;       // agents
    std::uint64_t instance = 0;
    std::uint32_t number = 0;
    std::uint64_t body_digest = 0;        // tells a repeat from another body under the same number
    EventDraft event;
};
struct AppendedMessage {
    std::uint64_t seq = 0;
    std::uint64_t event_id = 0;
    Timestamp time;
    bool repeated = false;                // was there already
};

struct LogPage {
    std::vector<LogEntry> entries;        // ascending, without holes
    bool more = false;
};

struct VisitorRecord {
    std::uint64_t generation = 0;         // of the token; 0: never stored
    Timestamp generation_since{};         // when it was first presented; epoch 0: not yet, and the previous one is good until then
    ConversationId open_conversation;     // or empty
};

// How a conversation ends that its customer ends, by what it was doing.
struct EndByCustomer {
    EventDraft closed_waiting;                  // Closed{ABANDONED}: it waited
    EventDraft closed_active;                   // Closed{ENDED_BY_CUSTOMER}: it was active, and no wrap-up is wanted
    std::optional<EventDraft> wrap_up_started;  // it was active: the owner records the outcome first
    Duration wrap_up_time{0};                   // 0: without end
};

class ConversationStore {
public:
    virtual ~ConversationStore() = default;

    // Starts it and puts it into the queue. Returns the visitor's open conversation instead when there is one.
    virtual void start(const TenantId&, StartConversation, Callback<StartedConversation>) = 0;

    // Appends of one turn of the loop travel together; each has its own answer.
    // Errors: not_found (not a participant), conversation_closed, stale_assignment, conflict, out_of_sequence.
    virtual void append(const TenantId&, AppendMessage, Callback<AppendedMessage>) = 0;

    // Entries with seq > after, at most `limit`. A hole cannot occur; a log that is gone is not_found.
    virtual void read_log(const TenantId&, const ConversationId&, std::uint64_t after, std::size_t limit, Callback<LogPage>) = 0;

    // not_found when it never was or its live keys have expired.
    virtual void load(const TenantId&, const ConversationId&, Callback<ConversationRecord>) = 0;
    virtual void load_visitor(const TenantId&, const VisitorId&, Callback<VisitorRecord>) = 0;
    // Raises the token generation from `from`; answers with the one now valid, whoever raised it.
    virtual void raise_visitor_generation(const TenantId&, const VisitorId&, std::uint64_t from, Callback<VisitorRecord>) = 0;
    // Somebody came with a token of this generation: its predecessor is good for another 60 s, counted from the first time.
    virtual void present_visitor_generation(const TenantId&, const VisitorId&, std::uint64_t generation, Callback<VisitorRecord>) = 0;

    // The customer is here: presence for routing, and the endpoint gets the events from now on. Returns the record after it.
    // Repeating it is harmless. not_found: not this visitor's.
    virtual void attach_customer(const TenantId&, CustomerSession, Callback<ConversationRecord>) = 0;
    // The last session's detaching starts the clock of abandonment.
    virtual void detach_customer(const TenantId&, CustomerSession, Callback<void>) = 0;
    // The endpoint shall get (or no longer get) the events, without being present: repairs and observers.
    virtual void watch(const TenantId&, const ConversationId&, const Endpoint&, Callback<void>) = 0;
    virtual void unwatch(const TenantId&, const ConversationId&, const Endpoint&, Callback<void>) = 0;

    // Closed by the customer: abandoned while waiting, ended_by_customer while active. illegal_state, not_found.
    virtual void end_by_customer(const TenantId&, const ConversationId&, const VisitorId&, EndByCustomer, Callback<void>) = 0;
    virtual void rate(const TenantId&, const ConversationId&, const VisitorId&, unsigned score, EventDraft rated, Callback<void>) = 0;

    // Latest values: no log, no durability.
    // Horizons only grow; what grew is published to the other side.
    virtual void advance_horizons(const TenantId&, const ConversationId&, domain::Role side, const std::string& participant,
                                  std::uint64_t delivered, std::uint64_t read) = 0;
    // Encoded ServerFrame for every session of the conversation that may see it, but not for `except`.
    virtual void publish_latest(const TenantId&, const ConversationId&, LatestValue value) = 0;
};

}  // namespace switchboard::ports
