// SPDX-License-Identifier: Apache-2.0
#include "domain/tenant_config.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

namespace switchboard::domain {

namespace {

constexpr std::array<std::string_view, 5> role_words = {"customer", "agent", "supervisor", "admin", "bot"};

template <class List, class Test>
const typename List::value_type* find(const List& list, Test test) {
    const auto found = std::find_if(list.begin(), list.end(), test);
    return found == list.end() ? nullptr : &*found;
}

using Positions = std::unordered_map<std::string, std::size_t>;

template <class Item>
const Item* at(const std::vector<Item>& list, const Positions& positions, const std::string& key) {
    const auto found = positions.find(key);
    return found == positions.end() ? nullptr : &list[found->second];
}

}  // namespace

struct ConfigIndex::Tables {
    Positions departments;
    Positions agents;
    Positions logins;
    std::unordered_set<std::string> skills;
    std::size_t department_count = 0;
    std::size_t agent_count = 0;

    // A list that grew or shrank since then: the positions may lie.
    bool fits(const TenantConfig& config) const {
        return department_count == config.departments.size() && agent_count == config.agents.size();
    }
};

namespace {
const ConfigIndex::Tables* usable(const TenantConfig& config) {
    const ConfigIndex::Tables* tables = config.index.tables.get();
    return tables && tables->fits(config) ? tables : nullptr;
}
}  // namespace

std::string_view to_string(Strategy strategy) {
    static constexpr std::array<std::string_view, 4> words = {"longest_idle", "least_loaded", "round_robin", "most_skilled"};
    return words.at(static_cast<std::size_t>(strategy));
}

std::string_view to_string(Role role) {
    return role_words.at(static_cast<std::size_t>(role));
}

std::optional<Role> parse_role(std::string_view text) {
    const auto found = std::find(role_words.begin(), role_words.end(), text);
    if (found == role_words.end()) return std::nullopt;
    return static_cast<Role>(found - role_words.begin());
}

bool possible_site_key(std::string_view key) {
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; };
    return !key.empty() && key.size() <= 64 && std::all_of(key.begin(), key.end(), fits);
}

const Topic* Department::topic(const std::string& topic_name) const {
    return find(topics, [&](const Topic& topic) { return topic.name == topic_name; });
}

bool AgentProfile::serves(const DepartmentId& department) const {
    return std::find(departments.begin(), departments.end(), department) != departments.end();
}

int AgentProfile::level(const std::string& skill) const {
    const auto found = skills.find(skill);
    return found == skills.end() ? 0 : found->second;
}

const Site* TenantConfig::site(const std::string& key) const {
    return find(sites, [&](const Site& site) { return site.key == key; });
}

const Department* TenantConfig::department(const DepartmentId& wanted) const {
    if (const auto* tables = usable(*this)) return at(departments, tables->departments, wanted.value);
    return find(departments, [&](const Department& department) { return department.id == wanted; });
}

const AgentProfile* TenantConfig::agent(const AgentId& wanted) const {
    if (const auto* tables = usable(*this)) return at(agents, tables->agents, wanted.value);
    return find(agents, [&](const AgentProfile& agent) { return agent.id == wanted; });
}

const AgentProfile* TenantConfig::agent_by_login(const std::string& login) const {
    if (const auto* tables = usable(*this)) return at(agents, tables->logins, login);
    return find(agents, [&](const AgentProfile& agent) { return agent.login == login; });
}

bool TenantConfig::has_skill(const std::string& skill) const {
    if (const auto* tables = usable(*this)) return tables->skills.contains(skill);
    const auto asks = [&](const Topic& topic) { return topic.skill == skill; };
    return find(departments, [&](const Department& department) { return find(department.topics, asks) != nullptr; }) ||
           find(agents, [&](const AgentProfile& agent) { return agent.level(skill) > 0; });
}

void TenantConfig::build_index() {
    auto tables = std::make_shared<ConfigIndex::Tables>();
    tables->department_count = departments.size();
    tables->agent_count = agents.size();
    for (std::size_t i = 0; i < departments.size(); ++i) {
        tables->departments.emplace(departments[i].id.value, i);
        for (const Topic& topic : departments[i].topics) tables->skills.insert(topic.skill);
    }
    for (std::size_t i = 0; i < agents.size(); ++i) {
        tables->agents.emplace(agents[i].id.value, i);
        tables->logins.emplace(agents[i].login, i);
        for (const auto& [skill, level] : agents[i].skills) tables->skills.insert(skill);
    }
    index.tables = std::move(tables);
}

}  // namespace switchboard::domain
