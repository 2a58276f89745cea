// SPDX-License-Identifier: Apache-2.0
// The tenants' configuration documents. One object per shard; thread: that shard.
#pragma once

#include "base/error.hpp"
#include "base/ids.hpp"
#include "domain/tenant_config.hpp"

#include <string>
#include <vector>

namespace switchboard::ports {

class TenantStore {
public:
    virtual ~TenantStore() = default;
    virtual void list(Callback<std::vector<TenantId>>) = 0;
    virtual void find_by_site(const std::string& site_key, Callback<TenantId>) = 0;      // not_found
    virtual void load(const TenantId&, Callback<domain::TenantConfigPtr>) = 0;            // not_found
    // Stores it when the stored version is still config.version (0: must not exist); the stored one has version + 1.
    // conflict: somebody else changed it first; load and try again. conflict too when a site key belongs to another tenant.
    virtual void save(const domain::TenantConfig&, Callback<std::uint64_t>) = 0;
};

}  // namespace switchboard::ports
