// SPDX-License-Identifier: Apache-2.0
#include "auth/jwt.hpp"

#include <boost/json.hpp>
#include <jwt.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>

namespace switchboard::auth {

namespace {

namespace json = boost::json;

constexpr std::size_t max_jwt_bytes = 8 * 1024;
constexpr std::int64_t most_boost_seconds = 86'400;
constexpr std::size_t max_subject_bytes = 200;
constexpr std::size_t max_name_bytes = 100;
constexpr std::size_t min_secret_bytes = 32;  // RFC 7518: a key of the same size as the hash output
constexpr int min_rsa_bits = 2048;
constexpr std::int64_t allowed_skew_seconds = 60;

struct FreeJwt {
    void operator()(jwt_t* token) const { jwt_free(token); }
};
using JwtHandle = std::unique_ptr<jwt_t, FreeJwt>;

Error refused(const char* why) { return Error{ErrorCode::unauthenticated, why}; }
Error unusable(const std::string& why) { return Error{ErrorCode::invalid_argument, why}; }

std::optional<jwt_alg_t> algorithm_of(const domain::JwtKey& key) {
    if (key.algorithm == "HS256") return JWT_ALG_HS256;
    if (key.algorithm == "RS256") return JWT_ALG_RS256;
    if (key.algorithm == "ES256") return JWT_ALG_ES256;
    return std::nullopt;
}

// With an empty key the signature is not checked.
JwtHandle decode(const std::string& token, std::string_view key) {
    jwt_t* parsed = nullptr;
    const auto* bytes = key.empty() ? nullptr : reinterpret_cast<const unsigned char*>(key.data());
    if (jwt_decode(&parsed, token.c_str(), bytes, static_cast<int>(key.size())) != 0) return nullptr;
    return JwtHandle(parsed);
}

std::string header(jwt_t* token, const char* name) {
    const char* value = jwt_get_header(token, name);
    return value == nullptr ? std::string() : std::string(value);
}

bool has_header(jwt_t* token, const char* name) {
    char* text = jwt_get_headers_json(token, name);
    std::free(text);
    return text != nullptr;
}

std::optional<json::object> claims_of(jwt_t* token) {
    char* text = jwt_get_grants_json(token, nullptr);
    if (text == nullptr) return std::nullopt;
    boost::system::error_code failure;
    json::value parsed = json::parse(text, failure);
    std::free(text);
    if (failure || !parsed.is_object()) return std::nullopt;
    return std::move(parsed.as_object());
}

std::string text_claim(const json::object& claims, const char* name) {
    const json::value* value = claims.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

// Seconds since 1970; some signers write fractions.
std::optional<std::int64_t> time_claim(const json::object& claims, const char* name) {
    const json::value* value = claims.if_contains(name);
    if (value == nullptr) return std::nullopt;
    if (value->is_int64()) return value->as_int64();
    if (value->is_double() && value->as_double() >= 0 && value->as_double() < 1e15) return static_cast<std::int64_t>(value->as_double());
    return std::nullopt;
}

bool names_audience(const json::object& claims, const std::string& audience) {
    const json::value* value = claims.if_contains("aud");
    if (value == nullptr) return false;
    if (value->is_string()) return value->as_string() == audience;
    if (!value->is_array()) return false;
    return std::any_of(value->as_array().begin(), value->as_array().end(),
                       [&](const json::value& one) { return one.is_string() && one.as_string() == audience; });
}

Result<JwtIdentity> check_claims(const domain::JwtKey& key, const json::object& claims, Timestamp now) {
    const std::int64_t seconds = to_ms(now) / 1000;
    const std::optional<std::int64_t> expires = time_claim(claims, "exp");
    if (!expires) return refused("jwt has no exp");
    if (*expires <= seconds - allowed_skew_seconds) return refused("jwt has expired");
    for (const char* name : {"nbf", "iat"}) {
        if (!claims.contains(name)) continue;
        const std::optional<std::int64_t> from = time_claim(claims, name);
        if (!from || *from > seconds + allowed_skew_seconds) return refused("jwt is not valid yet");
    }
    if (!key.issuer.empty() && text_claim(claims, "iss") != key.issuer) return refused("jwt is of another issuer");
    if (!key.audience.empty() && !names_audience(claims, key.audience)) return refused("jwt is for another audience");

    JwtIdentity identity{text_claim(claims, "sub"), text_claim(claims, "name"), Duration{0}, false};
    if (identity.subject.empty() || identity.subject.size() > max_subject_bytes) return refused("jwt has no usable sub");
    if (identity.name.size() > max_name_bytes) identity.name.clear();
    const std::int64_t boost = time_claim(claims, "priority_boost_s").value_or(0);
    identity.boost = std::chrono::seconds(std::clamp<std::int64_t>(boost, 0, most_boost_seconds));
    const json::value* urgent = claims.if_contains("urgent");
    identity.urgent = urgent && urgent->is_bool() && urgent->as_bool();
    return identity;
}

Result<void> check_public_key(const domain::JwtKey& key) {
    std::unique_ptr<BIO, decltype(&BIO_free)> input(BIO_new_mem_buf(key.key.data(), static_cast<int>(key.key.size())), &BIO_free);
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> parsed(PEM_read_bio_PUBKEY(input.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
    if (!parsed) return unusable("the key is not a public key in PEM");
    const int wanted = key.algorithm == "RS256" ? EVP_PKEY_RSA : EVP_PKEY_EC;
    if (EVP_PKEY_get_base_id(parsed.get()) != wanted) return unusable("the key is not of the kind that " + key.algorithm + " needs");
    if (wanted == EVP_PKEY_RSA && EVP_PKEY_get_bits(parsed.get()) < min_rsa_bits) return unusable("an RSA key needs at least 2048 bits");
    if (wanted == EVP_PKEY_EC && EVP_PKEY_get_bits(parsed.get()) != 256) return unusable("ES256 needs a key on the curve P-256");
    return {};
}

}  // namespace

Result<void> check_key(const domain::JwtKey& key) {
    if (!algorithm_of(key)) return unusable("algorithm must be HS256, RS256 or ES256, not \"" + key.algorithm + "\"");
    if (key.algorithm != "HS256") return check_public_key(key);
    if (key.key.size() < min_secret_bytes) return unusable("an HS256 secret needs at least 32 bytes");
    return {};
}

Result<JwtIdentity> verify_jwt(const std::vector<domain::JwtKey>& keys, std::string_view token, Timestamp now) {
    if (token.size() > max_jwt_bytes || token.find('\0') != std::string_view::npos) return refused("malformed jwt");
    const std::string text(token);
    const JwtHandle unverified = decode(text, {});
    if (!unverified) return refused("malformed jwt");
    // RFC 7515: a token whose critical extensions are not understood must be refused; none are.
    if (has_header(unverified.get(), "crit")) return refused("jwt uses an unknown extension");

    const std::string id = header(unverified.get(), "kid");
    const std::string algorithm = header(unverified.get(), "alg");
    const auto key = std::find_if(keys.begin(), keys.end(),
                                  [&](const domain::JwtKey& one) { return one.id == id && one.algorithm == algorithm; });
    if (key == keys.end() || !check_key(*key)) return refused("jwt names no known key");

    const JwtHandle verified = decode(text, key->key);
    if (!verified || jwt_get_alg(verified.get()) != algorithm_of(*key)) return refused("jwt signature does not match");
    const std::optional<json::object> claims = claims_of(verified.get());
    if (!claims) return refused("malformed jwt");
    return check_claims(*key, *claims, now);
}

}  // namespace switchboard::auth
