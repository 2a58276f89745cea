// SPDX-License-Identifier: Apache-2.0
// One HTTP request at a time, blocking, with a deadline: signing in, asking for health. Thread: any.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "switchboard_client/address.hpp"

#include <string>

namespace switchboard::client {

struct HttpRequest {
    std::string target;
    std::string method = "GET";
    std::string json_body;
    std::string token;     // of an agent, as Bearer
    std::string if_match;  // an ETag
};
struct HttpResponse {
    unsigned status = 0;
    std::string body;
    std::string etag;
};

// An error: no answer came (unavailable).
Result<HttpResponse> http_request(const ServerAddress& server, const HttpRequest& request, Duration deadline = Duration{10'000});
// GET, or with a body POST.
Result<HttpResponse> http_request(const ServerAddress& server, const std::string& target, const std::string& json_body = {},
                                  Duration deadline = Duration{10'000});

// The access token of an agent. Errors: unauthenticated, rate_limited, unavailable.
Result<std::string> login(const ServerAddress& server, const std::string& site, const std::string& name, const std::string& password);

}  // namespace switchboard::client
