// SPDX-License-Identifier: Apache-2.0
// Who somebody is. Checking a token is pure CPU and fast; passwords go through the worker pool. Thread: one shard.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"
#include "domain/tenant_config.hpp"

#include <string>
#include <string_view>

namespace switchboard::ports {

struct VisitorIdentity {
    VisitorId visitor;
    std::uint64_t generation = 0;  // 0: nothing is stored about this visitor
    std::string name;              // from the site's JWT
    bool identified = false;
    Duration boost{0};             // from the site's JWT: conversations wait as if they had come so much earlier
    bool urgent = false;           // and ahead of all that are not
};
struct AgentIdentity {
    AgentId agent;
    std::uint64_t generation = 0;
};
struct AgentTokens {
    std::string access_token;      // for Hello, kept in memory
    std::string refresh_token;     // for the HttpOnly cookie
    Duration access_lifetime{0};
    Duration refresh_lifetime{0};
};

class TokenVerifier {
public:
    virtual ~TokenVerifier() = default;

    // ---- customers. Errors: unauthenticated.
    virtual std::string issue_visitor_token(const TenantId&, const VisitorId&, std::uint64_t generation, Timestamp now) const = 0;
    virtual Result<VisitorIdentity> verify_visitor_token(const TenantId&, std::string_view token, Timestamp now) const = 0;
    virtual Result<VisitorIdentity> verify_customer_jwt(const domain::Site&, std::string_view token, Timestamp now) const = 0;

    // ---- agents. The account must still exist with the same generation: unauthenticated otherwise.
    virtual AgentTokens issue_agent_tokens(const TenantId&, const domain::AgentProfile&, Timestamp now) const = 0;
    virtual Result<AgentIdentity> verify_agent_token(const domain::TenantConfig&, std::string_view token, Timestamp now) const = 0;
    virtual Result<AgentIdentity> verify_refresh_token(const domain::TenantConfig&, std::string_view token, Timestamp now) const = 0;
    // Equal work for unknown logins. Errors: unauthenticated, rate_limited (5 failures per account, 20 per address in 15 min;
    // or more than 2 hashes at once wait too long).
    virtual void check_password(domain::TenantConfigPtr, std::string login, std::string password, std::string address, Timestamp now,
                                Callback<AgentIdentity>) = 0;
};

}  // namespace switchboard::ports
