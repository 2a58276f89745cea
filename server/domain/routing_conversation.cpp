// SPDX-License-Identifier: Apache-2.0
#include "domain/routing_index.hpp"

namespace switchboard::domain::routing {

namespace {

bool only_waits(const Conversation& fact) {
    return fact.agent.empty() && fact.offer.empty() && fact.deadline == Timestamp{} && fact.closed_reason == ClosedReason::none &&
           fact.cooldowns.empty();
}

}  // namespace

void ConversationEntry::take(const Conversation& fact, Timestamp now) {
    version = fact.version;
    if (!requirement || *requirement != fact.requirement) requirement = std::make_shared<const Requirement>(fact.requirement);
    order = order_of(fact);
    enqueued = fact.enqueued;
    customer_absent_since = fact.customer_absent_since;
    assign_epoch = fact.assign_epoch;
    weight = fact.weight;
    step = fact.step;
    status = fact.status;
    urgent = fact.urgent;
    quiet_until = {};
    no_bot = false;
    if (only_waits(fact) && claim_state() == Claim::State::none) return engagement.reset();
    Engagement& more = engage();
    more.agent = fact.agent;
    more.offer = fact.offer;
    more.deadline = fact.deadline;
    more.closed_reason = fact.closed_reason;
    more.cooldowns = fact.cooldowns;
    more.cooldowns_seen = now;
}

Conversation ConversationEntry::entity() const {
    const Engagement& more = engaged();
    Conversation result;
    result.id = id;
    result.version = version;
    result.status = status;
    result.requirement = *requirement;
    result.weight = weight;
    result.enqueued = enqueued;
    const Place place = urgent ? order + urgent_lead : order;
    result.arrival = std::chrono::floor<Duration>(place);
    result.arrival_us = static_cast<std::uint16_t>((place - result.arrival).count());
    result.urgent = urgent;
    result.step = step;
    result.agent = more.agent;
    result.offer = more.offer;
    result.deadline = more.deadline;
    result.assign_epoch = assign_epoch;
    result.closed_reason = more.closed_reason;
    result.customer_absent_since = customer_absent_since;
    result.cooldowns = more.cooldowns;
    return result;
}

}  // namespace switchboard::domain::routing
