// SPDX-License-Identifier: Apache-2.0
// The port TokenVerifier over our own compact tokens, the JWTs of sites and companies, and the process-wide password checker.
// One object per shard; thread: that shard.
#pragma once

#include "auth/passwords.hpp"
#include "auth/signed_token.hpp"
#include "ports/token_verifier.hpp"

namespace switchboard::auth {

struct TokenLifetimes {
    Duration visitor = std::chrono::hours(24 * 30);  // idle: a used token is renewed
    Duration access = std::chrono::minutes(15);
    Duration refresh = std::chrono::hours(24 * 30);
};

class TokenVerifierImpl : public ports::TokenVerifier {
public:
    TokenVerifierImpl(const SigningKey& key, PasswordChecker& passwords, Executor home, TokenLifetimes lifetimes = {});

    std::string issue_visitor_token(const TenantId&, const VisitorId&, std::uint64_t generation, Timestamp now) const override;
    Result<ports::VisitorIdentity> verify_visitor_token(const TenantId&, std::string_view token, Timestamp now) const override;
    Result<ports::VisitorIdentity> verify_customer_jwt(const domain::Site&, std::string_view token, Timestamp now) const override;

    ports::AgentTokens issue_agent_tokens(const TenantId&, const domain::AgentProfile&, Timestamp now) const override;
    Result<ports::AgentIdentity> verify_agent_token(const domain::TenantConfig&, std::string_view token, Timestamp now) const override;
    Result<ports::AgentIdentity> verify_refresh_token(const domain::TenantConfig&, std::string_view token, Timestamp now) const override;
    void check_password(domain::TenantConfigPtr, std::string login, std::string password, std::string address, Timestamp now,
                        Callback<ports::AgentIdentity>) override;

private:
    Result<ports::AgentIdentity> verify_own(Purpose purpose, Duration lifetime, const domain::TenantConfig& config, std::string_view token,
                                            Timestamp now) const;

    const TokenSigner signer_;
    PasswordChecker& passwords_;
    const Executor home_;
    const TokenLifetimes lifetimes_;
};

}  // namespace switchboard::auth
