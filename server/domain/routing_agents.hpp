// SPDX-License-Identifier: Apache-2.0
// The agents' side of the indexes: who is listed as ready where, and the two questions of routing - the best agent for a
// conversation, the oldest conversation for an agent. Router-internal.
#pragma once

#include "domain/routing_index.hpp"

namespace switchboard::domain::routing {

// Makes the agent a member of a slot, and ready there when it is listed.
void join(AgentEntry& agent, DepartmentIndex& department, Slot& slot, int level);

// Brings the ready orders in line with the agent's state.
void refresh(AgentEntry& agent);

bool cooling(const Conversation& conversation, const AgentId& agent, Timestamp now);
bool qualified(const AgentEntry& agent, const RoutingClass& routing_class);  // skills and levels only

// Null: nobody. Looks through the ready agents of the class's rarest skill, best first.
AgentEntry* best_agent(const ConversationEntry& conversation, Timestamp now);

// Null: nothing. Looks at the heads of the classes that are found in the agent's slots, oldest first.
ConversationEntry* oldest_conversation(const AgentEntry& agent, Timestamp now);

}  // namespace switchboard::domain::routing
