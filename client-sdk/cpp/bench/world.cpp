// SPDX-License-Identifier: Apache-2.0
#include "bench/world.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <stdexcept>

namespace switchboard::client {

namespace json = boost::json;

namespace {

constexpr std::size_t agents_per_department = 3;

json::array topics_of(const BenchDepartment& department) {
    json::array topics;
    for (const auto& [name, skill] : department.topics) topics.push_back({{"name", name}, {"skill", skill}, {"level", 2}});
    return topics;
}

json::object written(const BenchAgent& agent) {
    json::object skills;
    for (const std::string& skill : agent.skills) skills[skill] = 3;
    return {{"id", agent.id},         {"login", agent.id},   {"name", agent.id},
            {"departments", json::array{agent.department}}, {"skills", skills}, {"capacity", agent.capacity}};
}

}  // namespace

const BenchDepartment* World::department(const std::string& id) const {
    const auto found = std::find_if(departments.begin(), departments.end(), [&](const BenchDepartment& one) { return one.id == id; });
    return found == departments.end() ? nullptr : &*found;
}

const BenchAgent* World::agent(const std::string& id) const {
    const auto found = std::find_if(agents.begin(), agents.end(), [&](const BenchAgent& one) { return one.id == id; });
    return found == agents.end() ? nullptr : &*found;
}

std::string World::document() const {
    const json::array keys{
        {{"id", key.key_id}, {"algorithm", "HS256"}, {"key", key.secret}, {"issuer", key.issuer}, {"audience", key.audience}}};
    json::array department_list, agent_list;
    for (const BenchDepartment& department : departments) {
        department_list.push_back({{"id", department.id},
                                   {"name", department.id},
                                   {"topics", topics_of(department)},
                                   {"misses_until_away", 0},
                                   {"decline_cooldown_s", 1},
                                   {"agent_grace_s", agent_grace_s},
                                   {"abandon_after_s", abandon_after_s},
                                   {"offer_timeout_s", offer_time_s}});
    }
    for (const BenchAgent& agent : agents) agent_list.push_back(written(agent));
    return json::serialize(json::object{{"id", "default"},
                                        {"name", "Bench"},
                                        {"sites", json::array{{{"key", site}, {"customer_keys", keys}}}},
                                        {"departments", department_list},
                                        {"agents", agent_list},
                                        {"agent_keys", keys}});
}

World pairs_world(std::size_t agents) {
    World world;
    world.departments.push_back({"bench", {}});
    for (std::size_t i = 0; i < agents; ++i) world.agents.push_back({"agent-" + std::to_string(i), "bench", {}, 1});
    return world;
}

World retail_world(const std::string& departments_json, unsigned room) {
    World world;
    json::error_code malformed;
    const json::value parsed = json::parse(departments_json, malformed);
    const json::value* list = malformed || !parsed.is_object() ? nullptr : parsed.as_object().if_contains("departments");
    if (!list || !list->is_object() || list->as_object().empty()) throw std::runtime_error("no object \"departments\" in it");
    for (const auto& [name, topics] : list->as_object()) {
        BenchDepartment department{std::string(name), {}};
        if (!topics.is_array()) throw std::runtime_error("the topics of " + department.id + " are not a list");
        std::vector<BenchAgent> team;
        for (std::size_t i = 0; i < agents_per_department; ++i)
            team.push_back({department.id + "-" + std::string(1, static_cast<char>('a' + i)), department.id, {}, room});
        std::size_t index = 0;
        for (const json::value& topic : topics.as_array()) {
            const std::string topic_name(topic.as_string());
            const std::string skill = department.id + "-" + topic_name;
            department.topics[topic_name] = skill;
            team[index % agents_per_department].skills.insert(skill);
            team[(index + 1) % agents_per_department].skills.insert(skill);
            ++index;
        }
        world.departments.push_back(std::move(department));
        world.agents.insert(world.agents.end(), team.begin(), team.end());
    }
    return world;
}

}  // namespace switchboard::client
