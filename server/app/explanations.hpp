// SPDX-License-Identifier: Apache-2.0
// Why a conversation waits, or where it went: asks the stores for what domain::explain() needs and fills the message that supervisors
// get. Reads only, and never more than the record, the agents, the last hundred entries of the log and the queue board. Whether the
// one who asks may know is the caller's business. Thread: that of the stores.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "domain/tenant_config.hpp"
#include "ports/conversation_store.hpp"
#include "ports/queue_board.hpp"
#include "ports/routing_store.hpp"
#include "switchboard/v1/client.pb.h"

namespace switchboard::app {

// All of it outlives the answer.
struct ExplanationSources {
    ports::ConversationStore& conversations;
    ports::RoutingStore& routing;
    ports::QueueBoard& board;
    const RedisClock& clock;
};

// `record`: as just loaded. Works while it waits, is offered, active, in wrap-up, and closed but still live.
// Errors: those of the stores.
void explain(const ExplanationSources& sources, domain::TenantConfigPtr config, ports::ConversationRecord record, Callback<v1::Explanation> done);

// In the protobuf JSON mapping, as on the wire.
std::string explanation_json(const v1::Explanation& explanation);

}  // namespace switchboard::app
