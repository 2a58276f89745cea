// SPDX-License-Identifier: Apache-2.0
#include "auth/passwords.hpp"
#include "runtime/cli_commands.hpp"
#include "runtime/password_prompt.hpp"

#include <CLI/App.hpp>

#include <algorithm>
#include <charconv>
#include <iomanip>
#include <iostream>

namespace switchboard::runtime {

namespace {

struct Given : TenantFlags {
    std::string login;
    std::string name;
    std::string id;
    std::string role = "agent";
    std::vector<std::string> departments;
    std::vector<std::string> skills;  // NAME or NAME:LEVEL
    unsigned capacity = domain::AgentProfile{}.capacity;
    bool password_stdin = false;
    bool no_password = false;
    const CLI::App* command = nullptr;

    bool given(const std::string& option) const { return command->count(option) > 0; }
};
using GivenPtr = std::shared_ptr<Given>;

Error invalid(std::string message) { return Error{ErrorCode::invalid_argument, std::move(message)}; }

// The login as an id: lower case, and a dash for what an id may not hold.
std::string id_from(const std::string& login) {
    std::string id;
    for (const char c : login.substr(0, 64)) {
        const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        const bool allowed = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9') || lower == '_' || lower == '-';
        id += allowed ? lower : '-';
    }
    return id;
}

Result<std::map<std::string, int>> parse_skills(const std::vector<std::string>& texts) {
    std::map<std::string, int> skills;
    for (const std::string& text : texts) {
        const std::size_t colon = text.rfind(':');
        int level = 1;
        if (colon != std::string::npos) {
            const char* end = text.data() + text.size();
            const auto parsed = std::from_chars(text.data() + colon + 1, end, level);
            if (parsed.ec != std::errc() || parsed.ptr != end || level < 1 || level > 5)
                return invalid("--skill " + text + ": write NAME:LEVEL with a level from 1 to 5");
        }
        skills[text.substr(0, colon)] = level;
    }
    return skills;
}

Result<domain::AgentProfile> profile_of(const Given& given) {
    const auto role = domain::parse_role(given.role);
    if (!role || *role == domain::Role::customer) return invalid("--role " + given.role + ": must be agent, supervisor, admin or bot");
    Result<std::map<std::string, int>> skills = parse_skills(given.skills);
    if (!skills) return skills.error();
    domain::AgentProfile profile;
    profile.id = AgentId(given.id.empty() ? id_from(given.login) : given.id);
    profile.login = given.login;
    profile.name = given.name.empty() ? given.login : given.name;
    profile.role = *role;
    for (const std::string& department : given.departments) profile.departments.emplace_back(department);
    profile.skills = std::move(*skills);
    profile.capacity = given.capacity;
    return profile;
}

Result<void> list_agents(TenantEditor& editor, const Given& given) {
    const auto config = editor.load(TenantId(given.tenant));
    if (!config) return config.error();
    for (const domain::AgentProfile& agent : config->agents) {
        std::cout << std::left << std::setw(16) << agent.login << ' ' << std::setw(20) << agent.name << ' ' << std::setw(10) << to_string(agent.role)
                  << " capacity " << std::setw(3) << agent.capacity << (agent.password_hash.empty() ? " no password " : "            ");
        for (const DepartmentId& department : agent.departments) std::cout << ' ' << department.value;
        std::cout << '\n';
    }
    return {};
}

Result<void> add_agent(TenantEditor& editor, const Given& given) {
    Result<domain::AgentProfile> profile = profile_of(given);
    if (!profile) return profile.error();
    // Before the password is asked for: everything else that can be wrong.
    const auto insert = [&](domain::TenantConfig& config) -> Result<void> {
        const auto known = [](const auto& list, auto test) { return std::any_of(list.begin(), list.end(), test); };
        if (known(config.agents, [&](const auto& agent) { return agent.login == profile->login; }))
            return Error{ErrorCode::conflict, "there is an agent with the login " + profile->login + " already"};
        if (known(config.agents, [&](const auto& agent) { return agent.id == profile->id; }))
            return Error{ErrorCode::conflict, "there is an agent with the id " + profile->id.value + " already: give another --id"};
        for (const DepartmentId& department : profile->departments)
            if (config.department(department) == nullptr)
                return invalid("there is no department " + department.value + "; `switchboard department list` shows all");
        config.agents.push_back(*profile);
        return {};
    };
    Result<domain::TenantConfig> current = editor.load(TenantId(given.tenant));
    if (!current) return current.error();
    const Result<void> possible = insert(*current);
    if (!possible) return possible;
    if (!given.no_password) {
        const auto password = read_password(given.password_stdin);
        if (!password) return password.error();
        profile->password_hash = auth::hash_password(*password);
    }
    const auto saved = editor.modify(TenantId(given.tenant), insert);
    if (!saved) return saved.error();
    return {};
}

// The agent with the login that was given.
Result<std::vector<domain::AgentProfile>::iterator> find_agent(domain::TenantConfig& config, const std::string& login) {
    const auto agent = std::find_if(config.agents.begin(), config.agents.end(), [&](const auto& one) { return one.login == login; });
    if (agent != config.agents.end()) return agent;
    return Error{ErrorCode::not_found, "there is no agent with the login " + login + "; `switchboard agent list` shows all"};
}

Result<void> change_password(TenantEditor& editor, const Given& given) {
    Result<domain::TenantConfig> current = editor.load(TenantId(given.tenant));
    if (!current) return current.error();
    const auto exists = find_agent(*current, given.login);
    if (!exists) return exists.error();
    const auto password = read_password(given.password_stdin);
    if (!password) return password.error();
    const std::string hash = auth::hash_password(*password);
    const auto saved = editor.modify(TenantId(given.tenant), [&](domain::TenantConfig& config) -> Result<void> {
        const auto agent = find_agent(config, given.login);
        if (!agent) return agent.error();
        (*agent)->password_hash = hash;
        return {};
    });
    if (!saved) return saved.error();
    return {};
}

Result<void> remove_agent(TenantEditor& editor, const Given& given) {
    return modify_and_tell(editor, TenantId(given.tenant), [&](domain::TenantConfig& config) -> Result<void> {
        const auto agent = find_agent(config, given.login);
        if (!agent) return agent.error();
        config.agents.erase(*agent);
        return {};
    });
}

// What was given replaces what was there; lists as a whole.
Result<void> set_agent(TenantEditor& editor, const Given& given) {
    const Result<std::map<std::string, int>> skills = parse_skills(given.skills);
    if (!skills) return skills.error();
    const auto role = domain::parse_role(given.role);
    if (!role || *role == domain::Role::customer) return invalid("--role " + given.role + ": must be agent, supervisor, admin or bot");
    return modify_and_tell(editor, TenantId(given.tenant), [&](domain::TenantConfig& config) -> Result<void> {
        const auto found = find_agent(config, given.login);
        if (!found) return found.error();
        domain::AgentProfile& agent = **found;
        if (given.given("--name")) agent.name = given.name;
        if (given.given("--role")) agent.role = *role;
        if (given.given("--capacity")) agent.capacity = given.capacity;
        if (given.given("--skill") || given.given("--no-skills")) agent.skills = *skills;
        if (given.given("--department")) {
            agent.departments.clear();
            for (const std::string& department : given.departments) agent.departments.emplace_back(department);
        }
        for (const DepartmentId& department : agent.departments)
            if (config.department(department) == nullptr) return invalid("there is no department " + department.value);
        return {};
    });
}

}  // namespace

void add_agent_commands(CLI::App& app, Action& action) {
    CLI::App* parent = app.add_subcommand("agent", "Look at agents and change them, on a running server too.");
    parent->require_subcommand(1);
    add_tenant_command(*parent, action, "list", "List the agents of a tenant.", std::make_shared<Given>(), list_agents);

    const auto added = std::make_shared<Given>();
    CLI::App* command = add_tenant_command(*parent, action, "add", "Add an agent.", added, add_agent);
    command->add_option("login", added->login, "What the agent signs in with.")->required();
    command->add_option("--name", added->name, "The name that customers see; else the login.");
    command->add_option("--id", added->id, "The id; else made from the login.");
    command->add_option("--role", added->role, "agent, supervisor, admin or bot [agent].");
    command->add_option("--department", added->departments, "A department that the agent serves; may be repeated.")->allow_extra_args(false);
    command->add_option("--skill", added->skills, "A skill as NAME:LEVEL, levels 1 to 5; may be repeated.")->allow_extra_args(false);
    command->add_option("--capacity", added->capacity, "Conversations at a time [3].");
    command->add_flag("--password-stdin", added->password_stdin, "Read the password from standard input instead of asking.");
    command->add_flag("--no-password", added->no_password, "No password: the agent comes in by the company's own sign-in.");

    const auto changed = std::make_shared<Given>();
    command = add_tenant_command(*parent, action, "password", "Set an agent's password; older sign-ins end.", changed, change_password);
    command->add_option("login", changed->login, "The agent.")->required();
    command->add_flag("--password-stdin", changed->password_stdin, "Read the password from standard input instead of asking.");

    const auto edited = std::make_shared<Given>();
    command = add_tenant_command(*parent, action, "set", "Change an agent; what is not given stays.", edited, set_agent);
    edited->command = command;
    command->add_option("login", edited->login, "The agent.")->required();
    command->add_option("--name", edited->name, "The name that customers see.");
    command->add_option("--role", edited->role, "agent, supervisor, admin or bot.");
    command->add_option("--department", edited->departments, "A department that the agent serves, instead of those before; may be repeated.")->allow_extra_args(false);
    command->add_option("--skill", edited->skills, "A skill as NAME:LEVEL, instead of those before; may be repeated.")->allow_extra_args(false);
    command->add_flag("--no-skills")->description("No skill at all.");
    command->add_option("--capacity", edited->capacity, "Conversations at a time.");

    const auto removed = std::make_shared<Given>();
    command = add_tenant_command(*parent, action, "remove", "Remove an agent.", removed, remove_agent);
    command->add_option("login", removed->login, "The agent.")->required();
}

}  // namespace switchboard::runtime
