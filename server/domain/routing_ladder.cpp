// SPDX-License-Identifier: Apache-2.0
// Relaxation ladders: when the next rung is taken, and whom that would let in. Who is logged in is looked up once per class and
// change of presence, not per conversation.
#include "domain/relaxation.hpp"
#include "domain/routing_agents.hpp"
#include "domain/routing_impl.hpp"

#include <algorithm>

namespace switchboard::domain {

using routing::AgentEntry;
using routing::DepartmentIndex;
using routing::RoutingClass;

namespace {

bool could_ever_serve(const AgentEntry& agent, const RoutingClass& routing_class, const std::vector<SkillRequirement>& skills) {
    if (!agent.known || !agent.profile || !agent.entity.online() || agent.profile->capacity < routing_class.weight) return false;
    if (!routing_class.right_kind(agent)) return false;
    return std::all_of(skills.begin(), skills.end(),
                       [&](const SkillRequirement& asked) { return agent.profile->level(asked.skill) >= asked.level; });
}

}  // namespace

void Router::Impl::assess(RoutingClass& routing_class) const {
    if (routing_class.assessed == presence_epoch) return;
    routing_class.assessed = presence_epoch;
    routing_class.served = true;
    routing_class.skip_to = routing_class.step;
    if (!routing_class.requirement->agent.empty()) return;
    const Department& settings = *routing_class.department->settings;
    for (unsigned step = routing_class.step; step <= settings.steps.size(); ++step) {
        const Relaxed needed = relaxed(*routing_class.requirement, settings, step);
        for (const DepartmentId& id : needed.departments) {
            const DepartmentIndex* department = queues.find_department(id);
            if (!department) continue;
            const bool anyone = std::any_of(department->agents.begin(), department->agents.end(), [&](const AgentEntry* agent) {
                return could_ever_serve(*agent, routing_class, needed.skills);
            });
            if (!anyone) continue;
            routing_class.skip_to = step;
            return;
        }
    }
    routing_class.served = false;
}

std::optional<Timestamp> Router::Impl::next_step_at(const ConversationEntry& entry) const {
    if (!entry.routing_class || !entry.routing_class->anyone()) return std::nullopt;
    RoutingClass& routing_class = *entry.routing_class;
    const std::vector<RoutingStep>& steps = routing_class.department->settings->steps;
    if (routing_class.step >= steps.size()) return std::nullopt;
    assess(routing_class);
    if (routing_class.skip_to > routing_class.step) return Timestamp{};
    return entry.enqueued + steps[routing_class.step].after;
}

unsigned Router::Impl::step_to_take(const ConversationEntry& entry, Timestamp now) const {
    RoutingClass& routing_class = *entry.routing_class;
    assess(routing_class);
    const std::vector<RoutingStep>& steps = routing_class.department->settings->steps;
    unsigned step = std::max(routing_class.step, routing_class.skip_to);
    while (step < steps.size() && entry.enqueued + steps[step].after <= now) ++step;
    return step;
}

// Somebody came or went: rungs that nobody could serve are skipped at once.
void Router::Impl::presence_changed(const AgentEntry& agent) {
    ++presence_epoch;
    if (!agent.profile) return;
    for (const DepartmentId& id : agent.profile->departments) {
        DepartmentIndex& department = queues.department(id);
        reassess(department);
        for (DepartmentIndex* borrower : department.borrowers) reassess(*borrower);
    }
}

void Router::Impl::reassess(DepartmentIndex& department) {
    if (department.settings->steps.empty()) return;
    for (RoutingClass* routing_class : department.classes) {
        if (routing_class->queue.empty() || routing_class->step >= department.settings->steps.size()) continue;
        const unsigned before = routing_class->skip_to;
        assess(*routing_class);
        if (routing_class->skip_to == before) continue;
        for (const routing::QueueKey& key : routing_class->queue) schedule(*key.conversation);
    }
}

}  // namespace switchboard::domain
