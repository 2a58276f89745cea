// SPDX-License-Identifier: Apache-2.0
#include "simulation/scenario.hpp"

#include "domain/tenant_document.hpp"
#include "simulation/patience.hpp"
#include "simulation/random.hpp"

#include <algorithm>
#include <set>

namespace switchboard::simulation {

namespace {

using namespace std::chrono_literals;
using domain::Department;
using domain::TenantConfig;

constexpr std::size_t enough_departures = 30;  // to tell the patience of some customers apart from that of others

char lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

std::string lowered(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), lower);
    return text;
}

std::set<std::string> services_of(const std::vector<Call>& calls) {
    std::set<std::string> services;
    for (const Call& call : calls) services.insert(call.service);
    return services;
}

// ---- chance

// Curves of all, of a service, and of the priority or other customers of a service; the finest that has enough departures is used.
class Customers {
public:
    Customers(const std::vector<Call>& calls, std::uint64_t seed) : random_(seed) {
        for (const Call& call : calls) {
            for (PatienceCurve* curve : {&all_, &by_service_[call.service], &by_kind_[{call.service, call.priority}]})
                curve->observe(call.wait, !call.answered);
            if (call.answered) talks_[call.service].push_back(call.talk);
            if (call.answered) all_talks_.push_back(call.talk);
        }
        all_.finish();
        for (auto& [service, curve] : by_service_) curve.finish();
        for (auto& [kind, curve] : by_kind_) curve.finish();
    }

    Duration patience(const Call& call) {
        const double chance = random_.uniform();
        return call.answered ? curve(call).draw(call.wait, chance) : call.wait;
    }

    Duration talk(const Call& call) {
        const double chance = random_.uniform();
        if (call.answered) return call.talk;
        const std::vector<Duration>& own = talks_[call.service];
        const std::vector<Duration>& known = own.empty() ? all_talks_ : own;
        return known.empty() ? Duration{0} : known[static_cast<std::size_t>(chance * static_cast<double>(known.size()))];
    }

private:
    const PatienceCurve& curve(const Call& call) const {
        const PatienceCurve& kind = by_kind_.at({call.service, call.priority});
        if (kind.departures() >= enough_departures) return kind;
        const PatienceCurve& service = by_service_.at(call.service);
        return service.departures() >= enough_departures ? service : all_;
    }

    Random random_;
    PatienceCurve all_;
    std::map<std::string, PatienceCurve> by_service_;
    std::map<std::pair<std::string, bool>, PatienceCurve> by_kind_;
    std::map<std::string, std::vector<Duration>> talks_;
    std::vector<Duration> all_talks_;
};

// ---- services

struct Service {
    std::size_t group = 0;
    domain::Requirement requirement;
    Duration boost{0};
    bool urgent = false;
};

std::optional<Service> service_in(const TenantConfig& config, const std::string& name) {
    const std::string wanted = lowered(name);
    for (const Department& department : config.departments)
        for (const domain::Topic& topic : department.topics) {
            if (lowered(topic.name) != wanted) continue;
            Service found;
            found.requirement.department = department.id;
            found.requirement.skills = {{topic.skill, topic.level}};
            found.boost = topic.boost;
            found.urgent = topic.urgent;
            return found;
        }
    for (const Department& department : config.departments) {
        if (department.id.value != wanted && lowered(department.name) != wanted) continue;
        Service found;
        found.requirement.department = department.id;
        return found;
    }
    return std::nullopt;
}

Error bad(const std::string& text) {
    return Error{ErrorCode::invalid_argument, text};
}

Department derived_department(const std::string& id, const std::string& name, const ScenarioOptions& options) {
    Department department;
    department.id = DepartmentId{id};
    department.name = name;
    department.wrap_up = options.wrap_up > 0ms ? domain::WrapUpMode::timed : domain::WrapUpMode::none;
    department.wrap_up_time = std::max<Duration>(options.wrap_up, 1s);
    return department;
}

std::vector<Arrival> arrivals_of(const std::vector<Call>& calls, const std::map<std::string, Service>& services,
                                 const ScenarioOptions& options) {
    Customers customers(calls, options.seed);
    std::vector<Arrival> arrivals;
    arrivals.reserve(calls.size());
    for (const Call& call : calls) {
        const Service& service = services.at(call.service);
        Arrival arrival;
        arrival.at = options.start + call.arrival;
        arrival.requirement = service.requirement;
        arrival.boost = service.boost + (call.priority && !options.priority_urgent ? options.priority_boost : Duration{0});
        arrival.urgent = service.urgent || (call.priority && options.priority_urgent);
        arrival.patience = customers.patience(call);
        arrival.service = customers.talk(call);
        arrival.group = service.group;
        arrivals.push_back(std::move(arrival));
    }
    return arrivals;
}

}  // namespace

Workload Scenario::workload(Timestamp start) const {
    Workload work;
    work.arrivals = arrivals;
    for (const Presence& shift : staffing.shifts) work.shifts.push_back({AgentId{lowered(shift.agent)}, start + shift.from, start + shift.to});
    return work;
}

TenantConfig derive_config(const std::vector<Call>& calls, const Staffing& staffing, const ScenarioOptions& options) {
    const bool departments = options.services == Services::departments;
    TenantConfig config;
    config.id = TenantId{"simulation"};
    config.name = "derived from recorded calls";
    if (!departments) config.departments.push_back(derived_department("bank", "bank", options));
    for (const std::string& service : services_of(calls)) {
        if (departments)
            config.departments.push_back(derived_department(lowered(service), service, options));
        else
            config.departments.front().topics.push_back({service, lowered(service), 1, Duration{0}, false});
    }
    for (const auto& [name, member] : staffing.members) {
        domain::AgentProfile agent;
        agent.id = AgentId{lowered(name)};
        agent.login = agent.id.value;
        agent.name = name;
        agent.capacity = member.capacity.value_or(1);
        for (const auto& [skill, level] : member.skills) {
            if (departments)
                agent.departments.emplace_back(lowered(skill));
            else
                agent.skills[lowered(skill)] = level;
        }
        if (!departments) agent.departments.emplace_back("bank");
        config.agents.push_back(std::move(agent));
    }
    config.build_index();
    return config;
}

Result<Scenario> make_scenario(std::string name, const std::vector<Call>& calls, Staffing staffing, TenantConfig config,
                               const ScenarioOptions& options) {
    Scenario scenario;
    scenario.name = std::move(name);
    std::map<std::string, Service> services;
    for (const std::string& one : services_of(calls)) {
        auto service = service_in(config, one);
        if (!service) return bad("the configuration has no topic and no department \"" + one + "\", which is a service of the calls");
        service->group = scenario.groups.size();
        services[one] = std::move(*service);
        scenario.groups.push_back(one);
    }
    for (const auto& [agent, member] : staffing.members)
        if (!config.agent(AgentId{lowered(agent)})) return bad("the configuration has no agent \"" + lowered(agent) + "\", who is in the staffing");
    scenario.config = std::move(config);
    scenario.staffing = std::move(staffing);
    scenario.arrivals = arrivals_of(calls, services, options);
    return scenario;
}

}  // namespace switchboard::simulation
