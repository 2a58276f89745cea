// SPDX-License-Identifier: Apache-2.0
// The one way in which an operation says that it failed. Exceptions are for defects and for start-up only.
#pragma once

#include <boost/system/result.hpp>

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>

namespace switchboard {

// Mirrors proto ErrorCode value by value (a test holds them together); base may not know protobuf.
enum class ErrorCode : std::uint8_t {
    invalid_argument = 1,
    unauthenticated = 2,
    not_found = 3,
    illegal_state = 4,
    conversation_closed = 5,
    stale_assignment = 6,
    conflict = 7,
    out_of_sequence = 8,
    rate_limited = 9,
    too_large = 10,
    unavailable = 11,
    department_closed = 12,
    capacity_exceeded = 13,
    unsupported = 14,
    internal = 15,
};

struct Error {
    ErrorCode code = ErrorCode::internal;
    std::string message;              // for developers; never personal data
    std::uint32_t retry_after_ms = 0; // 0: the caller's own back-off
    std::uint32_t expected_number = 0;  // with out_of_sequence

    // The same command may succeed later, unchanged.
    bool temporary() const { return code == ErrorCode::rate_limited || code == ErrorCode::unavailable; }
};

[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&) {
    throw std::runtime_error(error.message);
}

template <class T>
using Result = boost::system::result<T, Error>;

// Called exactly once, on the thread that made the request, never from inside the call that made it.
template <class T>
using Callback = std::function<void(Result<T>)>;

}  // namespace switchboard
