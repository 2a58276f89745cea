// SPDX-License-Identifier: Apache-2.0
#include "app/stale_sessions.hpp"

#include "app/hub.hpp"
#include "base/log.hpp"

#include <algorithm>

namespace switchboard::app {

namespace {
constexpr Duration between_looks{60'000};
}

void StaleSessions::start() {
    timer_.emplace(context_.executor);
    arm(std::max(between_looks, patience()));
}

void StaleSessions::stop() { timer_.reset(); }

void StaleSessions::after_gap() {
    if (timer_) arm(patience());
}

void StaleSessions::arm(Duration wait) {
    timer_->expires_after(wait);
    timer_->async_wait([this](boost::system::error_code cancelled) {
        if (!cancelled && timer_) look();
    });
}

void StaleSessions::look() {
    for (const TenantId& tenant : context_.hub.node().tenants()) {
        context_.routing.list_node_sessions(tenant, context_.incarnation, [this, tenant](Result<std::vector<ports::NodeSession>> listed) {
            if (listed && timer_) compare(tenant, *listed);
        });
    }
    arm(std::max(between_looks, patience()));
}

void StaleSessions::compare(const TenantId& tenant, const std::vector<ports::NodeSession>& listed) {
    std::unordered_set<SessionId> here;
    for (const auto& session : context_.hub.sessions().of_tenant(tenant)) here.insert(session->identity().id);
    const auto before = std::exchange(suspects_[tenant], {});
    for (const ports::NodeSession& session : listed) {
        if (here.contains(session.session)) continue;
        before.contains(session.session) ? end(tenant, session) : void(suspects_[tenant].insert(session.session));
    }
    if (suspects_[tenant].empty())
        suspects_.erase(tenant);
    else
        arm(patience());
}

void StaleSessions::end(const TenantId& tenant, const ports::NodeSession& session) {
    log::warn("session.stale", {{"tenant", tenant.value}, {session.staff ? "agent" : "conversation", session.owner}});
    if (!session.staff)
        return context_.hub.detach(tenant, {ConversationId(session.owner), VisitorId(), session.session, context_.incarnation, context_.bus.endpoint()});
    const ports::AgentSession ended{AgentId(session.owner), session.session, context_.incarnation, context_.bus.endpoint()};
    context_.hub.cleanup().run([this, tenant, ended](Callback<void> done) {
        context_.routing.close_agent_session(tenant, ended, std::move(done));
    });
}

}  // namespace switchboard::app
