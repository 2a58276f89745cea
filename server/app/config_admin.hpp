// SPDX-License-Identifier: Apache-2.0
// What REST offers to admins: a tenant's departments and its audit; and to supervisors too: why a conversation waits. Who is no admin of the tenant, or not known at all, learns nothing:
// unauthenticated without a good token, not_found with one. Thread: its shard.
#pragma once

#include "app/context.hpp"
#include "ports/tenant_store.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace switchboard::app {

// Who asks, and about which tenant.
struct AdminCall {
    TenantId tenant;       // or:
    std::string site_key;  // any site of the tenant; both empty: the tenant `default`
    std::string token;     // as for Hello
};

struct AdminAnswer {
    std::string json;
    std::uint64_t version = 0;  // of the configuration, after a change the new one
    bool created = false;
};

class ConfigAdmin {
public:
    virtual ~ConfigAdmin() = default;
    // {"version", "departments": [as in the document], "warnings": [text]}
    virtual void list_departments(AdminCall, Callback<AdminAnswer>) = 0;
    // The department as in the document. Errors: not_found.
    virtual void get_department(AdminCall, const DepartmentId&, Callback<AdminAnswer>) = 0;
    // Adds or replaces it: `json` as in the document. {"version", "changes": [text], "warnings": [text]}. With `expected`, only while the
    // configuration has that version. Errors: invalid_argument with place and reason, conflict.
    virtual void put_department(AdminCall, const DepartmentId&, std::string json, std::optional<std::uint64_t> expected, Callback<AdminAnswer>) = 0;
    // The same answer. Errors: not_found, illegal_state (it is open), invalid_argument (others name it), conflict.
    virtual void remove_department(AdminCall, const DepartmentId&, std::optional<std::uint64_t> expected, Callback<AdminAnswer>) = 0;
    // The last changes, the newest one last: see audit_json.
    virtual void read_audit(AdminCall, std::size_t last, Callback<AdminAnswer>) = 0;
    // The message Explanation in its JSON mapping. Errors: not_found (not live).
    virtual void explain_conversation(AdminCall, const ConversationId&, Callback<AdminAnswer>) = 0;
};

// [{"at": "2026-12-02T10:11:12.345Z", "version", "who", "changes": [{"path", "before", "after"}]}]
std::string audit_json(const std::vector<ports::AuditEntry>& entries);
std::string utc_text(Timestamp at);

class TenantConfigAdmin final : public ConfigAdmin {
public:
    // Only keeps the reference: the context may still be under construction.
    explicit TenantConfigAdmin(Context& context) : context_(context) {}

    void list_departments(AdminCall, Callback<AdminAnswer>) override;
    void get_department(AdminCall, const DepartmentId&, Callback<AdminAnswer>) override;
    void put_department(AdminCall, const DepartmentId&, std::string json, std::optional<std::uint64_t> expected, Callback<AdminAnswer>) override;
    void remove_department(AdminCall, const DepartmentId&, std::optional<std::uint64_t> expected, Callback<AdminAnswer>) override;
    void read_audit(AdminCall, std::size_t last, Callback<AdminAnswer>) override;
    void explain_conversation(AdminCall, const ConversationId&, Callback<AdminAnswer>) override;

private:
    struct Edit;
    using EditPtr = std::shared_ptr<Edit>;
    struct Admin {
        TenantId tenant;
        std::string login;
    };

    // `lead`: supervisors may, too.
    void authenticate(AdminCall call, bool lead, Callback<Admin> done);
    // The configuration as it is stored, for an admin.
    void load(AdminCall call, Callback<domain::TenantConfigPtr> done);
    void edit(AdminCall call, EditPtr edit);
    void attempt(const EditPtr& edit);
    void store(const EditPtr& edit, const domain::TenantConfig& before);

    Context& context_;
};

}  // namespace switchboard::app
