// SPDX-License-Identifier: Apache-2.0
#include "app/model.hpp"

#include <set>

namespace switchboard::app {

v1::Role to_proto(domain::Role role) {
    switch (role) {
        case domain::Role::customer: return v1::CUSTOMER;
        case domain::Role::agent: return v1::AGENT;
        case domain::Role::supervisor: return v1::SUPERVISOR;
        case domain::Role::admin: return v1::ADMIN;
        case domain::Role::bot: return v1::BOT;
    }
    return v1::ROLE_UNSPECIFIED;
}

v1::ConversationStatus to_proto(domain::ConversationStatus status) {
    switch (status) {
        case domain::ConversationStatus::queued: return v1::QUEUED;
        case domain::ConversationStatus::offered: return v1::OFFERED;
        case domain::ConversationStatus::active: return v1::ACTIVE;
        case domain::ConversationStatus::wrap_up: return v1::WRAP_UP;
        case domain::ConversationStatus::closed: return v1::CLOSED;
    }
    return v1::CONVERSATION_STATUS_UNSPECIFIED;
}

v1::ClosedReason to_proto(domain::ClosedReason reason) {
    switch (reason) {
        case domain::ClosedReason::none: return v1::CLOSED_REASON_UNSPECIFIED;
        case domain::ClosedReason::resolved: return v1::RESOLVED;
        case domain::ClosedReason::abandoned: return v1::ABANDONED;
        case domain::ClosedReason::ended_by_customer: return v1::ENDED_BY_CUSTOMER;
        case domain::ClosedReason::inactive: return v1::INACTIVE;
        case domain::ClosedReason::turned_away: return v1::TURNED_AWAY;
        case domain::ClosedReason::out_of_hours: return v1::OUT_OF_HOURS;
    }
    return v1::CLOSED_REASON_UNSPECIFIED;
}

v1::OfferOutcome to_proto(domain::OfferOutcome outcome) {
    switch (outcome) {
        case domain::OfferOutcome::accepted: return v1::ACCEPTED;
        case domain::OfferOutcome::declined: return v1::DECLINED;
        case domain::OfferOutcome::timed_out: return v1::TIMED_OUT;
        case domain::OfferOutcome::withdrawn: return v1::WITHDRAWN;
    }
    return v1::OFFER_OUTCOME_UNSPECIFIED;
}

v1::Error to_proto(const Error& error) {
    v1::Error out;
    out.set_code(static_cast<v1::ErrorCode>(error.code));
    out.set_message(error.message);
    out.set_temporary(error.temporary());
    out.set_retry_after_ms(error.retry_after_ms);
    out.set_expected_number(error.expected_number);
    return out;
}

namespace {

using domain::ConversationStatus;

v1::Conversation common(const ports::ConversationRecord& record, const domain::TenantConfig* config) {
    const auto& routing = record.routing;
    v1::Conversation out;
    out.set_id(routing.id.value);
    out.set_epoch(record.epoch);
    out.set_status(to_proto(routing.status));
    out.set_department(routing.requirement.department.value);
    out.set_topic(record.topic);
    *out.mutable_customer() = customer_participant(record.customer_name);
    const bool owned = routing.status == ConversationStatus::active || routing.status == ConversationStatus::wrap_up ||
                       routing.status == ConversationStatus::closed;
    if (owned && !routing.agent.empty()) *out.mutable_agent() = agent_participant(routing.agent, config);
    out.set_started_ms(to_ms(record.started));
    out.set_closed_reason(to_proto(record.routing.closed_reason));
    out.set_rating(record.rating);
    out.mutable_customer_horizons()->set_delivered_seq(record.customer_delivered);
    out.mutable_customer_horizons()->set_read_seq(record.customer_read);
    out.mutable_agent_horizons()->set_delivered_seq(record.agent_delivered);
    out.mutable_agent_horizons()->set_read_seq(record.agent_read);
    return out;
}

}  // namespace

v1::Conversation for_customer(const ports::ConversationRecord& record, const domain::TenantConfig* config) {
    auto out = common(record, config);
    if (record.routing.status == ConversationStatus::offered) out.set_status(v1::QUEUED);
    out.set_head_seq(record.head_all_seq);
    return out;
}

v1::Conversation for_staff(const ports::ConversationRecord& record, const domain::TenantConfig* config) {
    auto out = common(record, config);
    for (const auto& skill : record.routing.requirement.skills) {
        auto* added = out.add_skills();
        added->set_name(skill.skill);
        added->set_level(static_cast<std::uint32_t>(skill.level));
    }
    out.set_assign_epoch(record.routing.assign_epoch);
    out.set_head_seq(record.head_seq);
    out.set_queued_ms(to_ms(record.routing.arrival));
    out.set_disposition(record.disposition);
    for (const auto& skill : record.routing.requirement.preferred) {
        auto* added = out.add_preferred();
        added->set_name(skill.skill);
        added->set_level(static_cast<std::uint32_t>(skill.level));
    }
    out.set_priority(static_cast<std::int32_t>((record.routing.enqueued - record.routing.arrival) / std::chrono::seconds(1)));
    out.set_urgent(record.routing.urgent);
    out.set_step(record.routing.step);
    out.set_enqueued_ms(to_ms(record.routing.enqueued));
    out.set_consulted(record.consulted.value);
    return out;
}

v1::Conversation seen_by(domain::Role role, const ports::ConversationRecord& record, const domain::TenantConfig* config) {
    return role == domain::Role::customer ? for_customer(record, config) : for_staff(record, config);
}

v1::Offer offer_of(const ports::ConversationRecord& record, const domain::TenantConfig* config) {
    v1::Offer out;
    out.set_id(record.routing.offer.value);
    *out.mutable_conversation() = for_staff(record, config);
    out.set_deadline_ms(to_ms(record.routing.deadline));
    out.set_preview(record.preview);
    return out;
}

v1::AgentStatus status_of(const domain::Agent& agent, unsigned capacity) {
    v1::AgentStatus out;
    if (!agent.online()) {
        out.set_state(v1::OFFLINE);
    } else {
        out.set_state(agent.choice == domain::AgentChoice::available ? v1::AVAILABLE : v1::AWAY);
    }
    out.set_reason(agent.reason);
    out.set_load(agent.load);
    out.set_capacity(capacity);
    return out;
}

v1::ServerFrame consult_frame(const ports::ConversationRecord& record, const AgentId& consulted, const domain::TenantConfig* config) {
    v1::ServerFrame frame;
    *frame.mutable_consult_started()->mutable_conversation() = for_staff(record, config);
    *frame.mutable_consult_started()->mutable_agent() = agent_participant(consulted, config);
    return frame;
}

v1::DepartmentInfo info_of(const domain::Department& department, DepartmentState state, Timestamp now, bool for_staff) {
    v1::DepartmentInfo out;
    out.set_id(department.id.value);
    out.set_name(department.name);
    for (const auto& topic : department.topics) out.add_topics(topic.name);
    const auto hours = domain::hours_at(department.hours, now);
    out.set_open(department.open && hours.taking);
    out.set_full(out.open() && state.full);
    if (department.open && hours.opens) out.set_opens_ms(to_ms(*hours.opens));
    out.set_staffed(state.staffed);
    if (!for_staff) return out;
    for (const auto& disposition : department.dispositions) out.add_dispositions(disposition);
    out.set_pull(department.mode == domain::QueueMode::pull);
    out.set_disposition_required(department.wrap_up == domain::WrapUpMode::mandatory);
    std::set<std::string> skills;
    for (const auto& topic : department.topics) skills.insert(topic.skill);
    for (const auto& skill : skills) out.add_skills(skill);
    return out;
}

v1::Participant customer_participant(const std::string& name) {
    v1::Participant out;
    out.set_role(v1::CUSTOMER);
    out.set_name(name);
    return out;
}

v1::Participant agent_participant(const AgentId& agent, const domain::TenantConfig* config) {
    v1::Participant out;
    const auto* profile = config ? config->agent(agent) : nullptr;
    out.set_role(profile ? to_proto(profile->role) : v1::AGENT);
    out.set_id(agent.value);
    if (profile) out.set_name(profile->name);
    return out;
}

std::uint64_t body_digest(const v1::Message& message, bool note) {
    std::uint64_t hash = 14695981039346656037ULL;
    const auto add = [&hash](unsigned char byte) { hash = (hash ^ byte) * 1099511628211ULL; };
    add(note ? 'n' : 'm');
    for (const char byte : message.text()) add(static_cast<unsigned char>(byte));
    return hash;
}

std::string shortened(const std::string& text, std::size_t limit) {
    if (text.size() <= limit) return text;
    std::size_t end = limit;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return text.substr(0, end);
}

}  // namespace switchboard::app
