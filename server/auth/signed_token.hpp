// SPDX-License-Identifier: Apache-2.0
// Our own compact tokens: who, of which tenant and generation, since when, and an HMAC over it (libsodium crypto_auth), as
// base64url. Stateless: every node with the same key accepts them. The purpose is part of what is signed, so a token of one
// kind is never taken for another. Thread: any, immutable after construction.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"

#include <sodium/crypto_auth_hmacsha512256.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace switchboard::auth {

using SigningKey = std::array<unsigned char, crypto_auth_hmacsha512256_KEYBYTES>;

// Written into every token; never renumber.
enum class Purpose : unsigned char { visitor = 1, agent_access = 2, agent_refresh = 3 };

struct TokenClaims {
    std::string tenant;
    std::string subject;
    std::uint64_t generation = 0;
    Timestamp issued{};
};

class TokenSigner {
public:
    explicit TokenSigner(const SigningKey& key);
    ~TokenSigner();
    TokenSigner(const TokenSigner&) = delete;
    TokenSigner& operator=(const TokenSigner&) = delete;

    // Tenant and subject must be shorter than 64 KiB.
    std::string sign(Purpose purpose, const TokenClaims& claims) const;
    // unauthenticated: altered, of another purpose or tenant, older than `lifetime`, or from the future.
    Result<TokenClaims> verify(Purpose purpose, std::string_view tenant, std::string_view token, Duration lifetime, Timestamp now) const;

private:
    using Mac = std::array<unsigned char, crypto_auth_hmacsha512256_BYTES>;
    Mac mac(std::string_view payload) const;

    crypto_auth_hmacsha512256_state keyed_;  // the key is mixed in once: half of the work of every token
};

}  // namespace switchboard::auth
