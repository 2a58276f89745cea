// SPDX-License-Identifier: Apache-2.0
// ports::TenantStore on Redis: one document per tenant, an index of site keys over all. One per shard; thread: that shard.
#pragma once

#include "ports/tenant_store.hpp"
#include "redis/caller.hpp"

#include <memory>

namespace switchboard::redis {

class RedisTenantStore final : public ports::TenantStore {
public:
    explicit RedisTenantStore(Caller& caller) : caller_(caller) {}

    void list(Callback<std::vector<TenantId>>) override;
    void find_by_site(const std::string& site_key, Callback<TenantId>) override;
    void load(const TenantId&, Callback<domain::TenantConfigPtr>) override;
    void save(const domain::TenantConfig&, const ports::ConfigEdit&, Callback<std::uint64_t>) override;
    void confirm(Callback<void> done) override { caller_.confirm(std::move(done)); }
    void read_audit(const TenantId&, std::size_t last, Callback<std::vector<ports::AuditEntry>>) override;

private:
    void store_document(std::shared_ptr<const domain::TenantConfig> config, const ports::ConfigEdit& edit, Callback<std::uint64_t> done);
    // The site keys of this tenant are those that its stored document names.
    void settle_sites(std::shared_ptr<const domain::TenantConfig> config, Callback<void> done);

    Caller& caller_;
};

}  // namespace switchboard::redis
