// SPDX-License-Identifier: Apache-2.0
#include "app/colleagues.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace switchboard::app {

namespace {
constexpr std::size_t slice = 500;
constexpr auto good_for = std::chrono::seconds(1);

template <class Test>
std::vector<AgentId> last_first(const domain::TenantConfig& config, Test test) {
    std::vector<AgentId> found;
    for (auto profile = config.agents.rbegin(); profile != config.agents.rend(); ++profile)
        if (profile->capacity > 0 && test(*profile)) found.push_back(profile->id);
    return found;
}
}  // namespace

struct Colleagues::Survey {
    TenantId tenant;
    std::vector<AgentId> left;  // the next one last
    Done done;
    std::vector<domain::Agent> online;
};

void Colleagues::get(const domain::TenantConfigPtr& config, Done done) {
    Known& known = known_[config->id];
    if (known.waiting.empty() && std::chrono::steady_clock::now() < known.until) return done(known.online);
    known.waiting.push_back(std::move(done));
    if (known.waiting.size() > 1) return;
    auto all = last_first(*config, [](const domain::AgentProfile& profile) { return !profile.departments.empty(); });
    ask(std::make_shared<Survey>(Survey{config->id, std::move(all), [this, id = config->id](const auto& online) { took(id, online); }, {}}));
}

void Colleagues::serving(const domain::TenantConfig& config, const DepartmentId& department, Done done) {
    auto own = last_first(config, [&](const domain::AgentProfile& profile) { return profile.serves(department); });
    ask(std::make_shared<Survey>(Survey{config.id, std::move(own), std::move(done), {}}));
}

void Colleagues::ask(const std::shared_ptr<Survey>& survey) {
    if (survey->left.empty()) return survey->done(std::move(survey->online));
    std::vector<AgentId> asked;
    for (; !survey->left.empty() && asked.size() < slice; survey->left.pop_back()) asked.push_back(survey->left.back());
    context_.routing.load_agents(survey->tenant, asked, [this, survey](Result<std::vector<domain::Agent>> agents) {
        if (agents.has_error()) return survey->done(agents.error());
        std::copy_if(agents->begin(), agents->end(), std::back_inserter(survey->online), [](const domain::Agent& agent) { return agent.online(); });
        ask(survey);
    });
}

void Colleagues::took(const TenantId& tenant, const Result<std::vector<domain::Agent>>& online) {
    Known& known = known_[tenant];
    if (online) {
        known.online = *online;
        known.until = std::chrono::steady_clock::now() + good_for;
    }
    for (const auto& done : std::exchange(known.waiting, {})) done(online);
}

}  // namespace switchboard::app
