// SPDX-License-Identifier: Apache-2.0
#include "net/admission.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <utility>

namespace switchboard::net {

namespace {

TimePoint now() { return std::chrono::steady_clock::now(); }

// The rest is for Redis, files and whatever libraries open.
std::size_t default_connection_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 800;
    return static_cast<std::size_t>(std::min<rlim_t>(limit.rlim_cur, 10'000'000)) / 10 * 8;
}

}  // namespace

Admission::Slot::Slot(Slot&& other) noexcept
    : admission_(std::move(other.admission_)), key_(other.key_), counted_(std::exchange(other.counted_, false)) {}

Admission::Slot& Admission::Slot::operator=(Slot&& other) noexcept {
    if (this != &other) {
        release();
        admission_ = std::move(other.admission_);
        key_ = other.key_;
        counted_ = std::exchange(other.counted_, false);
    }
    return *this;
}

bool Admission::Slot::attribute(const boost::asio::ip::address& address) {
    if (counted_ || !admission_) return true;
    key_ = address_key(address);
    const std::lock_guard lock(admission_->mutex_);
    const auto outcome = admission_->addresses_.connect(key_, now());
    counted_ = outcome == AddressTable::Connect::counted;
    return outcome != AddressTable::Connect::refused;
}

Admission::Handshake Admission::Slot::handshake(const boost::asio::ip::address& address) {
    return admission_ ? admission_->handshake(address) : Handshake::server_too_busy;
}

void Admission::Slot::stop_counting_address() {
    if (!counted_) return;
    counted_ = false;
    const std::lock_guard lock(admission_->mutex_);
    admission_->addresses_.disconnect(key_);
}

void Admission::Slot::release() {
    if (!admission_) return;
    stop_counting_address();
    {
        const std::lock_guard lock(admission_->mutex_);
        --admission_->connections_;
    }
    admission_.reset();
}

std::shared_ptr<Admission> Admission::create(AdmissionLimits limits) {
    if (limits.connections == 0) limits.connections = default_connection_limit();
    return std::shared_ptr<Admission>(new Admission(limits));
}

Admission::Admission(AdmissionLimits limits) : limits_(limits), addresses_(limits.per_address) {}

Admission::Slot Admission::open() {
    Slot slot;
    const std::lock_guard lock(mutex_);
    if (connections_ >= limits_.connections) return slot;
    ++connections_;
    slot.admission_ = shared_from_this();
    return slot;
}

Admission::Handshake Admission::handshake(const boost::asio::ip::address& address) {
    const TimePoint at = now();
    const std::lock_guard lock(mutex_);
    // The address first: a flood from one of them must not use up what belongs to all.
    if (!addresses_.handshake(address_key(address), at)) return Handshake::address_too_fast;
    if (!handshakes_.take(limits_.handshakes_per_second, limits_.handshakes_per_second, at)) return Handshake::server_too_busy;
    return Handshake::admitted;
}

std::size_t Admission::connections() const {
    const std::lock_guard lock(mutex_);
    return connections_;
}

}  // namespace switchboard::net
