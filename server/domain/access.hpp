// SPDX-License-Identifier: Apache-2.0
// Who may do what to which conversation: one table, deny by default. A refusal is told as not_found, so that an answer never
// says whether something exists. Pure.
#pragma once

#include "domain/conversation.hpp"
#include "domain/tenant_config.hpp"

#include <cstdint>

namespace switchboard::domain {

// How the one who asks stands to the conversation.
enum class Relation : std::uint8_t {
    none,        // a stranger to it, or no conversation is concerned
    customer,    // it is his
    offered,     // it is offered to him
    owner,       // he is its agent
    consulted,   // its agent asked him to look at it
    department,  // staff of its department, or supervisor or admin of the tenant; not its agent
};

// One value per command of ClientFrame; a test compares it with the schema.
enum class Command : std::uint8_t {
    hello,
    ping,
    start_conversation,
    leave_queue,
    end_conversation,
    rate_conversation,
    send_message,
    set_typing,
    advance_horizons,
    read_log,
    set_agent_state,
    accept_offer,
    decline_offer,
    send_note,
    transfer_conversation,
    close_conversation,
    finish_wrap_up,
    list_colleagues,
    list_waiting,
    pick_conversation,
    start_consult,
    complete_consult,
    end_consult,
    watch_queues,
    explain_conversation,
    set_priority,
};

bool allowed(Role role, Relation relation, Command command);

// How a member of staff stands to a conversation as it is now. `consulted`: whom its agent has asked, or nobody.
Relation staff_relation(const AgentProfile& profile, const Conversation& conversation, const AgentId& consulted = {});

}  // namespace switchboard::domain
