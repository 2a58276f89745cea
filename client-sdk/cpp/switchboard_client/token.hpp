// SPDX-License-Identifier: Apache-2.0
// JWTs as a company's own sign-in would issue them (HS256): for benches and tests that need many agents or customers without
// hashing a password for each. Thread: any.
#pragma once

#include "base/clock.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace switchboard::client {

struct JwtSigner {
    std::string key_id;
    std::string secret;
    std::string issuer;
    std::string audience;

    // Valid from now on. `more`: further claims.
    std::string sign(const std::string& subject, Duration lifetime = std::chrono::hours(1), const boost::json::object& more = {}) const;
};

}  // namespace switchboard::client
