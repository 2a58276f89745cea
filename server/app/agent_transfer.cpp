// SPDX-License-Identifier: Apache-2.0
// AgentCommands: passing a conversation on, to a department, a skill or a colleague, and who the colleagues are.
#include "app/agent_commands.hpp"

#include "app/hub.hpp"
#include "app/requirement.hpp"
#include "app/tenants.hpp"

#include <algorithm>

namespace switchboard::app {

namespace {

using domain::Command;

constexpr std::size_t most_colleagues_asked = 2000, most_colleagues_told = 500;

bool free_to_take(const domain::Agent& agent) { return agent.online() && agent.choice == domain::AgentChoice::available; }

}  // namespace

void AgentCommands::transfer(const v1::TransferConversation& command, const TicketPtr& ticket) {
    with_access(command.conversation_id(), Command::transfer_conversation, true, ticket,
                [self = self_as<AgentCommands>(), command, ticket](const Access& access) {
                    auto request = self->checked(command, access);
                    if (request.has_error()) return ticket->fail(request.error());
                    if (command.agent().empty()) return self->context_.routing.transfer(self->tenant(), std::move(*request), done_or_error(ticket));
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

// A colleague who does not serve the conversation's department takes it in the first one that he serves.
Result<const domain::Department*> AgentCommands::destination(const v1::TransferConversation& command, const DepartmentId& from) const {
    const auto tenant_config = config();
    if (!tenant_config) return config_unavailable();
    DepartmentId to = command.department().empty() ? from : DepartmentId{command.department()};
    if (!command.agent().empty()) {
        const auto* colleague = tenant_config->agent(AgentId{command.agent()});
        if (!colleague || colleague->capacity == 0 || colleague->departments.empty()) return Error{ErrorCode::invalid_argument, "agent: unknown"};
        if (!colleague->serves(to)) {
            if (!command.department().empty()) return Error{ErrorCode::invalid_argument, "agent: does not serve the department"};
            to = colleague->departments.front();
        }
    }
    const auto* department = tenant_config->department(to);
    if (!department) return Error{ErrorCode::invalid_argument, "department: unknown"};
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
    std::vector<AgentId> asked;
    for (const auto& profile : tenant_config->agents)
        if (profile.id != agent() && profile.capacity > 0 && !profile.departments.empty() && asked.size() < most_colleagues_asked)
            asked.push_back(profile.id);
    context_.routing.load_agents(tenant(), asked, [tenant_config, ticket](Result<std::vector<domain::Agent>> agents) {
        if (agents.has_error()) return ticket->fail(agents.error());
        v1::ServerFrame frame;
        auto& colleagues = *frame.mutable_colleagues()->mutable_colleagues();
        for (const auto& found : *agents) {
            const auto* profile = found.online() ? tenant_config->agent(found.id) : nullptr;
            if (!profile || static_cast<std::size_t>(colleagues.size()) == most_colleagues_told) continue;
            auto& out = *colleagues.Add();
            *out.mutable_agent() = agent_participant(found.id, tenant_config.get());
            const auto status = status_of(found, profile->capacity);
            out.set_state(status.state());
            out.set_load(status.load());
            out.set_capacity(status.capacity());
            for (const auto& department : profile->departments) out.add_departments(department.value);
        }
        ticket->reply(frame);
    });
}

}  // namespace switchboard::app
