// SPDX-License-Identifier: Apache-2.0
#include "domain/routing_queue.hpp"

#include "domain/routing_agents.hpp"

#include <algorithm>

namespace switchboard::domain::routing {

namespace {

const Department default_settings;

std::string class_key(const Conversation& conversation) {
    std::string key = conversation.requirement.department.value;
    key += '\n';
    key += std::to_string(conversation.weight);
    if (!conversation.requirement.agent.empty()) return key + "\n@" + conversation.requirement.agent.value;
    for (const SkillRequirement& required : conversation.requirement.skills) {
        key += '\n';
        key += required.skill;
        key += '\t';
        key += std::to_string(required.level);
    }
    return key;
}

int bounded(int level) {
    return std::clamp(level, 1, highest_level);
}

// What an agent must have. To be a certain agent is a skill that only that one has.
std::vector<SkillRequirement> needed_by(const Requirement& requirement) {
    if (requirement.agent.empty()) return requirement.skills;
    return {{own_skill(requirement.agent), 1}};
}

}  // namespace

DepartmentIndex& QueueIndex::department(const DepartmentId& id) {
    std::unique_ptr<DepartmentIndex>& entry = departments_[id];
    if (!entry) {
        entry = std::make_unique<DepartmentIndex>();
        entry->id = id;
        entry->settings = &default_settings;
    }
    return *entry;
}

const DepartmentIndex* QueueIndex::find_department(const DepartmentId& id) const {
    const auto found = departments_.find(id);
    return found == departments_.end() ? nullptr : found->second.get();
}

SkillNumber QueueIndex::number_of(const std::string& skill) {
    return skill_numbers_.emplace(skill, static_cast<SkillNumber>(skill_numbers_.size())).first->second;
}

Slot& QueueIndex::slot(DepartmentIndex& department, SkillNumber skill) {
    std::unique_ptr<Slot>& entry = department.by_skill[skill];
    if (entry) return *entry;
    entry = std::make_unique<Slot>();
    for (AgentEntry* agent : department.agents)
        if (const int level = agent->level(skill)) join(*agent, department, *entry, level);
    return *entry;
}

std::unique_ptr<RoutingClass> QueueIndex::make_class(const Conversation& conversation, std::string key) {
    auto made = std::make_unique<RoutingClass>();
    made->key = std::move(key);
    made->department = &department(conversation.requirement.department);
    made->weight = conversation.weight;
    made->home = &made->department->everyone;
    for (const SkillRequirement& required : needed_by(conversation.requirement)) {
        const SkillLevel needed{number_of(required.skill), bounded(required.level)};
        Slot& found = slot(*made->department, needed.skill);
        made->skills.push_back(needed);
        made->slots.push_back(&found);
        // An agent passes by all heads of its slots: the fewer agents know this one, the fewer pass by in vain.
        if (made->slots.size() == 1 || found.members < made->home->members) made->home = &found;
    }
    return made;
}

RoutingClass& QueueIndex::intern(const Conversation& conversation) {
    std::string key = class_key(conversation);
    std::unique_ptr<RoutingClass>& entry = classes_[key];
    if (!entry) entry = make_class(conversation, std::move(key));
    return *entry;
}

void QueueIndex::enter(ConversationEntry& conversation) {
    RoutingClass& routing_class = intern(conversation.entity);
    ++routing_class.users;
    conversation.routing_class = &routing_class;
    routing_class.department->waiting.insert(QueueKey(conversation));
    ++waiting_;
}

void QueueIndex::leave(ConversationEntry& conversation) {
    RoutingClass& routing_class = *conversation.routing_class;
    routing_class.department->waiting.erase(QueueKey(conversation));
    --waiting_;
    conversation.routing_class = nullptr;
    if (--routing_class.users == 0) classes_.erase(classes_.find(routing_class.key));
}

void QueueIndex::enqueue(ConversationEntry& conversation) {
    RoutingClass& routing_class = *conversation.routing_class;
    const QueueKey key(conversation);
    conversation.offerable = true;
    if (routing_class.queue.empty()) {
        routing_class.home->heads.insert({key, &routing_class});
    } else if (const QueueKey old_head = *routing_class.queue.begin(); key < old_head) {
        routing_class.home->heads.erase({old_head, &routing_class});
        routing_class.home->heads.insert({key, &routing_class});
    }
    routing_class.queue.insert(key);
}

void QueueIndex::dequeue(ConversationEntry& conversation) {
    RoutingClass& routing_class = *conversation.routing_class;
    const auto place = routing_class.queue.find(QueueKey(conversation));
    const bool was_head = place == routing_class.queue.begin();
    if (was_head) routing_class.home->heads.erase({*place, &routing_class});
    routing_class.queue.erase(place);
    conversation.offerable = false;
    if (was_head && !routing_class.queue.empty()) routing_class.home->heads.insert({*routing_class.queue.begin(), &routing_class});
}

void QueueIndex::reconfigure(const TenantConfig& config) {
    for (auto& [id, index] : departments_) {
        index->settings = &default_settings;
        index->agents.clear();
        const auto empty = [](Slot& slot) {
            for (ReadyOrder& order : slot.ready) order.clear();
            slot.members = 0;
        };
        empty(index->everyone);
        for (auto& [skill, slot] : index->by_skill) empty(*slot);
    }
    for (const Department& settings : config.departments) department(settings.id).settings = &settings;
}

void QueueIndex::admit(AgentEntry& agent) {
    for (const DepartmentId& id : agent.profile->departments) {
        DepartmentIndex& index = department(id);
        if (!index.agents.empty() && index.agents.back() == &agent) continue;  // named twice
        index.agents.push_back(&agent);
        join(agent, index, index.everyone, 1);
        for (const SkillLevel& has : agent.skills) {
            const auto found = index.by_skill.find(has.skill);
            if (found != index.by_skill.end()) join(agent, index, *found->second, has.level);
        }
    }
}

}  // namespace switchboard::domain::routing
