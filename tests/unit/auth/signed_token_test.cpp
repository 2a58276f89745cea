// SPDX-License-Identifier: Apache-2.0
#include "auth/signed_token.hpp"

#include <doctest/doctest.h>

using namespace switchboard;
using namespace switchboard::auth;
using namespace std::chrono_literals;

namespace {

SigningKey key_of(unsigned char fill) {
    SigningKey key;
    key.fill(fill);
    return key;
}

const Timestamp now = from_ms(1'800'000'000'000);
const TokenClaims claims{"acme", "visitor-1", 7, now};

}  // namespace

TEST_CASE("a token tells what was signed") {
    const TokenSigner signer(key_of(1));
    const std::string token = signer.sign(Purpose::visitor, claims);
    const auto read = signer.verify(Purpose::visitor, "acme", token, 30min, now + 10min);
    REQUIRE(read.has_value());
    CHECK(read->tenant == "acme");
    CHECK(read->subject == "visitor-1");
    CHECK(read->generation == 7);
    CHECK(read->issued == now);
}

TEST_CASE("every altered character is noticed") {
    const TokenSigner signer(key_of(1));
    const std::string token = signer.sign(Purpose::visitor, claims);
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string altered = token;
        altered[i] = altered[i] == 'A' ? 'B' : 'A';
        CAPTURE(i);
        CHECK_FALSE(signer.verify(Purpose::visitor, "acme", altered, 30min, now).has_value());
    }
    CHECK_FALSE(signer.verify(Purpose::visitor, "acme", token + "A", 30min, now).has_value());
    CHECK_FALSE(signer.verify(Purpose::visitor, "acme", token.substr(0, token.size() - 1), 30min, now).has_value());
}

TEST_CASE("a token is bound to its purpose, its tenant and its key") {
    const TokenSigner signer(key_of(1));
    const std::string token = signer.sign(Purpose::agent_access, claims);
    CHECK(signer.verify(Purpose::agent_access, "acme", token, 30min, now).has_value());
    CHECK_FALSE(signer.verify(Purpose::agent_refresh, "acme", token, 30min, now).has_value());
    CHECK_FALSE(signer.verify(Purpose::visitor, "acme", token, 30min, now).has_value());
    CHECK_FALSE(signer.verify(Purpose::agent_access, "other", token, 30min, now).has_value());
    CHECK_FALSE(TokenSigner(key_of(2)).verify(Purpose::agent_access, "acme", token, 30min, now).has_value());
}

TEST_CASE("a token lives for its lifetime and not before its time") {
    const TokenSigner signer(key_of(1));
    const std::string token = signer.sign(Purpose::visitor, claims);
    CHECK(signer.verify(Purpose::visitor, "acme", token, 15min, now + 15min).has_value());
    CHECK_FALSE(signer.verify(Purpose::visitor, "acme", token, 15min, now + 15min + 1ms).has_value());
    CHECK(signer.verify(Purpose::visitor, "acme", token, 15min, now - 60s).has_value());
    CHECK_FALSE(signer.verify(Purpose::visitor, "acme", token, 15min, now - 61s).has_value());
}

TEST_CASE("what is no token at all is refused") {
    const TokenSigner signer(key_of(1));
    for (const std::string& text : {std::string(), std::string("!"), std::string("AAAA"), std::string(100, 'A'), std::string(5000, 'A'),
                                    std::string("a.b.c"), std::string(64, '\0')}) {
        const auto read = signer.verify(Purpose::visitor, "acme", text, 15min, now);
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().code == ErrorCode::unauthenticated);
    }
}
