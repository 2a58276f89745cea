// SPDX-License-Identifier: Apache-2.0
// One HTTP request at a time, blocking, with a deadline: signing in, asking for health. Thread: any.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "switchboard_client/address.hpp"

#include <string>

namespace switchboard::client {

struct HttpResponse {
    unsigned status = 0;
    std::string body;
};

// A body makes it a POST of JSON, a token is sent as Bearer. An error: no answer came (unavailable).
Result<HttpResponse> http_request(const ServerAddress& server, const std::string& target, const std::string& json_body = {},
                                  Duration deadline = Duration{10'000}, const std::string& token = {});

// The access token of an agent. Errors: unauthenticated, rate_limited, unavailable.
Result<std::string> login(const ServerAddress& server, const std::string& site, const std::string& name, const std::string& password);

}  // namespace switchboard::client
