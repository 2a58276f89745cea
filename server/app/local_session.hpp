// SPDX-License-Identifier: Apache-2.0
// A welcomed session as the hub sees it: who it is, and a link that may be gone at any moment. The hub's tables and callbacks in
// flight keep it alive; the link is touched only while the client is connected. Thread: its shard.
#pragma once

#include "app/frames.hpp"
#include "domain/tenant_config.hpp"
#include "ports/client_link.hpp"

#include <memory>
#include <string>
#include <utility>

namespace switchboard::app {

class LocalSession : public std::enable_shared_from_this<LocalSession> {
public:
    struct Identity {
        TenantId tenant;
        SessionId id;
        domain::Role role = domain::Role::customer;
        std::string person;            // visitor id or agent id
        std::uint64_t generation = 0;  // of the agent's account
    };

    LocalSession(Identity identity, ports::ClientLink& link) : identity_(std::move(identity)), link_(&link) {}
    virtual ~LocalSession() = default;
    LocalSession(const LocalSession&) = delete;
    LocalSession& operator=(const LocalSession&) = delete;

    const Identity& identity() const { return identity_; }
    const TenantId& tenant() const { return identity_.tenant; }
    bool staff() const { return identity_.role != domain::Role::customer; }
    AgentId agent() const { return AgentId{identity_.person}; }
    // The conversation in which the store knows this session as the customer's; empty: none.
    virtual ConversationId attached() const { return {}; }
    bool open() const { return link_ != nullptr; }

    ports::SendStatus send(SharedFrame& frame);
    ports::SendStatus send(const v1::ServerFrame& frame);
    // The client read slowly when something was sent last: latest values are skipped.
    bool congested() const { return congested_; }
    // The same for values that come again by themselves: one is skipped, then it is tried again.
    bool skips_one() { return std::exchange(congested_, false); }
    // Sends what is queued, then closes; nothing is sent after it.
    void close(int code, const std::string& reason);

protected:
    void drop_link() { link_ = nullptr; }

private:
    ports::SendStatus note(ports::SendStatus status) {
        congested_ = status != ports::SendStatus::queued;
        return status;
    }

    Identity identity_;
    ports::ClientLink* link_;
    bool congested_ = false;
};

using LocalSessionPtr = std::shared_ptr<LocalSession>;

}  // namespace switchboard::app
