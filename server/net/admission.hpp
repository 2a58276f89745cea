// SPDX-License-Identifier: Apache-2.0
// Who may connect: the cap of all connections, and what one address may do. One object per process, the only one in net that
// shards share; asked per connection and per handshake, never per message. Thread: any.
#pragma once

#include "net/rate_limiter.hpp"

#include <cstddef>
#include <memory>
#include <mutex>

namespace switchboard::net {

struct AdmissionLimits {
    std::size_t connections = 0;             // of the process; 0: 80 % of the file descriptors allowed
    double handshakes_per_second = 2000;     // of the process; 0: no limit
    AddressLimits per_address;
};

class Admission : public std::enable_shared_from_this<Admission> {
public:
    enum class Handshake : std::uint8_t { admitted, address_too_fast, server_too_busy };

    // The place of one connection; gives it back when destroyed.
    class Slot {
    public:
        Slot() = default;
        Slot(Slot&& other) noexcept;
        Slot& operator=(Slot&& other) noexcept;
        ~Slot() { release(); }
        explicit operator bool() const { return admission_ != nullptr; }

        // Counts the connection under this address. False: the address has too many.
        bool attribute(const boost::asio::ip::address& address);
        Handshake handshake(const boost::asio::ip::address& address);
        // An agent has signed in: limited per identity from now on, no longer per address.
        void stop_counting_address();

    private:
        friend class Admission;
        void release();

        std::shared_ptr<Admission> admission_;
        AddressKey key_;
        bool counted_ = false;
    };

    static std::shared_ptr<Admission> create(AdmissionLimits limits);

    Slot open();  // empty: the process has too many connections
    std::size_t connections() const;
    std::size_t connection_limit() const { return limits_.connections; }

private:
    explicit Admission(AdmissionLimits limits);
    Handshake handshake(const boost::asio::ip::address& address);

    AdmissionLimits limits_;
    mutable std::mutex mutex_;
    std::size_t connections_ = 0;
    TokenBucket handshakes_;
    AddressTable addresses_;
};

}  // namespace switchboard::net
