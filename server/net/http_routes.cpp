// SPDX-License-Identifier: Apache-2.0
#include "net/http_routes.hpp"

#include "app/sign_in.hpp"
#include "net/config_routes.hpp"
#include "net/pages.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <optional>

namespace switchboard::net {

namespace {

namespace json = boost::json;

constexpr std::string_view cookie_name = "switchboard_refresh";
constexpr std::size_t longest_field = 1024;  // of the login body

HttpResponse plain_text(std::string body, std::string content_type) {
    HttpResponse response;
    response.content_type = std::move(content_type);
    response.body = std::move(body);
    return response;
}

HttpResponse livez() { return plain_text("ok\n", "text/plain; charset=utf-8"); }

HttpResponse readyz(const ShardState& shard) {
    Readiness readiness = shard.services.readiness();
    if (shard.shutting_down) readiness = {false, {"shutting down"}};
    HttpResponse response;
    response.status = readiness.ready ? 200 : 503;
    json::array reasons(readiness.reasons.begin(), readiness.reasons.end());
    response.body = json::serialize(json::object{{"status", readiness.ready ? "ready" : "unavailable"}, {"reasons", std::move(reasons)}});
    return response;
}

std::string_view role_name(domain::Role role) {
    static constexpr std::array<std::string_view, 5> names{"CUSTOMER", "AGENT", "SUPERVISOR", "ADMIN", "BOT"};
    return names[static_cast<std::size_t>(role)];
}

std::string refresh_cookie(const ShardState& shard, const std::string& value, std::int64_t max_age_s) {
    std::string cookie = std::string(cookie_name) + "=" + value + "; Max-Age=" + std::to_string(max_age_s);
    cookie += "; Path=/v1/auth; HttpOnly; SameSite=Strict";
    if (shard.options.secure_cookies) cookie += "; Secure";
    return cookie;
}

std::string_view cookie_value(std::string_view cookies) {
    while (!cookies.empty()) {
        const auto end = cookies.find(';');
        auto pair = cookies.substr(0, end);
        while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
        if (pair.starts_with(cookie_name) && pair.substr(cookie_name.size()).starts_with('=')) return pair.substr(cookie_name.size() + 1);
        if (end == std::string_view::npos) break;
        cookies.remove_prefix(end + 1);
    }
    return {};
}

HttpResponse signed_in(const ShardState& shard, const Result<app::SignedIn>& result) {
    if (!result) return error_response(result.error());
    const app::SignedIn& agent = *result;
    HttpResponse response;
    response.body = json::serialize(json::object{
        {"access_token", agent.access_token},
        {"expires_in_s", agent.access_lifetime.count() / 1000},
        {"site", agent.site},
        {"agent", {{"id", agent.id.value}, {"name", agent.name}, {"role", role_name(agent.role)}}},
    });
    response.fields.emplace_back("Set-Cookie", refresh_cookie(shard, agent.refresh, agent.refresh_lifetime.count() / 1000));
    return response;
}

// False: present but no short string.
bool take_string(const json::object& object, std::string_view name, std::string& into) {
    const json::value* value = object.if_contains(name);
    if (!value) return true;
    const json::string* text = value->if_string();
    if (!text || text->size() > longest_field) return false;
    into.assign(text->data(), text->size());
    return true;
}

std::optional<app::LoginRequest> parse_login(std::string_view body) {
    boost::system::error_code failure;
    json::parse_options limits;
    limits.max_depth = 4;
    const json::value parsed = json::parse(json::string_view(body.data(), body.size()), failure, {}, limits);
    const json::object* object = failure ? nullptr : parsed.if_object();
    app::LoginRequest login;
    if (!object || !take_string(*object, "tenant", login.tenant.value) || !take_string(*object, "site_key", login.site_key) ||
        !take_string(*object, "login", login.login) || !take_string(*object, "password", login.password) || login.login.empty() ||
        login.password.empty())
        return std::nullopt;
    return login;
}

void login(ShardState& shard, const HttpRequest& request, Respond respond) {
    const auto type = request.fields.find("Content-Type");
    // Anything else could be posted by a form on another site.
    if (!equal_ignoring_case(type.substr(0, type.find(';')), "application/json"))
        return respond(error_response(415, "INVALID_ARGUMENT", "Content-Type must be application/json"));
    auto parsed = parse_login(request.body);
    if (!parsed) return respond(error_response(400, "INVALID_ARGUMENT", "expected {\"login\", \"password\"} and \"tenant\" or \"site_key\""));
    parsed->address = request.address.to_string();
    shard.services.sign_in.login(std::move(*parsed), [&shard, respond = std::move(respond)](Result<app::SignedIn> result) {
        if (!result && result.error().code == ErrorCode::rate_limited) shard.services.metrics.rate_limited("login").Increment();
        respond(signed_in(shard, result));
    });
}

void refresh(ShardState& shard, const HttpRequest& request, Respond respond) {
    const auto cookie = cookie_value(request.fields.find("Cookie"));
    if (cookie.empty()) return respond(error_response(401, "UNAUTHENTICATED", "no refresh cookie"));
    shard.services.sign_in.refresh(std::string(cookie), [&shard, respond = std::move(respond)](Result<app::SignedIn> result) {
        HttpResponse response = signed_in(shard, result);
        if (response.status == 401) response.fields.emplace_back("Set-Cookie", refresh_cookie(shard, "", 0));
        respond(std::move(response));
    });
}

HttpResponse logout(const ShardState& shard) {
    HttpResponse response;
    response.body = "{}";
    response.fields.emplace_back("Set-Cookie", refresh_cookie(shard, "", 0));
    return response;
}

void answer(ShardState& shard, const HttpRequest& request, Respond respond) {
    if (request.path == "/livez") return respond(livez());
    if (request.path == "/readyz") return respond(readyz(shard));
    if (request.path == "/metrics") return respond(plain_text(shard.services.metrics.expose(), "text/plain; version=0.0.4; charset=utf-8"));
    if (request.path == "/v1/auth/login") return login(shard, request, std::move(respond));
    if (request.path == "/v1/auth/refresh") return refresh(shard, request, std::move(respond));
    return respond(logout(shard));
}

// Null: no such path.
const char* allowed_method(std::string_view path) {
    for (const auto* known : {"/livez", "/readyz", "/metrics"})
        if (path == known) return "GET";
    for (const auto* known : {"/v1/auth/login", "/v1/auth/refresh", "/v1/auth/logout"})
        if (path == known) return "POST";
    return nullptr;
}

}  // namespace

void handle_request(ShardState& shard, const HttpRequest& request, Respond respond) {
    if (is_page(shard, request.path)) {
        if (request.method != "GET" && request.method != "HEAD") return respond(method_not_allowed("GET, HEAD"));
        return answer_page(shard, request, std::move(respond));
    }
    if (is_config_path(shard, request.path)) return answer_config(shard, request, std::move(respond));
    const char* allowed = allowed_method(request.path);
    if (!allowed) return respond(error_response(404, "NOT_FOUND", "no such path"));
    if (request.method != allowed) return respond(method_not_allowed(allowed));
    answer(shard, request, std::move(respond));
}

}  // namespace switchboard::net
