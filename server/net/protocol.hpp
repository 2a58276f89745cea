// SPDX-License-Identifier: Apache-2.0
// The bytes of one WebSocket message -> ClientBatch, for both encodings. Hostile bytes cost no more than a small multiple of
// their own size: nesting and the number of frames are bounded before anything is built. One object per shard; thread: that shard.
#pragma once

#include "base/error.hpp"
#include "ports/client_link.hpp"
#include "switchboard/v1/client.pb.h"

#include <google/protobuf/arena.h>

#include <cstddef>
#include <string_view>

namespace switchboard::net {

class Decoder {
public:
    static constexpr int max_depth = 16;

    explicit Decoder(std::size_t max_frames = 64);

    // The batch lives until the next call. Errors: invalid_argument (not a ClientBatch), too_large (too many frames).
    Result<const v1::ClientBatch*> decode(std::string_view bytes, ports::Encoding encoding);

private:
    Result<const v1::ClientBatch*> decode_protobuf(std::string_view bytes);

    const std::size_t max_frames_;
    // Ordinary messages never leave this block, so decoding them allocates nothing but long strings.
    alignas(8) char block_[8 * 1024];
    google::protobuf::Arena arena_;
};

}  // namespace switchboard::net
