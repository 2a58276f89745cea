// SPDX-License-Identifier: Apache-2.0
// What a study simulates: a configuration, the customers that recorded calls stand for, the staff. And variants of it. All chance is
// drawn here, once and from the seed, so every variant meets the same customers with the same patience. Pure values.
#pragma once

#include "base/error.hpp"
#include "domain/tenant_config.hpp"
#include "simulation/call_history.hpp"
#include "simulation/staffing.hpp"
#include "simulation/workload.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace switchboard::simulation {

enum class Services : std::uint8_t {
    skills,       // of the one department "bank"; agents have the skills of the services that they were seen serving
    departments,  // one for each service
};

struct ScenarioOptions {
    Services services = Services::skills;
    Duration priority_boost = std::chrono::seconds(60);  // of priority customers
    bool priority_urgent = false;                        // ahead of all others instead
    Duration wrap_up{0};                                 // of a configuration that is derived: held for so long after each talk
    Timestamp start{std::chrono::sys_days(std::chrono::year(1999) / 2 / 1)};  // second 0 of the calls
    std::uint64_t seed = 1;
};

struct Scenario {
    std::string name;
    domain::TenantConfig config;
    Staffing staffing;
    std::vector<std::string> groups;  // the services, by name
    std::vector<Arrival> arrivals;

    Workload workload(Timestamp start) const;
};

// The configuration that the calls suggest: services as skills or departments, agents with capacity 1.
domain::TenantConfig derive_config(const std::vector<Call>& calls, const Staffing& staffing, const ScenarioOptions& options);

// A service of the calls is served as the topic of that name asks, else by the department with that id or name, whatever the case of
// the letters. Error, invalid_argument: a service or an agent of the staffing that the configuration does not know.
Result<Scenario> make_scenario(std::string name, const std::vector<Call>& calls, Staffing staffing, domain::TenantConfig config,
                               const ScenarioOptions& options);

// Another way to do the same work. As JSON, everything but the name may be left out:
//   {"name": "...", "strategy": "least_loaded", "add_agents": -2, "capacity": 2, "steps": [...], "priority_boost_s": 600,
//    "config": {"bank": {...}, "*": {...}}}
// strategy, steps and the values of "*" hold for every department; all have the form of the tenant document. add_agents: see
// change_staff(). capacity is every agent's.
struct Variant {
    std::string name;
    int add_agents = 0;
    std::optional<unsigned> capacity;
    std::optional<Duration> priority_boost;
    boost::json::object departments;  // id or "*" -> settings
};

// `otherwise` names it when it has no name. Error: invalid_argument.
Result<Variant> parse_variant(std::string_view json, const std::string& otherwise);
Result<Scenario> apply(const Variant& variant, const Scenario& base, const std::vector<Call>& calls, const ScenarioOptions& options);

}  // namespace switchboard::simulation
