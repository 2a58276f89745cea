// SPDX-License-Identifier: Apache-2.0
// What may be asked of the router without changing it.
#include "domain/routing_agents.hpp"
#include "domain/routing_impl.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

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
    if (conversation.status == ConversationStatus::active) ++counts.active;
    if (conversation.status == ConversationStatus::offered) {
        ++counts.offered;
        counts.offered_slots += conversation.weight;
    }
    if (conversation.status == ConversationStatus::wrap_up) {
        ++counts.wrap_up;
        counts.wrap_up_slots += conversation.weight;
    }
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

// From which rung on whose agents are lent to which department.
struct Loan {
    std::size_t department = 0;
    std::size_t rung = 0;
};
using Loans = std::unordered_map<DepartmentId, std::vector<Loan>>;

Loans loans_of(const TenantConfig& config) {
    Loans loans;
    for (std::size_t i = 0; i < config.departments.size(); ++i)
        for (std::size_t step = 0; step < config.departments[i].steps.size(); ++step)
            for (const DepartmentId& lender : config.departments[i].steps[step].departments) loans[lender].push_back({i, step + 1});
    return loans;
}

// Each department once, from the lowest rung on.
void count_eligible(Counts& all, const std::vector<std::size_t>& served, const AgentProfile& profile, const Loans& loans) {
    std::vector<Loan> reached;
    for (const std::size_t department : served) reached.push_back({department, 0});
    for (const DepartmentId& id : profile.departments)
        if (const auto lent = loans.find(id); lent != loans.end()) reached.insert(reached.end(), lent->second.begin(), lent->second.end());
    std::sort(reached.begin(), reached.end(), [](const Loan& a, const Loan& b) { return std::tie(a.department, a.rung) < std::tie(b.department, b.rung); });
    std::optional<std::size_t> last;
    for (const Loan& loan : reached)
        if (std::exchange(last, loan.department) != loan.department) ++all.departments[loan.department].eligible[loan.rung];
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
    const Loans loans = loans_of(*impl_->config);
    for (std::size_t i = 0; i < all.departments.size(); ++i) all.departments[i].eligible.assign(impl_->config->departments[i].steps.size() + 1, 0);
    std::vector<std::size_t> served;
    for (const AgentProfile& profile : impl_->config->agents) {
        if (profile.capacity == 0) continue;
        const auto found = impl_->agents.find(profile.id);
        const routing::AgentEntry* agent = found == impl_->agents.end() ? nullptr : &found->second;
        const bool online = agent && agent->known && agent->entity.online();
        const bool available = online && agent->entity.choice == AgentChoice::available;
        if (online) ++(available ? all.agents_available : all.agents_away);
        served.clear();
        for (const DepartmentId& id : profile.departments) {
            const auto position = positions.find(id);
            if (position == positions.end()) continue;
            served.push_back(position->second);
            count_agent(all.departments[position->second], agent, impl_->config->departments[position->second].conversation_weight);
        }
        if (available) count_eligible(all, served, profile, loans);
    }
    for (DepartmentCounts& counts : all.departments) std::partial_sum(counts.eligible.begin(), counts.eligible.end(), counts.eligible.begin());
    for (const auto& [id, position] : positions) {
        const routing::DepartmentIndex* index = impl_->queues.find_department(id);
        if (!index) continue;
        DepartmentCounts& counts = all.departments[position];
        counts.full = impl_->full(*index, now);
        if (index->waiting.empty()) continue;
        const auto waiting = static_cast<unsigned>(index->waiting.size());
        counts.waiting = waiting - std::min(waiting, counts.offered);
        counts.urgent = index->urgent;
        counts.boosted = index->boosted;
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
