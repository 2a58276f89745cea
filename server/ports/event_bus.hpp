// SPDX-License-Identifier: Apache-2.0
// What reaches this shard from the others. A hint: at most once, and nothing while disconnected. Who needs every event compares
// seq and reads the log (app/hub does). One object per shard; thread: that shard.
#pragma once

#include "base/ids.hpp"
#include "ports/event.hpp"

#include <memory>
#include <string_view>

namespace switchboard::ports {

// Views are valid during the call only.
class BusListener {
public:
    virtual ~BusListener() = default;
    // An event of a log; `bytes` is a complete encoded proto Event.
    virtual void on_event(const TenantId&, std::string_view conversation, Audience, std::uint64_t seq, std::uint64_t prev, std::string_view bytes) = 0;
    virtual void on_latest(const TenantId&, std::string_view conversation, Audience, std::string_view except_session, std::string_view frame) = 0;
    // Offers, ownership, load or state of this agent changed: load it and compare.
    virtual void on_agent(const TenantId&, std::string_view agent) = 0;
    // The tenant's configuration has a newer version.
    virtual void on_config(const TenantId&) = 0;
    // Whoever routed this tenant has given it up.
    virtual void on_router_free(const TenantId&) = 0;
    // The subscription was down: anything may have been missed.
    virtual void on_gap() = 0;
};

class EventBus {
public:
    virtual ~EventBus() = default;
    // Where scripts must publish for this shard.
    virtual const Endpoint& endpoint() const = 0;
    virtual void listen(BusListener& listener) = 0;
    // Events of a tenant arrive only after it was added; `ready` is called when the subscription is confirmed.
    virtual void add_tenant(const TenantId&, std::function<void()> ready) = 0;
};

}  // namespace switchboard::ports
