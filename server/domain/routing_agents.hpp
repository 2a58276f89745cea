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

bool cooling(const ConversationEntry& conversation, const AgentId& agent, Timestamp now);
// Kind, and the first `needed` skills of the class with their levels.
bool qualified(const AgentEntry& agent, const RoutingClass& routing_class, std::size_t needed);

struct Ranked {
    AgentEntry* agent = nullptr;
    double score = 0;  // smaller is better
};
struct BestAgents {
    std::vector<Ranked> agents;  // best first; empty: nobody
    std::size_t wishes = 0;      // preferred skills that all of them have
};
// At most `most` of those who pass every test, from the first department in which somebody does, with as many of the preferred
// skills as possible. Looks through the ready agents of the rarest skill; with most_skilled through all of these.
BestAgents best_agents(const ConversationEntry& conversation, std::size_t most, Timestamp now);

// The same for an agent of whom it is known that nobody else passes.
BestAgents only_agent(const ConversationEntry& conversation, AgentEntry& agent);

// Null: nothing. Looks at the heads of the classes that are found in the agent's slots, oldest first.
ConversationEntry* oldest_conversation(const AgentEntry& agent, Timestamp now);

}  // namespace switchboard::domain::routing
