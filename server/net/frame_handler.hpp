// SPDX-License-Identifier: Apache-2.0
// What a WebSocket session hands its frames to: app::Session in the server, fakes in tests. Thread: its shard.
#pragma once

#include "app/session.hpp"
#include "ports/client_link.hpp"

#include <functional>
#include <memory>

namespace switchboard::net {

class FrameHandler {
public:
    virtual ~FrameHandler() = default;
    virtual void handle(const v1::ClientFrame& frame) = 0;
    virtual bool authenticated() const = 0;
    virtual bool staff() const = 0;
    // The link is gone; the handler is destroyed right after.
    virtual void disconnected() = 0;
};

// Called after the upgrade; the link outlives the handler.
using HandlerFactory = std::function<std::unique_ptr<FrameHandler>(ports::ClientLink& link, app::Connection connection)>;

}  // namespace switchboard::net
