// SPDX-License-Identifier: Apache-2.0
#include "domain/routing_agents.hpp"

#include <algorithm>

namespace switchboard::domain::routing {

namespace {

// Smaller is asked first. The ratio in fixed point keeps equal ratios equal and, for capacities below 2^16, different ones apart.
std::int64_t rank(const AgentEntry& agent, const DepartmentIndex& department) {
    if (department.settings->strategy == Strategy::longest_idle) return to_ms(agent.entity.idle_since);
    return (static_cast<std::int64_t>(agent.used()) << 32) / std::max(1u, agent.profile->capacity);
}

void list(AgentEntry& agent) {
    for (Membership& membership : agent.memberships)
        membership.place = membership.slot->at_level(membership.level).insert({rank(agent, *membership.department), &agent}).first;
    agent.listed = true;
}

void unlist(AgentEntry& agent) {
    for (Membership& membership : agent.memberships) membership.slot->at_level(membership.level).erase(membership.place);
    agent.listed = false;
}

void rerank(AgentEntry& agent) {
    for (Membership& membership : agent.memberships) {
        const std::int64_t now = rank(agent, *membership.department);
        if (membership.place->rank == now) continue;
        ReadyOrder& order = membership.slot->at_level(membership.level);
        auto node = order.extract(membership.place);
        node.value().rank = now;
        membership.place = order.insert(std::move(node)).position;
    }
}

// The first of `order` that passes, when it comes before `best`.
const ReadyKey* first_passing(const ReadyOrder& order, const ConversationEntry& conversation, const ReadyKey* best, Timestamp now) {
    const RoutingClass& routing_class = *conversation.routing_class;
    for (const ReadyKey& candidate : order) {
        if (best && !(candidate < *best)) return best;
        const AgentEntry& agent = *candidate.agent;
        if (agent.room() >= routing_class.weight && qualified(agent, routing_class) && !cooling(conversation.entity, agent.entity.id, now))
            return &candidate;
    }
    return best;
}

ConversationEntry* first_allowed(const Queue& queue, const AgentEntry& agent, ConversationEntry* best, Timestamp now) {
    for (const QueueKey& key : queue) {
        if (best && !earlier(*key.conversation, *best)) return best;
        if (!cooling(key.conversation->entity, agent.entity.id, now)) return key.conversation;
    }
    return best;
}

}  // namespace

int AgentEntry::level(SkillNumber skill) const {
    const auto found = std::lower_bound(skills.begin(), skills.end(), skill,
                                        [](const SkillLevel& each, SkillNumber wanted) { return each.skill < wanted; });
    return found != skills.end() && found->skill == skill ? found->level : 0;
}

void join(AgentEntry& agent, DepartmentIndex& department, Slot& slot, int level) {
    Membership membership{&department, &slot, level};
    if (agent.listed) membership.place = slot.at_level(level).insert({rank(agent, department), &agent}).first;
    ++slot.members;
    agent.memberships.push_back(membership);
}

void refresh(AgentEntry& agent) {
    if (!agent.ready()) {
        if (agent.listed) unlist(agent);
    } else if (agent.listed) {
        rerank(agent);
    } else {
        list(agent);
    }
}

bool cooling(const Conversation& conversation, const AgentId& agent, Timestamp now) {
    return std::any_of(conversation.cooldowns.begin(), conversation.cooldowns.end(),
                       [&](const Cooldown& cooldown) { return cooldown.until > now && cooldown.agent == agent; });
}

bool qualified(const AgentEntry& agent, const RoutingClass& routing_class) {
    return std::all_of(routing_class.skills.begin(), routing_class.skills.end(),
                       [&](const SkillLevel& needed) { return agent.level(needed.skill) >= needed.level; });
}

AgentEntry* best_agent(const ConversationEntry& conversation, Timestamp now) {
    const RoutingClass& routing_class = *conversation.routing_class;
    const Slot* rarest = &routing_class.department->everyone;
    int least = 1;
    std::size_t fewest = rarest->ready_from(1);
    for (std::size_t i = 0; i < routing_class.slots.size(); ++i) {
        const std::size_t count = routing_class.slots[i]->ready_from(routing_class.skills[i].level);
        if (count > fewest) continue;
        fewest = count;
        rarest = routing_class.slots[i];
        least = routing_class.skills[i].level;
    }
    const ReadyKey* best = nullptr;
    for (int level = least; level <= highest_level; ++level) best = first_passing(rarest->at_level(level), conversation, best, now);
    return best ? best->agent : nullptr;
}

ConversationEntry* oldest_conversation(const AgentEntry& agent, Timestamp now) {
    if (!agent.ready()) return nullptr;
    const unsigned room = agent.room();
    ConversationEntry* best = nullptr;
    for (const Membership& membership : agent.memberships) {
        for (const ClassHead& candidate : membership.slot->heads) {
            if (best && !earlier(*candidate.head.conversation, *best)) break;
            const RoutingClass& routing_class = *candidate.routing_class;
            if (routing_class.weight <= room && qualified(agent, routing_class))
                best = first_allowed(routing_class.queue, agent, best, now);
        }
    }
    return best;
}

}  // namespace switchboard::domain::routing
