// SPDX-License-Identifier: Apache-2.0
// The router's own verbs, picking, priorities and consults.
#include "unit/app/fake_store.hpp"

#include "switchboard/v1/event.pb.h"

namespace switchboard::test {

using domain::ConversationStatus;

namespace {
Error illegal_state() {
    return {ErrorCode::illegal_state, "illegal"};
}
Timestamp now() {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}
}  // namespace

FakeStore::Conversation* FakeStore::queued(const ports::RouterLease& lease, const ConversationId& id, std::uint64_t version) {
    auto* conversation = find(id);
    const bool as_seen = conversation && lease.epoch == router_epoch_ && conversation->record.routing.status == ConversationStatus::queued &&
                         conversation->record.routing.version == version;
    return as_seen && !down ? conversation : nullptr;
}

void FakeStore::become_owner(Conversation& conversation, const AgentId& agent) {
    auto& routing = conversation.record.routing;
    routing.status = ConversationStatus::active;
    routing.agent = agent;
    routing.deadline = {};
    ++routing.assign_epoch;
    agents[agent].agent.load += routing.weight;
    changed(conversation);
    changed(agents[agent]);
}

void FakeStore::end_consult(Conversation& conversation) {
    const auto colleague = std::exchange(conversation.record.consulted, {});
    if (!colleague.empty()) publish_agent(colleague);
}

void FakeStore::abandon(const TenantId&, const ports::RouterLease&, const ConversationId& id, std::uint64_t version,
                        ports::EventDraft closed, Callback<bool> done) {
    auto* conversation = find(id);
    if (!conversation || conversation->record.routing.version != version) return answer<bool>(done, false);
    append_event(id, closed);
    let_go(*conversation);
    conversation->record.routing.status = ConversationStatus::closed;
    conversation->record.routing.closed_reason = domain::ClosedReason::abandoned;
    changed(*conversation);
    answer<bool>(done, true);
}

void FakeStore::requeue(const TenantId&, const ports::RouterLease&, const domain::Requeue& decision, ports::EventDraft left,
                        Callback<bool> done) {
    ++calls["requeue"];
    auto* conversation = find(decision.conversation);
    auto* routing = conversation ? &conversation->record.routing : nullptr;
    if (!routing || routing->agent != decision.agent || routing->assign_epoch != decision.assign_epoch) return answer<bool>(done, false);
    append_event(decision.conversation, left);
    let_go(*conversation);
    routing->status = ConversationStatus::queued;
    routing->agent = {};
    if (decision.cooldown > Duration{0}) routing->cooldowns = {{decision.agent, now() + decision.cooldown}};
    changed(*conversation);
    answer<bool>(done, true);
}

void FakeStore::widen(const TenantId&, const ports::RouterLease& lease, const domain::Widen& decision, ports::EventDraft widened,
                      Callback<bool> done) {
    ++calls["widen"];
    auto* conversation = queued(lease, decision.conversation, decision.version);
    if (!conversation) return answer<bool>(done, false);
    auto& routing = conversation->record.routing;
    append_event(decision.conversation, widened);
    routing.step = std::max(routing.step, decision.step);
    if (decision.anyone) {
        routing.requirement.agent = {};
        routing.requirement.bots = false;
        routing.deadline = {};
    }
    changed(*conversation);
    answer<bool>(done, true);
}

void FakeStore::move(const TenantId&, const ports::RouterLease& lease, ports::MoveRequest request, Callback<bool> done) {
    ++calls["move"];
    auto* conversation = queued(lease, request.conversation, request.version);
    if (!conversation) return answer<bool>(done, false);
    auto& routing = conversation->record.routing;
    append_event(request.conversation, request.moved);
    routing.requirement = request.requirement;
    routing.weight = request.weight;
    routing.step = 0;
    routing.deadline = {};
    changed(*conversation);
    answer<bool>(done, true);
}

void FakeStore::turn_away(const TenantId&, const ports::RouterLease& lease, const domain::TurnAway& decision, ports::EventDraft closed,
                          Callback<bool> done) {
    ++calls["turn_away"];
    auto* conversation = queued(lease, decision.conversation, decision.version);
    if (!conversation) return answer<bool>(done, false);
    append_event(decision.conversation, closed);
    conversation->record.routing.status = ConversationStatus::closed;
    conversation->record.routing.closed_reason = decision.reason;
    changed(*conversation);
    answer<bool>(done, true);
}

void FakeStore::warn_inactive(const TenantId&, const ports::RouterLease& lease, const domain::WarnInactive& decision,
                              ports::EventDraft warned, Callback<bool> done) {
    ++calls["warn_inactive"];
    auto* conversation = find(decision.conversation);
    const bool as_seen = conversation && lease.epoch == router_epoch_ && conversation->record.routing.status == ConversationStatus::active &&
                         conversation->record.routing.assign_epoch == decision.assign_epoch &&
                         conversation->record.head_seq == decision.head_seq;
    if (as_seen) append_event(decision.conversation, warned);
    answer<bool>(done, as_seen);
}

void FakeStore::read_activity(const TenantId&, const ConversationId& id, std::uint64_t assign_epoch, Callback<domain::Activity> done) {
    ++calls["read_activity"];
    auto* conversation = find(id);
    const auto* routing = conversation ? &conversation->record.routing : nullptr;
    if (!routing || routing->status != ConversationStatus::active || routing->assign_epoch != assign_epoch) {
        return answer<domain::Activity>(done, Error{ErrorCode::not_found, "not found"});
    }
    domain::Activity activity{id, assign_epoch, conversation->record.head_seq, {}, {}, {}};
    for (const auto& entry : conversation->log) {
        v1::Event event;
        event.ParseFromString(entry.bytes);
        const auto at = from_ms(event.time_ms());
        const bool by_customer = event.sender().role() == v1::CUSTOMER;
        if (event.has_agent_joined()) activity.agent.reset();
        if (event.has_inactivity_warned()) activity.warned = at;
        if (event.has_message()) (by_customer ? activity.customer : activity.agent) = at;
        if (event.has_message() && by_customer) activity.warned.reset();
    }
    answer<domain::Activity>(done, activity);
}

void FakeStore::pick(const TenantId&, ports::PickRequest request, Callback<ports::ConversationRecord> done) {
    ++calls["pick"];
    const auto fail = [&](ErrorCode code) { answer<ports::ConversationRecord>(done, Error{code, "refused"}); };
    auto* conversation = find(request.conversation);
    if (!conversation) return fail(ErrorCode::not_found);
    const auto& state = agents[request.agent];
    const auto& routing = conversation->record.routing;
    const bool fits = routing.status == ConversationStatus::queued && state.agent.choice == domain::AgentChoice::available &&
                      !state.sessions.empty() && state.agent.load + routing.weight <= request.capacity;
    if (!fits) return fail(ErrorCode::illegal_state);
    append_event(request.conversation, request.joined);
    become_owner(*conversation, request.agent);
    answer<ports::ConversationRecord>(done, conversation->record);
}

void FakeStore::prioritize(const TenantId&, const ConversationId& id, Duration boost, bool urgent, ports::EventDraft event, Callback<void> done) {
    ++calls["prioritize"];
    auto* conversation = find(id);
    if (!conversation) return answer<void>(done, Error{ErrorCode::not_found, "not found"});
    auto& routing = conversation->record.routing;
    if (routing.status != ConversationStatus::queued && routing.status != ConversationStatus::offered) return answer<void>(done, illegal_state());
    append_event(id, event);
    routing.arrival = routing.enqueued - boost;
    routing.urgent = urgent;
    changed(*conversation);
    answer<void>(done, {});
}

void FakeStore::start_consult(const TenantId&, ports::ConsultRequest request, Callback<void> done) {
    ++calls["start_consult"];
    Error error;
    auto* conversation = owned({request.conversation, request.agent, request.assign_epoch, {}, {}, {}}, error);
    if (!conversation) return answer<void>(done, error);
    auto& consulted = conversation->record.consulted;
    if (consulted == request.consulted) return answer<void>(done, {});
    const auto& colleague = agents[request.consulted];
    const bool fits = conversation->record.routing.status == ConversationStatus::active && consulted.empty() &&
                      colleague.agent.choice == domain::AgentChoice::available && !colleague.sessions.empty();
    if (!fits) return answer<void>(done, illegal_state());
    consulted = request.consulted;
    append_all(*conversation, request.events);
    publish_agent(request.consulted);
    answer<void>(done, {});
}

void FakeStore::complete_consult(const TenantId&, ports::ConsultRequest request, unsigned capacity, Callback<void> done) {
    ++calls["complete_consult"];
    Error error;
    auto* conversation = owned({request.conversation, request.agent, request.assign_epoch, {}, {}, {}}, error);
    if (!conversation) return answer<void>(done, error);
    const auto& colleague = agents[request.consulted];
    const auto& record = conversation->record;
    const bool fits = record.routing.status == ConversationStatus::active && !request.consulted.empty() &&
                      record.consulted == request.consulted && !colleague.sessions.empty() &&
                      colleague.agent.load + record.routing.weight <= capacity;
    if (!fits) return answer<void>(done, illegal_state());
    append_all(*conversation, request.events);
    let_go(*conversation);
    become_owner(*conversation, request.consulted);
    answer<void>(done, {});
}

void FakeStore::end_consult(const TenantId&, const ConversationId& id, const AgentId& by, ports::EventDraft ended, Callback<void> done) {
    ++calls["end_consult"];
    auto* conversation = find(id);
    if (!conversation) return answer<void>(done, Error{ErrorCode::not_found, "not found"});
    const auto& record = conversation->record;
    if (record.consulted.empty()) return answer<void>(done, {});
    if (by != record.consulted && by != record.routing.agent) return answer<void>(done, Error{ErrorCode::stale_assignment, "stale"});
    append_event(id, ended);
    end_consult(*conversation);
    answer<void>(done, {});
}

}  // namespace switchboard::test
