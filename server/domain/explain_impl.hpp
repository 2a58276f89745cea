// SPDX-License-Identifier: Apache-2.0
// What explain() has found out before it is put into words. Internal to explain*.cpp. Lives no longer than one call.
#pragma once

#include "domain/explain.hpp"

#include <unordered_map>

namespace switchboard::domain::explaining {

struct Tested {
    const AgentProfile* profile = nullptr;
    const Agent* facts = nullptr;  // null: never seen, so offline
    Test failed = Test::passed;
    bool some_day = false;         // passes all that does not change from minute to minute, once every step is taken

    bool online() const { return facts && facts->online(); }
};

struct Case {
    const TenantConfig& config;
    const Conversation& conversation;
    const Department& department;  // its defaults when the configuration no longer has it
    Timestamp now;
    Relaxed asked;                 // at the current step
    Relaxed last;                  // once every step is taken
    std::vector<Tested> agents;    // all of the configuration, in its order
};

bool serves_any(const AgentProfile& agent, const std::vector<DepartmentId>& departments);
// Those that the agent lacks, or has at too low a level.
std::vector<SkillRequirement> lacking(const AgentProfile& agent, const std::vector<SkillRequirement>& skills);
// What others have of the agent's room; the conversation's own part does not count.
unsigned other_load(const Conversation& conversation, const Agent& agent);
std::optional<Timestamp> cooling_until(const Case& of, const AgentId& agent);

std::string name_of(const TenantConfig& config, const AgentId& agent);
std::string name_of(const TenantConfig& config, const DepartmentId& department);

// `found` is complete but for the summary.
std::string summary(const Case& of, const ExplanationOfWait& found);

}  // namespace switchboard::domain::explaining
