// SPDX-License-Identifier: Apache-2.0
// ports::EventBus on Redis pub/sub: the one parser of what the scripts publish. One per shard; thread: that shard.
//
// A bus message is a sequence of records: kind (1 byte), length of the id (2), length of the payload (4, both little endian),
// id, payload. Kinds: A, S event for all / for staff; L, M latest value for all / for staff (payload: length of the excluded
// session, its id, an encoded ServerFrame); H horizons (payload: side c or a, delivered, read); N look at this agent again;
// C the configuration changed.
#pragma once

#include "ports/event_bus.hpp"
#include "redis/subscriber.hpp"

#include <string_view>
#include <unordered_set>

namespace switchboard::redis {

class RedisBus final : public ports::EventBus {
public:
    RedisBus(Endpoint endpoint, Subscriber& subscriber) : endpoint_(std::move(endpoint)), subscriber_(subscriber) {}

    const Endpoint& endpoint() const override { return endpoint_; }
    void listen(ports::BusListener& listener) override;
    void add_tenant(const TenantId& tenant, std::function<void()> ready) override;

private:
    Endpoint endpoint_;
    Subscriber& subscriber_;
    ports::BusListener* listener_ = nullptr;
};

// Hands every record of a bus message to the listener. False: the bytes are no bus message; what came before was delivered.
bool dispatch_bus_message(const TenantId& tenant, std::string_view message, ports::BusListener& listener);

}  // namespace switchboard::redis
