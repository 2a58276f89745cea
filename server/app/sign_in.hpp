// SPDX-License-Identifier: Apache-2.0
// Agents come in with a login and a password, or with the refresh token of an earlier sign-in, and leave with fresh tokens.
// Every reason why somebody is not let in sounds the same. Thread: its shard.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"
#include "domain/tenant_config.hpp"

#include <string>

namespace switchboard::app {

struct Context;

struct LoginRequest {
    TenantId tenant;       // or:
    std::string site_key;  // any site of the tenant; both empty: the tenant `default`
    std::string login;
    std::string password;
    std::string address;   // of the client, for limits only
};

struct SignedIn {
    std::string access_token;  // for Hello
    Duration access_lifetime{0};
    std::string refresh;       // value of the cookie: says the tenant, then the token
    Duration refresh_lifetime{0};
    AgentId id;
    std::string site;  // a site key of the tenant, for Hello
    std::string name;
    domain::Role role = domain::Role::agent;
};

class SignIn {
public:
    virtual ~SignIn() = default;
    // Errors: unauthenticated, rate_limited, unavailable.
    virtual void login(LoginRequest request, Callback<SignedIn> done) = 0;
    virtual void refresh(std::string cookie, Callback<SignedIn> done) = 0;
};

class AgentSignIn final : public SignIn {
public:
    // Only keeps the reference: the context may still be under construction.
    explicit AgentSignIn(Context& context) : context_(context) {}

    void login(LoginRequest request, Callback<SignedIn> done) override;
    void refresh(std::string cookie, Callback<SignedIn> done) override;

private:
    Result<SignedIn> issue(const domain::TenantConfig& config, const AgentId& agent) const;

    Context& context_;
};

}  // namespace switchboard::app
