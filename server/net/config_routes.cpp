// SPDX-License-Identifier: Apache-2.0
#include "net/config_routes.hpp"

#include "app/config_admin.hpp"

#include <charconv>
#include <optional>

namespace switchboard::net {

namespace {

constexpr std::string_view departments_path = "/v1/departments", audit_path = "/v1/audit", conversations_path = "/v1/conversations/",
                           explain_suffix = "/explain";
constexpr std::size_t default_entries = 100, most_entries = 1000;

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

app::AdminCall call_of(const HttpRequest& request) {
    return {TenantId(query_parameter(request.query, "tenant").value_or("")), query_parameter(request.query, "site").value_or(""),
            std::string(bearer_token(request.fields))};
}

// The version that If-Match names; false: it names none.
bool read_match(const HttpRequest& request, std::optional<std::uint64_t>& version) {
    std::string_view tag = request.fields.find("If-Match");
    if (tag.empty() || tag == "*") return true;
    if (tag.size() > 2 && tag.front() == '"' && tag.back() == '"') tag = tag.substr(1, tag.size() - 2);
    version = number(tag);
    return version.has_value();
}

Callback<app::AdminAnswer> responder(Respond respond, bool conditional) {
    return [respond = std::move(respond), conditional](Result<app::AdminAnswer> answer) {
        HttpResponse response;
        if (answer) {
            response.status = answer->created ? 201 : 200;
            response.body = std::move(answer->json);
            if (answer->version > 0) response.fields.emplace_back("ETag", '"' + std::to_string(answer->version) + '"');
        } else {
            response = error_response(answer.error());
            if (response.status == 401) response.fields.emplace_back("WWW-Authenticate", "Bearer");
            if (conditional && answer.error().code == ErrorCode::conflict) response.status = 412;
        }
        respond(std::move(response));
    };
}

void answer_department(app::ConfigAdmin& admin, const HttpRequest& request, Respond respond) {
    const DepartmentId id(request.path.substr(departments_path.size() + 1));
    std::optional<std::uint64_t> expected;
    if (!read_match(request, expected)) return respond(error_response(400, "INVALID_ARGUMENT", "If-Match: must be the ETag of an earlier answer"));
    const bool conditional = expected.has_value();
    if (request.method == "GET") return admin.get_department(call_of(request), id, responder(std::move(respond), false));
    if (request.method == "PUT")
        return admin.put_department(call_of(request), id, std::string(request.body), expected, responder(std::move(respond), conditional));
    if (request.method == "DELETE") return admin.remove_department(call_of(request), id, expected, responder(std::move(respond), conditional));
    respond(method_not_allowed("GET, PUT, DELETE"));
}

void answer_audit(app::ConfigAdmin& admin, const HttpRequest& request, Respond respond) {
    const std::optional<std::string> last = query_parameter(request.query, "last");
    const std::optional<std::uint64_t> count = last ? number(*last) : std::optional<std::uint64_t>(default_entries);
    if (!count || *count == 0 || *count > most_entries)
        return respond(error_response(400, "INVALID_ARGUMENT", "last: must be 1 to " + std::to_string(most_entries)));
    admin.read_audit(call_of(request), static_cast<std::size_t>(*count), responder(std::move(respond), false));
}

bool is_explain_path(std::string_view path) {
    return path.starts_with(conversations_path) && path.ends_with(explain_suffix) && path.size() > conversations_path.size() + explain_suffix.size();
}

void answer_explain(app::ConfigAdmin& admin, const HttpRequest& request, Respond respond) {
    const std::string_view path = request.path;
    const auto length = path.size() - conversations_path.size() - explain_suffix.size();
    const ConversationId id(path.substr(conversations_path.size(), length));
    admin.explain_conversation(call_of(request), id, responder(std::move(respond), false));
}

}  // namespace

bool is_config_path(const ShardState& shard, std::string_view path) {
    if (!shard.services.config_admin) return false;
    return path == departments_path || path == audit_path || is_explain_path(path) || path.starts_with(std::string(departments_path) + '/');
}

void answer_config(ShardState& shard, const HttpRequest& request, Respond respond) {
    app::ConfigAdmin& admin = *shard.services.config_admin;
    if (bearer_token(request.fields).empty()) {
        HttpResponse response = error_response(401, "UNAUTHENTICATED", "Authorization: Bearer TOKEN is needed");
        response.fields.emplace_back("WWW-Authenticate", "Bearer");
        return respond(std::move(response));
    }
    if (request.path.starts_with(departments_path) && request.path != departments_path) return answer_department(admin, request, std::move(respond));
    if (request.method != "GET") return respond(method_not_allowed("GET"));
    if (is_explain_path(request.path)) return answer_explain(admin, request, std::move(respond));
    if (request.path == audit_path) return answer_audit(admin, request, std::move(respond));
    admin.list_departments(call_of(request), responder(std::move(respond), false));
}

}  // namespace switchboard::net
