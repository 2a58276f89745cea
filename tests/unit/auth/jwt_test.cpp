// SPDX-License-Identifier: Apache-2.0
#include "auth/jwt.hpp"

#include <doctest/doctest.h>

#include <jwt.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <sodium.h>

#include <cstdlib>
#include <map>

using namespace switchboard;
using namespace switchboard::auth;

namespace {

constexpr std::int64_t now_seconds = 1'800'000'000;
const Timestamp now = from_ms(now_seconds * 1000);
const std::string secret = "0123456789abcdef0123456789abcdef";

struct KeyPair {
    std::string private_pem;
    std::string public_pem;
};

std::string pem(EVP_PKEY* key, bool with_private) {
    BIO* out = BIO_new(BIO_s_mem());
    if (with_private) PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    else PEM_write_bio_PUBKEY(out, key);
    char* data = nullptr;
    const auto size = static_cast<std::size_t>(BIO_get_mem_data(out, &data));
    const std::string text(data, size);
    BIO_free(out);
    return text;
}

KeyPair pair_of(EVP_PKEY* key) {
    const KeyPair made{pem(key, true), pem(key, false)};
    EVP_PKEY_free(key);
    return made;
}

const KeyPair& rsa() {
    static const KeyPair pair = pair_of(EVP_RSA_gen(2048));
    return pair;
}
const KeyPair& ec() {
    static const KeyPair pair = pair_of(EVP_EC_gen("P-256"));
    return pair;
}

// A token builder whose every part can be wrong.
struct Token {
    jwt_alg_t algorithm = JWT_ALG_HS256;
    std::string key = secret;
    std::string kid = "k1";
    std::map<std::string, std::string> claims = {{"sub", "\"ada\""},
                                                 {"name", "\"Ada\""},
                                                 {"iss", "\"https://shop.example\""},
                                                 {"aud", "\"chat\""},
                                                 {"exp", std::to_string(now_seconds + 300)}};
    std::string extra_header;

    Token& set(const std::string& name, const std::string& json) {
        claims[name] = json;
        return *this;
    }
    Token& drop(const std::string& name) {
        claims.erase(name);
        return *this;
    }

    std::string encode() const {
        jwt_t* token = nullptr;
        REQUIRE(jwt_new(&token) == 0);
        std::string json = "{";
        for (const auto& [name, value] : claims) json += (json.size() > 1 ? ",\"" : "\"") + name + "\":" + value;
        REQUIRE(jwt_add_grants_json(token, (json + "}").c_str()) == 0);
        if (!kid.empty()) jwt_add_header(token, "kid", kid.c_str());
        if (!extra_header.empty()) jwt_add_header(token, extra_header.c_str(), "x");
        const auto* bytes = algorithm == JWT_ALG_NONE ? nullptr : reinterpret_cast<const unsigned char*>(key.data());
        REQUIRE(jwt_set_alg(token, algorithm, bytes, bytes == nullptr ? 0 : static_cast<int>(key.size())) == 0);
        char* text = jwt_encode_str(token);
        REQUIRE(text != nullptr);
        const std::string encoded(text);
        std::free(text);
        jwt_free(token);
        return encoded;
    }
};

const std::vector<domain::JwtKey> hs_keys = {{"k1", "HS256", secret, "https://shop.example", "chat"}};

std::string refusal(const std::vector<domain::JwtKey>& keys, const std::string& token) {
    const auto result = verify_jwt(keys, token, now);
    if (result.has_value()) return "accepted";
    CHECK(result.error().code == ErrorCode::unauthenticated);
    return result.error().message;
}

}  // namespace

TEST_CASE("a good HS256 token names its subject") {
    const auto identity = verify_jwt(hs_keys, Token().encode(), now);
    REQUIRE(identity.has_value());
    CHECK(identity->subject == "ada");
    CHECK(identity->name == "Ada");
}

TEST_CASE("RS256 and ES256 tokens are checked with their public keys") {
    const std::vector<domain::JwtKey> keys = {{"r", "RS256", rsa().public_pem, "", ""}, {"e", "ES256", ec().public_pem, "", ""}};
    Token signed_rsa{JWT_ALG_RS256, rsa().private_pem, "r"};
    Token signed_ec{JWT_ALG_ES256, ec().private_pem, "e"};
    CHECK(verify_jwt(keys, signed_rsa.encode(), now).has_value());
    CHECK(verify_jwt(keys, signed_ec.encode(), now).has_value());
    signed_rsa.kid = "e";
    CHECK(refusal(keys, signed_rsa.encode()) == "jwt names no known key");

    std::string forged = signed_ec.encode();
    forged[forged.size() - 10] = forged[forged.size() - 10] == 'A' ? 'B' : 'A';
    CHECK(refusal(keys, forged) == "jwt signature does not match");
}

TEST_CASE("the algorithm is the key's, never the token's") {
    const std::vector<domain::JwtKey> keys = {{"k1", "RS256", rsa().public_pem, "", ""}};
    Token confused;
    confused.key = rsa().public_pem;  // the public key as an HMAC secret
    CHECK(refusal(keys, confused.encode()) == "jwt names no known key");

    Token unsigned_token;
    unsigned_token.algorithm = JWT_ALG_NONE;
    CHECK(refusal(keys, unsigned_token.encode()) != "accepted");
    CHECK(refusal(hs_keys, unsigned_token.encode()) != "accepted");

    Token stronger;
    stronger.algorithm = JWT_ALG_HS512;
    CHECK(refusal(hs_keys, stronger.encode()) == "jwt names no known key");
}

TEST_CASE("kid must name a known key") {
    Token token;
    token.kid = "k2";
    CHECK(refusal(hs_keys, token.encode()) == "jwt names no known key");
    token.kid = "";
    CHECK(refusal(hs_keys, token.encode()) == "jwt names no known key");
    const std::vector<domain::JwtKey> nameless = {{"", "HS256", secret, "", ""}};
    CHECK(verify_jwt(nameless, token.encode(), now).has_value());
    CHECK(refusal({}, token.encode()) == "jwt names no known key");
}

TEST_CASE("the wrong secret and a changed body do not pass") {
    Token token;
    token.key = std::string(32, 'x');
    CHECK(refusal(hs_keys, token.encode()) == "jwt signature does not match");

    const std::string good = Token().encode();
    const std::string other = Token().set("sub", "\"eve\"").encode();
    const std::string spliced = good.substr(0, good.find('.')) + other.substr(other.find('.'), other.rfind('.') - other.find('.')) +
                                good.substr(good.rfind('.'));
    CHECK(refusal(hs_keys, spliced) == "jwt signature does not match");
}

TEST_CASE("claims are checked with at most 60 seconds of skew") {
    CHECK(refusal(hs_keys, Token().drop("exp").encode()) == "jwt has no exp");
    CHECK(refusal(hs_keys, Token().set("exp", "\"soon\"").encode()) == "jwt has no exp");
    CHECK(refusal(hs_keys, Token().set("exp", std::to_string(now_seconds - 60)).encode()) == "jwt has expired");
    CHECK(refusal(hs_keys, Token().set("exp", std::to_string(now_seconds - 59)).encode()) == "accepted");
    CHECK(refusal(hs_keys, Token().set("nbf", std::to_string(now_seconds + 61)).encode()) == "jwt is not valid yet");
    CHECK(refusal(hs_keys, Token().set("nbf", std::to_string(now_seconds + 60)).encode()) == "accepted");
    CHECK(refusal(hs_keys, Token().set("iat", std::to_string(now_seconds + 61)).encode()) == "jwt is not valid yet");
    CHECK(refusal(hs_keys, Token().drop("iss").encode()) == "jwt is of another issuer");
    CHECK(refusal(hs_keys, Token().set("iss", "\"https://evil.example\"").encode()) == "jwt is of another issuer");
    CHECK(refusal(hs_keys, Token().drop("aud").encode()) == "jwt is for another audience");
    CHECK(refusal(hs_keys, Token().set("aud", "[\"mail\"]").encode()) == "jwt is for another audience");
    CHECK(refusal(hs_keys, Token().set("aud", "[\"mail\",\"chat\"]").encode()) == "accepted");
    CHECK(refusal(hs_keys, Token().drop("sub").encode()) == "jwt has no usable sub");
    CHECK(refusal(hs_keys, Token().set("sub", "\"" + std::string(201, 'a') + "\"").encode()) == "jwt has no usable sub");
}

TEST_CASE("critical extensions and garbage are refused") {
    Token token;
    token.extra_header = "crit";
    CHECK(refusal(hs_keys, token.encode()) == "jwt uses an unknown extension");
    for (const std::string& text : {std::string(), std::string("."), std::string("a.b"), std::string("a.b.c"), std::string(9000, 'a')})
        CHECK(refusal(hs_keys, text) == "malformed jwt");
}

TEST_CASE("keys that could check nothing are told before they are stored") {
    CHECK(check_key({"k", "HS256", secret, "", ""}).has_value());
    CHECK(check_key({"k", "RS256", rsa().public_pem, "", ""}).has_value());
    CHECK(check_key({"k", "ES256", ec().public_pem, "", ""}).has_value());
    CHECK_FALSE(check_key({"k", "HS256", "short", "", ""}).has_value());
    CHECK_FALSE(check_key({"k", "none", secret, "", ""}).has_value());
    CHECK_FALSE(check_key({"k", "RS256", ec().public_pem, "", ""}).has_value());
    CHECK_FALSE(check_key({"k", "ES256", pair_of(EVP_EC_gen("P-384")).public_pem, "", ""}).has_value());
    CHECK_FALSE(check_key({"k", "RS256", pair_of(EVP_RSA_gen(1024)).public_pem, "", ""}).has_value());
    CHECK_FALSE(check_key({"k", "RS256", rsa().private_pem, "", ""}).has_value());
}
