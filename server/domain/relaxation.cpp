// SPDX-License-Identifier: Apache-2.0
#include "domain/relaxation.hpp"

#include <algorithm>

namespace switchboard::domain {

namespace {

constexpr std::string_view every_skill = "*";

void take_step(Relaxed& asked, const RoutingStep& step) {
    for (const SkillRequirement& enough : step.levels)
        for (SkillRequirement& needed : asked.skills)
            if (enough.skill == every_skill || enough.skill == needed.skill) needed.level = std::min(needed.level, enough.level);
    std::erase_if(asked.skills, [](const SkillRequirement& needed) { return needed.level <= 0; });
    for (const DepartmentId& id : step.departments)
        if (std::find(asked.departments.begin(), asked.departments.end(), id) == asked.departments.end()) asked.departments.push_back(id);
}

}  // namespace

Relaxed relaxed(const Requirement& requirement, const Department& department, unsigned step) {
    Relaxed asked{requirement.skills, {requirement.department}};
    const auto taken = std::min<std::size_t>(step, department.steps.size());
    for (std::size_t i = 0; i < taken; ++i) take_step(asked, department.steps[i]);
    return asked;
}

}  // namespace switchboard::domain
