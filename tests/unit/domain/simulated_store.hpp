// SPDX-License-Identifier: Apache-2.0
// A store in memory that carries out the router's decisions as the real one does: it checks the facts again, raises versions and
// puts every changed entity on a stream. What people do to it comes from the test.
#pragma once

#include "domain/routing.hpp"

#include <deque>
#include <map>
#include <string>

namespace switchboard::domain {

class SimulatedStore {
public:
    TenantConfigPtr config;
    std::map<ConversationId, Conversation> conversations;
    std::map<AgentId, Agent> agents;
    std::deque<Input> stream;

    void start(const ConversationId& id, const Requirement& requirement, unsigned weight, Place arrival, bool urgent = false) {
        Conversation& made = conversations[id];
        made.id = id;
        made.requirement = requirement;
        made.weight = weight;
        made.enqueued = made.arrival = std::chrono::floor<Duration>(arrival);
        made.arrival_us = static_cast<std::uint16_t>((arrival - made.arrival).count());
        made.urgent = urgent;
        changed(made);
    }

    // True: carried out.
    bool carry_out(const Decision& decision, Timestamp now) {
        return std::visit([&](const auto& kind) { return carry_out(kind, now); }, decision);
    }

    void accept(Conversation& conversation, Timestamp now) {
        conversation.status = ConversationStatus::active;
        conversation.deadline = {};
        conversation.offer = {};
        ++conversation.assign_epoch;
        Agent& agent = agents.at(conversation.agent);
        agent.misses = 0;
        agent.idle_since = now;
        changed(conversation);
        changed(agent);
    }

    // Back into a queue, or closed.
    void release(Conversation& conversation, ConversationStatus status, Timestamp now, Timestamp deadline = {}) {
        if (!conversation.agent.empty()) {
            Agent& agent = agents.at(conversation.agent);
            agent.load -= conversation.weight;
            agent.idle_since = now;
            changed(agent);
        }
        conversation.status = status;
        conversation.agent = {};
        conversation.offer = {};
        conversation.deadline = deadline;
        changed(conversation);
    }

    void changed(Conversation& conversation) {
        ++conversation.version;
        stream.emplace_back(conversation);
    }
    void changed(Agent& agent) {
        ++agent.version;
        stream.emplace_back(agent);
    }

private:
    bool carry_out(const MakeOffer& offer, Timestamp now) {
        Conversation& conversation = conversations.at(offer.conversation);
        Agent& agent = agents.at(offer.agent);
        if (conversation.status != ConversationStatus::queued || conversation.version != offer.conversation_version) return false;
        if (!agent.online() || agent.choice != AgentChoice::available || agent.load + conversation.weight > offer.capacity) return false;
        conversation.status = ConversationStatus::offered;
        conversation.agent = agent.id;
        conversation.offer = OfferId{conversation.id.value + "#" + std::to_string(conversation.version)};
        conversation.deadline = offer.deadline;
        agent.load += conversation.weight;
        agent.asked_at = now;
        changed(conversation);
        changed(agent);
        return true;
    }

    bool carry_out(const EndOffer& end, Timestamp now) {
        Conversation& conversation = conversations.at(end.conversation);
        if (conversation.status != ConversationStatus::offered || conversation.offer != end.offer) return false;
        Agent& agent = agents.at(conversation.agent);
        if (end.outcome == OfferOutcome::timed_out) ++agent.misses;
        if (end.outcome != OfferOutcome::withdrawn) conversation.requirement.agent = {};
        if (end.set_away) agent.choice = AgentChoice::away;
        std::erase_if(conversation.cooldowns, [&](const Cooldown& cooldown) { return cooldown.until <= now; });
        if (end.cooldown.count() > 0) conversation.cooldowns.push_back({agent.id, now + end.cooldown});
        release(conversation, ConversationStatus::queued, now);
        return true;
    }

    bool carry_out(const Abandon& abandon, Timestamp now) {
        Conversation& conversation = conversations.at(abandon.conversation);
        if (conversation.version != abandon.version) return false;
        release(conversation, ConversationStatus::closed, now);
        return true;
    }

    bool carry_out(const Widen& widen, Timestamp) {
        Conversation& conversation = conversations.at(widen.conversation);
        if (conversation.status != ConversationStatus::queued || conversation.version != widen.version) return false;
        conversation.step = std::max(conversation.step, widen.step);
        if (widen.anyone) {
            conversation.requirement.agent = {};
            conversation.requirement.bots = false;
            conversation.deadline = {};
        }
        changed(conversation);
        return true;
    }

    bool carry_out(const Move& move, Timestamp) {
        Conversation& conversation = conversations.at(move.conversation);
        if (conversation.status != ConversationStatus::queued || conversation.version != move.version) return false;
        conversation.requirement = move.requirement;
        conversation.weight = move.weight;
        conversation.step = 0;
        conversation.deadline = {};
        changed(conversation);
        return true;
    }

    bool carry_out(const TurnAway& away, Timestamp now) {
        Conversation& conversation = conversations.at(away.conversation);
        if (conversation.status != ConversationStatus::queued || conversation.version != away.version) return false;
        conversation.closed_reason = away.reason;
        release(conversation, ConversationStatus::closed, now);
        return true;
    }

    // Messages are not the business of this store.
    bool carry_out(const CheckActivity&, Timestamp) { return false; }
    bool carry_out(const WarnInactive&, Timestamp) { return false; }
    bool carry_out(const CloseInactive&, Timestamp) { return false; }

    bool carry_out(const Requeue& requeue, Timestamp now) {
        Conversation& conversation = conversations.at(requeue.conversation);
        if (conversation.status != ConversationStatus::active || conversation.assign_epoch != requeue.assign_epoch) return false;
        release(conversation, ConversationStatus::queued, now);
        return true;
    }

    bool carry_out(const EndWrapUp& end, Timestamp now) {
        Conversation& conversation = conversations.at(end.conversation);
        if (conversation.status != ConversationStatus::wrap_up || conversation.assign_epoch != end.assign_epoch) return false;
        release(conversation, ConversationStatus::closed, now);
        return true;
    }
};

}  // namespace switchboard::domain
