// SPDX-License-Identifier: Apache-2.0
// Brings conversations and agents together. Before a fact, nobody ready could take anything that waits; so afterwards only
// those agents that gained and those conversations that became offerable need a look.
#include "domain/routing_agents.hpp"
#include "domain/routing_impl.hpp"

#include <queue>

namespace switchboard::domain {

using routing::AgentEntry;
using routing::ConversationEntry;

namespace {

constexpr std::size_t most_candidates = 10;  // in the record of a decision

// Something to look at: a conversation that wants an agent, or an agent and the oldest conversation it could take.
struct Prospect {
    ConversationEntry* conversation;
    AgentEntry* agent;

    // Oldest conversation on top of the heap, ties by agent id.
    bool operator<(const Prospect& other) const {
        if (conversation != other.conversation) return routing::earlier(*other.conversation, *conversation);
        if (!agent || !other.agent) return agent && !other.agent;
        return other.agent->entity.id < agent->entity.id;
    }
};

}  // namespace

void Router::Impl::match(Timestamp now) {
    std::vector<AgentEntry*> gained;
    for (AgentEntry* agent : touched)
        if (agent->ready() && agent->room() > agent->settled_room) gained.push_back(agent);
    if (gained.size() == 1 && dirty.empty())
        match_one(*gained.front(), now);
    else if (!gained.empty() || !dirty.empty())
        match_many(gained, now);
    settle();
}

// Nobody else could take what this one takes, so its place in the indexes can wait until it has taken it.
void Router::Impl::match_one(AgentEntry& agent, Timestamp now) {
    while (ConversationEntry* conversation = routing::oldest_conversation(agent, now))
        make_offer(*conversation, routing::only_agent(*conversation, agent), now);
}

void Router::Impl::match_many(const std::vector<AgentEntry*>& gained, Timestamp now) {
    for (AgentEntry* agent : touched) routing::refresh(*agent);
    std::priority_queue<Prospect> prospects;
    const auto look_at = [&](AgentEntry* agent) {
        if (ConversationEntry* oldest = routing::oldest_conversation(*agent, now)) prospects.push({oldest, agent});
    };
    for (AgentEntry* agent : gained) look_at(agent);
    for (ConversationEntry* conversation : dirty) prospects.push({conversation, nullptr});
    while (!prospects.empty()) {
        const Prospect prospect = prospects.top();
        prospects.pop();
        if (prospect.conversation->offerable && !prospect.conversation->routing_class->pull) {
            // The department's strategy chooses among all that are ready, not the one that happened to bring it up.
            const routing::BestAgents best = routing::best_agents(*prospect.conversation, most_candidates, now);
            if (!best.agents.empty()) {
                make_offer(*prospect.conversation, best, now);
                routing::refresh(*best.agents.front().agent);
            }
        }
        if (prospect.agent) look_at(prospect.agent);
    }
}

void Router::Impl::make_offer(ConversationEntry& conversation, const routing::BestAgents& best, Timestamp now) {
    AgentEntry& agent = *best.agents.front().agent;
    const Department& settings = *conversation.routing_class->department->settings;
    Choice choice{{}, conversation.step, static_cast<unsigned>(best.wishes), config->version};
    choice.best.reserve(best.agents.size());
    for (const routing::Ranked& each : best.agents) choice.best.push_back({each.agent->entity.id, each.score});
    queues.dequeue(conversation);
    conversation.no_bot = false;
    conversation.engage().claim = {Claim::State::asked, &agent, conversation.weight, conversation.version, agent.entity.version, Timestamp{}};
    agent.reserved += conversation.weight;
    agent.asked_at = std::max(agent.asked_at, now);
    agent.claims.push_back(&conversation);
    touch(agent);
    decisions.push_back(MakeOffer{conversation.id, agent.entity.id, agent.profile->capacity + agent.discount, conversation.version,
                                  now + settings.offer_timeout, std::move(choice)});
}

// Bots answer at once or not at all: nobody waits for one.
void Router::Impl::give_up_bots() {
    for (ConversationEntry* conversation : dirty) {
        if (!conversation->offerable || !conversation->routing_class->requirement->bots) continue;
        conversation->no_bot = true;
        schedule(*conversation);
    }
}

void Router::Impl::settle() {
    give_up_bots();
    for (AgentEntry* agent : touched) {
        routing::refresh(*agent);
        agent->settled_room = agent->ready() ? agent->room() : 0;
        agent->touched = false;
    }
    touched.clear();
    for (ConversationEntry* conversation : dirty) conversation->dirty = false;
    dirty.clear();
}

}  // namespace switchboard::domain
