// SPDX-License-Identifier: Apache-2.0
#include "domain/routing_agents.hpp"

#include <algorithm>

namespace switchboard::domain::routing {

namespace {

// Smaller is asked first. The ratio in fixed point keeps equal ratios equal and, for capacities below 2^16, different ones apart.
std::int64_t rank(const AgentEntry& agent, const DepartmentIndex& department) {
    switch (department.settings->strategy) {
        case Strategy::least_loaded:
            return (static_cast<std::int64_t>(agent.used()) << 32) / std::max(1u, agent.profile->capacity);
        case Strategy::round_robin:
            return to_ms(agent.asked_at);
        case Strategy::longest_idle:
        case Strategy::most_skilled:
            break;
    }
    return to_ms(agent.idle_since());
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

// How well its skills fit, for Strategy::most_skilled.
int levels(const AgentEntry& agent, const RoutingClass& routing_class) {
    int sum = 0;
    for (const SkillLevel& asked : routing_class.skills) sum += agent.level(asked.skill);
    return sum;
}

// Who may take a conversation at this moment. `wishes` preferred skills are required as well.
class Search {
public:
    Search(const ConversationEntry& conversation, std::size_t wishes, Timestamp now)
        : conversation_(conversation),
          class_(*conversation.routing_class),
          needed_(class_.required + wishes),
          now_(now) {}

    bool passes(const AgentEntry& agent) const {
        return agent.room() >= class_.weight && qualified(agent, class_, needed_) && !cooling(conversation_, agent.entity.id, now_);
    }

    const RoutingClass& routing_class() const { return class_; }

    // In the order in which the department's strategy asks; `visit` says whether to go on.
    template <class Visit>
    void each(const Reach& reach, Visit visit) const {
        const Slot* rarest = &reach.department->everyone;
        int least = 1;
        std::size_t fewest = rarest->ready_from(1);
        for (std::size_t i = 0; i < needed_; ++i) {
            const std::size_t count = reach.slots[i]->ready_from(class_.skills[i].level);
            if (count > fewest) continue;
            fewest = count;
            rarest = reach.slots[i];
            least = class_.skills[i].level;
        }
        if (fewest > 0) merge(*rarest, least, visit);
    }

private:
    // The levels of a slot are ordered one by one.
    template <class Visit>
    static void merge(const Slot& slot, int least, Visit visit) {
        std::array<ReadyOrder::const_iterator, highest_level> next;
        for (int level = least; level <= highest_level; ++level) next[static_cast<std::size_t>(level - 1)] = slot.at_level(level).begin();
        while (true) {
            ReadyOrder::const_iterator* first = nullptr;
            for (int level = least; level <= highest_level; ++level) {
                auto& place = next[static_cast<std::size_t>(level - 1)];
                if (place != slot.at_level(level).end() && (!first || *place < **first)) first = &place;
            }
            if (!first) return;
            AgentEntry* const agent = (*first)->agent;
            const std::int64_t rank = (*first)->rank;
            ++*first;
            if (!visit(*agent, rank)) return;
        }
    }

    const ConversationEntry& conversation_;
    const RoutingClass& class_;
    std::size_t needed_;
    Timestamp now_;
};

double score(Strategy strategy, std::int64_t rank) {
    return strategy == Strategy::least_loaded ? static_cast<double>(rank) / 4294967296.0 : static_cast<double>(rank);
}

// The best of one department.
std::vector<Ranked> best_of(const Search& search, const Reach& reach, std::size_t most) {
    std::vector<Ranked> best;
    const Strategy strategy = reach.department->settings->strategy;
    if (strategy == Strategy::most_skilled) {
        search.each(reach, [&](AgentEntry& agent, std::int64_t) {
            if (search.passes(agent)) best.push_back({&agent, -static_cast<double>(levels(agent, search.routing_class()))});
            return true;
        });
        std::stable_sort(best.begin(), best.end(), [](const Ranked& a, const Ranked& b) { return a.score < b.score; });
        if (best.size() > most) best.resize(most);
        return best;
    }
    search.each(reach, [&](AgentEntry& agent, std::int64_t rank) {
        if (search.passes(agent)) best.push_back({&agent, score(strategy, rank)});
        return best.size() < most;
    });
    return best;
}

ConversationEntry* first_allowed(const Queue& queue, const AgentEntry& agent, ConversationEntry* best, Timestamp now) {
    for (const QueueKey& key : queue) {
        if (best && !earlier(*key.conversation, *best)) return best;
        if (!cooling(*key.conversation, agent.entity.id, now)) return key.conversation;
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

bool cooling(const ConversationEntry& conversation, const AgentId& agent, Timestamp now) {
    const std::vector<Cooldown>& cooldowns = conversation.engaged().cooldowns;
    return std::any_of(cooldowns.begin(), cooldowns.end(),
                       [&](const Cooldown& cooldown) { return cooldown.until > now && cooldown.agent == agent; });
}

bool qualified(const AgentEntry& agent, const RoutingClass& routing_class, std::size_t needed) {
    if (!routing_class.right_kind(agent)) return false;
    const auto begin = routing_class.skills.begin();
    return std::all_of(begin, begin + static_cast<std::ptrdiff_t>(needed),
                       [&](const SkillLevel& asked) { return agent.level(asked.skill) >= asked.level; });
}

BestAgents best_agents(const ConversationEntry& conversation, std::size_t most, Timestamp now) {
    const RoutingClass& routing_class = *conversation.routing_class;
    const std::size_t wishes = routing_class.skills.size() - routing_class.required;
    for (std::size_t kept = wishes + 1; kept-- > 0;) {
        const Search search(conversation, kept, now);
        for (const Reach& reach : routing_class.reaches) {
            std::vector<Ranked> best = best_of(search, reach, most);
            if (!best.empty()) return {std::move(best), kept};
        }
    }
    return {};
}

BestAgents only_agent(const ConversationEntry& conversation, AgentEntry& agent) {
    const RoutingClass& routing_class = *conversation.routing_class;
    std::size_t wishes = routing_class.skills.size() - routing_class.required;
    while (wishes > 0 && !qualified(agent, routing_class, routing_class.required + wishes)) --wishes;
    const DepartmentIndex* department = routing_class.department;
    for (const Reach& reach : routing_class.reaches)
        if (agent.profile->serves(reach.department->id)) {
            department = reach.department;
            break;
        }
    const Strategy strategy = department->settings->strategy;
    if (strategy == Strategy::most_skilled) return {{{&agent, -static_cast<double>(levels(agent, routing_class))}}, wishes};
    return {{{&agent, score(strategy, rank(agent, *department))}}, wishes};
}

ConversationEntry* oldest_conversation(const AgentEntry& agent, Timestamp now) {
    if (!agent.ready()) return nullptr;
    const unsigned room = agent.room();
    ConversationEntry* best = nullptr;
    for (const Membership& membership : agent.memberships) {
        for (const ClassHead& candidate : membership.slot->heads) {
            if (best && !earlier(*candidate.head.conversation, *best)) break;
            const RoutingClass& routing_class = *candidate.routing_class;
            if (routing_class.weight <= room && qualified(agent, routing_class, routing_class.required))
                best = first_allowed(routing_class.queue, agent, best, now);
        }
    }
    return best;
}

}  // namespace switchboard::domain::routing
