// SPDX-License-Identifier: Apache-2.0
#include "switchboard_client/frame_codec.hpp"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/util/json_util.h>

namespace switchboard::client {

namespace {

constexpr char frames_tag = static_cast<char>(v1::ClientBatch::kFramesFieldNumber << 3 | 2);

}  // namespace

std::string_view subprotocol(Encoding encoding) {
    return encoding == Encoding::json ? "switchboard.v1+json" : "switchboard.v1+proto";
}

std::string encode_piece(const v1::ClientFrame& frame, Encoding encoding) {
    std::string piece;
    if (encoding == Encoding::json) {
        (void)google::protobuf::util::MessageToJsonString(frame, &piece);
        return piece;
    }
    const std::size_t size = frame.ByteSizeLong();
    unsigned char head[11];
    head[0] = static_cast<unsigned char>(frames_tag);
    const unsigned char* end = google::protobuf::io::CodedOutputStream::WriteVarint32ToArray(static_cast<std::uint32_t>(size), head + 1);
    piece.reserve(size + sizeof head);
    piece.assign(reinterpret_cast<const char*>(head), static_cast<std::size_t>(end - head));
    frame.AppendToString(&piece);
    return piece;
}

void append_piece(std::string& batch, std::string_view piece, Encoding encoding) {
    if (encoding == Encoding::json) batch += batch.empty() ? "{\"frames\":[" : ",";
    batch += piece;
}

void finish_batch(std::string& batch, Encoding encoding) {
    if (encoding == Encoding::json) batch += "]}";
}

bool decode_batch(std::string_view message, Encoding encoding, v1::ServerBatch& batch) {
    if (encoding == Encoding::protobuf) return batch.ParseFromArray(message.data(), static_cast<int>(message.size()));
    google::protobuf::util::JsonParseOptions options;
    options.ignore_unknown_fields = true;
    batch.Clear();
    return google::protobuf::util::JsonStringToMessage(google::protobuf::StringPiece(message.data(), message.size()), &batch, options).ok();
}

}  // namespace switchboard::client
