// SPDX-License-Identifier: Apache-2.0
#include "app/agent_commands.hpp"

#include "app/explanations.hpp"
#include "app/hub.hpp"
#include "app/tenants.hpp"

#include <algorithm>

namespace switchboard::app {

namespace {

using domain::Command;
using domain::Relation;
using domain::WrapUpMode;

constexpr std::size_t reason_bytes = 64;
constexpr std::size_t disposition_bytes = 64;
constexpr std::size_t comment_bytes = 2000;

// The store checks assign_epoch of these, and can say better than "not found" why a former owner is refused.
bool fenced(Command command) {
    return command == Command::send_message || command == Command::send_note || command == Command::transfer_conversation ||
           command == Command::close_conversation || command == Command::finish_wrap_up || command == Command::start_consult ||
           command == Command::complete_consult;
}

Result<void> check_outcome(const std::string& disposition, const std::string& comment) {
    if (const auto ok = check_text("disposition", disposition, disposition_bytes); ok.has_error()) return ok;
    return check_text("comment", comment, comment_bytes);
}

Result<void> check_choice(const domain::Department* department, const std::string& disposition) {
    if (!department || disposition.empty() || department->dispositions.empty()) return {};
    const auto& known = department->dispositions;
    if (std::find(known.begin(), known.end(), disposition) != known.end()) return {};
    return Error{ErrorCode::invalid_argument, "disposition: not one of the department's"};
}

}  // namespace

Error config_unavailable() { return {ErrorCode::unavailable, "the tenant's configuration cannot be read now", 1000}; }

void AgentCommands::run(const v1::ClientFrame& frame, const TicketPtr& ticket) {
    switch (frame.command_case()) {
        case v1::ClientFrame::kSetAgentState: return set_state(frame.set_agent_state(), ticket);
        case v1::ClientFrame::kAcceptOffer: return accept(frame.accept_offer(), ticket);
        case v1::ClientFrame::kDeclineOffer: return decline(frame.decline_offer(), ticket);
        case v1::ClientFrame::kTransferConversation: return transfer(frame.transfer_conversation(), ticket);
        case v1::ClientFrame::kCloseConversation: return close_conversation(frame.close_conversation(), ticket);
        case v1::ClientFrame::kFinishWrapUp: return finish_wrap_up(frame.finish_wrap_up(), ticket);
        case v1::ClientFrame::kListColleagues: return list_colleagues(ticket);
        case v1::ClientFrame::kListWaiting: return list_waiting(frame.list_waiting(), ticket);
        case v1::ClientFrame::kPickConversation: return pick(frame.pick_conversation(), ticket);
        case v1::ClientFrame::kStartConsult: return start_consult(frame.start_consult(), ticket);
        case v1::ClientFrame::kCompleteConsult: return complete_consult(frame.complete_consult(), ticket);
        case v1::ClientFrame::kEndConsult: return end_consult(frame.end_consult(), ticket);
        case v1::ClientFrame::kSetPriority: return set_priority(frame.set_priority(), ticket);
        case v1::ClientFrame::kWatchQueues: return watch_queues(frame.watch_queues().watch(), ticket);
        case v1::ClientFrame::kExplainConversation: return explain(frame.explain_conversation(), ticket);
        default: return ticket->fail(no_such_conversation());
    }
}

std::optional<Relation> AgentCommands::known_relation(const ConversationId& conversation, Command command) {
    auto& agents = context_.hub.agents();
    if (const auto* record = agents.in_hand(*this, conversation)) return relation_to(*record);
    if (agents.consulted(*this, conversation)) return Relation::consulted;
    if (fenced(command) && agents.released(*this, conversation)) return Relation::owner;
    return std::nullopt;
}

Relation AgentCommands::relation_to(const ports::ConversationRecord& record) {
    const auto tenant_config = config();
    const auto* profile = tenant_config ? tenant_config->agent(agent()) : nullptr;
    return profile ? domain::staff_relation(*profile, record.routing, record.consulted) : Relation::none;
}

void AgentCommands::leave() {
    context_.hub.queues().unwatch(*this);
    context_.hub.sessions().remove(*this);
    context_.hub.agents().sign_out(*this);
}

v1::Participant AgentCommands::self() const { return agent_participant(agent(), config().get()); }

const domain::Department* AgentCommands::department_of(const domain::TenantConfigPtr& tenant_config,
                                                       const ports::ConversationRecord& record) const {
    return tenant_config ? tenant_config->department(record.routing.requirement.department) : nullptr;
}

// ---- state and offers

void AgentCommands::set_state(const v1::SetAgentState& command, const TicketPtr& ticket) {
    if (command.state() != v1::AVAILABLE && command.state() != v1::AWAY) {
        return ticket->fail({ErrorCode::invalid_argument, "state: AVAILABLE or AWAY"});
    }
    if (const auto ok = check_text("reason", command.reason(), reason_bytes); ok.has_error()) return ticket->fail(ok.error());
    const bool available = command.state() == v1::AVAILABLE;
    context_.routing.set_agent_choice(tenant(), agent(), available ? domain::AgentChoice::available : domain::AgentChoice::away,
                                      available ? std::string() : command.reason(), [ticket](Result<domain::Agent> result) {
                                          result.has_error() ? ticket->fail(result.error()) : ticket->done();
                                      });
}

void AgentCommands::accept(const v1::AcceptOffer& command, const TicketPtr& ticket) {
    if (!valid_id(command.offer_id())) return ticket->fail({ErrorCode::illegal_state, "the offer is no longer open"});
    const ports::OfferAnswer answer{ConversationId{command.conversation_id()}, OfferId{command.offer_id()}, agent()};
    with_access(command.conversation_id(), Command::accept_offer, false, ticket, [self = self_as<AgentCommands>(), answer, ticket](const Access&) {
        const auto by = self->author();
        self->context_.routing.accept_offer(self->tenant(), answer, draft::offer_ended(&by, answer.offer, answer.agent, v1::ACCEPTED, {}),
                                            draft::agent_joined(self->self()), [self, ticket](Result<ports::ConversationRecord> result) {
                                                if (result.has_error()) return ticket->fail(result.error());
                                                ticket->done();
                                            });
    });
}

void AgentCommands::decline(const v1::DeclineOffer& command, const TicketPtr& ticket) {
    if (const auto ok = check_text("reason", command.reason(), reason_bytes); ok.has_error()) return ticket->fail(ok.error());
    if (!valid_id(command.offer_id())) return ticket->fail({ErrorCode::illegal_state, "the offer is no longer open"});
    const ports::OfferAnswer answer{ConversationId{command.conversation_id()}, OfferId{command.offer_id()}, agent()};
    const auto* record = context_.hub.agents().in_hand(*this, answer.conversation);
    with_access(command.conversation_id(), Command::decline_offer, record == nullptr, ticket,
                [self = self_as<AgentCommands>(), answer, reason = command.reason(), ticket](const Access& access) {
                    const auto* held = access.record ? &*access.record : self->context_.hub.agents().in_hand(*self, answer.conversation);
                    if (!held) return ticket->fail({ErrorCode::illegal_state, "the offer is no longer open"});
                    self->end_offer(answer, held->routing, reason, ticket);
                });
}

void AgentCommands::end_offer(const ports::OfferAnswer& answer, const domain::Conversation& conversation, const std::string& reason,
                              const TicketPtr& ticket) {
    const auto tenant_config = config();
    const auto* department = tenant_config ? tenant_config->department(conversation.requirement.department) : nullptr;
    const auto cooldown = department ? department->decline_cooldown : domain::Department{}.decline_cooldown;
    const auto by = author();
    context_.hub.agents().declined(*this, answer.offer);
    context_.routing.end_offer(tenant(), {}, answer, domain::OfferOutcome::declined, cooldown, false,
                               draft::offer_ended(&by, answer.offer, answer.agent, v1::DECLINED, reason),
                               [self = self_as<AgentCommands>(), ticket](Result<bool> result) {
                                   if (result.has_error()) return ticket->fail(result.error());
                                   if (!*result) return ticket->fail({ErrorCode::illegal_state, "the offer is no longer open"});
                                   ticket->done();
                               });
}

// ---- watching

void AgentCommands::watch_queues(bool watch, const TicketPtr& ticket) {
    if (!watch) {
        context_.hub.queues().unwatch(*this);
        return ticket->done();
    }
    context_.hub.queues().watch(shared_from_this(), [ticket](Result<v1::QueuesWatched> result) {
        if (result.has_error()) return ticket->fail(result.error());
        v1::ServerFrame frame;
        *frame.mutable_queues_watched() = std::move(*result);
        ticket->reply(frame);
    });
}

void AgentCommands::explain(const v1::ExplainConversation& command, const TicketPtr& ticket) {
    with_access(command.conversation_id(), Command::explain_conversation, true, ticket, [self = self_as<AgentCommands>(), ticket](Access access) {
        const auto tenant_config = self->config();
        if (!tenant_config) return ticket->fail(config_unavailable());
        auto& context = self->context_;
        app::explain({context.conversations, context.routing, context.board, context.clock}, tenant_config, std::move(*access.record),
                     [ticket](Result<v1::Explanation> result) {
                         if (result.has_error()) return ticket->fail(result.error());
                         v1::ServerFrame frame;
                         *frame.mutable_explanation() = std::move(*result);
                         ticket->reply(frame);
                     });
    });
}

// ---- ending

// A supervisor may act on what somebody else owns.
AgentId AgentCommands::owner(const Access& access) const {
    return access.relation == Relation::owner ? agent() : access.record->routing.agent;
}

ports::CloseRequest AgentCommands::closing(const Access& access, std::uint64_t assign_epoch, const std::string& disposition,
                                           const std::string& comment) {
    const auto& record = *access.record;
    ports::CloseRequest request;
    request.conversation = record.routing.id;
    request.agent = owner(access);
    request.assign_epoch = assign_epoch;
    request.reason = domain::ClosedReason::resolved;
    request.disposition = disposition;
    if (!disposition.empty() || !comment.empty()) request.events.push_back(draft::disposition_recorded(author(), disposition, comment));
    // The reason given when the talk ended stays.
    const bool told = record.routing.closed_reason != domain::ClosedReason::none;
    request.events.push_back(draft::closed(author(), told ? to_proto(record.routing.closed_reason) : v1::RESOLVED));
    return request;
}

void AgentCommands::close_conversation(const v1::CloseConversation& command, const TicketPtr& ticket) {
    if (const auto ok = check_outcome(command.disposition(), command.comment()); ok.has_error()) return ticket->fail(ok.error());
    with_access(command.conversation_id(), Command::close_conversation, true, ticket,
                [self = self_as<AgentCommands>(), command, ticket](const Access& access) {
                    const auto tenant_config = self->config();
                    if (!tenant_config) return ticket->fail(config_unavailable());
                    const auto* department = self->department_of(tenant_config, *access.record);
                    if (const auto ok = check_choice(department, command.disposition()); ok.has_error()) return ticket->fail(ok.error());
                    auto request = self->closing(access, command.assign_epoch(), command.disposition(), command.comment());
                    if (!command.disposition().empty() || !department || department->wrap_up == WrapUpMode::none) {
                        return self->context_.routing.close(self->tenant(), std::move(request), done_or_error(ticket));
                    }
                    request.events.back() = draft::wrap_up_started(self->author(), v1::RESOLVED);
                    const auto time = department->wrap_up == WrapUpMode::mandatory ? Duration{0} : department->wrap_up_time;
                    self->context_.routing.begin_wrap_up(self->tenant(), std::move(request), time, done_or_error(ticket));
                });
}

void AgentCommands::finish_wrap_up(const v1::FinishWrapUp& command, const TicketPtr& ticket) {
    if (const auto ok = check_outcome(command.disposition(), command.comment()); ok.has_error()) return ticket->fail(ok.error());
    with_access(command.conversation_id(), Command::finish_wrap_up, true, ticket,
                [self = self_as<AgentCommands>(), command, ticket](const Access& access) {
                    const auto& record = *access.record;
                    if (record.routing.status == domain::ConversationStatus::active && record.routing.assign_epoch == command.assign_epoch()) {
                        return ticket->fail({ErrorCode::illegal_state, "the talk is not over"});
                    }
                    const auto tenant_config = self->config();
                    const auto* department = self->department_of(tenant_config, record);
                    if (const auto ok = check_choice(department, command.disposition()); ok.has_error()) return ticket->fail(ok.error());
                    if (department && department->wrap_up == WrapUpMode::mandatory && command.disposition().empty()) {
                        return ticket->fail({ErrorCode::invalid_argument, "disposition: the department wants one"});
                    }
                    self->context_.routing.close(self->tenant(),
                                                 self->closing(access, command.assign_epoch(), command.disposition(), command.comment()),
                                                 done_or_error(ticket));
                });
}

}  // namespace switchboard::app
