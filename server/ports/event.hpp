// SPDX-License-Identifier: Apache-2.0
// Events on their way into a log and out of it. The body is opaque here: encoded proto Event bytes.
#pragma once

#include "base/ids.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace switchboard::ports {

enum class Audience : std::uint8_t { all, staff };

// An event that has no place yet. `bytes` is an encoded proto Event without audience, event_id, seq, prev and time_ms: the
// store appends these five in this order, so that readers find them at the end without decoding the body.
struct EventDraft {
    Audience audience = Audience::all;
    std::uint64_t event_id = 0;
    std::string bytes;
};

// An event of the log. `bytes` is the complete encoded proto Event; the other fields are read from it.
struct LogEntry {
    std::uint64_t seq = 0;
    std::uint64_t prev = 0;       // last seq before it with audience all
    std::uint64_t event_id = 0;
    Audience audience = Audience::all;
    std::string bytes;
};

// A value that replaces its predecessor: typing, horizons, queue position. Encoded proto ServerFrame.
struct LatestValue {
    Audience audience = Audience::all;
    SessionId except;             // the session that caused it, or empty
    std::string frame;
};

}  // namespace switchboard::ports
