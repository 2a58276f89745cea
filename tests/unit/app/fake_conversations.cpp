// SPDX-License-Identifier: Apache-2.0
#include "unit/app/fake_store.hpp"

#include "switchboard/v1/client.pb.h"

namespace switchboard::test {

using domain::ConversationStatus;

namespace {
const TenantId the_tenant{"shop"};
Error not_found() {
    return {ErrorCode::not_found, "not found"};
}
Timestamp now() {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

// As the store does it: the five fields at the end.
std::string complete(const ports::EventDraft& draft, std::uint64_t seq, std::uint64_t prev) {
    v1::Event end;
    end.set_audience(draft.audience == ports::Audience::all ? v1::ALL : v1::STAFF);
    end.set_event_id(draft.event_id);
    end.set_seq(seq);
    end.set_prev(prev);
    end.set_time_ms(static_cast<std::uint64_t>(to_ms(now())));
    return draft.bytes + end.SerializeAsString();
}
}  // namespace

void FakeBus::event(const TenantId& tenant, const ConversationId& conversation, const ports::LogEntry& entry) {
    if (deaf || !listener_ || (!staff_events && entry.audience == ports::Audience::staff)) return;
    asio::post(io_, [this, tenant, conversation, entry] {
        listener_->on_event(tenant, conversation.value, entry.audience, entry.seq, entry.prev, entry.bytes);
    });
}

void FakeBus::latest(const TenantId& tenant, const ConversationId& conversation, const ports::LatestValue& value) {
    if (deaf || !listener_) return;
    asio::post(io_, [this, tenant, conversation, value] {
        listener_->on_latest(tenant, conversation.value, value.audience, value.except.value, value.frame);
    });
}

void FakeBus::agent(const TenantId& tenant, const AgentId& agent) {
    if (deaf || !listener_) return;
    asio::post(io_, [this, tenant, agent] { listener_->on_agent(tenant, agent.value); });
}

FakeStore::Conversation* FakeStore::find(const ConversationId& id) {
    const auto found = conversations.find(id);
    return found == conversations.end() ? nullptr : &found->second;
}

std::uint64_t FakeStore::append_event(const ConversationId& id, const ports::EventDraft& draft, bool publish) {
    auto& conversation = conversations.at(id);
    auto& record = conversation.record;
    const auto seq = ++record.head_seq;
    const ports::LogEntry entry{seq, record.head_all_seq, draft.event_id, draft.audience, complete(draft, seq, record.head_all_seq)};
    if (draft.audience == ports::Audience::all) record.head_all_seq = seq;
    conversation.log.push_back(entry);
    if (!publish) return seq;
    for (auto* bus : buses) bus->event(the_tenant, id, entry);
    return seq;
}

void FakeStore::append_all(Conversation& conversation, const std::vector<ports::EventDraft>& events) {
    for (const auto& event : events) append_event(conversation.record.routing.id, event);
}

void FakeStore::cut_log(const ConversationId& id, std::size_t keep) {
    auto& conversation = conversations.at(id);
    conversation.log.resize(keep);
    conversation.record.head_seq = keep;
    conversation.record.head_all_seq = 0;
    for (const auto& entry : conversation.log) {
        if (entry.audience == ports::Audience::all) conversation.record.head_all_seq = entry.seq;
    }
}

void FakeStore::start(const TenantId&, ports::StartConversation request, Callback<ports::StartedConversation> done) {
    ++calls["start"];
    if (down) return answer<ports::StartedConversation>(done, Error{});
    auto& visitor = visitors[request.visitor];
    AgentId known_agent;
    if (auto* last = find(visitor.open_conversation); last && request.sticky_window > Duration{0}) known_agent = last->record.routing.agent;
    if (auto* open = find(visitor.open_conversation); open && open->record.routing.status != ConversationStatus::closed) {
        return answer<ports::StartedConversation>(done, ports::StartedConversation{open->record, true});
    }
    const auto started = std::pair(request.instance, request.start_id);
    if (request.start_id != 0 && starts[request.visitor] == started)
        return answer<ports::StartedConversation>(done, ports::StartedConversation{find(visitor.open_conversation)->record, true});
    starts[request.visitor] = started;
    auto& conversation = conversations[request.id];
    auto& record = conversation.record;
    record.routing.id = request.id;
    record.routing.requirement = request.requirement;
    record.routing.weight = request.weight;
    last_place = std::max<domain::Place>(now(), last_place + std::chrono::microseconds(1));
    record.routing.enqueued = std::chrono::floor<Duration>(last_place);
    record.routing.arrival = record.routing.enqueued - request.boost;
    record.routing.arrival_us = static_cast<std::uint16_t>((last_place - record.routing.enqueued).count());
    record.routing.urgent = request.urgent;
    if (!known_agent.empty()) {
        record.routing.requirement.agent = known_agent;
        record.routing.deadline = now() + request.sticky_window;
    }
    record.epoch = request.epoch;
    record.visitor = request.visitor;
    record.customer_name = request.customer_name;
    record.topic = request.topic;
    record.preview = request.preview;
    record.started = record.queued = now();
    visitor.open_conversation = request.id;
    if (request.session) conversation.customers.insert(request.session->session);
    append_event(request.id, request.started);
    if (request.message) {
        const auto seq = append_event(request.id, *request.message);
        conversation.numbers[{request.instance, 1}] = {request.body_digest, seq};
    }
    changed(conversation);
    answer<ports::StartedConversation>(done, ports::StartedConversation{record, false});
}

void FakeStore::append(const TenantId&, ports::AppendMessage message, Callback<ports::AppendedMessage> done) {
    ++calls["append"];
    const auto refuse = [&](ErrorCode code) { answer<ports::AppendedMessage>(done, Error{code, "refused"}); };
    if (down) return refuse(ErrorCode::unavailable);
    auto* conversation = find(message.conversation);
    if (!conversation) return refuse(ErrorCode::not_found);
    auto& routing = conversation->record.routing;
    const auto known = conversation->numbers.find({message.instance, message.number});
    if (known != conversation->numbers.end()) {
        if (known->second.first != message.body_digest) return refuse(ErrorCode::conflict);
        const auto& entry = conversation->log.at(known->second.second - 1);
        return answer<ports::AppendedMessage>(done, ports::AppendedMessage{entry.seq, entry.event_id, now(), true});
    }
    if (routing.status == ConversationStatus::closed || routing.status == ConversationStatus::wrap_up) {
        return refuse(ErrorCode::conversation_closed);
    }
    const bool customer = message.role == domain::Role::customer;
    if (customer && conversation->record.visitor.value != message.sender) return refuse(ErrorCode::not_found);
    const bool consulted_note = message.event.audience == ports::Audience::staff && conversation->record.consulted.value == message.sender;
    if (!customer && !consulted_note && (routing.agent.value != message.sender || routing.assign_epoch != message.assign_epoch)) {
        return refuse(ErrorCode::stale_assignment);
    }
    const auto seq = append_event(message.conversation, message.event);
    conversation->numbers[{message.instance, message.number}] = {message.body_digest, seq};
    answer<ports::AppendedMessage>(done, ports::AppendedMessage{seq, message.event.event_id, now(), false});
}

void FakeStore::read_log(const TenantId&, const ConversationId& id, std::uint64_t after, std::size_t limit, Callback<ports::LogPage> done) {
    ++calls["read_log"];
    auto* conversation = find(id);
    if (!conversation) return answer<ports::LogPage>(done, not_found());
    ports::LogPage page;
    for (const auto& entry : conversation->log) {
        if (entry.seq <= after) continue;
        page.more = page.entries.size() == limit;
        if (page.more) break;
        page.entries.push_back(entry);
    }
    if (reads_held == 0) return answer<ports::LogPage>(done, std::move(page));
    --reads_held;
    held_reads_.push_back([done, page] { done(page); });
}

void FakeStore::release_reads() {
    for (auto& read : std::exchange(held_reads_, {})) asio::post(io_, std::move(read));
}

void FakeStore::load(const TenantId&, const ConversationId& id, Callback<ports::ConversationRecord> done) {
    ++calls["load"];
    auto* conversation = find(id);
    answer<ports::ConversationRecord>(done, conversation ? Result<ports::ConversationRecord>(conversation->record) : not_found());
}

void FakeStore::load_visitor(const TenantId&, const VisitorId& id, Callback<ports::VisitorRecord> done) {
    ++calls["load_visitor"];
    const auto found = visitors.find(id);
    answer<ports::VisitorRecord>(done, found == visitors.end() ? ports::VisitorRecord{} : found->second);
}

void FakeStore::raise_visitor_generation(const TenantId&, const VisitorId& id, std::uint64_t from, Callback<ports::VisitorRecord> done) {
    auto& visitor = visitors[id];
    if (!down && visitor.generation == from) {
        ++visitor.generation;
        visitor.generation_since = {};
    }
    answer<ports::VisitorRecord>(done, visitor);
}

void FakeStore::present_visitor_generation(const TenantId&, const VisitorId& id, std::uint64_t generation,
                                           Callback<ports::VisitorRecord> done) {
    auto& visitor = visitors[id];
    if (!down && visitor.generation == generation && visitor.generation_since == Timestamp{}) visitor.generation_since = now();
    answer<ports::VisitorRecord>(done, visitor);
}

void FakeStore::attach_customer(const TenantId&, ports::CustomerSession session, Callback<ports::ConversationRecord> done) {
    ++calls["attach"];
    if (replicas_missing) return answer<ports::ConversationRecord>(done, Error{ErrorCode::unavailable, "replicas are missing"});
    auto* conversation = find(session.conversation);
    if (!conversation || conversation->record.visitor != session.visitor) return answer<ports::ConversationRecord>(done, not_found());
    if (!down) conversation->customers.insert(session.session);
    answer<ports::ConversationRecord>(done, conversation->record);
}

void FakeStore::detach_customer(const TenantId&, ports::CustomerSession session, Callback<void> done) {
    ++calls["detach"];
    if (auto* conversation = find(session.conversation); conversation && !down) {
        conversation->customers.erase(session.session);
        if (conversation->customers.empty()) {
            conversation->record.routing.customer_absent_since = now();
            changed(*conversation);
        }
    }
    answer<void>(done, {});
}

void FakeStore::end_by_customer(const TenantId&, const ConversationId& id, const VisitorId& visitor, ports::EndByCustomer ending,
                                Callback<void> done) {
    auto* conversation = find(id);
    if (!conversation || conversation->record.visitor != visitor) return answer<void>(done, not_found());
    auto& record = conversation->record;
    if (record.routing.status == ConversationStatus::closed) return answer<void>(done, Error{ErrorCode::illegal_state, "over"});
    const bool active = record.routing.status == ConversationStatus::active;
    append_event(id, active ? ending.closed_active : ending.closed_waiting);
    record.routing.closed_reason = active ? domain::ClosedReason::ended_by_customer : domain::ClosedReason::abandoned;
    let_go(*conversation);
    if (!active) record.routing.agent = {};
    record.routing.status = ConversationStatus::closed;
    changed(*conversation);
    answer<void>(done, {});
}

void FakeStore::rate(const TenantId&, const ConversationId& id, const VisitorId& visitor, unsigned score, ports::EventDraft rated,
                     Callback<void> done) {
    auto* conversation = find(id);
    if (!conversation || conversation->record.visitor != visitor) return answer<void>(done, not_found());
    conversation->record.rating = score;
    append_event(id, rated);
    answer<void>(done, {});
}

void FakeStore::advance_horizons(const TenantId&, const ConversationId& id, domain::Role side, const std::string&, std::uint64_t delivered,
                                 std::uint64_t read) {
    ++calls["horizons"];
    auto& record = conversations.at(id).record;
    const bool customer = side == domain::Role::customer;
    auto& old_delivered = customer ? record.customer_delivered : record.agent_delivered;
    auto& old_read = customer ? record.customer_read : record.agent_read;
    old_delivered = std::max(old_delivered, delivered);
    old_read = std::max(old_read, read);
}

void FakeStore::publish_latest(const TenantId& tenant, const ConversationId& conversation, ports::LatestValue value) {
    latest_values.push_back(value);
    for (auto* bus : buses) bus->latest(tenant, conversation, value);
}

void FakeStore::find_by_site(const std::string& site_key, Callback<TenantId> done) {
    ++calls["find_by_site"];
    answer<TenantId>(done, config->site(site_key) ? Result<TenantId>(config->id) : not_found());
}

void FakeStore::load(const TenantId& tenant, Callback<domain::TenantConfigPtr> done) {
    ++calls["load_config"];
    answer<domain::TenantConfigPtr>(done, config && config->id == tenant ? Result<domain::TenantConfigPtr>(config) : not_found());
}

void FakeStore::save(const domain::TenantConfig& changed, const ports::ConfigEdit& edit, Callback<std::uint64_t> done) {
    if (down) return answer<std::uint64_t>(done, 0);
    const bool rival = rival_saves > 0;
    auto next = std::make_shared<domain::TenantConfig>(rival ? *config : changed);
    next->version = config->version + 1;
    if (rival || changed.version != config->version) {
        if (rival) --rival_saves, config = next;
        return answer<std::uint64_t>(done, Error{ErrorCode::conflict, "changed by somebody else"});
    }
    config = next;
    audit.push_back({edit, Timestamp{}, next->version});
    answer<std::uint64_t>(done, next->version);
}

void FakeStore::confirm(Callback<void> done) {
    if (replicas_missing) return answer<void>(done, Error{ErrorCode::unavailable, "replicas are missing"});
    answer<void>(done, {});
}

void FakeStore::read_audit(const TenantId&, std::size_t last, Callback<std::vector<ports::AuditEntry>> done) {
    const std::size_t from = audit.size() - std::min(last, audit.size());
    answer<std::vector<ports::AuditEntry>>(done, std::vector<ports::AuditEntry>(audit.begin() + static_cast<long>(from), audit.end()));
}

void FakeStore::take(const TenantId&, const Incarnation&, std::size_t limit, Callback<std::vector<Entry>> done) {
    answer<std::vector<Entry>>(done,
                               std::vector<Entry>(outbox.begin(), outbox.begin() + static_cast<long>(std::min(limit, outbox.size()))));
}

void FakeStore::finish(const TenantId&, const Entry& entry, Duration, Callback<void> done) {
    std::erase_if(outbox, [&](const Entry& other) { return other.id == entry.id; });
    answer<void>(done, {});
}

}  // namespace switchboard::test
