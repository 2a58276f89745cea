// SPDX-License-Identifier: Apache-2.0
#include "unit/app/fake_store.hpp"

namespace switchboard::test {

using domain::ConversationStatus;

namespace {
const TenantId the_tenant{"shop"};
Error illegal_state() {
    return {ErrorCode::illegal_state, "illegal"};
}
Timestamp now() {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}
}  // namespace

void FakeStore::publish_agent(const AgentId& id) {
    for (auto* bus : buses) bus->agent(the_tenant, id);
}

void FakeStore::changed(Conversation& conversation) {
    ++conversation.record.routing.version;
    if (conversation.record.routing.status == ConversationStatus::closed) {
        outbox.push_back({std::to_string(outbox.size()), conversation.record.routing.id, now()});
    }
    if (!silent_) stream_.push_back(conversation.record.routing);
    for (auto& reader : std::exchange(readers_, {})) answer<ports::RoutingChanges>(reader.done, changes_after(reader.position));
}

void FakeStore::changed(AgentState& agent) {
    ++agent.agent.version;
    if (!silent_) stream_.push_back(agent.agent);
    publish_agent(agent.agent.id);
    for (auto& reader : std::exchange(readers_, {})) answer<ports::RoutingChanges>(reader.done, changes_after(reader.position));
}

ports::AgentSnapshot FakeStore::snapshot_of(const AgentId& id) {
    ports::AgentSnapshot snapshot;
    agents[id].agent.id = id;
    snapshot.agent = agents[id].agent;
    for (const auto& [key, conversation] : conversations) {
        const auto& routing = conversation.record.routing;
        if (routing.agent == id && routing.status != ConversationStatus::closed) snapshot.conversations.push_back(conversation.record);
        if (conversation.record.consulted == id) snapshot.consulted.push_back(conversation.record);
    }
    return snapshot;
}

void FakeStore::open_agent_session(const TenantId&, ports::AgentSession session, Callback<ports::AgentSnapshot> done) {
    ++calls["open_agent"];
    if (down) return answer<ports::AgentSnapshot>(done, Error{});
    auto& state = agents[session.agent];
    state.agent.id = session.agent;
    const bool first = state.sessions.empty();
    state.sessions.insert(session.session);
    if (first) {
        state.agent.offline_since.reset();
        changed(state);
    }
    answer<ports::AgentSnapshot>(done, snapshot_of(session.agent));
}

void FakeStore::close_agent_session(const TenantId&, ports::AgentSession session, Callback<void> done) {
    ++calls["close_agent"];
    auto& state = agents[session.agent];
    if (!down && state.sessions.erase(session.session) > 0 && state.sessions.empty()) {
        state.agent.offline_since = now();
        changed(state);
    }
    answer<void>(done, {});
}

void FakeStore::list_node_sessions(const TenantId&, const Incarnation&, Callback<std::vector<ports::NodeSession>> done) {
    ++calls["list_sessions"];
    std::vector<ports::NodeSession> listed;
    for (const auto& [id, agent] : agents)
        for (const SessionId& session : agent.sessions) listed.push_back({true, id.value, session});
    for (const auto& [id, conversation] : conversations)
        for (const SessionId& session : conversation.customers) listed.push_back({false, id.value, session});
    answer<std::vector<ports::NodeSession>>(done, std::move(listed));
}

void FakeStore::set_agent_choice(const TenantId&, const AgentId& id, domain::AgentChoice choice, const std::string& reason,
                                 Callback<domain::Agent> done) {
    auto& state = agents[id];
    state.agent.choice = choice;
    state.agent.reason = reason;
    changed(state);
    answer<domain::Agent>(done, state.agent);
}

void FakeStore::load_agent(const TenantId&, const AgentId& id, Callback<ports::AgentSnapshot> done) {
    ++calls["load_agent"];
    answer<ports::AgentSnapshot>(done, snapshot_of(id));
}

void FakeStore::load_agents(const TenantId&, const std::vector<AgentId>& ids, Callback<std::vector<domain::Agent>> done) {
    std::vector<domain::Agent> found;
    for (const auto& id : ids) {
        found.push_back(snapshot_of(id).agent);
        if (agents[id].sessions.empty()) found.back().offline_since = now();
    }
    answer<std::vector<domain::Agent>>(done, std::move(found));
}

void FakeStore::make_offer(const TenantId&, const ports::RouterLease& lease, ports::OfferRequest request, Callback<bool> done) {
    ++calls["make_offer"];
    if (unreadable == request.conversation) return answer<bool>(done, Error{ErrorCode::internal, "WRONGTYPE"});
    auto* conversation = find(request.conversation);
    auto& state = agents[request.agent];
    const bool fits = conversation && lease.epoch == router_epoch_ && conversation->record.routing.status == ConversationStatus::queued &&
                      conversation->record.routing.version == request.conversation_version && !state.sessions.empty() &&
                      state.agent.choice == domain::AgentChoice::available &&
                      state.agent.load + conversation->record.routing.weight <= request.capacity;
    if (!fits || down) return answer<bool>(done, false);
    auto& routing = conversation->record.routing;
    routing.status = ConversationStatus::offered;
    routing.agent = request.agent;
    routing.offer = request.offer;
    routing.deadline = request.deadline;
    state.agent.load += routing.weight;
    state.agent.asked_at = now();
    append_event(request.conversation, request.made);
    changed(*conversation);
    changed(state);
    answer<bool>(done, true);
}

void FakeStore::accept_offer(const TenantId&, ports::OfferAnswer offer, ports::EventDraft ended, ports::EventDraft joined,
                             Callback<ports::ConversationRecord> done) {
    ++calls["accept"];
    auto* conversation = find(offer.conversation);
    auto& routing = conversation->record.routing;
    if (routing.status != ConversationStatus::offered || routing.offer != offer.offer) {
        return answer<ports::ConversationRecord>(done, illegal_state());
    }
    routing.status = ConversationStatus::active;
    routing.offer = {};
    ++routing.assign_epoch;
    append_all(*conversation, {ended, joined});
    changed(*conversation);
    changed(agents[offer.agent]);
    answer<ports::ConversationRecord>(done, conversation->record);
}

void FakeStore::let_go(Conversation& conversation) {
    auto& routing = conversation.record.routing;
    end_consult(conversation);
    if (routing.agent.empty()) return;
    auto& state = agents[routing.agent];
    state.agent.load -= std::min(state.agent.load, routing.weight);
    changed(state);
}

void FakeStore::end_offer(const TenantId&, const ports::RouterLease&, ports::OfferAnswer offer, domain::OfferOutcome outcome, Duration cooldown,
                          bool, ports::EventDraft ended, Callback<bool> done) {
    ++calls["end_offer"];
    auto* conversation = find(offer.conversation);
    if (!conversation || conversation->record.routing.offer != offer.offer) return answer<bool>(done, false);
    auto& routing = conversation->record.routing;
    append_event(offer.conversation, ended);
    routing.status = ConversationStatus::queued;
    routing.cooldowns = {{offer.agent, now() + cooldown}};
    routing.offer = {};
    if (outcome != domain::OfferOutcome::withdrawn) routing.requirement.agent = {};
    const auto agent = std::exchange(routing.agent, {});
    agents[agent].agent.load -= routing.weight;
    changed(*conversation);
    changed(agents[agent]);
    answer<bool>(done, true);
}

FakeStore::Conversation* FakeStore::owned(const ports::CloseRequest& request, Error& error) {
    auto* conversation = find(request.conversation);
    if (!conversation) {
        error = {ErrorCode::not_found, "not found"};
    } else if (conversation->record.routing.agent != request.agent || conversation->record.routing.assign_epoch != request.assign_epoch) {
        error = {ErrorCode::stale_assignment, "stale"};
    } else if (request.head_seq != 0 && request.head_seq != conversation->record.head_seq) {
        error = illegal_state();
    } else {
        return conversation;
    }
    return nullptr;
}

void FakeStore::transfer(const TenantId&, ports::TransferRequest request, Callback<void> done) {
    ++calls["transfer"];
    Error error;
    auto* conversation = owned({request.conversation, request.agent, request.assign_epoch, {}, {}, {}}, error);
    if (!conversation) return answer<void>(done, error);
    append_all(*conversation, request.events);
    let_go(*conversation);
    auto& routing = conversation->record.routing;
    routing.status = ConversationStatus::queued;
    routing.requirement = request.requirement;
    routing.step = 0;
    const auto agent = std::exchange(routing.agent, {});
    changed(*conversation);
    publish_agent(agent);
    answer<void>(done, {});
}

void FakeStore::begin_wrap_up(const TenantId&, ports::CloseRequest request, Duration, Callback<void> done) {
    ++calls["begin_wrap_up"];
    Error error;
    auto* conversation = owned(request, error);
    if (!conversation) return answer<void>(done, error);
    append_all(*conversation, request.events);
    end_consult(*conversation);
    conversation->record.routing.status = ConversationStatus::wrap_up;
    conversation->record.routing.closed_reason = request.reason;
    changed(*conversation);
    publish_agent(request.agent);
    answer<void>(done, {});
}

void FakeStore::close(const TenantId&, ports::CloseRequest request, Callback<void> done) {
    ++calls["close"];
    Error error;
    auto* conversation = owned(request, error);
    if (!conversation) return answer<void>(done, error);
    append_all(*conversation, request.events);
    let_go(*conversation);
    conversation->record.routing.status = ConversationStatus::closed;
    conversation->record.routing.closed_reason = request.reason;
    conversation->record.disposition = request.disposition;
    changed(*conversation);
    publish_agent(request.agent);
    answer<void>(done, {});
}

void FakeStore::write(const TenantId&, const std::string& snapshot, Callback<void> done) {
    ++calls["write_board"];
    if (down) return answer<void>(done, {});
    board = snapshot;
    answer<void>(done, {});
}

void FakeStore::keep(const TenantId&, const std::string& snapshot, Callback<void> done) {
    if (down) return answer<void>(done, {});
    boards.push_back(snapshot);
    answer<void>(done, {});
}

void FakeStore::acquire_router(const TenantId&, const Incarnation& node, Duration lease, Callback<ports::RouterLease> done) {
    ++calls["acquire"];
    if (!router_holder_.empty() && router_holder_ != node.value) return answer<ports::RouterLease>(done, ports::RouterLease{});
    if (!down) {
        router_holder_ = node.value;
        ++router_epoch_;
    }
    answer<ports::RouterLease>(done, ports::RouterLease{router_epoch_, now() + lease});
}

void FakeStore::renew_router(const TenantId&, const ports::RouterLease& lease, const Incarnation& node, Duration, Callback<bool> done) {
    if (std::exchange(lose_lease, false)) router_holder_.clear();
    answer<bool>(done, router_holder_ == node.value && lease.epoch == router_epoch_);
}

void FakeStore::release_router(const TenantId&, const ports::RouterLease&, const Incarnation& node, Callback<void> done) {
    ++calls["release"];
    if (router_holder_ == node.value) router_holder_.clear();
    answer<void>(done, {});
}

void FakeStore::snapshot(const TenantId&, Callback<ports::RoutingSnapshot> done) {
    ++calls["snapshot"];
    ports::RoutingSnapshot snapshot;
    for (const auto& [id, conversation] : conversations) {
        if (conversation.record.routing.status != ConversationStatus::closed) snapshot.conversations.push_back(conversation.record.routing);
    }
    for (const auto& [id, state] : agents) snapshot.agents.push_back(state.agent);
    snapshot.stream_id = std::to_string(stream_.size());
    answer<ports::RoutingSnapshot>(done, std::move(snapshot));
}

ports::RoutingChanges FakeStore::changes_after(std::size_t position) const {
    ports::RoutingChanges changes;
    for (std::size_t i = position; i < stream_.size(); ++i) changes.changes.push_back(stream_[i]);
    changes.stream_id = std::to_string(stream_.size());
    return changes;
}

void FakeStore::read_changes(const TenantId&, const std::string& stream_id, Duration, Callback<ports::RoutingChanges> done) {
    ++calls["read_changes"];
    const auto position = static_cast<std::size_t>(std::stoul(stream_id));
    if (std::exchange(trimmed, false)) {
        ports::RoutingChanges changes;
        changes.gone = true;
        return answer<ports::RoutingChanges>(done, std::move(changes));
    }
    if (position < stream_.size() || down) return answer<ports::RoutingChanges>(done, changes_after(position));
    readers_.push_back({position, std::move(done)});
}

}  // namespace switchboard::test
