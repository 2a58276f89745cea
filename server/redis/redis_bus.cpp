// SPDX-License-Identifier: Apache-2.0
#include "redis/redis_bus.hpp"

#include "base/log.hpp"
#include "redis/keys.hpp"
#include "redis/stamp.hpp"

#include "switchboard/v1/client.pb.h"

#include <cstring>

namespace switchboard::redis {

namespace {

struct Record {
    char kind = 0;
    std::string_view id;
    std::string_view payload;
};

constexpr std::size_t header_size = 7;

bool take_record(std::string_view& message, Record& record) {
    if (message.size() < header_size) return false;
    std::uint16_t id_size;
    std::uint32_t payload_size;
    std::memcpy(&id_size, message.data() + 1, sizeof id_size);
    std::memcpy(&payload_size, message.data() + 3, sizeof payload_size);
    if (message.size() - header_size < std::size_t{id_size} + payload_size) return false;
    record = {message[0], message.substr(header_size, id_size), message.substr(header_size + id_size, payload_size)};
    message.remove_prefix(header_size + id_size + payload_size);
    return true;
}

bool take_event(const TenantId& tenant, const Record& record, ports::BusListener& listener) {
    const auto stamp = read_stamp(record.payload);
    if (!stamp) return false;
    listener.on_event(tenant, record.id, stamp->audience, stamp->seq, stamp->prev, record.payload);
    return true;
}

bool take_latest(const TenantId& tenant, const Record& record, ports::BusListener& listener) {
    if (record.payload.empty()) return false;
    const std::size_t except = static_cast<unsigned char>(record.payload[0]);
    if (record.payload.size() < 1 + except) return false;
    listener.on_latest(tenant, record.id, record.kind == 'L' ? ports::Audience::all : ports::Audience::staff,
                       record.payload.substr(1, except), record.payload.substr(1 + except));
    return true;
}

bool take_horizons(const TenantId& tenant, const Record& record, ports::BusListener& listener) {
    if (record.payload.size() != 17) return false;
    std::uint64_t delivered, read;
    std::memcpy(&delivered, record.payload.data() + 1, sizeof delivered);
    std::memcpy(&read, record.payload.data() + 9, sizeof read);
    v1::ServerFrame frame;
    v1::HorizonsAdvanced& advanced = *frame.mutable_horizons_advanced();
    advanced.set_conversation_id(std::string(record.id));
    advanced.set_side(record.payload[0] == 'c' ? v1::CUSTOMER : v1::AGENT);
    advanced.mutable_horizons()->set_delivered_seq(delivered);
    advanced.mutable_horizons()->set_read_seq(read);
    listener.on_latest(tenant, record.id, ports::Audience::all, {}, frame.SerializeAsString());
    return true;
}

}  // namespace

bool dispatch_bus_message(const TenantId& tenant, std::string_view message, ports::BusListener& listener) {
    while (!message.empty()) {
        Record record;
        if (!take_record(message, record)) return false;
        bool understood = true;
        switch (record.kind) {
            case 'A':
            case 'S': understood = take_event(tenant, record, listener); break;
            case 'L':
            case 'M': understood = take_latest(tenant, record, listener); break;
            case 'H': understood = take_horizons(tenant, record, listener); break;
            case 'N': listener.on_agent(tenant, record.id); break;
            case 'C': listener.on_config(tenant); break;
            case 'R': listener.on_router_free(tenant); break;
            default: break;  // a newer version's kind: two versions may run side by side
        }
        if (!understood) return false;
    }
    return true;
}

void RedisBus::listen(ports::BusListener& listener) {
    listener_ = &listener;
    subscriber_.on_gap([this] { listener_->on_gap(); });
}

void RedisBus::add_tenant(const TenantId& tenant, std::function<void()> ready) {
    const Keys key(tenant);
    const auto receive = [this, tenant](std::string_view message) {
        if (!dispatch_bus_message(tenant, message, *listener_)) log::error("bus.malformed", {{"tenant", tenant.value}});
    };
    subscriber_.subscribe(key.channel_of_all(), receive, [] {});
    // Confirmations come in the order of the subscriptions, so the second one's stands for both.
    subscriber_.subscribe(key.channel(endpoint_), receive, std::move(ready));
}

}  // namespace switchboard::redis
