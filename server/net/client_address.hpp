// SPDX-License-Identifier: Apache-2.0
// Whose address a request comes from. X-Forwarded-For is believed only as far as trusted proxies wrote it. Pure.
#pragma once

#include "base/error.hpp"

#include <boost/asio/ip/address.hpp>

#include <string_view>
#include <vector>

namespace switchboard::net {

// An address block such as 10.0.0.0/8 or fd00::/8; a bare address is a block of one.
class Network {
public:
    static Result<Network> parse(std::string_view text);  // invalid_argument
    bool contains(const boost::asio::ip::address& address) const;

private:
    boost::asio::ip::address base_;
    unsigned prefix_ = 0;
};

bool trusted(const std::vector<Network>& proxies, const boost::asio::ip::address& address);

// The nearest address, seen from here, that is not a trusted proxy. `forwarded`: all X-Forwarded-For values, joined by commas.
boost::asio::ip::address client_address(const boost::asio::ip::address& peer, std::string_view forwarded, const std::vector<Network>& proxies);

}  // namespace switchboard::net
