// SPDX-License-Identifier: Apache-2.0
#include "domain/tenant_document.hpp"

#include "domain/department_document.hpp"
#include "domain/document_reader.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <limits>

namespace switchboard::domain {

namespace {

namespace json = boost::json;

constexpr std::size_t document_bytes = 64 * 1024 * 1024;
constexpr std::size_t most_sites = 100, most_origins = 100, most_keys = 20, most_agents = 20'000, most_skills = 200;
constexpr std::size_t login_bytes = 128, key_bytes = 16 * 1024, origin_bytes = 256;

constexpr std::array<std::string_view, 4> staff_roles = {"agent", "supervisor", "admin", "bot"};
constexpr std::array<std::string_view, 3> algorithms = {"HS256", "RS256", "ES256"};

// ---- writing

json::object written(const JwtKey& key);
json::object written(const Site& site);
json::object written(const AgentProfile& agent);

template <class Item>
json::array written_list(const std::vector<Item>& items) {
    json::array list;
    list.reserve(items.size());
    for (const Item& item : items) list.push_back(written(item));
    return list;
}

json::object written(const JwtKey& key) {
    return {{"id", key.id}, {"algorithm", key.algorithm}, {"key", key.key}, {"issuer", key.issuer}, {"audience", key.audience}};
}

json::object written(const Site& site) {
    return {{"key", site.key},
            {"origins", json::array(site.origins.begin(), site.origins.end())},
            {"customer_keys", written_list(site.customer_keys)}};
}

json::object written(const AgentProfile& agent) {
    json::array departments;
    for (const DepartmentId& id : agent.departments) departments.emplace_back(id.value);
    json::object skills;
    for (const auto& [skill, level] : agent.skills) skills[skill] = level;
    return {{"id", agent.id.value},
            {"login", agent.login},
            {"name", agent.name},
            {"role", to_string(agent.role)},
            {"departments", std::move(departments)},
            {"skills", std::move(skills)},
            {"capacity", agent.capacity},
            {"password_hash", agent.password_hash},
            {"generation", agent.generation}};
}

// ---- reading

unsigned small(std::uint64_t number) {
    return static_cast<unsigned>(number);
}

JwtKey read_key(const json::value& value, const std::string& path, DocumentProblems& problems) {
    ObjectReader fields(value, path, problems);
    JwtKey key;
    key.id = fields.text("id", TextKind::word, 0, name_bytes);
    fields.text("algorithm", TextKind::word, 1, id_bytes);
    key.algorithm = algorithms.at(fields.choice("algorithm", algorithms, 0));
    key.key = fields.text("key", TextKind::any, 1, key_bytes);
    if (key.algorithm == "HS256" && key.key.size() < 32) problems.add(fields.path_of("key"), "a secret must have at least 32 bytes");
    key.issuer = fields.text("issuer", TextKind::line, 1, origin_bytes);
    key.audience = fields.text("audience", TextKind::line, 1, origin_bytes);
    fields.finish();
    return key;
}

std::vector<JwtKey> read_keys(ObjectReader& owner, std::string_view name, DocumentProblems& problems) {
    std::vector<JwtKey> keys;
    Unique ids(problems, "key id");
    owner.each(name, most_keys, [&](const json::value& value, const std::string& path) {
        keys.push_back(read_key(value, path, problems));
        ids.add(path + ".id", keys.back().id);
    });
    return keys;
}

std::string read_origin(const json::value& value, const std::string& path, DocumentProblems& problems) {
    std::string origin = read_text(value, path, TextKind::word, 1, origin_bytes, problems);
    const std::size_t scheme = origin.starts_with("https://") ? 8 : origin.starts_with("http://") ? 7 : 0;
    const bool exact = scheme > 0 && origin.size() > scheme && origin.find_first_of("/*?#;,'\"", scheme) == std::string::npos;
    // Browsers write hosts in small ASCII letters and leave the scheme's own port out.
    const bool plain = std::none_of(origin.begin(), origin.end(), [](char c) { return (c >= 'A' && c <= 'Z') || (c & 0x80) != 0; }) &&
                       !origin.ends_with(scheme == 8 ? ":443" : ":80");
    if (!exact || !plain) problems.add(path, "must be an exact origin like https://shop.example or http://localhost:8080, without a path");
    return origin;
}

Site read_site(const json::value& value, const std::string& path, DocumentProblems& problems) {
    ObjectReader fields(value, path, problems);
    Site site;
    site.key = fields.text("key", TextKind::public_key, 1, id_bytes);
    Unique origins(problems, "origin");
    fields.each("origins", most_origins, [&](const json::value& element, const std::string& place) {
        site.origins.push_back(read_origin(element, place, problems));
        origins.add(place, site.origins.back());
    });
    site.customer_keys = read_keys(fields, "customer_keys", problems);
    fields.finish();
    return site;
}

AgentProfile read_agent(const json::value& value, const std::string& path, const TenantConfig& config, DocumentProblems& problems) {
    ObjectReader fields(value, path, problems);
    AgentProfile agent;
    agent.id = AgentId{fields.text("id", TextKind::id, 1, id_bytes)};
    agent.login = fields.text("login", TextKind::word, 1, login_bytes);
    agent.name = fields.text("name", TextKind::line, 1, name_bytes);
    agent.role = *parse_role(staff_roles.at(fields.choice("role", staff_roles, 0)));
    Unique departments(problems, "department");
    fields.each("departments", most_departments, [&](const json::value& element, const std::string& place) {
        agent.departments.emplace_back(read_text(element, place, TextKind::id, 1, id_bytes, problems));
        departments.add(place, agent.departments.back().value);
        if (!config.department(agent.departments.back()))
            problems.add(place, "there is no department \"" + agent.departments.back().value + '"');
    });
    fields.entries("skills", most_skills, [&](std::string_view skill, const json::value& level, const std::string& place) {
        read_text(json::value(skill), place, TextKind::id, 1, id_bytes, problems);
        agent.skills[std::string(skill)] = static_cast<int>(read_number(level, place, 1, 5, problems));
    });
    agent.capacity = small(fields.number("capacity", 0, 100, agent.capacity));
    agent.password_hash = fields.text("password_hash", TextKind::word, 0, origin_bytes);
    agent.generation = fields.number("generation", 1, std::numeric_limits<std::int64_t>::max(), agent.generation);
    fields.finish();
    return agent;
}

void read_lists(ObjectReader& fields, TenantConfig& config, DocumentProblems& problems) {
    Unique sites(problems, "site key"), departments(problems, "department id"), agents(problems, "agent id"), logins(problems, "login");
    fields.each("sites", most_sites, [&](const json::value& value, const std::string& path) {
        config.sites.push_back(read_site(value, path, problems));
        sites.add(path + ".key", config.sites.back().key);
    });
    fields.each("departments", most_departments, [&](const json::value& value, const std::string& path) {
        config.departments.push_back(read_department(value, path, problems));
        departments.add(path + ".id", config.departments.back().id.value);
    });
    config.build_index();  // for the references of the agents
    std::vector<AgentProfile> profiles;
    fields.each("agents", most_agents, [&](const json::value& value, const std::string& path) {
        profiles.push_back(read_agent(value, path, config, problems));
        agents.add(path + ".id", profiles.back().id.value);
        logins.add(path + ".login", profiles.back().login);
    });
    config.agents = std::move(profiles);
}

}  // namespace

std::string to_document(const TenantConfig& config) {
    return json::serialize(json::object{{"id", config.id.value},
                                        {"name", config.name},
                                        {"version", config.version},
                                        {"sites", written_list(config.sites)},
                                        {"departments", written_list(config.departments)},
                                        {"agents", written_list(config.agents)},
                                        {"agent_keys", written_list(config.agent_keys)}});
}

Result<TenantConfig> parse_document(std::string_view text) {
    if (text.size() > document_bytes) return Error{ErrorCode::invalid_argument, "document: larger than 64 MiB"};
    const auto document = parse_json(text);
    if (!document) return document.error();

    DocumentProblems problems;
    ObjectReader fields(*document, "", problems);
    TenantConfig config;
    config.id = TenantId{fields.text("id", TextKind::id, 1, id_bytes)};
    config.name = fields.text("name", TextKind::line, 0, name_bytes);
    config.version = fields.number("version", 0, std::numeric_limits<std::int64_t>::max(), 0);
    read_lists(fields, config, problems);
    config.agent_keys = read_keys(fields, "agent_keys", problems);
    fields.finish();
    if (!problems.none()) return Error{ErrorCode::invalid_argument, problems.first()};
    config.build_index();
    return config;
}

Result<void> validate(const TenantConfig& config) {
    const auto read = parse_document(to_document(config));
    if (!read) return read.error();
    return {};
}

}  // namespace switchboard::domain
