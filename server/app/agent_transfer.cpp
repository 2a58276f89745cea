// SPDX-License-Identifier: Apache-2.0
// AgentCommands: passing a conversation on, to a department, a skill or a colleague, and who the colleagues are.
#include "app/agent_commands.hpp"

#include "app/hub.hpp"
#include "app/requirement.hpp"
#include "app/tenants.hpp"
#include "domain/explain.hpp"

#include <algorithm>

namespace switchboard::app {

namespace {

using domain::Command;

constexpr std::size_t most_told = 500;

bool free_to_take(const domain::Agent& agent) { return agent.online() && agent.choice == domain::AgentChoice::available; }

v1::Colleague colleague_of(const domain::Agent& agent, const domain::AgentProfile& profile, const domain::TenantConfig& config) {
    v1::Colleague out;
    *out.mutable_agent() = agent_participant(agent.id, &config);
    const auto status = status_of(agent, profile.capacity);
    out.set_state(status.state());
    out.set_load(status.load());
    out.set_capacity(status.capacity());
    for (const auto& department : profile.departments) out.add_departments(department.value);
    return out;
}

}  // namespace

void AgentCommands::transfer(const v1::TransferConversation& command, const TicketPtr& ticket) {
    with_access(command.conversation_id(), Command::transfer_conversation, true, ticket,
                [self = self_as<AgentCommands>(), command, ticket](const Access& access) {
                    auto request = self->checked(command, access);
                    if (request.has_error()) return ticket->fail(request.error());
                    // Of a repeat the store knows what became of it.
                    const bool repeated = access.record->routing.agent != request->agent;
                    if (!repeated && command.only_if_free()) {
                        return self->transfer_if_free(std::move(*request), access.record->routing, ticket);
                    }
                    if (repeated || command.agent().empty()) {
                        return self->context_.routing.transfer(self->tenant(), std::move(*request), done_or_error(ticket));
                    }
                    self->transfer_to(AgentId{command.agent()}, std::move(*request), ticket);
                });
}

// Whoever is away would only hold it up.
void AgentCommands::transfer_to(const AgentId& agent, ports::TransferRequest request, const TicketPtr& ticket) {
    context_.routing.load_agents(tenant(), {agent},
                                 [self = self_as<AgentCommands>(), request = std::move(request), ticket](Result<std::vector<domain::Agent>> found) {
                                     if (found.has_error()) return ticket->fail(found.error());
                                     if (!free_to_take(found->front())) return ticket->fail({ErrorCode::illegal_state, "agent: not available now"});
                                     self->context_.routing.transfer(self->tenant(), request, done_or_error(ticket));
                                 });
}

// Asks the same tests as an explanation would, of the conversation as it would wait. Between this answer and the offer somebody else
// may take the room; then it queues after all.
void AgentCommands::transfer_if_free(ports::TransferRequest request, domain::Conversation conversation, const TicketPtr& ticket) {
    const auto tenant_config = config();
    if (!tenant_config) return ticket->fail(config_unavailable());
    conversation.status = domain::ConversationStatus::queued;
    conversation.requirement = request.requirement;
    conversation.weight = request.weight;
    conversation.step = 0;
    conversation.agent = {};
    conversation.cooldowns = {{request.agent, context_.clock.now() + std::max(request.cooldown, Duration{1000})}};
    const DepartmentId department = conversation.requirement.department;
    context_.hub.colleagues().serving(*tenant_config, department, [self = self_as<AgentCommands>(), tenant_config, conversation = std::move(conversation),
                                                                   request = std::move(request),
                                                                   ticket](const Result<std::vector<domain::Agent>>& online) {
        if (online.has_error()) return ticket->fail(online.error());
        const auto found = domain::explain(*tenant_config, conversation, *online, self->context_.clock.now(), 1);
        if (found.counts[static_cast<std::size_t>(domain::Test::passed)] == 0) {
            return ticket->fail({ErrorCode::illegal_state, "nobody could take it at this moment"});
        }
        self->context_.routing.transfer(self->tenant(), request, done_or_error(ticket));
    });
}

// A colleague who does not serve the conversation's department takes it in the first one that he serves.
Result<const domain::Department*> AgentCommands::destination(const v1::TransferConversation& command, const DepartmentId& from) const {
    const auto tenant_config = config();
    if (!tenant_config) return config_unavailable();
    DepartmentId to = command.department().empty() ? from : DepartmentId{command.department()};
    const auto* colleague = command.agent().empty() ? nullptr : tenant_config->agent(AgentId{command.agent()});
    if (!command.agent().empty()) {
        if (!colleague || colleague->capacity == 0 || colleague->departments.empty()) return Error{ErrorCode::invalid_argument, "agent: unknown"};
        if (!colleague->serves(to)) {
            if (!command.department().empty()) return Error{ErrorCode::invalid_argument, "agent: does not serve the department"};
            to = colleague->departments.front();
        }
    }
    const auto* department = tenant_config->department(to);
    if (!department) return Error{ErrorCode::invalid_argument, "department: unknown"};
    if (colleague && colleague->capacity < department->conversation_weight) return Error{ErrorCode::invalid_argument, "agent: has no such capacity"};
    if (!department->open && department->id != from) return Error{ErrorCode::department_closed, "the department takes no conversations now"};
    return department;
}

Result<ports::TransferRequest> AgentCommands::checked(const v1::TransferConversation& command, const Access& access) {
    const auto& record = *access.record;
    const auto& from = record.routing.requirement.department;
    const auto to = destination(command, from);
    if (to.has_error()) return to.error();
    const domain::Department& department = **to;
    const auto tenant_config = config();
    auto requirement = requirement_of(*tenant_config, department, command.topic(), command.skills());
    if (requirement.has_error()) return requirement.error();
    requirement->agent = AgentId{command.agent()};

    ports::TransferRequest request;
    request.conversation = record.routing.id;
    request.agent = owner(access);
    if (request.agent == requirement->agent) return Error{ErrorCode::invalid_argument, "agent: has it already"};
    request.assign_epoch = command.assign_epoch();
    request.requirement = std::move(*requirement);
    request.weight = department.conversation_weight;
    request.topic = command.topic();
    request.cooldown = department.decline_cooldown;
    if (!request.requirement.agent.empty()) request.wait = department.transfer_wait;
    if (!command.note().empty()) {
        v1::Message note;
        note.set_text(command.note());
        if (const auto ok = check_body("note", note, context_.limits.text_bytes); ok.has_error()) return ok.error();
        request.events.push_back(draft::note(author(), 0, 0, note));
    }
    request.events.push_back(draft::transferred(author(), from.value, department.id.value));
    request.events.push_back(draft::agent_left(agent_participant(request.agent, tenant_config.get()), v1::TRANSFERRED));
    return request;
}

void AgentCommands::list_colleagues(const TicketPtr& ticket) {
    const auto tenant_config = config();
    if (!tenant_config) return ticket->fail(config_unavailable());
    context_.hub.colleagues().get(tenant_config, [self = self_as<AgentCommands>(), tenant_config, ticket](const Result<std::vector<domain::Agent>>& online) {
        if (online.has_error()) return ticket->fail(online.error());
        v1::ServerFrame frame;
        auto& told = *frame.mutable_colleagues()->mutable_colleagues();
        // An answer must leave room in the outbox; as JSON it is several times as large.
        std::size_t room = self->context_.limits.agent_outbox_bytes / 8;
        for (const auto& found : *online) {
            const auto* profile = tenant_config->agent(found.id);
            if (found.id == self->agent() || !profile) continue;
            auto out = colleague_of(found, *profile, *tenant_config);
            if (static_cast<std::size_t>(told.size()) == most_told || out.ByteSizeLong() > room) break;
            room -= out.ByteSizeLong();
            *told.Add() = std::move(out);
        }
        ticket->reply(frame);
    });
}

}  // namespace switchboard::app
