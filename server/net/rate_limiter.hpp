// SPDX-License-Identifier: Apache-2.0
// Limits on how often and how many: a token bucket, and a bounded table of what each network address does. Pure: time is an
// argument. Thread: whoever owns it, one at a time.
#pragma once

#include "net/time.hpp"

#include <boost/asio/ip/address.hpp>

#include <cstddef>
#include <cstdint>
#include <unordered_map>

namespace switchboard::net {

// Refills continuously. The rate is an argument because one bucket may change its owner's class (customer -> staff).
class TokenBucket {
public:
    // Takes `tokens` if they are there. Rate 0: no limit.
    bool take(double per_second, double burst, TimePoint now, double tokens = 1);
    // How long until one token is there.
    std::uint32_t wait_ms(double per_second) const;
    bool full(double per_second, double burst, TimePoint now) const;

private:
    double tokens(double per_second, double burst, TimePoint now) const;

    bool started_ = false;  // a new bucket is full
    double tokens_ = 0;
    TimePoint filled_{};
};

// An IPv4 address, or the /64 of an IPv6 address: what one subscriber usually has.
struct AddressKey {
    std::uint64_t value = 0;
    bool v6 = false;
    bool operator==(const AddressKey&) const = default;
};
AddressKey address_key(const boost::asio::ip::address& address);

struct AddressLimits {
    std::size_t connections = 20;        // at once, agents' sessions not counted; 0: no limit
    double handshakes_per_second = 10;   // 0: no limit
    double handshake_burst = 40;
    std::size_t tracked = 65536;         // addresses known at once
};

class AddressTable {
public:
    explicit AddressTable(AddressLimits limits) : limits_(limits) {}

    // uncounted: admitted, but there is nothing to give back with disconnect().
    enum class Connect : std::uint8_t { counted, uncounted, refused };
    Connect connect(AddressKey key, TimePoint now);
    void disconnect(AddressKey key);
    bool handshake(AddressKey key, TimePoint now);
    std::size_t size() const { return entries_.size(); }

private:
    struct Entry {
        TokenBucket handshakes;
        std::size_t connections = 0;
    };
    struct KeyHash {
        std::size_t operator()(const AddressKey& key) const noexcept;
    };
    Entry& entry(AddressKey key, TimePoint now);
    void forget_some(TimePoint now);

    AddressLimits limits_;
    std::unordered_map<AddressKey, Entry, KeyHash> entries_;
    Entry strangers_;  // shared by those who come while the table is full of active addresses
    std::size_t next_bucket_ = 0;
};

}  // namespace switchboard::net
