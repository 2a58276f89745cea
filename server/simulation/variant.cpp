// SPDX-License-Identifier: Apache-2.0
#include "domain/document_reader.hpp"
#include "domain/tenant_document.hpp"
#include "simulation/scenario.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace switchboard::simulation {

namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr int most_agents = 1000;

Error bad(const std::string& text) {
    return Error{ErrorCode::invalid_argument, text};
}

void merge(json::object& into, const json::object& from) {
    for (const auto& [key, value] : from) into[key] = value;
}

// The settings of "*" first, so that those of one department have the last word.
Result<domain::TenantConfig> with_settings(const domain::TenantConfig& config, const json::object& settings) {
    json::value document = json::parse(domain::to_document(config));
    json::array& departments = document.at("departments").as_array();
    for (json::value& department : departments)
        if (const json::value* all = settings.if_contains("*")) merge(department.as_object(), all->as_object());
    for (const auto& [id, values] : settings) {
        if (id == "*") continue;
        const auto found = std::find_if(departments.begin(), departments.end(), [&](const json::value& one) { return one.at("id") == json::value(id); });
        if (found == departments.end()) return bad("config: there is no department \"" + std::string(id) + '"');
        merge(found->as_object(), values.as_object());
    }
    return domain::parse_document(json::serialize(document));
}

// What the readers of documents have no name for.
void read_settings(domain::ObjectReader& fields, json::object all, Variant& variant, domain::DocumentProblems& problems) {
    fields.entries("config", 500, [&](std::string_view id, const json::value& settings, const std::string& path) {
        if (!settings.is_object()) return problems.add(path, "must be an object of a department's settings");
        if (id != "*")
            variant.departments[id] = settings;
        else
            for (const auto& [key, value] : settings.as_object()) all.emplace(key, value);
    });
    if (!all.empty()) variant.departments["*"] = std::move(all);
}

int read_staff_change(const json::value& value, domain::DocumentProblems& problems) {
    if (value.is_int64() && std::abs(value.as_int64()) <= most_agents) return static_cast<int>(value.as_int64());
    problems.add("add_agents", "must be a whole number from -1000 to 1000");
    return 0;
}

// Takes the key out of the object.
std::optional<json::value> taken(json::object& object, std::string_view key) {
    const auto found = object.find(key);
    if (found == object.end()) return std::nullopt;
    json::value value = std::move(found->value());
    object.erase(found);
    return value;
}

}  // namespace

Result<Variant> parse_variant(std::string_view text, const std::string& otherwise) {
    json::error_code failed;
    json::value document = json::parse(text, failed);
    if (failed) return bad("not JSON: " + failed.message());
    if (!document.is_object()) return bad("must be one JSON object; a file holds one variant");
    json::object& given = document.as_object();
    domain::DocumentProblems problems;
    Variant variant;
    json::object all;
    for (const char* key : {"strategy", "steps"})
        if (auto value = taken(given, key)) all[key] = std::move(*value);
    if (const auto more = taken(given, "add_agents")) variant.add_agents = read_staff_change(*more, problems);

    domain::ObjectReader fields(document, "", problems);
    variant.name = fields.text("name", domain::TextKind::line, 0, 60);
    if (variant.name.empty()) variant.name = otherwise;
    if (given.contains("capacity")) variant.capacity = static_cast<unsigned>(fields.number("capacity", 0, 100, 1));
    if (given.contains("priority_boost_s")) variant.priority_boost = fields.seconds("priority_boost_s", 0ms, 0ms);
    read_settings(fields, std::move(all), variant, problems);
    fields.finish();
    if (!problems.none()) return bad(problems.first());
    return variant;
}

Result<Scenario> apply(const Variant& variant, const Scenario& base, const std::vector<Call>& calls, const ScenarioOptions& options) {
    auto config = with_settings(base.config, variant.departments);
    if (!config) return config.error();
    Staffing staffing = base.staffing;
    change_staff(staffing, variant.add_agents);
    for (const auto& [name, member] : staffing.members) {
        if (config->agent(AgentId{name}) || base.staffing.members.contains(name)) continue;
        domain::AgentProfile extra;
        extra.id = AgentId{name};
        extra.login = extra.name = name;
        for (const domain::AgentProfile& known : base.config.agents) {
            for (const DepartmentId& department : known.departments)
                if (!extra.serves(department)) extra.departments.push_back(department);
            for (const auto& [skill, level] : known.skills) extra.skills[skill] = std::max(extra.skills[skill], level);
        }
        extra.capacity = base.config.agents.empty() ? 1 : base.config.agents.front().capacity;
        config->agents.push_back(std::move(extra));
    }
    if (variant.capacity)
        for (domain::AgentProfile& agent : config->agents) agent.capacity = *variant.capacity;
    config->build_index();
    ScenarioOptions changed = options;
    changed.priority_boost = variant.priority_boost.value_or(options.priority_boost);
    return make_scenario(variant.name, calls, std::move(staffing), std::move(*config), changed);
}

}  // namespace switchboard::simulation
