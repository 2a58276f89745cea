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

Result<std::uint16_t> read_port(std::string_view text) {
    const auto port = parse_number(text, 65535);
    if (!port || *port == 0) return wrong("'" + std::string(text) + "' is not a port");
    return static_cast<std::uint16_t>(*port);
}

Result<void> read_parameters(const boost::urls::url_view& url, RedisAddress& address) {
    for (const auto& parameter : url.params()) {
        const std::string key = parameter.key, value = parameter.value;
        if (key == "sentinel_password" && address.by_sentinel()) address.sentinel_password = value;
        else if (!address.tls) return wrong("unknown parameter '" + key + "'");
        else if (key == "ca") address.tls_options.ca_file = value;
        else if (key == "cert") address.tls_options.certificate = value;
        else if (key == "key") address.tls_options.key = value;
        else if (key == "verify" && (value == "no" || value == "yes")) address.tls_options.verify = value == "yes";
        else return wrong(key == "verify" ? "verify is yes or no" : "unknown parameter '" + key + "'");
    }
    if (address.tls_options.certificate.empty() != address.tls_options.key.empty()) return wrong("cert and key belong together");
    return {};
}

Result<void> read_tcp(const boost::urls::url_view& url, RedisAddress& address) {
    address.host = url.host_address();
    if (address.host.empty()) return wrong("the host is missing; write redis://host:port");
    if (url.has_port()) {
        const auto port = read_port(std::string_view(url.port()));
        if (!port) return port.error();
        address.port = *port;
    }
    if (auto read = read_parameters(url, address); !read) return read;
    const std::string path = url.path();
    if (path.empty() || path == "/") return {};
    return read_database(std::string_view(path).substr(1), address);
}

// "a:1,b:2": not an authority as URLs know it, so it is taken out of the text before that is parsed.
Result<void> read_sentinels(std::string_view list, RedisAddress& address) {
    while (true) {
        const std::size_t comma = list.find(',');
        const std::string text = "sentinel://" + std::string(list.substr(0, comma));  // what is parsed points into it
        const auto one = boost::urls::parse_uri(text);
        if (!one || one->host_address().empty() || one->has_userinfo()) return wrong("'" + std::string(list.substr(0, comma)) + "' is not host:port");
        HostPort sentinel{one->host_address(), 26379};
        if (one->has_port()) {
            const auto port = read_port(std::string_view(one->port()));
            if (!port) return port.error();
            sentinel.port = *port;
        }
        address.sentinels.push_back(std::move(sentinel));
        if (comma == std::string_view::npos) return {};
        list.remove_prefix(comma + 1);
    }
}

Result<void> read_primary(const boost::urls::url_view& url, RedisAddress& address) {
    if (auto read = read_parameters(url, address); !read) return read;
    const auto segments = url.segments();
    if (segments.empty() || (*segments.begin()).empty()) return wrong("the name of the primary is missing; write .../mymaster");
    address.primary_name = *segments.begin();
    if (segments.size() == 1) return {};
    if (segments.size() > 2) return wrong("after the primary's name only a database number may follow");
    return read_database(std::string(*std::next(segments.begin())), address);
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

// The list of Sentinels in a URL: where it begins and how long it is.
std::pair<std::size_t, std::size_t> sentinel_list(std::string_view text) {
    const std::size_t begin = text.find("://") + 3;
    const std::size_t end = std::min(text.find_first_of("/?#", begin), text.size());
    const std::size_t at = text.substr(begin, end - begin).rfind('@');
    const std::size_t first = at == std::string_view::npos ? begin : begin + at + 1;
    return {first, end - first};
}

}  // namespace

std::string HostPort::describe() const {
    const bool brackets = host.find(':') != std::string::npos;
    return (brackets ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::string RedisAddress::describe() const {
    if (!socket_path.empty()) return "unix://" + socket_path + (database ? "?db=" + std::to_string(database) : "");
    const std::string scheme = tls ? "rediss" : "redis";
    if (!by_sentinel()) return scheme + "://" + HostPort{host, port}.describe() + "/" + std::to_string(database);
    std::string list;
    for (const HostPort& sentinel : sentinels) list += (list.empty() ? "" : ",") + sentinel.describe();
    return scheme + "+sentinel://" + list + "/" + primary_name + "/" + std::to_string(database);
}

Result<RedisAddress> parse_redis_url(std::string_view given) {
    std::string text(given);
    RedisAddress address;
    const std::string_view scheme = given.substr(0, given.find(':'));
    const bool sentinel = scheme == "redis+sentinel" || scheme == "rediss+sentinel";
    if (sentinel && given.substr(scheme.size()).starts_with("://")) {
        const auto [begin, length] = sentinel_list(given);
        if (length == 0) return wrong("the Sentinels are missing; write redis+sentinel://host:port,host:port/mymaster");
        if (auto read = read_sentinels(given.substr(begin, length), address); !read) return read.error();
        text.replace(begin, length, "sentinels");
    }
    const auto parsed = boost::urls::parse_uri(text);
    if (!parsed) return wrong("not a URL (special characters in a password are written as %XX)");
    const boost::urls::url_view url = *parsed;
    if (!sentinel && scheme != "redis" && scheme != "rediss" && scheme != "unix")
        return wrong("unknown scheme '" + std::string(scheme) + "'; use redis://, rediss://, redis+sentinel:// or unix://");
    if (!url.has_authority()) return wrong("write " + std::string(scheme) + "://...");
    if (url.has_fragment()) return wrong("'#' has no meaning here (in a password it is written as %23)");
    address.tls = scheme.starts_with("rediss");
    if (auto read = read_credentials(url, address); !read) return read.error();
    auto read = sentinel ? read_primary(url, address) : scheme == "unix" ? read_unix(url, address) : read_tcp(url, address);
    if (!read) return read.error();
    return address;
}

}  // namespace switchboard::redis
