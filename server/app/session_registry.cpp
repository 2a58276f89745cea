// SPDX-License-Identifier: Apache-2.0
#include "app/session_registry.hpp"

#include "switchboard/v1/error.pb.h"

namespace switchboard::app {

namespace {
constexpr std::size_t addresses_kept = 10000;
constexpr auto window = std::chrono::minutes(1);

// A household gets a whole /64, so counting single IPv6 addresses would limit nobody.
std::string network_of(const std::string& address) {
    if (address.find(':') == std::string::npos) return address;
    std::size_t end = 0;
    for (int groups = 0; groups < 4 && end != std::string::npos; ++groups) end = address.find(':', end ? end + 1 : 0);
    return address.substr(0, end);
}
}  // namespace

std::string SessionRegistry::person_key(const TenantId& tenant, domain::Role role, const std::string& person) {
    return tenant.value + (role == domain::Role::customer ? "\nc\n" : "\na\n") + person;
}

bool SessionRegistry::room_for(const TenantId& tenant, domain::Role role, const std::string& person) const {
    const auto found = persons_.find(person_key(tenant, role, person));
    const auto& limits = context_.limits;
    return found == persons_.end() ||
           found->second < (role == domain::Role::customer ? limits.sessions_per_visitor : limits.sessions_per_agent);
}

void SessionRegistry::add(const LocalSessionPtr& session) {
    const auto& identity = session->identity();
    if (!tenants_[identity.tenant].emplace(session.get(), session).second) return;
    ++persons_[person_key(identity.tenant, identity.role, identity.person)];
    context_.metrics.connections(std::string(domain::to_string(identity.role))).Increment();
    context_.metrics.sessions_opened.Increment();
}

void SessionRegistry::remove(const LocalSession& session) {
    const auto& identity = session.identity();
    const auto tenant = tenants_.find(identity.tenant);
    if (tenant == tenants_.end()) return;
    const auto found = tenant->second.find(&session);
    if (found == tenant->second.end()) return;
    const LocalSessionPtr keep = found->second;
    tenant->second.erase(found);
    if (tenant->second.empty()) tenants_.erase(tenant);
    const auto person = persons_.find(person_key(identity.tenant, identity.role, identity.person));
    if (person != persons_.end() && --person->second == 0) persons_.erase(person);
    context_.metrics.connections(std::string(domain::to_string(identity.role))).Decrement();
}

void SessionRegistry::apply_config(const TenantId& tenant, const domain::TenantConfigPtr& config) {
    for (const auto& session : of_tenant(tenant)) {
        if (config && !session->staff()) continue;
        const auto* profile = config ? config->agent(session->agent()) : nullptr;
        if (!profile || profile->generation != session->identity().generation) session->close(v1::CREDENTIALS_REVOKED, "the account changed");
    }
}

void SessionRegistry::close_tenant(const TenantId& tenant, int code, const std::string& reason) {
    for (const auto& session : of_tenant(tenant)) session->close(code, reason);
}

std::vector<LocalSessionPtr> SessionRegistry::of_tenant(const TenantId& tenant) const {
    std::vector<LocalSessionPtr> sessions;
    const auto found = tenants_.find(tenant);
    if (found == tenants_.end()) return sessions;
    sessions.reserve(found->second.size());
    for (const auto& [key, session] : found->second) sessions.push_back(session);
    return sessions;
}

std::vector<LocalSessionPtr> SessionRegistry::all() const {
    std::vector<LocalSessionPtr> sessions;
    for (const auto& [tenant, map] : tenants_)
        for (const auto& [key, session] : map) sessions.push_back(session);
    return sessions;
}

bool SessionRegistry::admit_new_visitor(const std::string& address, std::chrono::steady_clock::time_point now) {
    const std::uint32_t most = context_.limits.new_visitors_per_minute_per_address;
    if (most == 0) return true;
    if (addresses_.size() >= addresses_kept) std::erase_if(addresses_, [&](const auto& entry) { return now - entry.second.began >= window; });
    // A flood from ever new networks: forgetting them all is better than growing or refusing everybody.
    if (addresses_.size() >= addresses_kept) addresses_.clear();
    auto& entry = addresses_[network_of(address)];
    if (entry.count == 0 || now - entry.began >= window) entry = {now, 0};
    if (entry.count >= most) return false;
    ++entry.count;
    return true;
}

}  // namespace switchboard::app
