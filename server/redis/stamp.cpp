// SPDX-License-Identifier: Apache-2.0
#include "redis/stamp.hpp"

#include <bit>
#include <cstring>

namespace switchboard::redis {

static_assert(std::endian::native == std::endian::little, "fixed64 is written as it stands in memory");

namespace {

// Tags of proto Event: field number << 3 | wire type (0 varint, 1 fixed64). tests/unit/redis checks them against the schema.
constexpr char audience_tag = 5 << 3;
constexpr char sender_tag = 6 << 3 | 2;
constexpr char role_tag = 1 << 3;
constexpr char participant_id_tag = 2 << 3 | 2;
constexpr char instance_tag = 7 << 3 | 1;
constexpr char number_tag = 8 << 3;
constexpr char event_id_tag = 4 << 3 | 1;
constexpr char seq_tag = 1 << 3 | 1;
constexpr char prev_tag = 2 << 3 | 1;
constexpr char time_tag = 3 << 3 | 1;

std::uint64_t fixed64_at(const char* at) {
    std::uint64_t value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

}  // namespace

std::string complete_draft(const ports::EventDraft& draft) {
    std::string bytes;
    bytes.reserve(draft.bytes.size() + 11);
    bytes += draft.bytes;
    bytes += audience_tag;
    bytes += draft.audience == ports::Audience::all ? '\1' : '\2';
    bytes += event_id_tag;
    bytes.append(reinterpret_cast<const char*>(&draft.event_id), sizeof draft.event_id);
    return bytes;
}

std::optional<Stamp> read_stamp(std::string_view event) {
    if (event.size() < stamp_size) return std::nullopt;
    const char* tail = event.data() + event.size() - stamp_size;
    if (tail[0] != audience_tag || tail[2] != event_id_tag || tail[11] != seq_tag || tail[20] != prev_tag || tail[29] != time_tag)
        return std::nullopt;
    Stamp stamp;
    stamp.audience = tail[1] == 1 ? ports::Audience::all : ports::Audience::staff;
    stamp.event_id = fixed64_at(tail + 3);
    stamp.seq = fixed64_at(tail + 12);
    stamp.prev = fixed64_at(tail + 21);
    stamp.time = from_ms(static_cast<std::int64_t>(fixed64_at(tail + 30)));
    return stamp;
}

std::optional<ports::LogEntry> read_entry(std::string_view event) {
    const std::optional<Stamp> stamp = read_stamp(event);
    if (!stamp) return std::nullopt;
    return ports::LogEntry{stamp->seq, stamp->prev, stamp->event_id, stamp->audience, std::string(event)};
}

bool comes_from(std::string_view event, std::string_view sender, std::uint64_t instance, std::uint32_t number) {
    // The end of Event.sender: of the customer the role alone, of staff the id (shorter than 128 bytes), which is its last field.
    std::string fields = sender.empty() ? std::string{sender_tag, 2, role_tag, 1} : std::string{participant_id_tag, static_cast<char>(sender.size())};
    fields += sender;
    fields += instance_tag;
    fields.append(reinterpret_cast<const char*>(&instance), sizeof instance);
    fields += number_tag;
    for (; number >= 0x80; number >>= 7) fields += static_cast<char>(number | 0x80);
    fields += static_cast<char>(number);
    return event.find(fields) != std::string_view::npos;
}

}  // namespace switchboard::redis
