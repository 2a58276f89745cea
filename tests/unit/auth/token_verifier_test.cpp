// SPDX-License-Identifier: Apache-2.0
#include "auth/token_verifier_impl.hpp"

#include <doctest/doctest.h>

#include <memory>

using namespace switchboard;
using namespace switchboard::auth;
using namespace std::chrono_literals;

namespace {

const Timestamp now = from_ms(1'800'000'000'000);
const TenantId acme("acme");

std::shared_ptr<domain::TenantConfig> tenant_with_ada() {
    auto config = std::make_shared<domain::TenantConfig>();
    config->id = acme;
    domain::AgentProfile ada;
    ada.id = AgentId("agent-ada");
    ada.login = "ada";
    ada.generation = 3;
    ada.password_hash = hash_password("right");
    config->agents.push_back(ada);
    return config;
}

struct Fixture {
    SigningKey key{};
    asio::io_context loop{1};
    WorkerPool pool{2, 8};
    PasswordChecker passwords{pool};
    TokenVerifierImpl verifier{key, passwords, loop.get_executor()};
    std::shared_ptr<domain::TenantConfig> config = tenant_with_ada();
    ports::AgentTokens tokens = verifier.issue_agent_tokens(acme, config->agents[0], now);

    std::string sign_in(const std::string& login, const std::string& password) {
        std::string answer;
        verifier.check_password(config, login, password, "10.0.0.1", now, [&](Result<ports::AgentIdentity> identity) {
            answer = identity ? identity->agent.value : identity.error().message;
        });
        CHECK(answer.empty());  // never from inside the call
        const auto deadline = std::chrono::steady_clock::now() + 120s;
        while (answer.empty() && std::chrono::steady_clock::now() < deadline) loop.run_for(50ms), loop.restart();
        return answer;
    }
};

}  // namespace

TEST_CASE("visitor tokens are good for 30 idle days, at their tenant only") {
    const Fixture fixture;
    const std::string token = fixture.verifier.issue_visitor_token(acme, VisitorId("v1"), 2, now);
    const auto identity = fixture.verifier.verify_visitor_token(acme, token, now + 30 * 24h);
    REQUIRE(identity.has_value());
    CHECK(identity->visitor == VisitorId("v1"));
    CHECK(identity->generation == 2);
    CHECK_FALSE(identity->identified);
    CHECK_FALSE(fixture.verifier.verify_visitor_token(acme, token, now + 30 * 24h + 1ms).has_value());
    CHECK_FALSE(fixture.verifier.verify_visitor_token(TenantId("other"), token, now).has_value());
}

TEST_CASE("access and refresh tokens live 15 minutes and 30 days and do not replace each other") {
    const Fixture fixture;
    const auto& [verifier, config, tokens] = std::tie(fixture.verifier, *fixture.config, fixture.tokens);
    REQUIRE(verifier.verify_agent_token(config, tokens.access_token, now + 15min).has_value());
    CHECK(verifier.verify_agent_token(config, tokens.access_token, now)->agent == AgentId("agent-ada"));
    CHECK_FALSE(verifier.verify_agent_token(config, tokens.access_token, now + 15min + 1ms).has_value());
    CHECK(verifier.verify_refresh_token(config, tokens.refresh_token, now + 30 * 24h).has_value());
    CHECK_FALSE(verifier.verify_refresh_token(config, tokens.refresh_token, now + 30 * 24h + 1ms).has_value());
    CHECK_FALSE(verifier.verify_agent_token(config, tokens.refresh_token, now).has_value());
    CHECK_FALSE(verifier.verify_refresh_token(config, tokens.access_token, now).has_value());
    CHECK_FALSE(verifier.verify_visitor_token(acme, tokens.access_token, now).has_value());
}

TEST_CASE("a changed or removed account ends its tokens") {
    Fixture fixture;
    fixture.config->agents[0].generation = 4;
    CHECK_FALSE(fixture.verifier.verify_agent_token(*fixture.config, fixture.tokens.access_token, now).has_value());
    CHECK_FALSE(fixture.verifier.verify_refresh_token(*fixture.config, fixture.tokens.refresh_token, now).has_value());
    fixture.config->agents.clear();
    CHECK_FALSE(fixture.verifier.verify_agent_token(*fixture.config, fixture.tokens.access_token, now).has_value());
}

TEST_CASE("a customer JWT is refused where the site has no key") {
    const Fixture fixture;
    const auto identity = fixture.verifier.verify_customer_jwt(domain::Site{"demo", {}, {}}, "a.b.c", now);
    REQUIRE_FALSE(identity.has_value());
    CHECK(identity.error().code == ErrorCode::unauthenticated);
}

TEST_CASE("passwords: right, wrong, unknown and without password look as they should") {
    Fixture fixture;
    CHECK(fixture.sign_in("ada", "right") == "agent-ada");
    CHECK(fixture.sign_in("ada", "wrong") == "wrong login or password");
    CHECK(fixture.sign_in("eve", "right") == "wrong login or password");
    fixture.config->agents[0].password_hash.clear();
    CHECK(fixture.sign_in("ada", "") == "wrong login or password");
}
