// SPDX-License-Identifier: Apache-2.0
// What a Client sends and is answered, attempt by attempt, for whoever judges afterwards whether promises were kept. Unlike a
// listener it is told at once, also from inside a call to the client, and must not call the client.
#pragma once

#include "switchboard/v1/client.pb.h"
#include "switchboard_client/send_queue.hpp"

#include <string>

namespace switchboard::client {

class ClientTrace {
public:
    virtual ~ClientTrace() = default;

    // Before each attempt, under the number of that attempt.
    virtual void on_send(const std::string& conversation, const OutgoingMessage&) = 0;
    // Once per message at most.
    virtual void on_send_accepted(const OutgoingMessage&, const v1::MessageAccepted&) = 0;
    // Not said, and not tried again.
    virtual void on_send_refused(const std::string& conversation, const OutgoingMessage&) = 0;
};

}  // namespace switchboard::client
