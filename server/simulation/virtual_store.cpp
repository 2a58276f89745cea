// SPDX-License-Identifier: Apache-2.0
#include "simulation/virtual_store.hpp"

#include <algorithm>

namespace switchboard::simulation {

using namespace domain;
using enum ConversationStatus;

namespace {

void add_cooldown(domain::Conversation& conversation, const AgentId& agent, Duration cooldown, Timestamp now) {
    std::erase_if(conversation.cooldowns, [&](const Cooldown& one) { return one.until <= now || one.agent == agent; });
    if (cooldown > Duration{0}) conversation.cooldowns.push_back({agent, now + cooldown});
}

}  // namespace

// ---- people

void VirtualStore::start(domain::Conversation conversation) {
    conversation.status = queued;
    Conversation& made = conversations_[conversation.id];
    made = std::move(conversation);
    changed(made);
}

bool VirtualStore::accept(const ConversationId& id, Timestamp now) {
    Conversation* conversation = find(id);
    if (!conversation || conversation->status != offered) return false;
    conversation->status = active;
    conversation->offer = {};
    conversation->deadline = {};
    conversation->requirement.agent = {};
    conversation->cooldowns.clear();
    ++conversation->assign_epoch;
    Agent& agent = agents_.at(conversation->agent);
    agent.misses = 0;
    agent.idle_since = now;
    changed(*conversation);
    changed(agent);
    return true;
}

bool VirtualStore::begin_wrap_up(const ConversationId& id, Timestamp deadline, Timestamp) {
    Conversation* conversation = find(id);
    if (!conversation || conversation->status != active) return false;
    conversation->status = wrap_up;
    conversation->closed_reason = ClosedReason::resolved;
    conversation->deadline = deadline;
    changed(*conversation);
    return true;
}

bool VirtualStore::close(const ConversationId& id, Timestamp now) {
    Conversation* conversation = find(id);
    if (!conversation || (conversation->status != active && conversation->status != wrap_up)) return false;
    finish(*conversation, ClosedReason::resolved, now);
    return true;
}

bool VirtualStore::leave(const ConversationId& id, Timestamp now) {
    Conversation* conversation = find(id);
    if (!conversation || (conversation->status != queued && conversation->status != offered)) return false;
    finish(*conversation, ClosedReason::abandoned, now);
    return true;
}

void VirtualStore::sign_in(const AgentId& id, Timestamp now) {
    Agent& agent = agents_[id];
    if (agent.version == 0 || !agent.online()) agent.idle_since = now;
    agent.id = id;
    agent.choice = AgentChoice::available;
    agent.offline_since.reset();
    changed(agent);
}

void VirtualStore::go_away(const AgentId& id) {
    Agent& agent = agents_.at(id);
    agent.choice = AgentChoice::away;
    changed(agent);
}

void VirtualStore::sign_out(const AgentId& id, Timestamp now) {
    Agent& agent = agents_.at(id);
    agent.offline_since = now;
    changed(agent);
}

// ---- the router

bool VirtualStore::carry_out(const Decision& decision, Timestamp now) {
    return std::visit([&](const auto& kind) { return done(kind, now); }, decision);
}

bool VirtualStore::done(const MakeOffer& decision, Timestamp now) {
    Conversation* conversation = find(decision.conversation);
    if (!conversation || conversation->status != queued || conversation->version != decision.conversation_version) return false;
    const auto found = agents_.find(decision.agent);
    if (found == agents_.end()) return false;
    Agent& agent = found->second;
    if (agent.choice != AgentChoice::available || !agent.online() || agent.load + conversation->weight > decision.capacity) return false;
    conversation->status = offered;
    conversation->agent = agent.id;
    conversation->offer = OfferId{conversation->id.value + "#" + std::to_string(conversation->version)};
    conversation->deadline = decision.deadline;
    agent.load += conversation->weight;
    agent.asked_at = now;
    changed(*conversation);
    changed(agent);
    return true;
}

bool VirtualStore::done(const EndOffer& decision, Timestamp now) {
    Conversation* conversation = find(decision.conversation);
    if (!conversation || conversation->status != offered || conversation->offer != decision.offer) return false;
    Agent& agent = agents_.at(conversation->agent);
    if (decision.outcome == OfferOutcome::timed_out) ++agent.misses;
    if (decision.outcome == OfferOutcome::declined) agent.misses = 0;
    if (decision.outcome != OfferOutcome::withdrawn) conversation->requirement.agent = {};
    if (decision.set_away) {
        agent.choice = AgentChoice::away;
        agent.reason = "missed_offers";
        agent.misses = 0;
    }
    add_cooldown(*conversation, agent.id, decision.cooldown, now);
    back_to_queue(*conversation, now);
    return true;
}

bool VirtualStore::done(const Abandon& decision, Timestamp now) {
    Conversation* conversation = find(decision.conversation);
    if (!conversation || (conversation->status != queued && conversation->status != offered)) return false;
    if (conversation->version != decision.version || !conversation->customer_absent_since) return false;
    finish(*conversation, ClosedReason::abandoned, now);
    return true;
}

bool VirtualStore::done(const Requeue& decision, Timestamp now) {
    Conversation* conversation = find(decision.conversation);
    if (!conversation || conversation->status != active || conversation->agent != decision.agent) return false;
    if (conversation->assign_epoch != decision.assign_epoch) return false;
    const bool unanswered = decision.cooldown > Duration{0};
    if (!unanswered && agents_.at(decision.agent).online()) return false;
    if (unanswered) add_cooldown(*conversation, decision.agent, decision.cooldown, now);
    back_to_queue(*conversation, now);
    return true;
}

bool VirtualStore::done(const EndWrapUp& decision, Timestamp now) {
    Conversation* conversation = find(decision.conversation);
    if (!conversation || conversation->status != wrap_up || conversation->assign_epoch != decision.assign_epoch) return false;
    finish(*conversation, conversation->closed_reason, now);
    return true;
}

bool VirtualStore::done(const Widen& decision, Timestamp) {
    Conversation* conversation = find(decision.conversation);
    if (!conversation || conversation->status != queued || conversation->version != decision.version) return false;
    conversation->step = std::max(conversation->step, decision.step);
    if (decision.anyone) {
        conversation->requirement.agent = {};
        conversation->requirement.bots = false;
        conversation->deadline = {};
    }
    changed(*conversation);
    return true;
}

bool VirtualStore::done(const Move& decision, Timestamp) {
    Conversation* conversation = find(decision.conversation);
    if (!conversation || conversation->status != queued || conversation->version != decision.version) return false;
    conversation->requirement = decision.requirement;
    conversation->weight = decision.weight;
    conversation->step = 0;
    conversation->deadline = {};
    changed(*conversation);
    return true;
}

bool VirtualStore::done(const TurnAway& decision, Timestamp now) {
    Conversation* conversation = find(decision.conversation);
    if (!conversation || conversation->status != queued || conversation->version != decision.version) return false;
    finish(*conversation, decision.reason, now);
    return true;
}

// ---- shared

const domain::Conversation* VirtualStore::conversation(const ConversationId& id) const {
    const auto found = conversations_.find(id);
    return found == conversations_.end() ? nullptr : &found->second;
}

const domain::Agent* VirtualStore::agent(const AgentId& id) const {
    const auto found = agents_.find(id);
    return found == agents_.end() ? nullptr : &found->second;
}

domain::Conversation* VirtualStore::find(const ConversationId& id) {
    const auto found = conversations_.find(id);
    return found == conversations_.end() ? nullptr : &found->second;
}

// An agent that was only asked has been idle all the time.
void VirtualStore::release_agent(Conversation& conversation, Timestamp now) {
    if (conversation.agent.empty()) return;
    Agent& agent = agents_.at(conversation.agent);
    agent.load -= conversation.weight;
    if (conversation.status != offered) agent.idle_since = now;
    changed(agent);
}

void VirtualStore::back_to_queue(Conversation& conversation, Timestamp now) {
    release_agent(conversation, now);
    conversation.status = queued;
    conversation.agent = {};
    conversation.offer = {};
    conversation.deadline = {};
    changed(conversation);
}

void VirtualStore::finish(Conversation& conversation, ClosedReason reason, Timestamp now) {
    release_agent(conversation, now);
    if (conversation.status == offered) conversation.agent = {};
    conversation.status = closed;
    conversation.closed_reason = reason;
    conversation.offer = {};
    conversation.deadline = {};
    changed(conversation);
    conversations_.erase(ConversationId{conversation.id});
}

void VirtualStore::changed(Conversation& conversation) {
    ++conversation.version;
    stream.emplace_back(conversation);
}

void VirtualStore::changed(Agent& agent) {
    ++agent.version;
    stream.emplace_back(agent);
}

}  // namespace switchboard::simulation
