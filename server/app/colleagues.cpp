// SPDX-License-Identifier: Apache-2.0
#include "app/colleagues.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace switchboard::app {

namespace {
constexpr std::size_t slice = 500;
constexpr auto good_for = std::chrono::seconds(1);
}  // namespace

struct Colleagues::Survey {
    domain::TenantConfigPtr config;
    std::size_t next = 0;
    std::vector<domain::Agent> online;
};

void Colleagues::get(const domain::TenantConfigPtr& config, Done done) {
    Known& known = known_[config->id];
    if (known.waiting.empty() && std::chrono::steady_clock::now() < known.until) return done(known.online);
    known.waiting.push_back(std::move(done));
    if (known.waiting.size() == 1) ask(std::make_shared<Survey>(Survey{config, 0, {}}));
}

void Colleagues::ask(const std::shared_ptr<Survey>& survey) {
    const auto& profiles = survey->config->agents;
    std::vector<AgentId> asked;
    for (; survey->next < profiles.size() && asked.size() < slice; ++survey->next) {
        const auto& profile = profiles[survey->next];
        if (profile.capacity > 0 && !profile.departments.empty()) asked.push_back(profile.id);
    }
    if (asked.empty()) return finish(survey->config->id, std::move(survey->online));
    context_.routing.load_agents(survey->config->id, asked, [this, survey](Result<std::vector<domain::Agent>> agents) {
        if (agents.has_error()) return finish(survey->config->id, agents.error());
        std::copy_if(agents->begin(), agents->end(), std::back_inserter(survey->online), [](const domain::Agent& agent) { return agent.online(); });
        ask(survey);
    });
}

void Colleagues::finish(const TenantId& tenant, const Result<std::vector<domain::Agent>>& online) {
    Known& known = known_[tenant];
    if (online) {
        known.online = *online;
        known.until = std::chrono::steady_clock::now() + good_for;
    }
    for (const auto& done : std::exchange(known.waiting, {})) done(online);
}

}  // namespace switchboard::app
