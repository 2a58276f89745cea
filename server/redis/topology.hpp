// SPDX-License-Identifier: Apache-2.0
// Where Redis is: a URL, parsed once at start. Errors name what is wrong with it and never repeat a password. Pure.
#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace switchboard::redis {

struct HostPort {
    std::string host;
    std::uint16_t port = 6379;

    std::string describe() const;
    bool operator==(const HostPort&) const = default;
};

// How a TLS connection is made. The other side's certificate is checked against its host's name, unless `verify` is off.
struct TlsOptions {
    std::string ca_file;      // PEM; empty: the system's authorities
    std::string certificate;  // PEM, ours, with its key; empty: none is shown
    std::string key;
    bool verify = true;

    bool operator==(const TlsOptions&) const = default;
};

struct RedisAddress {
    std::string socket_path;  // not empty: a unix socket; host and port mean nothing then
    std::string host;
    std::uint16_t port = 6379;
    std::string user;         // empty: the default user
    std::string password;     // empty: no AUTH
    std::uint32_t database = 0;
    bool tls = false;
    TlsOptions tls_options{};

    // Not empty: these Sentinels know where the primary of this name is; host and port mean nothing then.
    std::vector<HostPort> sentinels{};
    std::string primary_name{};
    std::string sentinel_password{};

    bool by_sentinel() const { return !sentinels.empty(); }
    // For logs: the URL without users and passwords.
    std::string describe() const;
    bool operator==(const RedisAddress&) const = default;
};

// redis[s]://[[user]:password@]host[:port][/database][?parameters]
// redis[s]+sentinel://[[user]:password@]host[:port],host[:port],.../primary[/database][?parameters]
// unix://[[user]:password@]/path[?db=database]
// Parameters: ca, cert, key (files) and verify=no with rediss; sentinel_password with +sentinel. A Sentinel's port is 26379 unless given.
// Everything wrong: invalid_argument.
Result<RedisAddress> parse_redis_url(std::string_view url);

}  // namespace switchboard::redis
