// SPDX-License-Identifier: Apache-2.0
// The routers of all tenants, as far as this node gets their leases. One object per node: on one shard only, since the lease is held in
// the node's name. New tenants are found by asking for the list. Thread: its shard.
#pragma once

#include "app/tenant_router.hpp"

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

namespace switchboard::app {

class RouterService {
public:
    explicit RouterService(Context& context);
    ~RouterService();

    void start();
    // Gives all leases back, then calls `done`.
    void stop(std::function<void()> done);

    bool leads(const TenantId& tenant) const;
    // After a loss of the store's connection.
    void store_returned();
    std::vector<TenantId> led() const;

private:
    void look_for_tenants();
    void arm();
    void found(const std::vector<TenantId>& tenants);

    Context& context_;
    std::unordered_map<TenantId, std::shared_ptr<TenantRouter>> routers_;
    Timer timer_;
    // Callbacks outlive this object at shutdown.
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    bool stopped_ = false;
};

}  // namespace switchboard::app
