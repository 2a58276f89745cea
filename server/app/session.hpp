// SPDX-License-Identifier: Apache-2.0
// One connected client as the use cases see it: first a stranger who may only say Hello, then a customer or a member of staff.
// net creates it after the upgrade, hands it every decoded frame in order and tells it when the link is gone.
// Thread: its shard. It never blocks and never touches a socket.
#pragma once

#include "app/context.hpp"
#include "ports/client_link.hpp"

#include <memory>
#include <string>

namespace switchboard::v1 {
class ClientFrame;
}

namespace switchboard::app {

struct Connection {
    std::string address;      // of the client, after trusted proxies; for limits only
    std::string origin;       // of the page; empty: not a browser, which could claim any
    bool own_origin = false;  // the page was served by us
};

class SessionHandler;  // what follows Hello: customer_session or agent_session

class Session : public std::enable_shared_from_this<Session> {
public:
    // `link` outlives the session's last call to it: net calls disconnected() before the link dies.
    Session(Context& context, ports::ClientLink& link, Connection connection);
    ~Session();

    // Answers through the link; an illegal frame gets an Error with its request_id.
    void handle(const v1::ClientFrame& frame);
    // After Welcome was sent: net ends the Hello deadline and applies the limits of the role.
    bool authenticated() const;
    bool staff() const;
    // No call to the link follows. Idempotent.
    void disconnected();

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace switchboard::app
