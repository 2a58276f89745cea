// SPDX-License-Identifier: Apache-2.0
#include "auth/signed_token.hpp"

#include <sodium.h>

#include <optional>

namespace switchboard::auth {

namespace {

constexpr int base64_variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
constexpr std::size_t max_token_bytes = 2048;
constexpr Duration allowed_skew = std::chrono::seconds(60);

void put(std::string& out, std::uint64_t value, int bytes) {
    for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) out += static_cast<char>((value >> shift) & 0xff);
}

void put_text(std::string& out, std::string_view text) {
    put(out, text.size(), 2);
    out += text;
}

// Reads what put() wrote; nullopt when the payload ends too early.
class Reader {
public:
    explicit Reader(std::string_view payload) : rest_(payload) {}

    std::optional<std::uint64_t> number(std::size_t bytes) {
        if (rest_.size() < bytes) return std::nullopt;
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < bytes; ++i) value = (value << 8) | static_cast<unsigned char>(rest_[i]);
        rest_.remove_prefix(bytes);
        return value;
    }

    std::optional<std::string> text() {
        const std::optional<std::uint64_t> length = number(2);
        if (!length || rest_.size() < *length) return std::nullopt;
        std::string value(rest_.substr(0, *length));
        rest_.remove_prefix(*length);
        return value;
    }

    bool at_end() const { return rest_.empty(); }

private:
    std::string_view rest_;
};

std::optional<TokenClaims> parse(Purpose purpose, std::string_view payload) {
    Reader reader(payload);
    const auto kind = reader.number(1);
    const auto issued = reader.number(8);
    const auto generation = reader.number(8);
    auto tenant = reader.text();
    auto subject = reader.text();
    if (!subject || !reader.at_end() || *kind != static_cast<std::uint64_t>(purpose)) return std::nullopt;
    return TokenClaims{std::move(*tenant), std::move(*subject), *generation, from_ms(static_cast<std::int64_t>(*issued))};
}

Error refused(const char* why) { return Error{ErrorCode::unauthenticated, why}; }

}  // namespace

TokenSigner::TokenSigner(const SigningKey& key) { crypto_auth_hmacsha512256_init(&keyed_, key.data(), key.size()); }

TokenSigner::~TokenSigner() { sodium_memzero(&keyed_, sizeof keyed_); }

TokenSigner::Mac TokenSigner::mac(std::string_view payload) const {
    crypto_auth_hmacsha512256_state state = keyed_;
    Mac result;
    crypto_auth_hmacsha512256_update(&state, reinterpret_cast<const unsigned char*>(payload.data()), payload.size());
    crypto_auth_hmacsha512256_final(&state, result.data());
    return result;
}

std::string TokenSigner::sign(Purpose purpose, const TokenClaims& claims) const {
    std::string bytes;
    bytes.reserve(64 + claims.tenant.size() + claims.subject.size());
    bytes += static_cast<char>(purpose);
    put(bytes, static_cast<std::uint64_t>(to_ms(claims.issued)), 8);
    put(bytes, claims.generation, 8);
    put_text(bytes, claims.tenant);
    put_text(bytes, claims.subject);
    const Mac tag = mac(bytes);
    bytes.append(reinterpret_cast<const char*>(tag.data()), tag.size());

    std::string token(sodium_base64_encoded_len(bytes.size(), base64_variant), '\0');
    sodium_bin2base64(token.data(), token.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), base64_variant);
    token.pop_back();  // the terminator that sodium wrote
    return token;
}

Result<TokenClaims> TokenSigner::verify(Purpose purpose, std::string_view tenant, std::string_view token, Duration lifetime,
                                        Timestamp now) const {
    if (token.size() > max_token_bytes) return refused("token too long");
    std::array<unsigned char, max_token_bytes> bytes;
    std::size_t size = 0;
    const char* end = nullptr;
    const int decoded =
        sodium_base642bin(bytes.data(), bytes.size(), token.data(), token.size(), nullptr, &size, &end, base64_variant);
    if (decoded != 0 || end != token.data() + token.size() || size < crypto_auth_hmacsha512256_BYTES) return refused("malformed token");

    const std::string_view all(reinterpret_cast<const char*>(bytes.data()), size);
    const std::string_view payload = all.substr(0, size - crypto_auth_hmacsha512256_BYTES);
    const Mac expected = mac(payload);
    if (crypto_verify_32(expected.data(), bytes.data() + payload.size()) != 0) return refused("token signature does not match");

    std::optional<TokenClaims> claims = parse(purpose, payload);
    if (!claims || claims->tenant != tenant) return refused("token is not for this use");
    if (claims->issued > now + allowed_skew) return refused("token is not valid yet");
    if (now - claims->issued > lifetime) return refused("token has expired");
    return std::move(*claims);
}

}  // namespace switchboard::auth
