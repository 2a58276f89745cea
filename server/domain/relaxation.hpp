// SPDX-License-Identifier: Apache-2.0
// What a relaxation ladder makes of a requirement. Pure.
#pragma once

#include "domain/conversation.hpp"
#include "domain/tenant_config.hpp"

#include <vector>

namespace switchboard::domain {

// What is asked for after so many rungs of the department's ladder, and whose agents may be asked: its own department first, then
// in the order of the rungs. Levels only fall; a wild card "*" means every skill; level 0 drops it.
struct Relaxed {
    std::vector<SkillRequirement> skills;
    std::vector<DepartmentId> departments;
};
Relaxed relaxed(const Requirement& requirement, const Department& department, unsigned step);

}  // namespace switchboard::domain
