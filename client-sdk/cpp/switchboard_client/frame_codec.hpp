// SPDX-License-Identifier: Apache-2.0
// The two encodings of the wire: protobuf bytes and the protobuf JSON mapping. A frame is encoded as a piece; pieces are joined
// into one batch, so that a connection sends whatever is ready in one message. Thread: any.
#pragma once

#include "switchboard/v1/client.pb.h"

#include <string>
#include <string_view>

namespace switchboard::client {

enum class Encoding { protobuf, json };

std::string_view subprotocol(Encoding encoding);

// One ClientFrame as a piece of a ClientBatch.
std::string encode_piece(const v1::ClientFrame& frame, Encoding encoding);
// Adds a piece to a batch that is being built; `batch` starts empty.
void append_piece(std::string& batch, std::string_view piece, Encoding encoding);
// Completes the batch.
void finish_batch(std::string& batch, Encoding encoding);

// False: not a ServerBatch.
bool decode_batch(std::string_view message, Encoding encoding, v1::ServerBatch& batch);

}  // namespace switchboard::client
