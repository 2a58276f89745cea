// SPDX-License-Identifier: Apache-2.0
#include "app/sign_in.hpp"

#include "app/context.hpp"
#include "app/tenants.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace switchboard::app {

namespace {

constexpr char cookie_separator = ':';
constexpr const char* default_tenant = "default";

Error unauthenticated() { return {ErrorCode::unauthenticated, "wrong login or password"}; }

// An unknown tenant must not be told from a wrong password.
Error hidden(Error error) { return error.code == ErrorCode::not_found ? unauthenticated() : error; }

}  // namespace

Result<SignedIn> AgentSignIn::issue(const domain::TenantConfig& config, const AgentId& agent) const {
    const domain::AgentProfile* profile = config.agent(agent);
    if (!profile) return unauthenticated();
    auto tokens = context_.tokens.issue_agent_tokens(config.id, *profile, context_.clock.now());
    SignedIn result;
    result.access_token = std::move(tokens.access_token);
    result.access_lifetime = tokens.access_lifetime;
    result.refresh = config.id.value + cookie_separator + tokens.refresh_token;
    result.refresh_lifetime = tokens.refresh_lifetime;
    result.id = profile->id;
    if (!config.sites.empty()) result.site = config.sites.front().key;
    result.name = profile->name;
    result.role = profile->role;
    return result;
}

void AgentSignIn::login(LoginRequest request, Callback<SignedIn> done) {
    const std::string site_key = request.site_key;
    const TenantId tenant = request.tenant.empty() ? TenantId{default_tenant} : request.tenant;
    const bool by_site = request.tenant.empty() && !site_key.empty();
    auto found = [this, request = std::move(request), done = std::move(done)](Result<domain::TenantConfigPtr> config) mutable {
        if (!config) return done(hidden(config.error()));
        context_.tokens.check_password(*config, std::move(request.login), std::move(request.password), std::move(request.address),
                                       context_.clock.now(), [this, config = *config, done = std::move(done)](Result<ports::AgentIdentity> who) {
                                           if (!who) return done(hidden(who.error()));
                                           done(issue(*config, who->agent));
                                       });
    };
    if (by_site) return context_.tenants.by_site(site_key, std::move(found));
    context_.tenants.by_id(tenant, std::move(found));
}

void AgentSignIn::refresh(std::string cookie, Callback<SignedIn> done) {
    const auto separator = cookie.find(cookie_separator);
    if (separator == std::string::npos) {
        asio::post(context_.executor, [done = std::move(done)] { done(unauthenticated()); });
        return;
    }
    auto found = [this, token = cookie.substr(separator + 1), done = std::move(done)](Result<domain::TenantConfigPtr> config) {
        if (!config) return done(hidden(config.error()));
        const auto who = context_.tokens.verify_refresh_token(**config, token, context_.clock.now());
        if (!who) return done(hidden(who.error()));
        done(issue(**config, who->agent));
    };
    context_.tenants.by_id(TenantId{cookie.substr(0, separator)}, std::move(found));
}

}  // namespace switchboard::app
