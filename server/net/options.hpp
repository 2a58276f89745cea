// SPDX-License-Identifier: Apache-2.0
// What of net can be configured besides app::SessionLimits (told to clients) and AdmissionLimits (shared by all shards).
#pragma once

#include "base/clock.hpp"
#include "net/client_address.hpp"

#include <cstddef>
#include <vector>

namespace switchboard::net {

using namespace std::chrono_literals;

struct Options {
    std::vector<Network> trusted_proxies;
    bool secure_cookies = false;                 // the refresh cookie only over HTTPS: set when TLS ends in front of us
    double customer_commands_per_minute = 100;   // 0: no limit
    std::size_t frames_per_message = 64;
    std::uint32_t fragments_per_message = 64;
    double pings_per_second = 10;
    Duration request_deadline = 10s;             // accept -> complete request or 101, and between requests
    Duration answer_deadline = 30s;              // complete request -> response written
    Duration message_deadline = 10s;             // first -> last byte of one WebSocket message
    Duration write_stall = 10s;                  // one write
    Duration close_deadline = 5s;                // our close -> the client's
    Duration heartbeat_grace = 10s;              // beyond SessionLimits.heartbeat_ms
    Duration reconnect_spread = 250ms;           // of the hints in GoAway; who is sent when is spread over the drain already
};

}  // namespace switchboard::net
