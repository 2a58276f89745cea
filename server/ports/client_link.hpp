// SPDX-License-Identifier: Apache-2.0
// What app sees of a connected client. Frames are shared, encoded once per encoding, and leave in order. Thread: its shard.
#pragma once

#include "base/ids.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace switchboard::ports {

enum class Encoding : std::uint8_t { protobuf, json };

enum class SendStatus : std::uint8_t {
    queued,     // will leave, in order
    congested,  // queued, but the client reads slowly: skip latest values
    closed,     // the link is gone, nothing was queued
};

// One encoded ServerFrame, framed so that concatenated pieces make one ServerBatch:
// protobuf: the field tag and length of `frames` before it; JSON: the bare object.
using EncodedFrame = std::shared_ptr<const std::string>;

// RFC 6455, 7.4.1: a defect of ours. Like every code below 4500 it asks the client to come back.
constexpr std::uint16_t internal_error = 1011;

class ClientLink {
public:
    virtual ~ClientLink() = default;
    virtual Encoding encoding() const = 0;
    virtual SendStatus send(EncodedFrame frame) = 0;
    // Sends what is queued, then closes. `code` is a proto CloseCode, or internal_error.
    virtual void close(std::uint16_t code, const std::string& reason) = 0;
};

}  // namespace switchboard::ports
