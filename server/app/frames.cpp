// SPDX-License-Identifier: Apache-2.0
#include "app/frames.hpp"

#include "switchboard/v1/client.pb.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/util/json_util.h>

namespace switchboard::app {

namespace {

using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;

constexpr std::uint8_t tag(int field, int wire_type) { return static_cast<std::uint8_t>(field << 3 | wire_type); }
constexpr int length_delimited = 2;

void append_varint(std::string& out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
    out.push_back(static_cast<char>(value));
}

void append_header(std::string& out, int field, std::size_t length) {
    append_varint(out, static_cast<std::uint64_t>(field) << 3 | length_delimited);
    append_varint(out, length);
}

std::size_t with_header(int field, std::size_t length) {
    return CodedOutputStream::VarintSize32(static_cast<std::uint32_t>(field) << 3) + CodedOutputStream::VarintSize64(length) + length;
}

ports::EncodedFrame to_json(const google::protobuf::Message& message) {
    auto text = std::make_shared<std::string>();
    if (!google::protobuf::util::MessageToJsonString(message, text.get()).ok()) return nullptr;
    return text;
}

}  // namespace

ports::EncodedFrame encode(const v1::ServerFrame& frame, ports::Encoding encoding) {
    if (encoding == ports::Encoding::json) return to_json(frame);
    const std::size_t size = frame.ByteSizeLong();
    auto bytes = std::make_shared<std::string>();
    bytes->reserve(with_header(v1::ServerBatch::kFramesFieldNumber, size));
    append_header(*bytes, v1::ServerBatch::kFramesFieldNumber, size);
    frame.AppendToString(bytes.get());
    return bytes;
}

ports::EncodedFrame encode_event(std::string_view conversation, std::string_view event, ports::Encoding encoding) {
    if (encoding == ports::Encoding::json) {
        v1::ServerFrame frame;
        auto* body = frame.mutable_event();
        body->set_conversation_id(conversation.data(), conversation.size());
        if (!body->mutable_event()->ParseFromArray(event.data(), static_cast<int>(event.size()))) return nullptr;
        return to_json(frame);
    }
    const std::size_t body = with_header(v1::ConversationEvent::kConversationIdFieldNumber, conversation.size()) +
                             with_header(v1::ConversationEvent::kEventFieldNumber, event.size());
    const std::size_t frame = with_header(v1::ServerFrame::kEventFieldNumber, body);
    auto bytes = std::make_shared<std::string>();
    bytes->reserve(with_header(v1::ServerBatch::kFramesFieldNumber, frame));
    append_header(*bytes, v1::ServerBatch::kFramesFieldNumber, frame);
    append_header(*bytes, v1::ServerFrame::kEventFieldNumber, body);
    append_header(*bytes, v1::ConversationEvent::kConversationIdFieldNumber, conversation.size());
    bytes->append(conversation);
    append_header(*bytes, v1::ConversationEvent::kEventFieldNumber, event.size());
    bytes->append(event);
    return bytes;
}

ports::EncodedFrame encode_raw(std::string_view frame, ports::Encoding encoding) {
    if (encoding == ports::Encoding::json) {
        v1::ServerFrame decoded;
        if (!decoded.ParseFromArray(frame.data(), static_cast<int>(frame.size()))) return nullptr;
        return to_json(decoded);
    }
    auto bytes = std::make_shared<std::string>();
    bytes->reserve(with_header(v1::ServerBatch::kFramesFieldNumber, frame.size()));
    append_header(*bytes, v1::ServerBatch::kFramesFieldNumber, frame.size());
    bytes->append(frame);
    return bytes;
}

std::optional<EventHeader> peek_event(std::string_view event) {
    CodedInputStream in(reinterpret_cast<const std::uint8_t*>(event.data()), static_cast<int>(event.size()));
    EventHeader header;
    while (const std::uint32_t key = in.ReadTag()) {
        const int field = static_cast<int>(key >> 3);
        if (key == tag(v1::Event::kEventIdFieldNumber, 1) || key == tag(v1::Event::kTimeMsFieldNumber, 1)) {
            google::protobuf::uint64 value = 0;
            if (!in.ReadLittleEndian64(&value)) return std::nullopt;
            (field == v1::Event::kEventIdFieldNumber ? header.event_id : header.time_ms) = value;
            continue;
        }
        std::uint32_t length = 0;
        google::protobuf::uint64 number = 0;
        bool ok = false;
        switch (key & 7) {
            case 0: ok = in.ReadVarint64(&number); break;
            case 1: ok = in.Skip(8); break;
            case 2:
                ok = in.ReadVarint32(&length) && in.Skip(static_cast<int>(length));
                if (field >= v1::Event::kConversationStartedFieldNumber) header.body = field;
                break;
            case 5: ok = in.Skip(4); break;
            default: break;
        }
        if (!ok) return std::nullopt;
    }
    if (!in.ConsumedEntireMessage()) return std::nullopt;
    return header;
}

const ports::EncodedFrame& SharedFrame::get(ports::Encoding encoding) {
    auto& frame = encoded_[static_cast<std::size_t>(encoding)];
    if (!frame) frame = conversation_.empty() ? encode_raw(bytes_, encoding) : encode_event(conversation_, bytes_, encoding);
    return frame;
}

}  // namespace switchboard::app
