// SPDX-License-Identifier: Apache-2.0
// Server frames in the two encodings of the wire, framed as ports/client_link.hpp says: pieces that a link concatenates.
// JSON is protobuf's default mapping: lowerCamelCase names, enums by name, 64-bit integers as strings.
// Pure. Thread: any; the lazily encoded kinds belong to one shard.
#pragma once

#include "ports/client_link.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace switchboard::v1 {
class ServerFrame;
}

namespace switchboard::app {

ports::EncodedFrame encode(const v1::ServerFrame& frame, ports::Encoding encoding);

// A ConversationEvent around an Event that is encoded already; protobuf wraps the bytes as they are.
// Null when the bytes are no Event (JSON only: protobuf does not look inside).
ports::EncodedFrame encode_event(std::string_view conversation, std::string_view event, ports::Encoding encoding);

// A ServerFrame that is encoded as protobuf already. Null when the bytes are no ServerFrame (JSON only).
ports::EncodedFrame encode_raw(std::string_view frame, ports::Encoding encoding);

// What a hub needs of an encoded Event, without decoding it. The views point into the bytes.
struct EventHeader {
    std::uint64_t event_id = 0;
    int body = 0;  // field number of the oneof `body`
    std::uint64_t time_ms = 0;
};
std::optional<EventHeader> peek_event(std::string_view event);

// One frame for many sessions, encoded at most once per encoding. The views must outlive it.
class SharedFrame {
public:
    static SharedFrame of_event(std::string_view conversation, std::string_view event) { return {conversation, event}; }
    static SharedFrame of_raw(std::string_view frame) { return {std::string_view{}, frame}; }

    const ports::EncodedFrame& get(ports::Encoding encoding);

private:
    SharedFrame(std::string_view conversation, std::string_view bytes) : conversation_(conversation), bytes_(bytes) {}

    std::string_view conversation_;  // empty: bytes_ is a ServerFrame
    std::string_view bytes_;
    std::array<ports::EncodedFrame, 2> encoded_;
};

}  // namespace switchboard::app
