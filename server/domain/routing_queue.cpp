// SPDX-License-Identifier: Apache-2.0
#include "domain/routing_queue.hpp"

#include "domain/relaxation.hpp"
#include "domain/routing_agents.hpp"

#include <algorithm>

namespace switchboard::domain::routing {

namespace {

const Department default_settings;

void append(std::string& key, char kind, const std::vector<SkillRequirement>& skills) {
    for (const SkillRequirement& skill : skills) {
        key += kind;
        key += skill.skill;
        key += '\t';
        key += std::to_string(skill.level);
    }
}

std::string class_key(const ConversationEntry& conversation) {
    const Requirement& requirement = *conversation.requirement;
    std::string key = requirement.department.value;
    key += '\n';
    key += std::to_string(conversation.weight);
    if (!requirement.agent.empty()) return key + "\n@" + requirement.agent.value;
    if (conversation.step > 0) key += '/' + std::to_string(conversation.step);
    if (requirement.bots) key += '*';
    append(key, '\n', requirement.skills);
    append(key, '\r', requirement.preferred);
    return key;
}

int bounded(int level) {
    return std::clamp(level, 1, highest_level);
}

// What an agent must have, and whose agents may be asked.
Relaxed needed_by(const Requirement& requirement, const Department& settings, unsigned step) {
    if (!requirement.agent.empty()) return {{{own_skill(requirement.agent), 1}}, {requirement.department}};
    Relaxed needed = relaxed(requirement, settings, step);
    if (requirement.bots) needed.skills.push_back({bot_skill, 1});
    return needed;
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

std::unique_ptr<RoutingClass> QueueIndex::make_class(const ConversationEntry& conversation, std::string key) {
    auto made = std::make_unique<RoutingClass>();
    made->key = std::move(key);
    made->requirement = conversation.requirement;
    made->step = conversation.step;
    made->weight = conversation.weight;
    made->department = &department(conversation.requirement->department);
    made->department->classes.push_back(made.get());
    const Department& settings = *made->department->settings;
    made->pull = settings.mode == QueueMode::pull && made->anyone();
    made->people = settings.bot_first && made->anyone();
    const Relaxed needed = needed_by(*conversation.requirement, settings, conversation.step);
    for (const SkillRequirement& required : needed.skills) made->skills.push_back({number_of(required.skill), bounded(required.level)});
    made->required = made->skills.size();
    if (conversation.requirement->agent.empty())
        for (const SkillRequirement& wish : conversation.requirement->preferred)
            made->skills.push_back({number_of(wish.skill), bounded(wish.level)});
    for (const DepartmentId& id : needed.departments) made->reaches.push_back(reach(*made, id));
    return made;
}

Reach QueueIndex::reach(RoutingClass& made, const DepartmentId& id) {
    Reach result{&department(id), {}, nullptr};
    result.home = &result.department->everyone;
    for (std::size_t i = 0; i < made.skills.size(); ++i) {
        Slot& found = slot(*result.department, made.skills[i].skill);
        result.slots.push_back(&found);
        // An agent passes by all heads of its slots: the fewer agents know this one, the fewer pass by in vain.
        if (i < made.required && (i == 0 || found.members < result.home->members)) result.home = &found;
    }
    return result;
}

RoutingClass& QueueIndex::intern(const ConversationEntry& conversation) {
    std::string key = class_key(conversation);
    std::unique_ptr<RoutingClass>& entry = classes_[key];
    if (!entry) entry = make_class(conversation, std::move(key));
    return *entry;
}

void QueueIndex::enter(ConversationEntry& conversation) {
    RoutingClass& routing_class = intern(conversation);
    if (*conversation.requirement == *routing_class.requirement) conversation.requirement = routing_class.requirement;
    ++routing_class.users;
    conversation.routing_class = &routing_class;
    DepartmentIndex& department = *routing_class.department;
    department.waiting.insert(QueueKey(conversation));
    department.urgent += conversation.urgent;
    department.boosted += conversation.boosted();
    ++waiting_;
    if (department.settings->limit.any()) resized_.push_back(&department);
}

void QueueIndex::leave(ConversationEntry& conversation) {
    RoutingClass& routing_class = *conversation.routing_class;
    DepartmentIndex& department = *routing_class.department;
    department.waiting.erase(QueueKey(conversation));
    department.urgent -= conversation.urgent;
    department.boosted -= conversation.boosted();
    --waiting_;
    if (department.settings->limit.any()) resized_.push_back(&department);
    conversation.routing_class = nullptr;
    if (--routing_class.users > 0) return;
    std::erase(department.classes, &routing_class);
    classes_.erase(classes_.find(routing_class.key));
}

void QueueIndex::list_head(RoutingClass& routing_class) {
    if (routing_class.pull || routing_class.queue.empty()) return;
    for (Reach& reach : routing_class.reaches) reach.home->heads.insert({*routing_class.queue.begin(), &routing_class});
}

void QueueIndex::unlist_head(RoutingClass& routing_class) {
    if (routing_class.pull || routing_class.queue.empty()) return;
    for (Reach& reach : routing_class.reaches) reach.home->heads.erase({*routing_class.queue.begin(), &routing_class});
}

void QueueIndex::enqueue(ConversationEntry& conversation) {
    RoutingClass& routing_class = *conversation.routing_class;
    const QueueKey key(conversation);
    conversation.offerable = true;
    const bool first = routing_class.queue.empty() || key < *routing_class.queue.begin();
    if (first) unlist_head(routing_class);
    routing_class.queue.insert(key);
    if (first) list_head(routing_class);
}

void QueueIndex::dequeue(ConversationEntry& conversation) {
    RoutingClass& routing_class = *conversation.routing_class;
    const auto first = routing_class.queue.begin();  // nearly always this one
    const bool was_head = first->conversation == &conversation;
    const auto place = was_head ? first : routing_class.queue.find(QueueKey(conversation));
    if (was_head) unlist_head(routing_class);
    routing_class.queue.erase(place);
    conversation.offerable = false;
    if (was_head) list_head(routing_class);
}

void QueueIndex::reconfigure(const TenantConfig& config) {
    for (auto& [id, index] : departments_) {
        index->settings = &default_settings;
        index->agents.clear();
        index->borrowers.clear();
        index->hours_until = {};
        const auto empty = [](Slot& slot) {
            for (ReadyOrder& order : slot.ready) order.clear();
            slot.members = 0;
        };
        empty(index->everyone);
        for (auto& [skill, slot] : index->by_skill) empty(*slot);
    }
    for (const Department& settings : config.departments) {
        DepartmentIndex& index = department(settings.id);
        index.settings = &settings;
        for (const RoutingStep& step : settings.steps)
            for (const DepartmentId& lender : step.departments) department(lender).borrowers.push_back(&index);
    }
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
