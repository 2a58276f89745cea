// SPDX-License-Identifier: Apache-2.0
// Whether a request for /v1/ws may become a WebSocket, checked before anything is answered. Pure.
#pragma once

#include "net/http_message.hpp"
#include "ports/client_link.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace switchboard::net {

struct Upgrade {
    std::string key;  // Sec-WebSocket-Key
    ports::Encoding encoding = ports::Encoding::protobuf;
    std::string origin;       // of the page that asks; empty: no browser
    bool own_origin = false;  // that page came from the host which was asked
};

std::string_view subprotocol(ports::Encoding encoding);

// The upgrade, or what to answer instead: 400, 403, 405 or 426.
std::variant<Upgrade, HttpResponse> check_upgrade(const HttpRequest& request);

}  // namespace switchboard::net
