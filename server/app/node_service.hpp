// SPDX-License-Identifier: Apache-2.0
// Keeps this incarnation alive in every tenant that has sessions on this shard: a lease renewed each second. No session is welcomed
// before the lease lives; when it was lost, the tenant's sessions are closed with NODE_FENCED and resume elsewhere.
// Thread: its shard.
#pragma once

#include "app/context.hpp"

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

namespace switchboard::app {

class NodeService {
public:
    static constexpr Duration lease_time{3000};
    static constexpr Duration renew_every{1000};

    explicit NodeService(Context& context) : context_(context) {}

    void start();
    // Stops renewing and gives the leases back.
    void stop(std::function<void()> done);
    // Calls back when the tenant's lease lives: at once after the first time. Errors: unavailable.
    void ensure(const TenantId& tenant, Callback<void> done);
    // Those in which this node has had sessions.
    std::vector<TenantId> tenants() const;

private:
    struct Lease {
        bool alive = false;
        bool renewing = false;
        std::vector<Callback<void>> waiting;
    };
    void arm();
    void renew(const TenantId& tenant);
    void renewed(const TenantId& tenant, Result<bool> result);
    static void settle(Lease& lease_of_tenant, const Result<void>& result);

    Context& context_;
    std::unordered_map<TenantId, Lease> leases_;
    std::unique_ptr<Timer> timer_;
    unsigned rounds_ = 0;
    bool stopped_ = false;
};

}  // namespace switchboard::app
