// SPDX-License-Identifier: Apache-2.0
#include "net/protocol.hpp"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver.h>
#include <google/protobuf/util/type_resolver_util.h>
#include <google/protobuf/wire_format_lite.h>

#include <memory>
#include <string>

namespace switchboard::net {

namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

constexpr std::uint32_t frames_tag =
    WireFormatLite::MakeTag(v1::ClientBatch::kFramesFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);

google::protobuf::ArenaOptions arena_options(char* block, std::size_t size) {
    google::protobuf::ArenaOptions options;
    options.initial_block = block;
    options.initial_block_size = size;
    return options;
}

CodedInputStream limited(std::string_view bytes) {
    return CodedInputStream(reinterpret_cast<const std::uint8_t*>(bytes.data()), static_cast<int>(bytes.size()));
}

Error invalid(const char* message) { return {ErrorCode::invalid_argument, message}; }

bool parse_frame(std::string_view bytes, v1::ClientFrame& frame) {
    CodedInputStream input = limited(bytes);
    input.SetRecursionLimit(Decoder::max_depth);
    return frame.ParseFromCodedStream(&input) && input.ConsumedEntireMessage();
}

// What JsonStringToMessage does before it parses; stopping here lets both encodings share one bounded parser.
bool json_to_protobuf(std::string_view json, std::string& bytes) {
    static const std::unique_ptr<google::protobuf::util::TypeResolver> resolver{google::protobuf::util::NewTypeResolverForDescriptorPool(
        "type.googleapis.com", google::protobuf::DescriptorPool::generated_pool())};
    google::protobuf::util::JsonParseOptions options;
    options.ignore_unknown_fields = true;
    return google::protobuf::util::JsonToBinaryString(resolver.get(), "type.googleapis.com/switchboard.v1.ClientBatch",
                                                      google::protobuf::StringPiece(json.data(), json.size()), &bytes, options)
        .ok();
}

}  // namespace

Decoder::Decoder(std::size_t max_frames) : max_frames_(max_frames), arena_(arena_options(block_, sizeof block_)) {
    // Protobuf writes a line to standard error for each broken text: hostile clients would fill the disk with them.
    static const bool silent = (google::protobuf::SetLogHandler(nullptr), true);
    (void)silent;
}

Result<const v1::ClientBatch*> Decoder::decode(std::string_view bytes, ports::Encoding encoding) {
    arena_.Reset();
    if (encoding == ports::Encoding::protobuf) return decode_protobuf(bytes);
    std::string converted;
    if (!json_to_protobuf(bytes, converted)) return invalid("not a ClientBatch in JSON");
    return decode_protobuf(converted);
}

Result<const v1::ClientBatch*> Decoder::decode_protobuf(std::string_view bytes) {
    auto* batch = google::protobuf::Arena::CreateMessage<v1::ClientBatch>(&arena_);
    CodedInputStream input = limited(bytes);
    input.SetRecursionLimit(max_depth);
    while (const std::uint32_t tag = input.ReadTag()) {
        if (tag != frames_tag) {
            if (!WireFormatLite::SkipField(&input, tag)) return invalid("not a ClientBatch in protobuf");
            continue;
        }
        std::uint32_t size = 0;
        const bool sized = input.ReadVarint32(&size);
        const auto start = static_cast<std::size_t>(input.CurrentPosition());
        if (!sized || size > bytes.size() - start) return invalid("a frame is longer than its message");
        if (static_cast<std::size_t>(batch->frames_size()) == max_frames_) return Error{ErrorCode::too_large, "too many frames in one message"};
        if (!parse_frame(bytes.substr(start, size), *batch->add_frames())) return invalid("not a ClientFrame in protobuf");
        input.Skip(static_cast<int>(size));
    }
    if (!input.ConsumedEntireMessage()) return invalid("not a ClientBatch in protobuf");
    return batch;
}

}  // namespace switchboard::net
