// SPDX-License-Identifier: Apache-2.0
// The store's part towards the router, in memory: it checks the facts again, raises versions, and puts every changed entity on a
// stream, as the Redis scripts do. Owns the live conversations; forgets them when they are closed. Thread: one.
#pragma once

#include "domain/routing.hpp"

#include <deque>
#include <unordered_map>

namespace switchboard::simulation {

class VirtualStore {
public:
    // ---- people
    void start(domain::Conversation conversation);  // queued, with its requirement and place
    // False, and nothing done: not in a state in which this can be.
    bool accept(const ConversationId& id, Timestamp now);
    bool begin_wrap_up(const ConversationId& id, Timestamp deadline, Timestamp now);  // deadline epoch 0: without end
    bool close(const ConversationId& id, Timestamp now);  // by its owner
    bool leave(const ConversationId& id, Timestamp now);  // the customer, while it waits
    void sign_in(const AgentId& id, Timestamp now);       // available
    void go_away(const AgentId& id);                      // asked for nothing more, still there
    void sign_out(const AgentId& id, Timestamp now);

    // ---- the router. True: carried out. False: the facts had changed.
    bool carry_out(const domain::Decision& decision, Timestamp now);

    const domain::Conversation* conversation(const ConversationId& id) const;  // while it is live
    const domain::Agent* agent(const AgentId& id) const;

    // Changed entities, oldest first; the caller takes them off.
    std::deque<domain::Input> stream;

private:
    using Conversation = domain::Conversation;
    using Agent = domain::Agent;

    bool done(const domain::MakeOffer& decision, Timestamp now);
    bool done(const domain::EndOffer& decision, Timestamp now);
    bool done(const domain::Abandon& decision, Timestamp now);
    bool done(const domain::Requeue& decision, Timestamp now);
    bool done(const domain::EndWrapUp& decision, Timestamp now);
    bool done(const domain::Widen& decision, Timestamp now);
    bool done(const domain::Move& decision, Timestamp now);
    bool done(const domain::TurnAway& decision, Timestamp now);
    // Read only, or stopped by the messages that keep coming in a simulated talk.
    bool done(const domain::CheckActivity&, Timestamp) { return true; }
    bool done(const domain::WarnInactive&, Timestamp) { return false; }
    bool done(const domain::CloseInactive&, Timestamp) { return false; }

    Conversation* find(const ConversationId& id);
    void release_agent(Conversation& conversation, Timestamp now);
    void back_to_queue(Conversation& conversation, Timestamp now);
    void finish(Conversation& conversation, domain::ClosedReason reason, Timestamp now);
    void changed(Conversation& conversation);
    void changed(Agent& agent);

    std::unordered_map<ConversationId, Conversation> conversations_;
    std::unordered_map<AgentId, Agent> agents_;
};

}  // namespace switchboard::simulation
