// SPDX-License-Identifier: Apache-2.0
#include "app/greeting.hpp"

#include "app/hub.hpp"
#include "app/tenants.hpp"

#include <algorithm>

namespace switchboard::app {

namespace {

constexpr int most_resume_points = 64;
constexpr std::size_t client_name_bytes = 64;
constexpr std::size_t site_key_bytes = 128;
constexpr std::size_t token_bytes = 8192;

bool origin_fits(const domain::Site& site, const Connection& from) {
    return from.own_origin || from.origin.empty() || std::find(site.origins.begin(), site.origins.end(), from.origin) != site.origins.end();
}

int close_code_for(ErrorCode code) {
    if (code == ErrorCode::rate_limited) return v1::SESSION_LIMIT;
    // Reconnecting is the right answer to a store that is away.
    if (code == ErrorCode::unavailable || code == ErrorCode::internal) return v1::SERVICE_RESTART;
    return v1::AUTHENTICATION_FAILED;
}

}  // namespace

Greeting::Greeting(Context& context, ports::ClientLink& link, Connection connection, const v1::Hello& hello, std::uint32_t request_id,
                   Outcome outcome)
    : context_(context),
      link_(&link),
      connection_(std::move(connection)),
      hello_(hello),
      request_id_(request_id),
      outcome_(std::move(outcome)) {}

void Greeting::start() {
    if (const auto ok = check(); ok.has_error()) return refuse(ok.error());
    context_.tenants.by_site(hello_.site_key(), [self = shared_from_this()](Result<domain::TenantConfigPtr> result) {
        if (result.has_error() && result.error().code == ErrorCode::not_found) result = Error{ErrorCode::unauthenticated, "unknown site"};
        if (self->usable(result)) self->with_config(*result);
    });
}

Result<void> Greeting::check() const {
    if (const auto ok = check_text("site_key", hello_.site_key(), site_key_bytes); ok.has_error()) return ok;
    if (const auto ok = check_text("client", hello_.client(), client_name_bytes); ok.has_error()) return ok;
    if (hello_.client_instance() == 0) return Error{ErrorCode::invalid_argument, "client_instance: must not be 0"};
    if (hello_.resume_size() > most_resume_points) {
        return Error{ErrorCode::too_large, "resume: at most " + std::to_string(most_resume_points)};
    }
    const std::size_t longest = std::max({hello_.visitor_token().size(), hello_.customer_jwt().size(), hello_.agent_token().size()});
    if (longest > token_bytes) return Error{ErrorCode::too_large, "credential: at most " + std::to_string(token_bytes) + " bytes"};
    return {};
}

void Greeting::with_config(domain::TenantConfigPtr config) {
    config_ = std::move(config);
    if (!origin_fits(*config_->site(hello_.site_key()), connection_)) {
        return refuse({ErrorCode::unauthenticated, "this origin may not use the site"});
    }
    // No session before the node's lease lives in this tenant.
    context_.hub.node().ensure(config_->id, [self = shared_from_this()](Result<void> result) {
        if (!self->usable(result)) return;
        self->hello_.credential_case() == v1::Hello::kAgentToken ? self->greet_agent() : self->greet_visitor();
    });
}

void Greeting::refuse(const Error& error) {
    if (!link_) return;
    link_ = nullptr;
    outcome_.refused(error, close_code_for(error.code));
}

bool Greeting::room_for(domain::Role role, const std::string& person) {
    if (context_.hub.sessions().room_for(config_->id, role, person)) return true;
    context_.metrics.rate_limited("sessions").Increment();
    refuse({ErrorCode::rate_limited, "too many sessions of this person", 5000});
    return false;
}

LocalSession::Identity Greeting::identity(domain::Role role, const std::string& person, std::uint64_t generation) const {
    return {config_->id, SessionId{random_id()}, role, person, generation};
}

v1::ServerFrame Greeting::welcome(const v1::Participant& self) const {
    v1::ServerFrame frame;
    frame.set_reply_to(request_id_);
    auto& out = *frame.mutable_welcome();
    const auto& limits = context_.limits;
    const bool staff = self.role() != v1::CUSTOMER;
    *out.mutable_self() = self;
    out.set_heartbeat_ms(limits.heartbeat_ms);
    out.mutable_limits()->set_text_bytes(limits.text_bytes);
    out.mutable_limits()->set_frame_bytes(staff ? limits.agent_frame_bytes : limits.customer_frame_bytes);
    out.mutable_limits()->set_hello_ms(limits.hello_ms);
    out.mutable_limits()->set_commands_per_second(staff ? limits.agent_commands_per_second : limits.customer_commands_per_second);
    out.mutable_limits()->set_outbox_bytes(staff ? limits.agent_outbox_bytes : limits.customer_outbox_bytes);
    out.set_server_time_ms(to_ms(context_.clock.now()));
    out.set_durability(context_.durability);
    out.set_visitor_token(token_);
    return frame;
}

void Greeting::add_departments(v1::Welcome& out) const {
    const DepartmentStates& states = context_.hub.queues().known(config_->id);
    const bool staff = out.self().role() != v1::CUSTOMER;
    for (const auto& department : config_->departments)
        *out.add_departments() = info_of(department, state_of(states, department), context_.clock.now(), staff);
}

void Greeting::finish(v1::ServerFrame& frame, const SessionCommandsPtr& session) {
    // In one step: whatever changes after this is pushed.
    if (auto newest = context_.tenants.cached(config_->id)) config_ = std::move(newest);
    context_.hub.sessions().add(session);
    add_departments(*frame.mutable_welcome());
    frame.mutable_welcome()->set_session_id(session->identity().id.value);
    session->send(frame);
    outcome_.welcomed();
}

ResumeFrom Greeting::resume_from(const ConversationId& conversation) const {
    for (const auto& point : hello_.resume()) {
        if (point.conversation_id() == conversation.value) return {point.epoch(), point.seq(), point.event_id()};
    }
    return {};
}

// ---- staff

void Greeting::greet_agent() {
    const auto verified = context_.tokens.verify_agent_token(*config_, hello_.agent_token(), context_.clock.now());
    if (usable(verified)) open_agent(*verified);
}

void Greeting::open_agent(const ports::AgentIdentity& agent) {
    const auto* profile = config_->agent(agent.agent);
    if (!profile) return refuse({ErrorCode::unauthenticated, "no such account"});
    if (!room_for(profile->role, agent.agent.value)) return;
    agent_ = std::make_shared<AgentCommands>(context_, identity(profile->role, agent.agent.value, agent.generation), *link_,
                                             hello_.client_instance());
    outcome_.began(agent_);
    // Asked before the session is opened: nothing may come between its snapshot and Welcome.
    context_.hub.queues().departments(config_->id, [self = shared_from_this()](const DepartmentStates&) {
        if (!self->link_) return;
        self->context_.hub.agents().sign_in(self->agent_, [self](Result<ports::AgentSnapshot> result) {
            if (self->usable(result)) self->welcome_agent(*result);
        });
    });
}

void Greeting::welcome_agent(const ports::AgentSnapshot& snapshot) {
    const auto* profile = config_->agent(agent_->agent());
    auto frame = welcome(agent_participant(agent_->agent(), config_.get()));
    auto& out = *frame.mutable_welcome();
    std::vector<const ports::ConversationRecord*> held;
    for (const auto& record : snapshot.conversations) {
        if (record.routing.status == domain::ConversationStatus::offered) {
            *out.add_offers()->mutable_offer() = offer_of(record, config_.get());
        } else {
            *out.add_conversations() = for_staff(record, config_.get());
            held.push_back(&record);
        }
    }
    *out.mutable_agent_status() = status_of(snapshot.agent, profile->capacity);
    finish(frame, agent_);
    for (const auto& record : snapshot.consulted) {
        auto asked = consult_frame(record, agent_->agent(), config_.get());
        agent_->send(asked);
        held.push_back(&record);
    }
    for (const auto* record : held) context_.hub.channels().follow(agent_, *record, resume_from(record->routing.id), true);
    for (const auto& point : hello_.resume()) {
        const auto same = [&](const ports::ConversationRecord* record) { return record->routing.id.value == point.conversation_id(); };
        if (std::any_of(held.begin(), held.end(), same)) continue;
        // It was lost while this console was away.
        v1::ServerFrame released;
        released.mutable_conversation_released()->set_conversation_id(point.conversation_id());
        agent_->send(released);
    }
}

}  // namespace switchboard::app
