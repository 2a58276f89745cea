// SPDX-License-Identifier: Apache-2.0
#include "app/config_admin.hpp"

#include "app/explanations.hpp"
#include "app/model.hpp"
#include "app/tenants.hpp"
#include "domain/config_check.hpp"
#include "domain/config_edit.hpp"
#include "domain/department_document.hpp"
#include "domain/tenant_document.hpp"

#include <boost/asio/post.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <cstdio>

namespace switchboard::app {

namespace {

namespace json = boost::json;

constexpr const char* default_tenant = "default";
constexpr int save_attempts = 5;

Error unauthenticated() { return {ErrorCode::unauthenticated, "a valid token of an admin is needed"}; }

json::array list_of(const std::vector<std::string>& lines) { return json::array(lines.begin(), lines.end()); }

Result<domain::Department> parse(const DepartmentId& id, const std::string& text) {
    Result<json::value> document = domain::parse_json(text);
    if (!document) return document.error();
    if (json::object* object = document->if_object()) object->emplace("id", id.value);
    domain::DocumentProblems problems;
    domain::Department department = domain::read_department(*document, "", problems);
    if (problems.none() && department.id != id) problems.add("id", "is not the one of the path");
    if (!problems.none()) return Error{ErrorCode::invalid_argument, problems.first()};
    return department;
}

}  // namespace

std::string utc_text(Timestamp at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(at - day);
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", int(date.year()), unsigned(date.month()), unsigned(date.day()),
                  int(time.hours().count()), int(time.minutes().count()), int(time.seconds().count()), int(time.subseconds().count()));
    return text.data();
}

std::string audit_json(const std::vector<ports::AuditEntry>& entries) {
    json::array list;
    for (const ports::AuditEntry& entry : entries)
        list.push_back(json::object{{"at", utc_text(entry.at)},
                                    {"version", entry.version},
                                    {"who", entry.edit.who},
                                    {"changes", json::parse(domain::to_json(entry.edit.changes))}});
    return json::serialize(list);
}

// One change on its way: tried again from the newest configuration when somebody else was faster, unless a version was asked for.
struct TenantConfigAdmin::Edit {
    Admin admin;
    std::optional<std::uint64_t> expected;
    std::function<Result<void>(domain::TenantConfig&)> change;
    Callback<AdminAnswer> done;
    int attempts = 0;
};

void TenantConfigAdmin::authenticate(AdminCall call, bool lead, Callback<Admin> done) {
    const std::string site = call.tenant.empty() ? call.site_key : std::string();
    const TenantId tenant = call.tenant.empty() ? TenantId{default_tenant} : call.tenant;
    auto found = [this, lead, token = std::move(call.token), done = std::move(done)](Result<domain::TenantConfigPtr> config) {
        if (!config) return done(config.error().code == ErrorCode::not_found ? unauthenticated() : config.error());
        const auto who = context_.tokens.verify_agent_token(**config, token, context_.clock.now());
        const domain::AgentProfile* profile = who ? (*config)->agent(who->agent) : nullptr;
        if (!profile) return done(unauthenticated());
        const bool allowed = profile->role == domain::Role::admin || (lead && profile->role == domain::Role::supervisor);
        if (!allowed) return done(Error{ErrorCode::not_found, "no such path"});
        done(Admin{(*config)->id, profile->login});
    };
    if (!site.empty()) return context_.tenants.by_site(site, std::move(found));
    context_.tenants.by_id(tenant, std::move(found));
}

void TenantConfigAdmin::load(AdminCall call, Callback<domain::TenantConfigPtr> done) {
    authenticate(std::move(call), false, [this, done = std::move(done)](Result<Admin> admin) {
        if (!admin) return done(admin.error());
        context_.tenant_store.load(admin->tenant, done);
    });
}

void TenantConfigAdmin::list_departments(AdminCall call, Callback<AdminAnswer> done) {
    load(std::move(call), [done = std::move(done)](Result<domain::TenantConfigPtr> config) {
        if (!config) return done(config.error());
        json::array departments;
        for (const domain::Department& department : (*config)->departments) departments.push_back(domain::written(department));
        const json::object answer{{"version", (*config)->version},
                                  {"departments", std::move(departments)},
                                  {"warnings", list_of(domain::warnings(**config))}};
        done(AdminAnswer{json::serialize(answer), (*config)->version});
    });
}

void TenantConfigAdmin::get_department(AdminCall call, const DepartmentId& id, Callback<AdminAnswer> done) {
    load(std::move(call), [id, done = std::move(done)](Result<domain::TenantConfigPtr> config) {
        if (!config) return done(config.error());
        const domain::Department* department = (*config)->department(id);
        if (!department) return done(Error{ErrorCode::not_found, "there is no department " + id.value});
        done(AdminAnswer{json::serialize(domain::written(*department)), (*config)->version});
    });
}

void TenantConfigAdmin::put_department(AdminCall call, const DepartmentId& id, std::string text, std::optional<std::uint64_t> expected,
                                       Callback<AdminAnswer> done) {
    auto change = std::make_shared<Edit>();
    change->expected = expected;
    change->done = std::move(done);
    change->change = [id, text = std::move(text)](domain::TenantConfig& config) -> Result<void> {
        Result<domain::Department> department = parse(id, text);
        if (!department) return department.error();
        domain::put_department(config, std::move(*department));
        return {};
    };
    edit(std::move(call), std::move(change));
}

void TenantConfigAdmin::remove_department(AdminCall call, const DepartmentId& id, std::optional<std::uint64_t> expected, Callback<AdminAnswer> done) {
    auto change = std::make_shared<Edit>();
    change->expected = expected;
    change->done = std::move(done);
    change->change = [id](domain::TenantConfig& config) { return domain::remove_department(config, id); };
    edit(std::move(call), std::move(change));
}

void TenantConfigAdmin::edit(AdminCall call, EditPtr edit) {
    authenticate(std::move(call), false, [this, edit = std::move(edit)](Result<Admin> admin) {
        if (!admin) return edit->done(admin.error());
        edit->admin = *admin;
        attempt(edit);
    });
}

void TenantConfigAdmin::attempt(const EditPtr& edit) {
    ++edit->attempts;
    context_.tenant_store.load(edit->admin.tenant, [this, edit](Result<domain::TenantConfigPtr> config) {
        if (!config) return edit->done(config.error());
        if (edit->expected && *edit->expected != (*config)->version)
            return edit->done(Error{ErrorCode::conflict, "the configuration has version " + std::to_string((*config)->version)});
        store(edit, **config);
    });
}

void TenantConfigAdmin::store(const EditPtr& edit, const domain::TenantConfig& before) {
    domain::TenantConfig after = before;
    if (const auto changed = edit->change(after); !changed) return edit->done(changed.error());
    domain::raise_generations(before, after);
    if (const auto valid = domain::validate(after); !valid) return edit->done(valid.error());
    if (const auto good = domain::check_change(before, after); !good) return edit->done(good.error());

    const ports::ConfigEdit audit{"rest:" + edit->admin.login, domain::changes_between(&before, after)};
    json::array lines;
    for (const domain::ConfigChange& change : audit.changes) lines.emplace_back(domain::to_line(change));
    json::object answer{{"version", before.version}, {"changes", std::move(lines)}, {"warnings", list_of(domain::warnings(after))}};
    if (audit.changes.empty())
        // What is stored already may be so without having been confirmed: then this was asked again for that reason.
        return context_.tenant_store.confirm([edit, same = AdminAnswer{json::serialize(answer), before.version}](Result<void> there) {
            if (!there) return edit->done(there.error());
            edit->done(same);
        });
    const bool created = after.departments.size() > before.departments.size();
    context_.tenant_store.save(after, audit, [this, edit, created, answer = std::move(answer)](Result<std::uint64_t> version) mutable {
        const bool again = !version && version.error().code == ErrorCode::conflict && !edit->expected && edit->attempts < save_attempts;
        if (again) return attempt(edit);
        if (!version) return edit->done(version.error());
        answer["version"] = *version;
        edit->done(AdminAnswer{json::serialize(answer), *version, created});
    });
}

void TenantConfigAdmin::read_audit(AdminCall call, std::size_t last, Callback<AdminAnswer> done) {
    authenticate(std::move(call), false, [this, last, done = std::move(done)](Result<Admin> admin) {
        if (!admin) return done(admin.error());
        context_.tenant_store.read_audit(admin->tenant, last, [done](Result<std::vector<ports::AuditEntry>> entries) {
            if (!entries) return done(entries.error());
            done(AdminAnswer{audit_json(*entries), 0});
        });
    });
}

void TenantConfigAdmin::explain_conversation(AdminCall call, const ConversationId& id, Callback<AdminAnswer> done) {
    authenticate(std::move(call), true, [this, id, done = std::move(done)](Result<Admin> admin) {
        if (!admin) return done(admin.error());
        if (!valid_id(id.value)) return done(Error{ErrorCode::not_found, "no such conversation"});
        const auto config = context_.tenants.cached(admin->tenant);
        if (!config) return done(Error{ErrorCode::unavailable, "the tenant's configuration cannot be read now", 1000});
        context_.conversations.load(admin->tenant, id, [this, config, done](Result<ports::ConversationRecord> record) {
            if (!record) return done(record.error());
            explain({context_.conversations, context_.routing, context_.board, context_.clock}, config, std::move(*record),
                    [done](Result<v1::Explanation> found) {
                        if (!found) return done(found.error());
                        done(AdminAnswer{explanation_json(*found)});
                    });
        });
    });
}

}  // namespace switchboard::app
