// SPDX-License-Identifier: Apache-2.0
// Between the values of domain and ports and the messages of the wire: what a reader may see of a conversation, and the drafts of
// every kind of event. The only place that decides which field is for staff only. Pure. Thread: any.
#pragma once

#include "base/error.hpp"
#include "domain/access.hpp"
#include "domain/agent.hpp"
#include "ports/conversation_store.hpp"
#include "ports/routing_store.hpp"
#include "switchboard/v1/client.pb.h"

#include <string>
#include <string_view>

namespace switchboard::app {

// ---- what is seen
v1::Role to_proto(domain::Role role);
v1::ConversationStatus to_proto(domain::ConversationStatus status);
v1::ClosedReason to_proto(domain::ClosedReason reason);
v1::OfferOutcome to_proto(domain::OfferOutcome outcome);
v1::Error to_proto(const Error& error);

// `config` gives the agents' names; null: without names.
v1::Conversation for_customer(const ports::ConversationRecord& record, const domain::TenantConfig* config);
v1::Conversation for_staff(const ports::ConversationRecord& record, const domain::TenantConfig* config);
v1::Conversation seen_by(domain::Role role, const ports::ConversationRecord& record, const domain::TenantConfig* config);

v1::Offer offer_of(const ports::ConversationRecord& record, const domain::TenantConfig* config);
// ConsultStarted, for `consulted`.
v1::ServerFrame consult_frame(const ports::ConversationRecord& record, const AgentId& consulted, const domain::TenantConfig* config);
v1::AgentStatus status_of(const domain::Agent& agent, unsigned capacity);
// What the router counts of a department.
struct DepartmentState {
    bool staffed = false;  // an agent of it is available
    bool full = false;     // its queue takes nothing more
};
v1::DepartmentInfo info_of(const domain::Department& department, DepartmentState state, Timestamp now, bool for_staff);

v1::Participant customer_participant(const std::string& name);
// With the display name, for Welcome, AgentJoined and snapshots.
v1::Participant agent_participant(const AgentId& agent, const domain::TenantConfig* config);

// ---- what is written. Senders carry no names.
struct Author {
    domain::Role role = domain::Role::customer;
    AgentId agent;  // empty for customers
};

namespace draft {
ports::EventDraft conversation_started(const std::string& department, const std::string& topic, const std::string& customer_name);
ports::EventDraft message(const Author& author, std::uint64_t instance, std::uint32_t number, const v1::Message& message);
ports::EventDraft note(const Author& author, std::uint64_t instance, std::uint32_t number, const v1::Message& note);
ports::EventDraft agent_joined(const v1::Participant& agent);
ports::EventDraft agent_left(const v1::Participant& agent, v1::LeaveReason reason);
ports::EventDraft transferred(const Author& author, const std::string& from, const std::string& to);
ports::EventDraft moved(const std::string& from, const std::string& to);  // by the router, because the first takes nothing more
ports::EventDraft wrap_up_started(const Author& author, v1::ClosedReason reason);
ports::EventDraft wrap_up_by_system(v1::ClosedReason reason);
ports::EventDraft closed(const Author& author, v1::ClosedReason reason);
ports::EventDraft closed_by_system(v1::ClosedReason reason);
ports::EventDraft rated(unsigned score, const std::string& comment);
ports::EventDraft offer_made(const OfferId& offer, const AgentId& agent, Timestamp deadline, v1::RoutingRecord record);
// `author` null: by the router.
ports::EventDraft offer_ended(const Author* author, const OfferId& offer, const AgentId& agent, v1::OfferOutcome outcome,
                              const std::string& reason);
ports::EventDraft widened(unsigned step, bool anyone);
ports::EventDraft prioritized(const Author& author, Duration boost, bool urgent);
ports::EventDraft inactivity_warned(Duration close_after);
ports::EventDraft consult_changed(const Author& author, const v1::Participant& agent, bool began);
ports::EventDraft disposition_recorded(const Author& author, const std::string& code, const std::string& comment);
}  // namespace draft

// FNV-1a 64 of what makes two messages the same; a note never equals a message.
std::uint64_t body_digest(const v1::Message& message, bool note);

// At most `limit` bytes, cut between characters.
std::string shortened(const std::string& text, std::size_t limit);

// ---- what is checked
bool valid_utf8(std::string_view text);
// As this server makes them; anything else cannot exist, and must not get into a key.
bool valid_id(std::string_view id);

// INVALID_ARGUMENT naming the field when it is too long or no clean text. Empty is fine.
Result<void> check_text(const char* field, const std::string& text, std::size_t limit);
// 1 to `limit` bytes. Errors: invalid_argument, too_large.
Result<void> check_body(const char* field, const v1::Message& message, std::size_t limit);

}  // namespace switchboard::app
