// SPDX-License-Identifier: Apache-2.0
#include "app/requirement.hpp"

#include <algorithm>
#include <map>

namespace switchboard::app {

namespace {
constexpr int most_skills = 16;
}

Result<domain::Requirement> requirement_of(const domain::TenantConfig& config, const domain::Department& department, const std::string& topic,
                                           const google::protobuf::RepeatedPtrField<v1::Skill>& skills) {
    std::map<std::string, int> wanted;
    const auto want = [&wanted](const std::string& skill, int level) { wanted[skill] = std::max(wanted[skill], level); };
    if (!topic.empty()) {
        const auto* found = department.topic(topic);
        if (!found) return Error{ErrorCode::invalid_argument, "topic: not one of the department's topics"};
        if (!found->skill.empty()) want(found->skill, found->level);
    }
    if (skills.size() > most_skills) return Error{ErrorCode::too_large, "skills: at most " + std::to_string(most_skills)};
    for (const auto& skill : skills) {
        if (!config.has_skill(skill.name())) return Error{ErrorCode::invalid_argument, "skills: unknown skill"};
        if (skill.level() < 1 || skill.level() > 5) return Error{ErrorCode::invalid_argument, "skills: a level is 1 to 5"};
        want(skill.name(), static_cast<int>(skill.level()));
    }
    domain::Requirement requirement{department.id, {}};
    for (const auto& [skill, level] : wanted) requirement.skills.push_back({skill, level});
    return requirement;
}

}  // namespace switchboard::app
