// SPDX-License-Identifier: Apache-2.0
#include "domain/config_edit.hpp"
#include "domain/department_document.hpp"
#include "domain/tenant_document.hpp"
#include "runtime/cli_commands.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <iomanip>
#include <iostream>

namespace switchboard::runtime {

namespace {

namespace json = boost::json;

struct Given : TenantFlags {
    std::string id;
    std::vector<std::string> values;  // KEY=VALUE
};
using GivenPtr = std::shared_ptr<Given>;

Error invalid(std::string message) { return Error{ErrorCode::invalid_argument, std::move(message)}; }

Error no_such_department(const std::string& id) {
    return Error{ErrorCode::not_found, "there is no department " + id + "; `switchboard department list` shows all"};
}

Result<void> list_departments(TenantEditor& editor, const Given& given) {
    const auto config = editor.load(TenantId(given.tenant));
    if (!config) return config.error();
    for (const domain::Department& department : config->departments) {
        const auto serves = [&](const domain::AgentProfile& agent) {
            return std::find(agent.departments.begin(), agent.departments.end(), department.id) != agent.departments.end();
        };
        std::cout << std::left << std::setw(24) << department.id.value << ' ' << std::setw(28) << department.name << (department.open ? " open   " : " closed ")
                  << std::count_if(config->agents.begin(), config->agents.end(), serves) << " agents\n";
        for (const domain::Topic& topic : department.topics) std::cout << "    " << topic.name << " -> " << topic.skill << ':' << topic.level << '\n';
    }
    return {};
}

Result<void> show_department(TenantEditor& editor, const Given& given) {
    const auto config = editor.load(TenantId(given.tenant));
    if (!config) return config.error();
    const domain::Department* department = config->department(DepartmentId(given.id));
    if (!department) return no_such_department(given.id);
    for (const auto& [key, value] : domain::written(*department)) std::cout << key << '=' << (value.is_string() ? std::string(value.as_string()) : json::serialize(value)) << '\n';
    return {};
}

std::string keys_of(const json::object& object) {
    std::string keys;
    for (const auto& [key, value] : object)
        if (key != "id") keys += (keys.empty() ? "" : ", ") + std::string(key);
    return keys;
}

// JSON, or text where that is no JSON.
json::value value_of(const std::string& text) {
    json::error_code failure;
    json::value value = json::parse(text, failure);
    return failure ? json::value(text) : value;
}

Result<domain::Department> changed(const domain::Department& before, const std::vector<std::string>& values) {
    json::object object = domain::written(before);
    for (const std::string& given : values) {
        const std::size_t equals = given.find('=');
        const std::string key = given.substr(0, equals);
        if (equals == std::string::npos) return invalid(given + ": write KEY=VALUE");
        if (key == "id") return invalid("id: cannot be changed");
        if (!object.contains(key)) return invalid(key + ": there is no such setting; there are " + keys_of(object));
        // A name may look like a number.
        const bool text = object.at(key).is_string() && !given.substr(equals + 1).starts_with('"');
        object[key] = text ? json::value(given.substr(equals + 1)) : value_of(given.substr(equals + 1));
    }
    return domain::parse_department(json::serialize(object));
}

Result<void> add_department(TenantEditor& editor, const Given& given) {
    return modify_and_tell(editor, TenantId(given.tenant), [&](domain::TenantConfig& config) -> Result<void> {
        if (config.department(DepartmentId(given.id))) return Error{ErrorCode::conflict, "there is a department " + given.id + " already"};
        domain::Department department;
        department.id = DepartmentId(given.id);
        department.name = given.id;
        auto made = changed(department, given.values);
        if (!made) return made.error();
        domain::put_department(config, std::move(*made));
        return {};
    });
}

Result<void> set_department(TenantEditor& editor, const Given& given) {
    return modify_and_tell(editor, TenantId(given.tenant), [&](domain::TenantConfig& config) -> Result<void> {
        const domain::Department* department = config.department(DepartmentId(given.id));
        if (!department) return no_such_department(given.id);
        auto made = changed(*department, given.values);
        if (!made) return made.error();
        domain::put_department(config, std::move(*made));
        return {};
    });
}

Result<void> remove_department(TenantEditor& editor, const Given& given) {
    return modify_and_tell(editor, TenantId(given.tenant), [&](domain::TenantConfig& config) { return domain::remove_department(config, DepartmentId(given.id)); });
}

constexpr const char* values_help = "Settings as KEY=VALUE, values in JSON: strategy=most_skilled offer_timeout_s=30 steps='[{\"after_s\":60,\"levels\":{\"*\":1}}]'.";

}  // namespace

void add_department_commands(CLI::App& app, Action& action) {
    CLI::App* parent = app.add_subcommand("department", "Look at departments and change them, on a running server too. `show` prints the settings.");
    parent->require_subcommand(1);
    add_tenant_command(*parent, action, "list", "List the departments of a tenant with their topics.", std::make_shared<Given>(), list_departments);

    const auto with_id = [&](const char* name, const char* description, Result<void> (*work)(TenantEditor&, const Given&)) {
        const auto given = std::make_shared<Given>();
        CLI::App* command = add_tenant_command(*parent, action, name, description, given, work);
        command->add_option("id", given->id, "The department.")->required();
        return std::pair(command, given);
    };
    with_id("show", "Print all settings of a department as KEY=VALUE.", show_department);
    const auto [added, added_given] = with_id("add", "Add a department.", add_department);
    added->add_option("values", added_given->values, values_help);
    const auto [set, set_given] = with_id("set", "Change settings of a department; what is not given stays.", set_department);
    set->add_option("values", set_given->values, values_help)->required();
    with_id("remove", "Remove a department that is not open.", remove_department);
}

}  // namespace switchboard::runtime
