// SPDX-License-Identifier: Apache-2.0
// What the agents with sessions on this shard have in hand, as last loaded. A hint from the bus loads it again (at most one load in
// flight and one pending per agent); the difference is pushed to all of the agent's local sessions: offers, ownership,
// status. Thread: its shard.
#pragma once

#include "app/channels.hpp"
#include "app/context.hpp"
#include "app/local_session.hpp"
#include "switchboard/v1/event.pb.h"

#include <deque>
#include <functional>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace switchboard::app {

class AgentViews {
public:
    // Only keeps the references: the context may still be under construction.
    AgentViews(Context& context, Channels& channels) : context_(context), channels_(channels) {}

    // Opens the agent's session in the store and keeps it informed from then on. `welcome` is called with what the agent has in
    // hand; whatever changes after it is pushed.
    void sign_in(const LocalSessionPtr& session, Callback<ports::AgentSnapshot> welcome);
    void sign_out(const LocalSession& session);

    void on_agent(const TenantId& tenant, std::string_view agent);
    void on_config(const TenantId& tenant);
    // Anything may have been missed or lost: opens the session again, compares, verifies its conversations.
    void restore(const LocalSessionPtr& session, Callback<void> done);

    // Null: nothing is known here.
    const ports::ConversationRecord* in_hand(const LocalSession& session, const ConversationId& conversation) const;
    // Its agent asked this one to look at it.
    bool consulted(const LocalSession& session, const ConversationId& conversation) const;
    // It was the agent's until a short while ago.
    bool released(const LocalSession& session, const ConversationId& conversation) const;
    // A local session declined it, so its disappearance is told as DECLINED.
    void declined(const LocalSession& session, const OfferId& offer);

private:
    struct View {
        ports::AgentSnapshot last;
        std::vector<LocalSessionPtr> sessions;
        unsigned opening = 0;  // sign-ins without answer
        bool loading = false;
        bool again = false;
        std::deque<ConversationId> released;
        std::deque<OfferId> declined;
        std::string status;    // encoded AgentStatus as last pushed
    };
    using Key = std::pair<std::string, std::string>;
    struct KeyHash {
        std::size_t operator()(const Key& key) const noexcept {
            return std::hash<std::string>{}(key.first) * 31 + std::hash<std::string>{}(key.second);
        }
    };

    View* find(const TenantId& tenant, std::string_view agent);
    const View* find(const LocalSession& session) const;
    ports::AgentSession stored(const LocalSession& session) const;
    void opened(const LocalSessionPtr& session, Result<ports::AgentSnapshot> result, const Callback<ports::AgentSnapshot>& welcome);
    void restored(const LocalSessionPtr& session, Result<ports::AgentSnapshot> result, const Callback<void>& done);
    void close_in_store(const LocalSession& session);
    void load(const TenantId& tenant, const AgentId& agent);
    void loaded(const TenantId& tenant, const AgentId& agent, Result<ports::AgentSnapshot> result);
    void load_later(const TenantId& tenant, const AgentId& agent);
    void apply(const TenantId& tenant, View& view, ports::AgentSnapshot now);
    void push_ended(View& view, const ports::ConversationRecord& before, const ports::ConversationRecord* now);
    void push_begun(View& view, const ports::ConversationRecord* before, const ports::ConversationRecord& now,
                    const domain::TenantConfig* config);
    void push_consult_ended(View& view, const ports::ConversationRecord& before);
    void push_consult_began(View& view, const ports::ConversationRecord& now, const domain::TenantConfig* config);
    v1::OfferOutcome outcome_of(const View& view, const ports::ConversationRecord& before, const ports::ConversationRecord* now) const;
    void release(View& view, const ports::ConversationRecord& record);
    void push_status(const TenantId& tenant, View& view);
    static void push(View& view, const v1::ServerFrame& frame);
    void forget_if_unused(const TenantId& tenant, const std::string& agent);

    Context& context_;
    Channels& channels_;
    std::unordered_map<Key, View, KeyHash> views_;
};

}  // namespace switchboard::app
