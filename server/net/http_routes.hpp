// SPDX-License-Identifier: Apache-2.0
// What plain HTTP requests are answered with: health, metrics, the agents' sign-in and the pages. Thread: its shard.
#pragma once

#include "net/http_message.hpp"
#include "net/shard_state.hpp"

#include <functional>

namespace switchboard::net {

inline constexpr std::string_view websocket_path = "/v1/ws";

using Respond = std::function<void(HttpResponse)>;

// Calls `respond` exactly once, at once or later. The request is not needed after the return.
void handle_request(ShardState& shard, const HttpRequest& request, Respond respond);

}  // namespace switchboard::net
