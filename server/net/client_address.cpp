// SPDX-License-Identifier: Apache-2.0
#include "net/client_address.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace switchboard::net {

namespace {

namespace ip = boost::asio::ip;

// ::ffff:1.2.3.4, as a dual-stack socket reports IPv4 peers.
ip::address plain(const ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, address.to_v6());
    return address;
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

template <class Bytes>
bool same_prefix(const Bytes& a, const Bytes& b, unsigned bits) {
    const std::size_t whole = bits / 8;
    if (!std::equal(a.begin(), a.begin() + whole, b.begin())) return false;
    const unsigned rest = bits % 8;
    return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

}  // namespace

Result<Network> Network::parse(std::string_view text) {
    const auto invalid = [text] { return Error{ErrorCode::invalid_argument, "not an address block: " + std::string(text)}; };
    const auto slash = text.find('/');
    boost::system::error_code failure;
    Network network;
    network.base_ = plain(ip::make_address(std::string(text.substr(0, slash)), failure));
    if (failure) return invalid();
    const unsigned widest = network.base_.is_v4() ? 32 : 128;
    network.prefix_ = widest;
    if (slash != std::string_view::npos) {
        const auto digits = text.substr(slash + 1);
        const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), network.prefix_);
        if (status != std::errc{} || end != digits.data() + digits.size() || network.prefix_ > widest) return invalid();
    }
    return network;
}

bool Network::contains(const ip::address& given) const {
    const ip::address address = plain(given);
    if (address.is_v4() != base_.is_v4()) return false;
    if (address.is_v4()) return same_prefix(address.to_v4().to_bytes(), base_.to_v4().to_bytes(), prefix_);
    return same_prefix(address.to_v6().to_bytes(), base_.to_v6().to_bytes(), prefix_);
}

bool trusted(const std::vector<Network>& proxies, const ip::address& address) {
    return std::any_of(proxies.begin(), proxies.end(), [&](const Network& network) { return network.contains(address); });
}

ip::address client_address(const ip::address& peer, std::string_view forwarded, const std::vector<Network>& proxies) {
    ip::address nearest = plain(peer);
    while (trusted(proxies, nearest) && !forwarded.empty()) {
        const auto comma = forwarded.rfind(',');
        const auto hop = trimmed(comma == std::string_view::npos ? forwarded : forwarded.substr(comma + 1));
        forwarded = comma == std::string_view::npos ? std::string_view{} : forwarded.substr(0, comma);
        boost::system::error_code failure;
        const auto address = ip::make_address(std::string(hop), failure);
        if (failure) break;  // garbage: what stands behind it cannot be trusted either
        nearest = plain(address);
    }
    return nearest;
}

}  // namespace switchboard::net
