// SPDX-License-Identifier: Apache-2.0
#include "domain/overflow.hpp"

#include <algorithm>

namespace switchboard::domain {

const Department* taking(const TenantConfig& config, const DepartmentId& department, Timestamp now,
                         const std::function<bool(const Department&)>& full) {
    std::vector<DepartmentId> asked{department};
    for (std::size_t i = 0; i < asked.size(); ++i) {
        const Department* candidate = config.department(asked[i]);
        if (!candidate) continue;
        if (candidate->open && hours_at(candidate->hours, now).taking && !(full && full(*candidate))) return candidate;
        for (const DepartmentId& next : candidate->overflow)
            if (std::find(asked.begin(), asked.end(), next) == asked.end()) asked.push_back(next);
    }
    return nullptr;
}

Requirement carried_over(const Requirement& requirement, const DepartmentId& to, const TenantConfig& config) {
    Requirement result{to, {}, {}, requirement.preferred, false};
    for (const SkillRequirement& required : requirement.skills) {
        const bool known = std::any_of(config.agents.begin(), config.agents.end(), [&](const AgentProfile& agent) {
            return agent.serves(to) && agent.level(required.skill) >= required.level;
        });
        if (known) result.skills.push_back(required);
    }
    return result;
}

}  // namespace switchboard::domain
