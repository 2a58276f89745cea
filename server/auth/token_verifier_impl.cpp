// SPDX-License-Identifier: Apache-2.0
#include "auth/token_verifier_impl.hpp"

#include "auth/jwt.hpp"

namespace switchboard::auth {

namespace {

// What the failure counter keeps of a login that somebody sent.
constexpr std::size_t max_counted_login_bytes = 200;

Error refused(const char* why) { return Error{ErrorCode::unauthenticated, why}; }

}  // namespace

TokenVerifierImpl::TokenVerifierImpl(const SigningKey& key, PasswordChecker& passwords, Executor home, TokenLifetimes lifetimes)
    : signer_(key), passwords_(passwords), home_(home), lifetimes_(lifetimes) {}

std::string TokenVerifierImpl::issue_visitor_token(const TenantId& tenant, const VisitorId& visitor, std::uint64_t generation,
                                                   Timestamp now) const {
    return signer_.sign(Purpose::visitor, TokenClaims{tenant.value, visitor.value, generation, now});
}

Result<ports::VisitorIdentity> TokenVerifierImpl::verify_visitor_token(const TenantId& tenant, std::string_view token,
                                                                       Timestamp now) const {
    Result<TokenClaims> claims = signer_.verify(Purpose::visitor, tenant.value, token, lifetimes_.visitor, now);
    if (!claims) return claims.error();
    return ports::VisitorIdentity{VisitorId(std::move(claims->subject)), claims->generation, {}, false};
}

Result<ports::VisitorIdentity> TokenVerifierImpl::verify_customer_jwt(const domain::Site& site, std::string_view token,
                                                                      Timestamp now) const {
    Result<JwtIdentity> identity = verify_jwt(site.customer_keys, token, now);
    if (!identity) return identity.error();
    return ports::VisitorIdentity{VisitorId("user:" + identity->subject), 0, std::move(identity->name), true, identity->boost, identity->urgent};
}

ports::AgentTokens TokenVerifierImpl::issue_agent_tokens(const TenantId& tenant, const domain::AgentProfile& agent, Timestamp now) const {
    const TokenClaims claims{tenant.value, agent.id.value, agent.generation, now};
    return ports::AgentTokens{signer_.sign(Purpose::agent_access, claims), signer_.sign(Purpose::agent_refresh, claims), lifetimes_.access,
                              lifetimes_.refresh};
}

Result<ports::AgentIdentity> TokenVerifierImpl::verify_own(Purpose purpose, Duration lifetime, const domain::TenantConfig& config,
                                                           std::string_view token, Timestamp now) const {
    const Result<TokenClaims> claims = signer_.verify(purpose, config.id.value, token, lifetime, now);
    if (!claims) return claims.error();
    const domain::AgentProfile* agent = config.agent(AgentId(claims->subject));
    if (agent == nullptr || agent->generation != claims->generation) return refused("the account has changed");
    return ports::AgentIdentity{agent->id, agent->generation};
}

Result<ports::AgentIdentity> TokenVerifierImpl::verify_agent_token(const domain::TenantConfig& config, std::string_view token,
                                                                   Timestamp now) const {
    // Our own tokens are one piece of base64url; a JWT has dots.
    if (token.find('.') == std::string_view::npos) return verify_own(Purpose::agent_access, lifetimes_.access, config, token, now);
    const Result<JwtIdentity> identity = verify_jwt(config.agent_keys, token, now);
    if (!identity) return identity.error();
    const domain::AgentProfile* agent = config.agent_by_login(identity->subject);
    if (agent == nullptr) return refused("jwt names no agent");
    return ports::AgentIdentity{agent->id, agent->generation};
}

Result<ports::AgentIdentity> TokenVerifierImpl::verify_refresh_token(const domain::TenantConfig& config, std::string_view token,
                                                                     Timestamp now) const {
    return verify_own(Purpose::agent_refresh, lifetimes_.refresh, config, token, now);
}

void TokenVerifierImpl::check_password(domain::TenantConfigPtr config, std::string login, std::string password, std::string address,
                                       Timestamp now, Callback<ports::AgentIdentity> done) {
    const domain::AgentProfile* agent = config->agent_by_login(login);
    PasswordAttempt attempt{config->id.value + '\n' + login.substr(0, max_counted_login_bytes), std::move(address), agent == nullptr ? std::string() : agent->password_hash,
                            std::move(password), now};
    // `config` travels along: it owns the agent.
    passwords_.check(std::move(attempt), home_, [config, agent, done = std::move(done)](Result<bool> matches) {
        if (!matches) return done(matches.error());
        if (!*matches) return done(refused("wrong login or password"));
        done(ports::AgentIdentity{agent->id, agent->generation});
    });
}

}  // namespace switchboard::auth
