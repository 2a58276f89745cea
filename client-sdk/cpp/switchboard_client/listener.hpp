// SPDX-License-Identifier: Apache-2.0
// What a Client tells its user. Every call comes from the client's io_context, never from inside a call to the client; the
// user may call the client from it. References are valid during the call only.
#pragma once

#include "base/clock.hpp"
#include "switchboard/v1/client.pb.h"

#include <cstdint>
#include <string>

namespace switchboard::client {

struct Disconnect {
    std::uint16_t code = 0;  // WebSocket close code, 0: none came
    std::string text;
    bool final = false;      // the client does not come back by itself
    Duration retry_in{0};    // otherwise: when it tries again
};

class ClientListener {
public:
    virtual ~ClientListener() = default;

    // After every (re)connection, before anything else of it.
    virtual void on_welcome(const v1::Welcome&) {}
    virtual void on_disconnected(const Disconnect&) {}

    // ---- the log: every event once, in order, without holes
    virtual void on_event(const std::string& conversation, const v1::Event&) { (void)conversation; }
    // What was handed out of this conversation's log is void; it follows again from its first event.
    virtual void on_log_reset(const std::string& conversation) { (void)conversation; }
    // The conversation exists no longer, or no longer for this client.
    virtual void on_log_lost(const std::string& conversation) { (void)conversation; }

    // ---- own messages
    virtual void on_message_accepted(const v1::MessageAccepted&) {}
    virtual void on_message_refused(const std::string& conversation, const std::string& text, const v1::Error&) {
        (void)conversation, (void)text;
    }

    // ---- latest values
    virtual void on_typing(const v1::Typing&) {}
    virtual void on_horizons(const v1::HorizonsAdvanced&) {}
    virtual void on_queue_position(const v1::QueuePosition&) {}
    // All departments, as they are now.
    virtual void on_departments(const v1::DepartmentsChanged&) {}

    // ---- agents. Offers of Welcome come here too, after every connection.
    virtual void on_offer(const v1::Offer&) {}
    virtual void on_offer_withdrawn(const v1::OfferWithdrawn&) {}
    virtual void on_agent_status(const v1::AgentStatus&) {}
    virtual void on_assigned(const v1::Conversation&) {}
    virtual void on_released(const std::string& conversation, v1::LeaveReason) { (void)conversation; }
    // This agent is consulted, told again after every connection; the log follows. Its end: what was handed out of the log is void,
    // and it follows again from its first event if the conversation is assigned now.
    virtual void on_consult_started(const v1::ConsultStarted&) {}
    virtual void on_consult_ended(const std::string& conversation) { (void)conversation; }

    // ---- supervisors, after WatchQueues
    virtual void on_queue_snapshot(const v1::QueueSnapshot&) {}

    // An error that answers no command of this client's.
    virtual void on_error(const v1::Error&) {}
};

}  // namespace switchboard::client
