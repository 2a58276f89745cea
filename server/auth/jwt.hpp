// SPDX-License-Identifier: Apache-2.0
// JSON Web Tokens signed by a site or by a company's sign-in. A key has exactly one algorithm (HS256, RS256 or ES256) and a
// token is only ever checked with the key that its `kid` names, so neither `none` nor a mix of algorithms can pass.
// Pure CPU. Thread: any.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "domain/tenant_config.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace switchboard::auth {

struct JwtIdentity {
    std::string subject;  // 1 to 200 bytes
    std::string name;     // may be empty
    Duration boost{0};    // claim `priority_boost_s`, seconds, at most a day: the customer's conversations wait as if they had come earlier
    bool urgent = false;  // claim `urgent`: true
};

// Whether the key could check anything; for configuration, before it is stored. invalid_argument says what is wrong with it.
Result<void> check_key(const domain::JwtKey& key);

// unauthenticated with the reason. `exp` and `sub` are mandatory, `iss` and `aud` where the key names them.
Result<JwtIdentity> verify_jwt(const std::vector<domain::JwtKey>& keys, std::string_view token, Timestamp now);

}  // namespace switchboard::auth
