// SPDX-License-Identifier: Apache-2.0
// The oracle's own view of who is asked first, how far a ladder reaches, and when a department is full.
#include "unit/domain/router_oracle.hpp"

#include <algorithm>

namespace switchboard::domain {

RouterOracle::Asked RouterOracle::asked(const Conversation& conversation, unsigned step) const {
    const Department& department = settings(conversation);
    Asked result{{}, {department.id}};
    for (const SkillRequirement& required : conversation.requirement.skills) result.skills[required.skill] = required.level;
    for (unsigned i = 0; i < step && i < department.steps.size(); ++i) {
        for (const SkillRequirement& enough : department.steps[i].levels)
            for (auto& [skill, level] : result.skills)
                if (enough.skill == "*" || enough.skill == skill) level = std::min(level, enough.level);
        for (const DepartmentId& lender : department.steps[i].departments) result.departments.push_back(lender);
    }
    return result;  // a level of 0 is had by everybody
}

bool RouterOracle::right_kind(const Conversation& conversation, const AgentProfile& profile) const {
    const bool bot = profile.role == Role::bot;
    if (conversation.requirement.bots) return bot;
    return !(bot && settings(conversation).bot_first);
}

Timestamp RouterOracle::idle_since(const AgentId& id) const {
    const bool claimed = std::any_of(claims_.begin(), claims_.end(), [&](const auto& entry) { return entry.second.agent == id; });
    const bool offered = std::any_of(conversations_.begin(), conversations_.end(), [&](const auto& entry) {
        return entry.second.status == ConversationStatus::offered && entry.second.agent == id;
    });
    const Timestamp idle = agents_.at(id).idle_since;
    return claimed || offered ? std::max(idle, asked_at_.at(id)) : idle;
}

bool RouterOracle::nobody_eligible(const Conversation& conversation) const {
    return std::none_of(config_->agents.begin(), config_->agents.end(), [&](const AgentProfile& each) { return eligible(conversation, each); });
}

bool RouterOracle::in_order(const Department& department, const Conversation& conversation, const AgentProfile& a, const AgentProfile& b) const {
    const auto idle = [&](const AgentProfile& each) { return std::pair(idle_since(each.id), each.id); };
    const auto levels = [&](const AgentProfile& each) {
        int sum = 0;
        for (const auto& [skill, level] : asked(conversation, conversation.step).skills) sum += level > 0 ? each.level(skill) : 0;
        for (const SkillRequirement& wish : conversation.requirement.preferred) sum += each.level(wish.skill);
        return sum;
    };
    switch (department.strategy) {
        case Strategy::least_loaded: {
            const unsigned left = used(a.id) * b.capacity, right = used(b.id) * a.capacity;
            return std::tie(left, a.id) < std::tie(right, b.id);
        }
        case Strategy::round_robin:
            return std::tie(asked_at_.at(a.id), a.id) < std::tie(asked_at_.at(b.id), b.id);
        case Strategy::most_skilled:
            return levels(a) != levels(b) ? levels(a) > levels(b) : idle(a) < idle(b);
        case Strategy::longest_idle:
            break;
    }
    return idle(a) < idle(b);
}

// More of the wishes in their order, then the nearer department, then that department's strategy.
bool RouterOracle::preferred(const Conversation& conversation, const AgentProfile& a, const AgentProfile& b) const {
    if (!conversation.requirement.agent.empty()) return false;
    const auto wishes = [&](const AgentProfile& each) {
        const auto& list = conversation.requirement.preferred;
        return std::find_if(list.begin(), list.end(), [&](const auto& wish) { return each.level(wish.skill) < wish.level; }) - list.begin();
    };
    if (wishes(a) != wishes(b)) return wishes(a) > wishes(b);
    const auto departments = asked(conversation, conversation.step).departments;
    const auto distance = [&](const AgentProfile& each) {
        return std::find_if(departments.begin(), departments.end(), [&](const auto& id) { return each.serves(id); }) - departments.begin();
    };
    if (distance(a) != distance(b)) return distance(a) < distance(b);
    return in_order(*config_->department(departments[static_cast<std::size_t>(distance(a))]), conversation, a, b);
}

bool RouterOracle::climbs(const Conversation& conversation) const {
    return conversation.status == ConversationStatus::queued && conversation.requirement.agent.empty() && !conversation.requirement.bots &&
           !refused_.contains(conversation.id) && conversation.step < settings(conversation).steps.size();
}

bool RouterOracle::could_be_served(const Conversation& conversation, unsigned step) const {
    const Asked then = asked(conversation, step);
    return std::any_of(config_->agents.begin(), config_->agents.end(), [&](const AgentProfile& profile) {
        const auto agent = agents_.find(profile.id);
        if (agent == agents_.end() || !agent->second.online() || profile.capacity < conversation.weight) return false;
        if (!right_kind(conversation, profile)) return false;
        if (std::none_of(then.departments.begin(), then.departments.end(), [&](const DepartmentId& id) { return profile.serves(id); })) return false;
        return std::all_of(then.skills.begin(), then.skills.end(), [&](const auto& each) { return profile.level(each.first) >= each.second; });
    });
}

unsigned RouterOracle::first_served_step(const Conversation& conversation) const {
    for (unsigned step = conversation.step; step <= settings(conversation).steps.size(); ++step)
        if (could_be_served(conversation, step)) return step;
    return conversation.step;
}

// ---- limits

std::size_t RouterOracle::length(const DepartmentId& department) const {
    return static_cast<std::size_t>(std::count_if(conversations_.begin(), conversations_.end(), [&](const auto& entry) {
        return (entry.second.status == ConversationStatus::queued || entry.second.status == ConversationStatus::offered) && entry.second.requirement.department == department && !refused_.contains(entry.first);
    }));
}

bool RouterOracle::full(const DepartmentId& department) const {
    const QueueLimit& limit = config_->department(department)->limit;
    if (limit.length == 0) return false;
    const auto since = limits_.find(department);
    const bool was = since != limits_.end() && since->second.second;
    return length(department) >= limit.length || (was && length(department) > limit.reopen_length);
}

bool RouterOracle::newcomer(const Conversation& fact) const {
    return config_ && fact.status == ConversationStatus::queued && fact.version == 1 && now_ - fact.enqueued <= 5s &&
           full(fact.requirement.department);
}

void RouterOracle::update_limits() {
    if (!config_) return;
    for (const Department& department : config_->departments) {
        auto& [last, was_full] = limits_[department.id];
        const bool now_full = full(department.id);
        last = length(department.id);
        was_full = now_full;
    }
}

std::optional<DepartmentId> RouterOracle::overflow_of(const DepartmentId& department) const {
    std::vector<DepartmentId> asked{department};
    for (std::size_t i = 0; i < asked.size(); ++i) {
        for (const DepartmentId& next : config_->department(asked[i])->overflow) {
            if (std::find(asked.begin(), asked.end(), next) != asked.end()) continue;
            if (!full(next)) return next;
            asked.push_back(next);
        }
    }
    return std::nullopt;
}

}  // namespace switchboard::domain
