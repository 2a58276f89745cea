// SPDX-License-Identifier: Apache-2.0
#include "switchboard_client/address.hpp"

#include <boost/asio/io_context.hpp>

namespace switchboard::client {

namespace {

Error bad_url(const std::string& url, const std::string& why) {
    return Error{ErrorCode::invalid_argument, "'" + url + "': " + why + "; expected for example ws://127.0.0.1:8080"};
}

}  // namespace

Result<ServerAddress> parse_server_url(const std::string& url) {
    const auto scheme_end = url.find("://");
    if (scheme_end == std::string::npos) return bad_url(url, "not a URL");
    const std::string scheme = url.substr(0, scheme_end);
    if (scheme == "wss" || scheme == "https") return bad_url(url, "this client does not speak TLS");
    if (scheme != "ws" && scheme != "http") return bad_url(url, "unknown scheme");

    std::string authority = url.substr(scheme_end + 3);
    authority = authority.substr(0, authority.find('/'));
    std::string host = authority;
    std::string port = "8080";
    const auto colon = authority.rfind(':');
    if (colon != std::string::npos && authority.find(']', colon) == std::string::npos) {
        host = authority.substr(0, colon);
        port = authority.substr(colon + 1);
    }
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    if (host.empty() || port.empty()) return bad_url(url, "no host or no port");

    boost::asio::io_context context;
    boost::asio::ip::tcp::resolver resolver(context);
    boost::system::error_code failure;
    const auto found = resolver.resolve(host, port, failure);
    if (failure || found.empty()) return bad_url(url, "cannot be resolved: " + failure.message());
    return ServerAddress{found.begin()->endpoint(), authority};
}

}  // namespace switchboard::client
