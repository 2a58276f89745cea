// SPDX-License-Identifier: Apache-2.0
// AgentCommands: the warm transfer. A colleague looks at a conversation first, then takes it over or leaves it where it is.
#include "app/agent_commands.hpp"

#include "app/hub.hpp"
#include "app/tenants.hpp"

namespace switchboard::app {

namespace {

using domain::Command;

constexpr const char* not_started = "the colleague is not available, or another one is consulted";
constexpr const char* not_completed = "the colleague is gone, has no room or is no longer consulted";

Error not_consulted() { return {ErrorCode::illegal_state, "nobody is consulted"}; }

}  // namespace

Result<ports::ConsultRequest> AgentCommands::consult_with(const v1::StartConsult& command, const Access& access) {
    const auto tenant_config = config();
    if (!tenant_config) return config_unavailable();
    const auto* colleague = tenant_config->agent(AgentId{command.agent()});
    if (!colleague || colleague->id == agent()) return Error{ErrorCode::invalid_argument, "agent: unknown, or yourself"};
    ports::ConsultRequest request;
    request.conversation = access.record ? access.record->routing.id : ConversationId{command.conversation_id()};
    request.agent = agent();
    request.assign_epoch = command.assign_epoch();
    request.consulted = colleague->id;
    if (!command.note().empty()) {
        v1::Message note;
        note.set_text(command.note());
        if (const auto ok = check_body("note", note, context_.limits.text_bytes); ok.has_error()) return ok.error();
        request.events.push_back(draft::note(author(), 0, 0, note));
    }
    request.events.push_back(draft::consult_changed(author(), agent_participant(colleague->id, tenant_config.get()), true));
    return request;
}

void AgentCommands::start_consult(const v1::StartConsult& command, const TicketPtr& ticket) {
    with_access(command.conversation_id(), Command::start_consult, false, ticket,
                [self = self_as<AgentCommands>(), command, ticket](const Access& access) {
                    auto request = self->consult_with(command, access);
                    if (request.has_error()) return ticket->fail(request.error());
                    self->context_.routing.start_consult(self->tenant(), std::move(*request), done_or_error(ticket, not_started));
                });
}

void AgentCommands::complete_consult(const v1::CompleteConsult& command, const TicketPtr& ticket) {
    with_access(command.conversation_id(), Command::complete_consult, true, ticket,
                [self = self_as<AgentCommands>(), epoch = command.assign_epoch(), ticket](const Access& access) {
                    const auto tenant_config = self->config();
                    if (!tenant_config) return ticket->fail(config_unavailable());
                    const AgentId& consulted = access.record->consulted;
                    const auto* colleague = tenant_config->agent(consulted);
                    const bool still_owner = access.record->routing.agent == self->agent();
                    // Of a repeat the store knows what became of it.
                    if (still_owner && !colleague) return ticket->fail(not_consulted());
                    ports::ConsultRequest request;
                    request.conversation = access.record->routing.id;
                    request.agent = self->agent();
                    request.assign_epoch = epoch;
                    request.consulted = consulted;
                    const auto next = agent_participant(consulted, tenant_config.get());
                    request.events.push_back(draft::consult_changed(self->author(), next, false));
                    request.events.push_back(draft::agent_left(self->self(), v1::TRANSFERRED));
                    request.events.push_back(draft::agent_joined(next));
                    self->context_.routing.complete_consult(self->tenant(), std::move(request), colleague ? colleague->capacity : 0,
                                                            done_or_error(ticket, not_completed));
                });
}

void AgentCommands::end_consult(const v1::EndConsult& command, const TicketPtr& ticket) {
    with_access(command.conversation_id(), Command::end_consult, true, ticket, [self = self_as<AgentCommands>(), ticket](const Access& access) {
        const auto& record = *access.record;
        if (record.consulted.empty()) return ticket->done();
        const auto ended = draft::consult_changed(self->author(), agent_participant(record.consulted, self->config().get()), false);
        self->context_.routing.end_consult(self->tenant(), record.routing.id, self->agent(), ended, done_or_error(ticket));
    });
}

}  // namespace switchboard::app
