// SPDX-License-Identifier: Apache-2.0
#include "redis/topology.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <sys/un.h>

#include <charconv>
#include <optional>

namespace switchboard::redis {

namespace {

constexpr std::uint32_t highest_database = 1'000'000;

Error wrong(std::string what) { return Error{ErrorCode::invalid_argument, "redis url: " + std::move(what)}; }

std::optional<std::uint32_t> parse_number(std::string_view text, std::uint32_t highest) {
    std::uint32_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size() || value > highest) return std::nullopt;
    return value;
}

Result<void> read_credentials(const boost::urls::url_view& url, RedisAddress& address) {
    if (!url.has_userinfo()) return {};
    if (!url.has_password()) return wrong("a user without a password; write user:password@ or :password@");
    address.user = url.user();
    address.password = url.password();
    if (address.password.empty()) return wrong("the password is empty");
    return {};
}

Result<void> read_database(std::string_view text, RedisAddress& address) {
    const auto number = parse_number(text, highest_database);
    if (!number) return wrong("'" + std::string(text) + "' is not a database number");
    address.database = *number;
    return {};
}

Result<void> read_tcp(const boost::urls::url_view& url, RedisAddress& address) {
    address.host = url.host_address();
    if (address.host.empty()) return wrong("the host is missing; write redis://host:port");
    if (url.has_port()) {
        const auto port = parse_number(std::string_view(url.port()), 65535);
        if (!port || *port == 0) return wrong("'" + std::string(url.port()) + "' is not a port");
        address.port = static_cast<std::uint16_t>(*port);
    }
    if (url.has_query()) return wrong("parameters after '?' are for unix:// only");
    const std::string path = url.path();
    if (path.empty() || path == "/") return {};
    return read_database(std::string_view(path).substr(1), address);
}

Result<void> read_unix(const boost::urls::url_view& url, RedisAddress& address) {
    if (!url.host().empty() || url.has_port()) return wrong("unix:// takes a path, not a host; write unix:///path/to/socket");
    address.socket_path = url.path();
    if (address.socket_path.empty() || address.socket_path == "/") return wrong("the path of the socket is missing");
    if (address.socket_path.size() >= sizeof(sockaddr_un::sun_path))
        return wrong("the path of the socket has " + std::to_string(address.socket_path.size()) + " bytes, the system allows " +
                     std::to_string(sizeof(sockaddr_un::sun_path) - 1));
    for (const auto& parameter : url.params()) {
        if (parameter.key != "db") return wrong("unknown parameter '" + parameter.key + "'");
        if (auto read = read_database(parameter.value, address); !read) return read;
    }
    return {};
}

}  // namespace

std::string RedisAddress::describe() const {
    if (!socket_path.empty()) return "unix://" + socket_path + (database ? "?db=" + std::to_string(database) : "");
    const bool brackets = host.find(':') != std::string::npos;
    return "redis://" + (brackets ? "[" + host + "]" : host) + ":" + std::to_string(port) + "/" + std::to_string(database);
}

Result<RedisAddress> parse_redis_url(std::string_view text) {
    const auto parsed = boost::urls::parse_uri(boost::urls::string_view(text.data(), text.size()));
    if (!parsed) return wrong("not a URL (special characters in a password are written as %XX)");
    const boost::urls::url_view url = *parsed;
    const std::string scheme = url.scheme();
    if (scheme == "rediss" || scheme == "redis+sentinel")
        return Error{ErrorCode::unsupported, "redis url: " + scheme + ":// is not supported yet"};
    if (scheme != "redis" && scheme != "unix") return wrong("unknown scheme '" + scheme + "'; use redis:// or unix://");
    if (!url.has_authority()) return wrong("write " + scheme + "://...");
    if (url.has_fragment()) return wrong("'#' has no meaning here (in a password it is written as %23)");
    RedisAddress address;
    if (auto read = read_credentials(url, address); !read) return read.error();
    auto read = scheme == "unix" ? read_unix(url, address) : read_tcp(url, address);
    if (!read) return read.error();
    return address;
}

}  // namespace switchboard::redis
