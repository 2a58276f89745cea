// SPDX-License-Identifier: Apache-2.0
#include "app/node_service.hpp"

#include "app/hub.hpp"
#include "app/tenants.hpp"
#include "base/log.hpp"
#include "switchboard/v1/error.pb.h"

#include <boost/asio/post.hpp>

namespace switchboard::app {

namespace {
// A change of the configuration of which the bus said nothing is found after so many rounds.
constexpr unsigned rounds_per_refresh = 60;
constexpr auto farewell = std::chrono::seconds(2);
}  // namespace

void NodeService::start() {
    timer_ = std::make_unique<Timer>(context_.executor);
    arm();
}

void NodeService::arm() {
    timer_->expires_after(renew_every);
    timer_->async_wait([this](boost::system::error_code failed) {
        if (failed || stopped_) return;
        if (++rounds_ % rounds_per_refresh == 0) context_.tenants.refresh_all();
        for (const auto& tenant : tenants()) renew(tenant);
        arm();
    });
}

std::vector<TenantId> NodeService::tenants() const {
    std::vector<TenantId> all;
    all.reserve(leases_.size());
    for (const auto& [tenant, lease] : leases_) all.push_back(tenant);
    return all;
}

void NodeService::ensure(const TenantId& tenant, Callback<void> done) {
    auto& lease = leases_[tenant];
    if (lease.alive) return asio::post(context_.executor, [done = std::move(done)] { done({}); });
    lease.waiting.push_back(std::move(done));
    renew(tenant);
}

void NodeService::renew(const TenantId& tenant) {
    auto& lease_of_tenant = leases_[tenant];
    if (lease_of_tenant.renewing || stopped_) return;
    lease_of_tenant.renewing = true;
    context_.routing.renew_node(tenant, context_.incarnation, lease_time, [this, tenant](Result<bool> result) { renewed(tenant, std::move(result)); });
}

void NodeService::renewed(const TenantId& tenant, Result<bool> result) {
    auto& lease_of_tenant = leases_[tenant];
    lease_of_tenant.renewing = false;
    if (result.has_error()) return settle(lease_of_tenant, result.error());
    const bool was_alive = std::exchange(lease_of_tenant.alive, *result);
    if (*result) return settle(lease_of_tenant, {});
    settle(lease_of_tenant, Error{ErrorCode::unavailable, "this node lost its lease", 1000});
    if (!was_alive) return;
    log::warn("node.fenced", {{"tenant", tenant.value}});
    context_.hub.sessions().close_tenant(tenant, v1::NODE_FENCED, "this node lost its lease");
}

void NodeService::settle(Lease& lease_of_tenant, const Result<void>& result) {
    auto waiting = std::exchange(lease_of_tenant.waiting, {});
    for (auto& done : waiting) done(result);
}

void NodeService::stop(std::function<void()> done) {
    stopped_ = true;
    timer_.reset();
    struct Farewell {
        std::size_t open = 0;
        std::unique_ptr<Timer> timer;
        std::function<void()> done;
    };
    auto state = std::make_shared<Farewell>();
    state->done = std::move(done);
    state->open = leases_.size() + 1;
    state->timer = std::make_unique<Timer>(context_.executor);
    state->timer->expires_after(leases_.empty() ? farewell * 0 : farewell);
    const auto finish = [state] {
        if (auto call = std::exchange(state->done, nullptr)) call();
    };
    state->timer->async_wait([finish](boost::system::error_code) { finish(); });
    for (const auto& [tenant, lease_of_tenant] : leases_) {
        context_.routing.leave_node(tenant, context_.incarnation, [state](Result<void>) {
            if (--state->open == 1) state->timer->cancel();
        });
    }
}

}  // namespace switchboard::app
