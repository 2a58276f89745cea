// SPDX-License-Identifier: Apache-2.0
#include "app/staffing.hpp"

#include <algorithm>
#include <memory>

namespace switchboard::app {

namespace {
constexpr auto good_for = std::chrono::seconds(10);
constexpr unsigned asked_per_department = 20;
}  // namespace

struct Staffing::Survey {
    domain::TenantConfigPtr config;
    StaffedDepartments staffed;
    std::set<std::string> asked;
    std::vector<AgentId> candidates;  // the last one is asked next

    explicit Survey(domain::TenantConfigPtr tenant) : config(std::move(tenant)) {
        for (const auto& department : config->departments) {
            unsigned count = 0;
            for (const auto& agent : config->agents) {
                if (agent.capacity == 0 || !agent.serves(department.id) || count == asked_per_department) continue;
                ++count;
                if (asked.insert(agent.id.value).second) candidates.push_back(agent.id);
            }
        }
        std::reverse(candidates.begin(), candidates.end());
    }

    bool worth_asking(const AgentId& agent) const {
        const auto* profile = config->agent(agent);
        return profile && std::any_of(profile->departments.begin(), profile->departments.end(),
                                      [&](const DepartmentId& id) { return !staffed.contains(id.value); });
    }

    void found(const AgentId& agent) {
        for (const auto& department : config->agent(agent)->departments) staffed.insert(department.value);
    }
};

void Staffing::get(const domain::TenantConfigPtr& config, std::function<void(const StaffedDepartments&)> done) {
    auto& known = known_[config->id];
    const bool fresh = known.known && std::chrono::steady_clock::now() - known.at < good_for;
    const bool ask_now = !fresh && !known.asking;
    if (ask_now) known.asking = true;
    if (known.known) {
        done(known.staffed);
    } else {
        known.waiting.push_back(std::move(done));
    }
    if (ask_now) ask(std::make_shared<Survey>(config));
}

void Staffing::ask(const std::shared_ptr<Survey>& survey) {
    auto& candidates = survey->candidates;
    while (!candidates.empty() && !survey->worth_asking(candidates.back())) candidates.pop_back();
    if (candidates.empty()) return surveyed(*survey);
    const AgentId agent = candidates.back();
    candidates.pop_back();
    context_.routing.load_agent(survey->config->id, agent, [this, survey, agent](Result<ports::AgentSnapshot> result) {
        if (result.has_error() && result.error().temporary()) return surveyed(*survey);
        if (result.has_value() && result->agent.online() && result->agent.choice == domain::AgentChoice::available) survey->found(agent);
        ask(survey);
    });
}

void Staffing::surveyed(const Survey& survey) {
    auto& known = known_[survey.config->id];
    known.staffed = survey.staffed;
    known.at = std::chrono::steady_clock::now();
    known.known = true;
    known.asking = false;
    auto waiting = std::exchange(known.waiting, {});
    for (auto& done : waiting) done(survey.staffed);
}

}  // namespace switchboard::app
