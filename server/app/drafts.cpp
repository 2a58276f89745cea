// SPDX-License-Identifier: Apache-2.0
#include "app/model.hpp"

namespace switchboard::app::draft {

namespace {

// The store appends audience, event_id, seq, prev and time_ms (ports/event.hpp).
ports::EventDraft finish(const v1::Event& event, ports::Audience audience) {
    return {audience, random_u64(), event.SerializeAsString()};
}

v1::Event by(const Author& author) {
    v1::Event event;
    event.mutable_sender()->set_role(to_proto(author.role));
    event.mutable_sender()->set_id(author.agent.value);
    return event;
}

v1::Event by_system() {
    v1::Event event;
    event.mutable_sender()->set_role(v1::SYSTEM);
    return event;
}

}  // namespace

ports::EventDraft conversation_started(const std::string& department, const std::string& topic, const std::string& customer_name) {
    auto event = by({domain::Role::customer, {}});
    auto* body = event.mutable_conversation_started();
    body->set_department(department);
    body->set_topic(topic);
    body->set_customer_name(customer_name);
    return finish(event, ports::Audience::all);
}

ports::EventDraft message(const Author& author, std::uint64_t instance, std::uint32_t number, const v1::Message& message) {
    auto event = by(author);
    event.set_client_instance(instance);
    event.set_number(number);
    event.mutable_message()->set_text(message.text());
    return finish(event, ports::Audience::all);
}

ports::EventDraft note(const Author& author, std::uint64_t instance, std::uint32_t number, const v1::Message& note) {
    auto event = by(author);
    event.set_client_instance(instance);
    event.set_number(number);
    event.mutable_note()->set_text(note.text());
    return finish(event, ports::Audience::staff);
}

ports::EventDraft agent_joined(const v1::Participant& agent) {
    v1::Event event;
    event.mutable_sender()->set_role(agent.role());
    event.mutable_sender()->set_id(agent.id());
    *event.mutable_agent_joined()->mutable_agent() = agent;
    return finish(event, ports::Audience::all);
}

ports::EventDraft agent_left(const v1::Participant& agent, v1::LeaveReason reason) {
    v1::Event event = by_system();
    if (reason == v1::TRANSFERRED) {
        event.mutable_sender()->set_role(agent.role());
        event.mutable_sender()->set_id(agent.id());
    }
    auto* body = event.mutable_agent_left();
    *body->mutable_agent() = agent;
    body->set_reason(reason);
    return finish(event, ports::Audience::all);
}

ports::EventDraft transferred(const Author& author, const std::string& from, const std::string& to) {
    auto event = by(author);
    event.mutable_transferred()->set_from_department(from);
    event.mutable_transferred()->set_to_department(to);
    return finish(event, ports::Audience::all);
}

ports::EventDraft moved(const std::string& from, const std::string& to) {
    auto event = by_system();
    event.mutable_transferred()->set_from_department(from);
    event.mutable_transferred()->set_to_department(to);
    event.mutable_transferred()->set_overflow(true);
    return finish(event, ports::Audience::all);
}

ports::EventDraft wrap_up_started(const Author& author, v1::ClosedReason reason) {
    auto event = by(author);
    event.mutable_wrap_up_started()->set_reason(reason);
    return finish(event, ports::Audience::all);
}

ports::EventDraft wrap_up_by_system(v1::ClosedReason reason) {
    auto event = by_system();
    event.mutable_wrap_up_started()->set_reason(reason);
    return finish(event, ports::Audience::all);
}

ports::EventDraft closed(const Author& author, v1::ClosedReason reason) {
    auto event = by(author);
    event.mutable_closed()->set_reason(reason);
    return finish(event, ports::Audience::all);
}

ports::EventDraft closed_by_system(v1::ClosedReason reason) {
    auto event = by_system();
    event.mutable_closed()->set_reason(reason);
    return finish(event, ports::Audience::all);
}

ports::EventDraft rated(unsigned score, const std::string& comment) {
    auto event = by({domain::Role::customer, {}});
    event.mutable_rated()->set_score(score);
    event.mutable_rated()->set_comment(comment);
    return finish(event, ports::Audience::all);
}

ports::EventDraft offer_made(const OfferId& offer, const AgentId& agent, Timestamp deadline, v1::RoutingRecord record) {
    auto event = by_system();
    auto* body = event.mutable_offer_made();
    body->set_offer_id(offer.value);
    body->set_agent_id(agent.value);
    body->set_deadline_ms(to_ms(deadline));
    *body->mutable_record() = std::move(record);
    return finish(event, ports::Audience::staff);
}

ports::EventDraft offer_ended(const Author* author, const OfferId& offer, const AgentId& agent, v1::OfferOutcome outcome,
                              const std::string& reason) {
    auto event = author ? by(*author) : by_system();
    auto* body = event.mutable_offer_ended();
    body->set_offer_id(offer.value);
    body->set_agent_id(agent.value);
    body->set_outcome(outcome);
    body->set_reason(reason);
    return finish(event, ports::Audience::staff);
}

ports::EventDraft widened(unsigned step, bool anyone) {
    auto event = by_system();
    event.mutable_widened()->set_step(step);
    event.mutable_widened()->set_anyone(anyone);
    return finish(event, ports::Audience::staff);
}

ports::EventDraft prioritized(const Author& author, Duration boost, bool urgent) {
    auto event = by(author);
    event.mutable_prioritized()->set_boost_s(static_cast<std::uint32_t>(boost / std::chrono::seconds(1)));
    event.mutable_prioritized()->set_urgent(urgent);
    return finish(event, ports::Audience::staff);
}

ports::EventDraft inactivity_warned(Duration close_after) {
    auto event = by_system();
    event.mutable_inactivity_warned()->set_close_after_s(static_cast<std::uint32_t>(close_after / std::chrono::seconds(1)));
    return finish(event, ports::Audience::all);
}

ports::EventDraft consult_changed(const Author& author, const v1::Participant& agent, bool began) {
    auto event = by(author);
    *event.mutable_consult_changed()->mutable_agent() = agent;
    event.mutable_consult_changed()->set_began(began);
    return finish(event, ports::Audience::staff);
}

ports::EventDraft disposition_recorded(const Author& author, const std::string& code, const std::string& comment) {
    auto event = by(author);
    event.mutable_disposition_recorded()->set_code(code);
    event.mutable_disposition_recorded()->set_comment(comment);
    return finish(event, ports::Audience::staff);
}

}  // namespace switchboard::app::draft
