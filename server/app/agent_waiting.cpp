// SPDX-License-Identifier: Apache-2.0
// AgentCommands: what waits. Agents look at a queue and pick from it where the department is in pull mode, supervisors in any; and
// supervisors say what is urgent.
#include "app/agent_commands.hpp"

#include "app/hub.hpp"
#include "app/tenants.hpp"
#include "domain/relaxation.hpp"

#include <algorithm>

namespace switchboard::app {

namespace {

using domain::Command;

constexpr std::size_t most_listed = 20;
constexpr const char* not_picked = "it does not wait any more, or you are not available or have no room";
constexpr Duration most_boost = std::chrono::hours(24);

bool leads(domain::Role role) { return role == domain::Role::supervisor || role == domain::Role::admin; }

bool has_skills(const domain::AgentProfile& profile, const domain::Conversation& conversation, const domain::Department& department) {
    const auto needed = domain::relaxed(conversation.requirement, department, conversation.step);
    return std::all_of(needed.skills.begin(), needed.skills.end(),
                       [&](const domain::SkillRequirement& asked) { return profile.level(asked.skill) >= asked.level; });
}

// Records that are read one by one, in the order of the queue.
struct Listing {
    std::vector<Result<ports::ConversationRecord>> found;
    std::size_t left = 0;
};

v1::ServerFrame listed(const Listing& listing, const domain::TenantConfig* config) {
    v1::ServerFrame frame;
    auto& out = *frame.mutable_waiting_list();
    for (const auto& record : listing.found) {
        if (record.has_error() || record->routing.status != domain::ConversationStatus::queued) continue;
        *out.add_conversations() = for_staff(*record, config);
        out.add_previews(record->preview);
    }
    return frame;
}

}  // namespace

void AgentCommands::list_waiting(const v1::ListWaiting& command, const TicketPtr& ticket) {
    const auto tenant_config = config();
    if (!tenant_config) return ticket->fail(config_unavailable());
    const auto* profile = tenant_config->agent(agent());
    const auto* department = tenant_config->department(DepartmentId{command.department()});
    const bool lead = leads(identity().role);
    const bool may_pick = department && profile && profile->serves(department->id) && department->mode == domain::QueueMode::pull;
    if (!department || !(lead || may_pick)) return ticket->fail({ErrorCode::not_found, "no such department, or its conversations are not picked"});
    context_.hub.queues().current(tenant(), [self = self_as<AgentCommands>(), id = department->id, ticket](const v1::QueueSnapshot& snapshot) {
        std::vector<ConversationId> first;
        for (const auto& queue : snapshot.departments())
            if (queue.id() == id.value)
                for (const auto& waiting : queue.first())
                    if (!waiting.offered() && first.size() < most_listed) first.emplace_back(waiting.conversation_id());
        self->read_waiting(first, ticket);
    });
}

void AgentCommands::read_waiting(const std::vector<ConversationId>& ids, const TicketPtr& ticket) {
    const auto listing = std::make_shared<Listing>();
    listing->found.assign(ids.size(), no_such_conversation());
    listing->left = ids.size();
    const auto finish = [self = self_as<AgentCommands>(), listing, ticket] {
        auto frame = listed(*listing, self->config().get());
        ticket->reply(frame);
    };
    if (ids.empty()) return finish();
    for (std::size_t i = 0; i < ids.size(); ++i) {
        context_.conversations.load(tenant(), ids[i], [listing, i, finish](Result<ports::ConversationRecord> record) {
            listing->found[i] = std::move(record);
            if (--listing->left == 0) finish();
        });
    }
}

void AgentCommands::pick(const v1::PickConversation& command, const TicketPtr& ticket) {
    with_access(command.conversation_id(), Command::pick_conversation, true, ticket, [self = self_as<AgentCommands>(), ticket](const Access& access) {
        const auto tenant_config = self->config();
        const auto* profile = tenant_config ? tenant_config->agent(self->agent()) : nullptr;
        if (!profile) return ticket->fail(config_unavailable());
        const auto& conversation = access.record->routing;
        const auto* department = self->department_of(tenant_config, *access.record);
        if (access.relation != domain::Relation::owner && !leads(self->identity().role)) {
            if (!department || department->mode != domain::QueueMode::pull) return ticket->fail(no_such_conversation());
            if (!has_skills(*profile, conversation, *department)) return ticket->fail({ErrorCode::illegal_state, "you lack a skill that it asks for"});
        }
        ports::PickRequest request{conversation.id, self->agent(), profile->capacity, draft::agent_joined(self->self())};
        self->context_.routing.pick(self->tenant(), std::move(request), [ticket](Result<ports::ConversationRecord> result) {
            result.has_error() ? ticket->fail(result.error(), not_picked) : ticket->done();
        });
    });
}

void AgentCommands::set_priority(const v1::SetPriority& command, const TicketPtr& ticket) {
    const Duration boost = std::chrono::seconds(command.boost_s());
    if (boost > most_boost) return ticket->fail({ErrorCode::invalid_argument, "boost_s: at most 86400"});
    with_access(command.conversation_id(), Command::set_priority, false, ticket,
                [self = self_as<AgentCommands>(), id = ConversationId{command.conversation_id()}, boost, urgent = command.urgent(),
                 ticket](const Access&) {
                    self->context_.routing.prioritize(self->tenant(), id, boost, urgent, draft::prioritized(self->author(), boost, urgent),
                                                      done_or_error(ticket));
                });
}

}  // namespace switchboard::app
