// SPDX-License-Identifier: Apache-2.0
// One socket until it closes or becomes a WebSocket: reads requests under tight limits, answers them, and hands the socket over at
// the upgrade. Thread: its shard.
#pragma once

#include "net/shard_server.hpp"

#include <memory>

namespace switchboard::net {

void start_http_session(std::shared_ptr<ShardState> shard, Socket socket, asio::ip::address peer, Admission::Slot slot);

}  // namespace switchboard::net
