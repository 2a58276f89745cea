// SPDX-License-Identifier: Apache-2.0
#include "net/rate_limiter.hpp"

#include <algorithm>
#include <cmath>
#include <random>

namespace switchboard::net {

double TokenBucket::tokens(double per_second, double burst, TimePoint now) const {
    if (!started_) return burst;
    const double elapsed = std::chrono::duration<double>(now - filled_).count();
    return std::min(burst, tokens_ + std::max(0.0, elapsed) * per_second);
}

bool TokenBucket::take(double per_second, double burst, TimePoint now, double wanted) {
    if (per_second <= 0) return true;
    tokens_ = tokens(per_second, burst, now);
    filled_ = now;
    started_ = true;
    if (tokens_ < wanted) return false;
    tokens_ -= wanted;
    return true;
}

std::uint32_t TokenBucket::wait_ms(double per_second) const {
    if (per_second <= 0 || tokens_ >= 1) return 0;
    return static_cast<std::uint32_t>(std::ceil((1 - tokens_) / per_second * 1000));
}

bool TokenBucket::full(double per_second, double burst, TimePoint now) const { return tokens(per_second, burst, now) >= burst; }

AddressKey address_key(const boost::asio::ip::address& address) {
    if (address.is_v4()) return {address.to_v4().to_uint(), false};
    const auto v6 = address.to_v6();
    if (v6.is_v4_mapped()) return {boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, v6).to_uint(), false};
    std::uint64_t prefix = 0;
    const auto bytes = v6.to_bytes();
    for (std::size_t i = 0; i < 8; ++i) prefix = prefix << 8 | bytes[i];
    return {prefix, true};
}

std::size_t AddressTable::KeyHash::operator()(const AddressKey& key) const noexcept {
    // Seeded: whoever owns a /32 of IPv6 must not be able to choose prefixes that collide.
    static const std::uint64_t seed = std::random_device{}() * 0x9e3779b97f4a7c15ULL + 1;
    std::uint64_t mixed = key.value + seed + (key.v6 ? 0x5851f42d4c957f2dULL : 0);
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9ULL;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebULL;
    return mixed ^ mixed >> 31;
}

AddressTable::Entry& AddressTable::entry(AddressKey key, TimePoint now) {
    const auto found = entries_.find(key);
    if (found != entries_.end()) return found->second;
    if (entries_.size() >= limits_.tracked) forget_some(now);
    if (entries_.size() >= limits_.tracked) return strangers_;
    return entries_[key];
}

// A bounded sweep, continued at the next call, so that a flood of addresses cannot make every handshake slow.
void AddressTable::forget_some(TimePoint now) {
    constexpr std::size_t step = 64;
    for (std::size_t i = 0; i < step && entries_.bucket_count() > 0; ++i) {
        const std::size_t bucket = next_bucket_++ % entries_.bucket_count();
        std::size_t visited = 0;
        for (auto it = entries_.begin(bucket); it != entries_.end(bucket) && visited < step; ++visited) {
            const bool idle = it->second.connections == 0 &&
                              it->second.handshakes.full(limits_.handshakes_per_second, limits_.handshake_burst, now);
            const AddressKey key = it->first;
            ++it;
            if (idle) entries_.erase(key);
        }
    }
}

AddressTable::Connect AddressTable::connect(AddressKey key, TimePoint now) {
    if (limits_.connections == 0) return Connect::uncounted;
    Entry& of = entry(key, now);
    // Strangers are bounded by the handshake bucket that they share.
    if (&of == &strangers_) return Connect::uncounted;
    if (of.connections >= limits_.connections) return Connect::refused;
    ++of.connections;
    return Connect::counted;
}

void AddressTable::disconnect(AddressKey key) {
    const auto found = entries_.find(key);
    if (found != entries_.end() && found->second.connections > 0) --found->second.connections;
}

bool AddressTable::handshake(AddressKey key, TimePoint now) {
    return entry(key, now).handshakes.take(limits_.handshakes_per_second, limits_.handshake_burst, now);
}

}  // namespace switchboard::net
