// SPDX-License-Identifier: Apache-2.0
// All welcomed sessions of this shard by tenant, with the limits per person and per address. The limits count one shard: with
// N shards or nodes a person may have up to N times as many. Thread: its shard.
#pragma once

#include "app/context.hpp"
#include "app/local_session.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace switchboard::app {

class SessionRegistry {
public:
    explicit SessionRegistry(Context& context) : context_(context) {}

    bool room_for(const TenantId& tenant, domain::Role role, const std::string& person) const;
    void add(const LocalSessionPtr& session);
    void remove(const LocalSession& session);

    // Sessions of agents whose account is gone or has another generation are closed.
    void apply_config(const TenantId& tenant, const domain::TenantConfigPtr& config);
    void close_tenant(const TenantId& tenant, int code, const std::string& reason);
    bool any(const TenantId& tenant) const { return tenants_.contains(tenant); }
    std::vector<LocalSessionPtr> of_tenant(const TenantId& tenant) const;
    std::vector<LocalSessionPtr> all() const;

    // A new anonymous visitor at this address starts a conversation; false: too many lately.
    bool admit_new_visitor(const std::string& address, std::chrono::steady_clock::time_point now);

private:
    struct Window {
        std::chrono::steady_clock::time_point began;
        std::uint32_t count = 0;
    };
    static std::string person_key(const TenantId& tenant, domain::Role role, const std::string& person);

    Context& context_;
    std::unordered_map<TenantId, std::unordered_map<const LocalSession*, LocalSessionPtr>> tenants_;
    std::unordered_map<std::string, std::uint32_t> persons_;
    std::unordered_map<std::string, Window> addresses_;
};

}  // namespace switchboard::app
