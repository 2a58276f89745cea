// SPDX-License-Identifier: Apache-2.0
// One WebSocket: answers the upgrade, then carries frames between the client and its FrameHandler. Keeps every limit that protects
// the server from this client (sizes, rates, deadlines, unread output) and closes with the code that says why. Idle it costs
// memory only: a small read buffer, no timer of its own. Thread: its shard.
#pragma once

#include "net/shard_server.hpp"
#include "net/upgrade.hpp"

#include <memory>
#include <string>

namespace switchboard::net {

// `deadline`: by when the upgrade must have been answered.
void start_ws_session(std::shared_ptr<ShardState> shard, Socket socket, Upgrade upgrade, std::string address, Admission::Slot slot,
                      TimePoint deadline);

}  // namespace switchboard::net
