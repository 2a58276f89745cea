// SPDX-License-Identifier: Apache-2.0
// Everything that the use cases of one shard stand on. Built by runtime/shard, outlives every session of the shard.
#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/metrics.hpp"
#include "base/task.hpp"
#include "ports/conversation_store.hpp"
#include "ports/event_bus.hpp"
#include "ports/queue_board.hpp"
#include "ports/routing_journal.hpp"
#include "ports/routing_store.hpp"
#include "ports/tenant_store.hpp"
#include "ports/token_verifier.hpp"

#include <cstdint>
#include <string>

namespace switchboard::app {

class Hub;
class Tenants;

// Announced in Welcome; RELIABILITY defaults come from the configuration table.
struct SessionLimits {
    std::uint32_t text_bytes = 16 * 1024;
    std::uint32_t customer_frame_bytes = 64 * 1024;
    std::uint32_t agent_frame_bytes = 256 * 1024;
    std::uint32_t hello_ms = 5000;
    std::uint32_t heartbeat_ms = 25000;
    std::uint32_t customer_commands_per_second = 5;
    std::uint32_t customer_command_burst = 20;
    std::uint32_t agent_commands_per_second = 50;
    std::uint32_t customer_outbox_bytes = 256 * 1024;
    std::uint32_t agent_outbox_bytes = 1024 * 1024;
    std::uint32_t sessions_per_visitor = 5;
    std::uint32_t sessions_per_agent = 10;
    std::uint32_t new_visitors_per_minute_per_address = 5;  // conversations started by new anonymous visitors; 0: no limit
};

struct Context {
    Executor executor;
    RedisClock& clock;
    Metrics& metrics;
    const SessionLimits& limits;
    std::string durability;  // as told in Welcome
    Incarnation incarnation;
    ports::ConversationStore& conversations;
    ports::RoutingStore& routing;
    ports::TenantStore& tenant_store;
    ports::QueueBoard& board;
    ports::RoutingJournal& journal;
    ports::EventBus& bus;
    ports::TokenVerifier& tokens;
    Tenants& tenants;  // cached configurations, by tenant and by site
    Hub& hub;          // local sessions and what they follow
};

}  // namespace switchboard::app
