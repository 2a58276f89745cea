// SPDX-License-Identifier: Apache-2.0
// The tenants' configuration documents, and who changed them. One object per shard; thread: that shard.
#pragma once

#include "base/error.hpp"
#include "base/ids.hpp"
#include "domain/config_changes.hpp"
#include "domain/tenant_config.hpp"

#include <string>
#include <vector>

namespace switchboard::ports {

// What the audit keeps of a change.
struct ConfigEdit {
    std::string who;  // "cli:root", "rest:ann", "demo"
    std::vector<domain::ConfigChange> changes;
};
struct AuditEntry {
    ConfigEdit edit;
    Timestamp at;               // by the clock of Redis
    std::uint64_t version = 0;  // that the change made
};

class TenantStore {
public:
    virtual ~TenantStore() = default;
    virtual void list(Callback<std::vector<TenantId>>) = 0;
    virtual void find_by_site(const std::string& site_key, Callback<TenantId>) = 0;      // not_found
    virtual void load(const TenantId&, Callback<domain::TenantConfigPtr>) = 0;            // not_found
    // Stores it when the stored version is still config.version (0: must not exist); the stored one has version + 1.
    // conflict: somebody else changed it first; load and try again. conflict too when a site key belongs to another tenant.
    // The edit is in the audit if and only if the document is stored.
    virtual void save(const domain::TenantConfig&, const ConfigEdit&, Callback<std::uint64_t>) = 0;
    // Answers when what is stored already is as durable as a save that has answered. Errors as of save.
    virtual void confirm(Callback<void>) = 0;
    // The last so many entries of the audit, the newest one last. About 10,000 are kept.
    virtual void read_audit(const TenantId&, std::size_t last, Callback<std::vector<AuditEntry>>) = 0;
};

}  // namespace switchboard::ports
