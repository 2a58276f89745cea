// SPDX-License-Identifier: Apache-2.0
// The last 38 bytes of every stored event: audience, event_id, seq, prev and time_ms as protobuf fields, in this order and of
// fixed width. C++ appends the first two, the script the others; readers take them from the end without decoding the body.
// Why this is valid: the fields of a protobuf message may be concatenated in any order. Pure.
#pragma once

#include "base/clock.hpp"
#include "ports/event.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace switchboard::redis {

struct Stamp {
    ports::Audience audience = ports::Audience::all;
    std::uint64_t event_id = 0;
    std::uint64_t seq = 0;
    std::uint64_t prev = 0;
    Timestamp time{};
};

// The draft with audience and event_id, ready for a script.
std::string complete_draft(const ports::EventDraft& draft);
// nullopt: these bytes were not written by us.
std::optional<Stamp> read_stamp(std::string_view event);
std::optional<ports::LogEntry> read_entry(std::string_view event);

// Does the event come from this sender (an agent's id; empty: the customer), client_instance and number? Looks for the encoded fields, which stand side by side; the instance
// is 64 random bits, so nothing else looks like them.
bool comes_from(std::string_view event, std::string_view sender, std::uint64_t instance, std::uint32_t number);

inline constexpr std::size_t stamp_size = 38;

}  // namespace switchboard::redis
