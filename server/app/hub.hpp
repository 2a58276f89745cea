// SPDX-License-Identifier: Apache-2.0
// The meeting point of one shard: what the bus brings goes from here to the local sessions, and what sessions need to know of each
// other is kept here. Owns the tables (who is here, who follows what, what agents have in hand) and the node's leases.
// Build it with the context, then start() once; every call belongs to the shard's thread.
#pragma once

#include "app/agent_views.hpp"
#include "app/channels.hpp"
#include "app/cleanup.hpp"
#include "app/colleagues.hpp"
#include "app/node_service.hpp"
#include "app/queue_watch.hpp"
#include "app/session_registry.hpp"
#include "app/stale_sessions.hpp"
#include "ports/event_bus.hpp"

#include <functional>
#include <memory>

namespace switchboard::app {

class Hub final : public ports::BusListener {
public:
    // Only keeps the reference: the context may still be under construction.
    explicit Hub(Context& context);
    ~Hub() override;

    // Listens to the bus and to the tenants, begins to renew leases.
    void start();
    // Gives the leases back, then calls `done`. All sessions must be disconnected before.
    void stop(std::function<void()> done);

    // ---- from the bus
    void on_event(const TenantId&, std::string_view conversation, ports::Audience, std::uint64_t seq, std::uint64_t prev,
                  std::string_view bytes) override;
    void on_latest(const TenantId&, std::string_view conversation, ports::Audience, std::string_view except_session,
                   std::string_view frame) override;
    void on_agent(const TenantId&, std::string_view agent) override;
    void on_config(const TenantId&) override;
    void on_router_free(const TenantId& tenant) override {
        if (router_free_) router_free_(tenant);
    }
    void on_gap() override;

    // Who wants to route.
    void on_router_free(std::function<void(const TenantId&)> listener) { router_free_ = std::move(listener); }

    // The customer's session is gone: the store is told, now or as soon as it can be.
    void detach(const TenantId& tenant, const ports::CustomerSession& attachment);

    Channels& channels() { return channels_; }
    AgentViews& agents() { return agents_; }
    SessionRegistry& sessions() { return sessions_; }
    Cleanup& cleanup() { return cleanup_; }
    NodeService& node() { return node_; }
    QueueWatch& queues() { return queues_; }
    Colleagues& colleagues() { return colleagues_; }

private:
    struct Repair;
    void farewell(std::function<void()> done, int rounds);
    void repair_more();
    void rest();
    void restore(const LocalSessionPtr& session, Callback<void> done);

    Context& context_;
    std::function<void(const TenantId&)> router_free_;
    Channels channels_;
    AgentViews agents_;
    SessionRegistry sessions_;
    Cleanup cleanup_;
    NodeService node_;
    StaleSessions stale_;
    QueueWatch queues_;
    Colleagues colleagues_;
    std::shared_ptr<Repair> repair_;
};

}  // namespace switchboard::app
