// SPDX-License-Identifier: Apache-2.0
#include "app/requirement.hpp"

#include <algorithm>
#include <map>

namespace switchboard::app {

namespace {
constexpr int most_skills = 16;
constexpr int most_wishes = 4;

Result<void> check(const domain::TenantConfig& config, const char* field, const v1::Skill& skill) {
    if (!config.has_skill(skill.name())) return Error{ErrorCode::invalid_argument, std::string(field) + ": unknown skill"};
    if (skill.level() < 1 || skill.level() > 5) return Error{ErrorCode::invalid_argument, std::string(field) + ": a level is 1 to 5"};
    return {};
}

}  // namespace

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
        if (const auto ok = check(config, "skills", skill); ok.has_error()) return ok.error();
        want(skill.name(), static_cast<int>(skill.level()));
    }
    domain::Requirement requirement{department.id, {}};
    for (const auto& [skill, level] : wanted) requirement.skills.push_back({skill, level});
    return requirement;
}

Result<std::vector<domain::SkillRequirement>> preferred_of(const domain::TenantConfig& config,
                                                           const google::protobuf::RepeatedPtrField<v1::Skill>& skills) {
    if (skills.size() > most_wishes) return Error{ErrorCode::too_large, "preferred: at most " + std::to_string(most_wishes)};
    std::vector<domain::SkillRequirement> wishes;
    for (const auto& skill : skills) {
        if (const auto ok = check(config, "preferred", skill); ok.has_error()) return ok.error();
        const auto same = [&](const domain::SkillRequirement& wish) { return wish.skill == skill.name(); };
        if (std::none_of(wishes.begin(), wishes.end(), same)) wishes.push_back({skill.name(), static_cast<int>(skill.level())});
    }
    return wishes;
}

}  // namespace switchboard::app
