// SPDX-License-Identifier: Apache-2.0
// Where Redis is: a URL, parsed once at start. Errors name what is wrong with it and never repeat the password. Pure.
#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace switchboard::redis {

struct RedisAddress {
    std::string socket_path;  // not empty: a unix socket; host and port mean nothing then
    std::string host;
    std::uint16_t port = 6379;
    std::string user;         // empty: the default user
    std::string password;     // empty: no AUTH
    std::uint32_t database = 0;

    // For logs: the URL without user and password.
    std::string describe() const;
    bool operator==(const RedisAddress&) const = default;
};

// redis://[[user]:password@]host[:port][/database]  or  unix://[[user]:password@]/path[?db=database]
// rediss:// and redis+sentinel:// are known and refused: unsupported. Everything else wrong: invalid_argument.
Result<RedisAddress> parse_redis_url(std::string_view url);

}  // namespace switchboard::redis
