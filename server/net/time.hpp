// SPDX-License-Identifier: Apache-2.0
// Local deadlines: always the monotonic clock, never Redis time.
#pragma once

#include <chrono>

namespace switchboard::net {

using TimePoint = std::chrono::steady_clock::time_point;
inline constexpr TimePoint never = TimePoint::max();

}  // namespace switchboard::net
