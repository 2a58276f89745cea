// SPDX-License-Identifier: Apache-2.0
#include "domain/config_edit.hpp"

#include <algorithm>

namespace switchboard::domain {

void put_department(TenantConfig& config, Department department) {
    const auto old = std::find_if(config.departments.begin(), config.departments.end(), [&](const Department& each) { return each.id == department.id; });
    if (old == config.departments.end()) config.departments.push_back(std::move(department));
    else *old = std::move(department);
    config.build_index();
}

Result<void> remove_department(TenantConfig& config, const DepartmentId& id) {
    const Department* department = config.department(id);
    if (!department) return Error{ErrorCode::not_found, "there is no department " + id.value};
    if (department->open) return Error{ErrorCode::illegal_state, "the department " + id.value + " is open: set open=false first, and let those who wait be served"};
    std::erase_if(config.departments, [&](const Department& each) { return each.id == id; });
    for (AgentProfile& agent : config.agents) std::erase(agent.departments, id);
    config.build_index();
    return {};
}

void raise_generations(const TenantConfig& before, TenantConfig& after) {
    for (AgentProfile& agent : after.agents) {
        const AgentProfile* old = before.agent(agent.id);
        if (old == nullptr) continue;
        const bool changed = old->password_hash != agent.password_hash || old->role != agent.role || old->departments != agent.departments;
        agent.generation = std::max(agent.generation, old->generation + (changed ? 1 : 0));
    }
}

}  // namespace switchboard::domain
