// SPDX-License-Identifier: Apache-2.0
// What may be asked of the router without changing it.
#include "domain/routing_agents.hpp"
#include "domain/routing_impl.hpp"

#include <algorithm>

namespace switchboard::domain {

std::optional<QueuePlace> Router::place(const ConversationId& id) const {
    routing::ConversationEntry* entry = impl_->find(id);
    if (!entry || !entry->routing_class) return std::nullopt;
    const routing::PlaceOrder& order = entry->routing_class->department->waiting;
    const std::size_t before = order.order_of_key(routing::QueueKey(*entry));
    return QueuePlace{static_cast<unsigned>(before + 1), static_cast<unsigned>(order.size())};
}

std::vector<ConversationId> Router::waiting(const DepartmentId& department, std::size_t most) const {
    std::vector<ConversationId> ids;
    const routing::DepartmentIndex* index = impl_->queues.find_department(department);
    if (!index) return ids;
    ids.reserve(std::min(most, index->waiting.size()));
    for (const routing::QueueKey& key : index->waiting) {
        if (ids.size() == most) break;
        ids.push_back(key.conversation->id);
    }
    return ids;
}

std::size_t Router::waiting_count() const {
    return impl_->queues.waiting();
}

namespace {

void count_held(DepartmentCounts& counts, const routing::ConversationEntry& conversation) {
    if (conversation.status == ConversationStatus::offered) ++counts.offered;
    if (conversation.status == ConversationStatus::active) ++counts.active;
    if (conversation.status == ConversationStatus::wrap_up) ++counts.wrap_up;
}

void count_agent(DepartmentCounts& counts, const routing::AgentEntry* agent, unsigned weight) {
    if (!agent || !agent->known || !agent->entity.online()) {
        ++counts.agents_offline;
    } else if (agent->entity.choice != AgentChoice::available) {
        ++counts.agents_away;
    } else {
        ++counts.agents_available;
        counts.free_slots += agent->room();
        if (agent->room() < weight) ++counts.agents_full;
    }
    if (agent && agent->known && agent->entity.online()) counts.used_slots += agent->used();
}

}  // namespace

Counts Router::counts(Timestamp now) const {
    Counts all;
    if (!impl_->config) return all;
    all.departments.resize(impl_->config->departments.size());
    std::unordered_map<DepartmentId, std::size_t> positions;
    for (std::size_t i = 0; i < all.departments.size(); ++i) positions.emplace(impl_->config->departments[i].id, i);
    const auto of = [&](const DepartmentId& id) {
        const auto found = positions.find(id);
        return found == positions.end() ? nullptr : &all.departments[found->second];
    };
    for (const auto& [id, agent] : impl_->agents)
        for (const routing::ConversationEntry* held : agent.holding)
            if (DepartmentCounts* counts = of(held->requirement->department)) count_held(*counts, *held);
    for (const AgentProfile& profile : impl_->config->agents) {
        if (profile.capacity == 0) continue;
        const auto found = impl_->agents.find(profile.id);
        const routing::AgentEntry* agent = found == impl_->agents.end() ? nullptr : &found->second;
        if (agent && agent->known && agent->entity.online())
            ++(agent->entity.choice == AgentChoice::available ? all.agents_available : all.agents_away);
        for (const DepartmentId& id : profile.departments)
            if (DepartmentCounts* counts = of(id)) count_agent(*counts, agent, impl_->config->department(id)->conversation_weight);
    }
    for (const auto& [id, position] : positions) {
        const routing::DepartmentIndex* index = impl_->queues.find_department(id);
        if (!index) continue;
        DepartmentCounts& counts = all.departments[position];
        counts.full = impl_->full(*index, now);
        if (index->waiting.empty()) continue;
        const auto waiting = static_cast<unsigned>(index->waiting.size());
        counts.waiting = waiting - std::min(waiting, counts.offered);
        counts.oldest = index->waiting.begin()->conversation->enqueued;
        for (routing::RoutingClass* each : index->classes) {
            impl_->assess(*each);
            if (!each->served) counts.unroutable += static_cast<unsigned>(each->users);
        }
    }
    return all;
}

bool Router::full(const DepartmentId& department, Timestamp now) const {
    const routing::DepartmentIndex* index = impl_->config ? impl_->queues.find_department(department) : nullptr;
    return index && impl_->full(*index, now);
}

std::optional<Conversation> Router::conversation(const ConversationId& id) const {
    const routing::ConversationEntry* entry = impl_->find(id);
    return entry ? std::optional(entry->entity()) : std::nullopt;
}

const Agent* Router::agent(const AgentId& id) const {
    const auto found = impl_->agents.find(id);
    return found == impl_->agents.end() || !found->second.known ? nullptr : &found->second.entity;
}

std::vector<ConversationId> Router::conversation_ids() const {
    std::vector<ConversationId> ids;
    ids.reserve(impl_->conversations.size());
    for (const auto& entry : impl_->conversations) ids.push_back(entry->id);
    return ids;
}

std::vector<AgentId> Router::agent_ids() const {
    std::vector<AgentId> ids;
    for (const auto& [id, entry] : impl_->agents)
        if (entry.known) ids.push_back(id);
    return ids;
}

}  // namespace switchboard::domain
