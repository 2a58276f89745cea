// SPDX-License-Identifier: Apache-2.0
#include "app/router_service.hpp"

#include "app/hub.hpp"
#include "app/tenants.hpp"

#include <boost/asio/post.hpp>

#include <unordered_set>

namespace switchboard::app {

namespace {
constexpr auto list_every = std::chrono::seconds(2);
constexpr auto farewell = std::chrono::seconds(2);
}  // namespace

RouterService::RouterService(Context& context) : context_(context), timer_(context.executor) {}

RouterService::~RouterService() { *alive_ = false; }

void RouterService::start() {
    context_.tenants.listen([this, alive = alive_](const TenantId& tenant, const domain::TenantConfigPtr& config) {
        if (!*alive) return;
        const auto router = routers_.find(tenant);
        if (router != routers_.end()) router->second->on_config(config);
    });
    context_.hub.on_router_free([this, alive = alive_](const TenantId& tenant) {
        const auto router = *alive ? routers_.find(tenant) : routers_.end();
        if (router != routers_.end()) router->second->try_to_lead();
    });
    look_for_tenants();
    arm();
}

void RouterService::arm() {
    timer_.expires_after(list_every);
    timer_.async_wait([this](boost::system::error_code failed) {
        if (failed || stopped_) return;
        look_for_tenants();
        arm();
    });
}

void RouterService::look_for_tenants() {
    context_.tenant_store.list([this, alive = alive_](Result<std::vector<TenantId>> result) {
        if (*alive && !stopped_ && result.has_value()) found(*result);
    });
}

void RouterService::found(const std::vector<TenantId>& tenants) {
    const std::unordered_set<TenantId> listed(tenants.begin(), tenants.end());
    for (const auto& tenant : listed) {
        auto& router = routers_[tenant];
        if (router) continue;
        router = std::make_shared<TenantRouter>(context_, tenant);
        router->start();
    }
    std::erase_if(routers_, [&](const auto& entry) {
        if (listed.contains(entry.first)) return false;
        entry.second->stop([] {});
        return true;
    });
}

void RouterService::stop(std::function<void()> done) {
    stopped_ = true;
    timer_.cancel();
    struct Farewell {
        std::size_t open = 1;
        Timer timer;
        std::function<void()> done;
        explicit Farewell(Executor executor) : timer(executor) {}
    };
    const auto state = std::make_shared<Farewell>(context_.executor);
    state->done = std::move(done);
    state->timer.expires_after(farewell);
    state->timer.async_wait([state](boost::system::error_code) {
        if (auto call = std::exchange(state->done, nullptr)) call();
    });
    const auto answered = [state] {
        if (--state->open == 0) state->timer.cancel();
    };
    for (const auto& [tenant, router] : std::exchange(routers_, {})) {
        ++state->open;
        router->stop(answered);
    }
    answered();
}

void RouterService::store_returned() {
    for (const auto& [tenant, router] : routers_) router->store_returned();
}

bool RouterService::leads(const TenantId& tenant) const {
    const auto router = routers_.find(tenant);
    return router != routers_.end() && router->second->leads();
}

std::vector<TenantId> RouterService::led() const {
    std::vector<TenantId> tenants;
    for (const auto& [tenant, router] : routers_) {
        if (router->leads()) tenants.push_back(tenant);
    }
    return tenants;
}

}  // namespace switchboard::app
