// SPDX-License-Identifier: Apache-2.0
// One WebSocket connection to a server: opens it, sends what is ready in one write per turn of the loop, hands over every
// message, says once how it ended. Knows nothing of the protocol inside. Thread: its io_context.
#pragma once

#include "base/task.hpp"
#include "switchboard_client/address.hpp"
#include "switchboard_client/frame_codec.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace switchboard::client {

// How a connection ended. `code` is 0 when no close frame came: then `text` says what happened.
struct LinkEnd {
    std::uint16_t code = 0;
    std::string text;
    bool opened = false;  // the upgrade had succeeded
};

class LinkOwner {
public:
    virtual void link_opened() = 0;
    virtual void link_received(std::string_view message) = 0;
    virtual void link_ended(const LinkEnd& end) = 0;  // nothing follows

protected:
    ~LinkOwner() = default;
};

class Link {
public:
    Link(Executor executor, LinkOwner& owner, Encoding encoding);
    ~Link();

    void connect(const ServerAddress& server);
    // A piece (frame_codec): leaves together with all others of this turn.
    void send(std::string_view piece);
    // A message as it is, for tests of what no correct client sends.
    void send_raw(std::string message, bool text);
    // Batches are split so that no message is longer.
    void set_message_limit(std::size_t bytes);
    // Sends what is queued, then closes; link_ended follows.
    void close(std::uint16_t code);
    // What arrives from now on stays in the socket.
    void stop_reading();
    // The connection is gone at once, by TCP reset, and the owner hears nothing more.
    void abort();

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace switchboard::client
