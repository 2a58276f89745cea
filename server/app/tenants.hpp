// SPDX-License-Identifier: Apache-2.0
// The tenants' configurations as this shard knows them: loaded once, kept fresh by the bus, immutable values for everyone.
// A configuration is only given out once the bus delivers the tenant's changes, so what is cached is never stale for long.
// Unknown sites and tenants are remembered for a short while, and only so many of them. Thread: its shard.
#pragma once

#include "app/context.hpp"

#include <chrono>
#include <deque>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

namespace switchboard::app {

class Tenants {
public:
    // Only keeps the reference: the context may still be under construction.
    explicit Tenants(Context& context) : context_(context) {}
    Tenants(const Tenants&) = delete;
    Tenants& operator=(const Tenants&) = delete;

    // Errors: not_found, unavailable.
    void by_site(const std::string& site_key, Callback<domain::TenantConfigPtr> done);
    void by_id(const TenantId& tenant, Callback<domain::TenantConfigPtr> done);
    // Null when it is not loaded.
    domain::TenantConfigPtr cached(const TenantId& tenant) const;

    // The bus says that it changed: loads it again and tells the listeners when its version is another one.
    void refresh(const TenantId& tenant);
    void refresh_all();

    // Called with the new configuration, or with null when the tenant is gone.
    using Listener = std::function<void(const TenantId&, const domain::TenantConfigPtr&)>;
    void listen(Listener listener) { listeners_.push_back(std::move(listener)); }

private:
    using Done = Callback<domain::TenantConfigPtr>;
    using Clock = std::chrono::steady_clock;
    struct Entry {
        domain::TenantConfigPtr config;
        bool subscribed = false;
        bool subscribing = false;
        bool looking_up = false;
        bool loading = false;
        bool again = false;  // asked to refresh while loading
        unsigned round = 0;  // of waiting
        std::vector<Done> waiting;
    };

    void look_up(const TenantId& tenant);
    void subscribe(const TenantId& tenant);
    void load(const TenantId& tenant);
    void loaded(const TenantId& tenant, Result<domain::TenantConfigPtr> result);
    void settle(const TenantId& tenant, const Result<domain::TenantConfigPtr>& result);
    void give_up_later(const TenantId& tenant);
    void answer_site(const std::string& site_key, Result<domain::TenantConfigPtr> result);
    void look_up_site(const std::string& site_key);
    void later(Done done, Result<domain::TenantConfigPtr> result);
    bool known_missing(const std::string& key);
    void remember_missing(const std::string& key);

    Context& context_;
    std::unordered_map<TenantId, Entry> entries_;
    std::unordered_map<std::string, TenantId> sites_;
    std::unordered_map<std::string, std::vector<Done>> site_waiting_;
    std::unordered_map<std::string, Clock::time_point> missing_;  // key with a prefix: "s" site, "t" tenant
    std::deque<std::string> missing_order_;
    std::vector<Listener> listeners_;
};

}  // namespace switchboard::app
