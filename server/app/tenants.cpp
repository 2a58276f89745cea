// SPDX-License-Identifier: Apache-2.0
#include "app/tenants.hpp"

#include "app/model.hpp"

#include <boost/asio/post.hpp>

namespace switchboard::app {

namespace {
constexpr auto missing_for = std::chrono::seconds(5);
constexpr std::size_t missing_kept = 1000;
constexpr auto patience = std::chrono::seconds(2);

Error unavailable() { return {ErrorCode::unavailable, "the tenant's configuration cannot be read now", 1000}; }
Error unknown() { return {ErrorCode::not_found, "no such tenant"}; }
}  // namespace

void Tenants::by_site(const std::string& site_key, Callback<domain::TenantConfigPtr> done) {
    // What cannot be a key is not looked for: anybody may ask.
    if (!domain::possible_site_key(site_key)) return later(std::move(done), Error{ErrorCode::not_found, "no such site"});
    const auto known = sites_.find(site_key);
    if (known != sites_.end()) {
        if (const auto config = cached(known->second); config && config->site(site_key)) return later(std::move(done), config);
    }
    if (known_missing("s" + site_key)) return later(std::move(done), unknown());
    auto& waiting = site_waiting_[site_key];
    waiting.push_back(std::move(done));
    if (waiting.size() == 1) look_up_site(site_key);
}

void Tenants::look_up_site(const std::string& site_key) {
    context_.tenant_store.find_by_site(site_key, [this, site_key](Result<TenantId> found) {
        if (found.has_error()) return answer_site(site_key, found.error());
        by_id(*found, [this, site_key](Result<domain::TenantConfigPtr> config) { answer_site(site_key, config); });
    });
}

void Tenants::answer_site(const std::string& site_key, Result<domain::TenantConfigPtr> result) {
    if (result.has_value() && !(*result)->site(site_key)) {
        // The configuration here is older than the directory of sites.
        refresh((*result)->id);
        result = unavailable();
    }
    if (result.has_value()) sites_[site_key] = (*result)->id;
    if (result.has_error() && result.error().code == ErrorCode::not_found) remember_missing("s" + site_key);
    auto waiting = site_waiting_.extract(site_key);
    if (waiting.empty()) return;
    for (auto& done : waiting.mapped()) done(result);
}

void Tenants::by_id(const TenantId& tenant, Callback<domain::TenantConfigPtr> done) {
    if (auto config = cached(tenant)) return later(std::move(done), std::move(config));
    if (!valid_id(tenant.value) || known_missing("t" + tenant.value)) return later(std::move(done), unknown());
    auto& entry = entries_[tenant];
    entry.waiting.push_back(std::move(done));
    if (entry.waiting.size() > 1) return;
    give_up_later(tenant);
    if (entry.subscribed) return load(tenant);
    look_up(tenant);
}

// Subscribes to tenants that exist, and to no others: anybody may ask for any name.
void Tenants::look_up(const TenantId& tenant) {
    auto& entry = entries_[tenant];
    if (entry.subscribing || std::exchange(entry.looking_up, true)) return;
    context_.tenant_store.load(tenant, [this, tenant](Result<domain::TenantConfigPtr> result) {
        entries_[tenant].looking_up = false;
        if (result.has_value()) return subscribe(tenant);
        settle(tenant, result);
        if (result.error().code == ErrorCode::not_found) remember_missing("t" + tenant.value);
        const auto found = entries_.find(tenant);
        if (found != entries_.end() && found->second.waiting.empty()) entries_.erase(found);
    });
}

domain::TenantConfigPtr Tenants::cached(const TenantId& tenant) const {
    const auto found = entries_.find(tenant);
    return found == entries_.end() ? nullptr : found->second.config;
}

void Tenants::refresh(const TenantId& tenant) {
    const auto found = entries_.find(tenant);
    if (found != entries_.end() && found->second.subscribed) load(tenant);
}

void Tenants::refresh_all() {
    std::vector<TenantId> ids;
    for (const auto& [tenant, entry] : entries_) ids.push_back(tenant);
    for (const auto& tenant : ids) refresh(tenant);
}

void Tenants::subscribe(const TenantId& tenant) {
    auto& entry = entries_[tenant];
    if (entry.subscribing) return;
    entry.subscribing = true;
    context_.bus.add_tenant(tenant, [this, tenant] {
        auto& ready = entries_[tenant];
        ready.subscribing = false;
        ready.subscribed = true;
        load(tenant);
    });
}

void Tenants::load(const TenantId& tenant) {
    auto& entry = entries_[tenant];
    if (entry.loading) {
        entry.again = true;
        return;
    }
    entry.loading = true;
    context_.tenant_store.load(tenant, [this, tenant](Result<domain::TenantConfigPtr> result) { loaded(tenant, std::move(result)); });
}

void Tenants::loaded(const TenantId& tenant, Result<domain::TenantConfigPtr> result) {
    auto& entry = entries_[tenant];
    entry.loading = false;
    const bool gone = result.has_error() && result.error().code == ErrorCode::not_found;
    const auto before = entry.config;
    if (result.has_value()) entry.config = *result;
    if (gone) {
        entry.config = nullptr;
        remember_missing("t" + tenant.value);
    }
    const auto now = entry.config;
    const bool changed = gone ? before != nullptr : result.has_value() && before && before->version != now->version;
    if (std::exchange(entry.again, false)) load(tenant);
    if (changed) {
        for (const auto& listener : listeners_) listener(tenant, now);
    }
    settle(tenant, result);
}

void Tenants::settle(const TenantId& tenant, const Result<domain::TenantConfigPtr>& result) {
    const auto found = entries_.find(tenant);
    if (found == entries_.end()) return;
    auto waiting = std::exchange(found->second.waiting, {});
    for (auto& done : waiting) done(result);
}

// Who waits for a subscription must not wait for ever; the subscription itself goes on.
void Tenants::give_up_later(const TenantId& tenant) {
    auto timer = std::make_shared<Timer>(context_.executor);
    timer->expires_after(patience);
    const auto round = ++entries_[tenant].round;
    timer->async_wait([this, tenant, round, timer](boost::system::error_code) {
        const auto found = entries_.find(tenant);
        if (found != entries_.end() && found->second.round == round && !found->second.waiting.empty()) settle(tenant, unavailable());
    });
}

void Tenants::later(Done done, Result<domain::TenantConfigPtr> result) {
    asio::post(context_.executor, [done = std::move(done), result = std::move(result)] { done(result); });
}

bool Tenants::known_missing(const std::string& key) {
    const auto found = missing_.find(key);
    if (found == missing_.end()) return false;
    if (Clock::now() < found->second) return true;
    missing_.erase(found);
    return false;
}

void Tenants::remember_missing(const std::string& key) {
    if (missing_.insert_or_assign(key, Clock::now() + missing_for).second) missing_order_.push_back(key);
    while (missing_order_.size() > missing_kept) {
        missing_.erase(missing_order_.front());
        missing_order_.pop_front();
    }
}

}  // namespace switchboard::app
