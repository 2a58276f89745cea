// SPDX-License-Identifier: Apache-2.0
#include "domain/routing.hpp"

#include "domain/routing_agents.hpp"
#include "domain/routing_impl.hpp"

#include <algorithm>

namespace switchboard::domain {

namespace {

constexpr std::size_t most_closed_remembered = 10'000;
constexpr Duration effect_wait = 2s;      // for the newer entity after a decision that was carried out
constexpr Duration refusal_wait = 200ms;  // for the newer entity that tells why
constexpr Duration unknown_wait = 1s;     // before an offer whose outcome is unknown is tried again

template <class Item>
void remove_one(std::vector<Item*>& list, const Item* item) {
    const auto found = std::find(list.begin(), list.end(), item);
    if (found == list.end()) return;
    *found = list.back();
    list.pop_back();
}

}  // namespace

Router::Router() : impl_(std::make_unique<Impl>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

std::vector<Decision> Router::apply(const Input& input, Timestamp now) {
    std::visit([&](const auto& fact) { impl_->take(fact, now); }, input);
    return impl_->finish(now);
}

std::vector<Decision> Router::tick(Timestamp now) {
    return impl_->finish(now);
}

std::vector<Decision> Router::Impl::finish(Timestamp now) {
    update_limits(now);
    watch_hours(now);
    act_on_due(now);
    match(now);
    act_on_due(now);
    return std::exchange(decisions, {});
}

// ---- conversations

bool Router::Impl::superseded(const Conversation& fact) {
    const auto buried = closed.find(fact.id);
    if (buried != closed.end() && fact.version <= buried->second) return true;
    const ConversationEntry* known = find(fact.id);
    return known && fact.version <= known->version;
}

Router::Impl::ConversationEntry* Router::Impl::find(const ConversationId& id) const {
    const auto found = conversations.find(id);
    return found == conversations.end() ? nullptr : found->get();
}

void Router::Impl::take(const Conversation& fact, Timestamp now) {
    if (superseded(fact)) return;
    ConversationEntry* known = find(fact.id);
    if (fact.status == ConversationStatus::closed) {
        if (known) forget(*known);
        return bury(fact);
    }
    ConversationEntry& entry = known ? *known : **conversations.insert(std::make_unique<ConversationEntry>(fact.id)).first;
    if (known)
        leave_old_state(entry, fact);
    else
        entry.refused = newcomer(fact, now);
    entry.take(fact, now);
    attach(entry);
    watch_activity(entry, now);
    schedule(entry);
}

void Router::Impl::leave_old_state(ConversationEntry& entry, const Conversation& fact) {
    const bool queued = fact.status == ConversationStatus::queued;
    const bool waits = queued || fact.status == ConversationStatus::offered;
    const bool same_class = fact.weight == entry.weight && fact.step == entry.step && fact.requirement == *entry.requirement;
    entry.refused = entry.refused && queued && fact.requirement.department == entry.requirement->department;
    if (fact.assign_epoch != entry.assign_epoch || fact.status != ConversationStatus::active) stop_watching(entry);
    detach(entry, waits && same_class && routing::order_of(fact) == entry.order);
}

void Router::Impl::detach(ConversationEntry& entry, bool keep_place) {
    if (entry.offerable) queues.dequeue(entry);
    if (entry.routing_class && !keep_place) queues.leave(entry);
    if (AgentEntry* holder = std::exchange(entry.holder, nullptr)) {
        remove_one(holder->holding, &entry);
        if (entry.status == ConversationStatus::offered) --holder->offers;
        holder->held -= entry.weight;
        holder->discount -= entry.engaged().activity.discount;
        touch(*holder);
    }
    if (AgentEntry* wanted = std::exchange(entry.wanted, nullptr)) remove_one(wanted->awaiting, &entry);
    // The newer state says who holds it. Only an unanswered question still stands, and keeps it from being offered.
    unreserve(entry);
    if (entry.claim_state() != Claim::State::asked) drop_claim(entry);
}

void Router::Impl::attach(ConversationEntry& entry) {
    if (entry.waiting() && !entry.routing_class && !entry.refused) queues.enter(entry);
    if (entry.status != ConversationStatus::queued && !entry.engaged().agent.empty()) {
        entry.holder = &agent_entry(entry.engaged().agent);
        entry.holder->holding.push_back(&entry);
        if (entry.status == ConversationStatus::offered) ++entry.holder->offers;
        entry.holder->held += entry.weight;
        entry.holder->discount += entry.engaged().activity.discount;
        touch(*entry.holder);
    }
    if (entry.status == ConversationStatus::queued && !entry.requirement->agent.empty()) {
        entry.wanted = &agent_entry(entry.requirement->agent);
        entry.wanted->awaiting.push_back(&entry);
    }
    reopen(entry);
}

void Router::Impl::reopen(ConversationEntry& entry) {
    if (entry.status != ConversationStatus::queued || entry.claim_state() != Claim::State::none || entry.offerable) return;
    if (!entry.routing_class) return;
    queues.enqueue(entry);
    if (!entry.dirty) dirty.push_back(&entry);
    entry.dirty = true;
}

void Router::Impl::forget(ConversationEntry& entry) {
    set_idle(entry, false);
    detach(entry, false);
    drop_claim(entry);
    unschedule(entry);
    conversations.erase(conversations.find(entry.id));
}

void Router::Impl::bury(const Conversation& fact) {
    const auto [place, added] = closed.insert_or_assign(fact.id, fact.version);
    if (!added) return;
    closed_order.push_back(fact.id);
    if (closed_order.size() <= most_closed_remembered) return;
    closed.erase(closed_order.front());
    closed_order.pop_front();
}

void Router::Impl::take(const ConversationGone& fact, Timestamp) {
    if (ConversationEntry* known = find(fact.id)) forget(*known);
}

// ---- agents

Router::Impl::AgentEntry& Router::Impl::agent_entry(const AgentId& id) {
    const auto [place, added] = agents.try_emplace(id);
    if (added) place->second.entity.id = id;
    return place->second;
}

void Router::Impl::touch(AgentEntry& agent) {
    if (!agent.touched) touched.push_back(&agent);
    agent.touched = true;
}

void Router::Impl::take(const Agent& fact, Timestamp) {
    AgentEntry& agent = agent_entry(fact.id);
    if (agent.known && fact.version <= agent.entity.version) return;
    const bool presence_changed_now = !agent.known || agent.entity.offline_since != fact.offline_since;
    const bool choice_changed = !agent.known || agent.entity.choice != fact.choice;
    agent.entity = fact;
    agent.asked_at = std::max(agent.asked_at, fact.asked_at);
    agent.known = true;
    touch(agent);
    if (presence_changed_now) presence_changed(agent);
    if (agent.refusals > 0) {
        const std::vector<ConversationEntry*> claims = agent.claims;
        for (ConversationEntry* entry : claims) {
            if (entry->claim_state() != Claim::State::refused) continue;
            drop_claim(*entry);
            reopen(*entry);
            schedule(*entry);
        }
    }
    if (presence_changed_now || choice_changed)
        for (ConversationEntry* entry : agent.awaiting) schedule(*entry);
    if (!presence_changed_now) return;
    for (ConversationEntry* entry : agent.holding) schedule(*entry);
}

// ---- claims

void Router::Impl::unreserve(ConversationEntry& entry) {
    if (entry.engaged().claim.reserved == 0) return;
    Claim& claim = entry.engage().claim;
    claim.agent->reserved -= std::exchange(claim.reserved, 0);
    touch(*claim.agent);
}

void Router::Impl::drop_claim(ConversationEntry& entry) {
    if (entry.claim_state() == Claim::State::none) return;
    unreserve(entry);
    AgentEntry& agent = *entry.engaged().claim.agent;
    if (entry.claim_state() == Claim::State::refused) --agent.refusals;
    remove_one(agent.claims, &entry);
    touch(agent);
    entry.engage().claim = {};
}

void Router::Impl::take(const ClaimResult& fact, Timestamp now) {
    ConversationEntry* known = find(fact.conversation);
    if (!known || known->claim_state() != Claim::State::asked) return;
    ConversationEntry& entry = *known;
    Claim& claim = entry.engage().claim;
    if ( claim.agent->entity.id != fact.agent) return;
    using Outcome = ClaimResult::Outcome;
    const bool conversation_moved = entry.version > claim.conversation_version;
    const bool agent_moved = claim.agent->entity.version > claim.agent_version;
    if (conversation_moved || (fact.outcome == Outcome::refused && agent_moved)) {
        drop_claim(entry);
        reopen(entry);
    } else if (fact.outcome == Outcome::accepted) {
        claim.state = Claim::State::accepted;
        claim.until = now + effect_wait;
    } else if (fact.outcome == Outcome::unknown) {
        claim.state = Claim::State::unknown;
        claim.until = now + unknown_wait;
    } else {
        claim.state = Claim::State::refused;
        claim.until = now + refusal_wait;
        ++claim.agent->refusals;
        touch(*claim.agent);
    }
    schedule(entry);
}

// ---- configuration

void Router::Impl::take(const ConfigChanged& fact, Timestamp now) {
    if (!fact.config || (config && fact.config->version < config->version)) return;
    const std::vector<ConversationEntry*> moved = leave_changed_departments(*fact.config);
    for (auto& [id, agent] : agents) {
        agent.profile = nullptr;
        agent.memberships.clear();
        agent.skills.clear();
        agent.listed = false;
        agent.settled_room = 0;
        touch(agent);
    }
    queues.reconfigure(*fact.config);
    config = fact.config;
    for (const AgentProfile& profile : config->agents) admit(profile);
    ++presence_epoch;
    closing_departments.clear();
    for (const auto& [id, index] : queues.departments())
        if (index->settings->hours.close_queue && !index->settings->hours.always()) closing_departments.push_back(index.get());
    for (ConversationEntry* entry : moved) {
        queues.enter(*entry);
        reopen(*entry);
    }
    for (const auto& entry : conversations) {
        watch_activity(*entry, now);
        schedule(*entry);
    }
}

// A ladder or a mode is part of a routing class: those who wait get their class anew. In the order of the queue, so that
// nothing depends on the order of memory.
std::vector<Router::Impl::ConversationEntry*> Router::Impl::leave_changed_departments(const TenantConfig& next) {
    static const Department defaults;
    std::vector<ConversationEntry*> moved;
    for (const auto& [id, index] : queues.departments()) {
        const Department* found = next.department(id);
        const Department& settings = found ? *found : defaults;
        const Department& old = *index->settings;
        if (settings.steps == old.steps && settings.mode == old.mode && settings.bot_first == old.bot_first) continue;
        for (const routing::QueueKey& key : index->waiting) moved.push_back(key.conversation);
    }
    for (ConversationEntry* entry : moved) {
        if (entry->offerable) queues.dequeue(*entry);
        queues.leave(*entry);
    }
    return moved;
}

void Router::Impl::admit(const AgentProfile& profile) {
    AgentEntry& agent = agent_entry(profile.id);
    if (agent.profile) return;
    agent.profile = &profile;
    for (const auto& [skill, level] : profile.skills)
        agent.skills.push_back({queues.number_of(skill), std::clamp(level, 1, routing::highest_level)});
    agent.skills.push_back({queues.number_of(routing::own_skill(profile.id)), 1});
    if (agent.bot()) agent.skills.push_back({queues.number_of(routing::bot_skill), 1});
    std::sort(agent.skills.begin(), agent.skills.end(), [](const auto& a, const auto& b) { return a.skill < b.skill; });
    queues.admit(agent);
    touch(agent);
}

}  // namespace switchboard::domain
