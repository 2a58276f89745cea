// SPDX-License-Identifier: Apache-2.0
// Where a server listens, from a URL that a person typed. Thread: any.
#pragma once

#include "base/error.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <string>

namespace switchboard::client {

struct ServerAddress {
    boost::asio::ip::tcp::endpoint endpoint;
    std::string host;  // as it stands in the Host header
};

// ws://host:port or http://host:port; the port defaults to 8080. Looks the name up (blocking).
Result<ServerAddress> parse_server_url(const std::string& url);

}  // namespace switchboard::client
