// SPDX-License-Identifier: Apache-2.0
#include "unit/domain/router_oracle.hpp"

#include "domain/routing_journal.hpp"

#include <algorithm>
#include <stdexcept>

namespace switchboard::domain {

namespace {

void expect(bool holds, const std::string& promise) {
    if (!holds) throw std::logic_error(promise);
}

bool older(const Conversation& a, const Conversation& b) {
    return a.urgent != b.urgent ? a.urgent : std::tie(a.arrival, a.arrival_us, a.id) < std::tie(b.arrival, b.arrival_us, b.id);
}
bool waits(const Conversation& conversation) {
    return conversation.status == ConversationStatus::queued || conversation.status == ConversationStatus::offered;
}

}  // namespace

void RouterOracle::apply(const Input& input, Timestamp now, const std::vector<Decision>& decisions, const Router& router) {
    now_ = now;
    std::visit([&](const auto& fact) { take(fact); }, input);
    judge(decisions, router);
}

void RouterOracle::tick(Timestamp now, const std::vector<Decision>& decisions, const Router& router) {
    now_ = now;
    judge(decisions, router);
}

void RouterOracle::take(const Conversation& fact) {
    if (closed_.contains(fact.id) && fact.version <= closed_.at(fact.id)) return;
    const auto found = conversations_.find(fact.id);
    if (found != conversations_.end() && fact.version <= found->second.version) return;
    const auto claim = claims_.find(fact.id);
    if (claim != claims_.end()) {
        claim->second.reserved = 0;
        if (claim->second.answered || fact.status == ConversationStatus::closed) claims_.erase(claim);
    }
    const bool stays = found != conversations_.end() && fact.requirement.department == found->second.requirement.department;
    const bool still_refused = stays && refused_.contains(fact.id) && fact.status == ConversationStatus::queued;
    const bool refused = found == conversations_.end() ? newcomer(fact) : still_refused;
    refused ? void(refused_.insert(fact.id)) : void(refused_.erase(fact.id));
    conversations_[fact.id] = fact;
    if (fact.status != ConversationStatus::closed) return;
    conversations_.erase(fact.id);
    refused_.erase(fact.id);
    closed_[fact.id] = fact.version;
}

void RouterOracle::take(const Agent& fact) {
    const auto found = agents_.find(fact.id);
    if (found != agents_.end() && fact.version <= found->second.version) return;
    agents_[fact.id] = fact;
    asked_at_[fact.id] = std::max(asked_at_[fact.id], fact.asked_at);
    std::erase_if(claims_, [&](const auto& entry) { return entry.second.refused && entry.second.agent == fact.id; });
}

void RouterOracle::take(const ConversationGone& fact) {
    conversations_.erase(fact.id);
    claims_.erase(fact.id);
    last_.erase(fact.id);
    refused_.erase(fact.id);
}

void RouterOracle::take(const ConfigChanged& fact) {
    config_ = fact.config;
}

void RouterOracle::take(const ClaimResult& fact) {
    const auto found = claims_.find(fact.conversation);
    if (found == claims_.end() || found->second.answered || found->second.agent != fact.agent) return;
    Claim& claim = found->second;
    claim.answered = true;
    claim.refused = fact.outcome == ClaimResult::Outcome::refused;
    claim.until = now_ + (claim.refused ? 200ms : fact.outcome == ClaimResult::Outcome::unknown ? 1000ms : 2000ms);
    const bool conversation_moved = conversations_.at(fact.conversation).version > claim.conversation_version;
    const bool agent_moved = claim.refused && agents_.at(fact.agent).version > claim.agent_version;
    if (conversation_moved || agent_moved) claims_.erase(found);
}

void RouterOracle::judge(const std::vector<Decision>& decisions, const Router& router) {
    update_limits();
    std::erase_if(claims_, [&](const auto& entry) { return entry.second.answered && entry.second.until <= now_; });
    for (const Decision& decision : decisions) {
        try {
            std::visit([&](const auto& kind) { judge(kind); }, decision);
        } catch (const std::logic_error& error) {
            throw std::logic_error(to_text(decision) + ": " + error.what());
        }
    }
    // What one call gets wrong here, the next few do not mend: looking at some of them is enough.
    if (++calls_ % 8 == 0) {
        check_memory(router);
        check_places(router);
    }
    check_nothing_overdue(router);
    check_work_conserved();
}

const Conversation& RouterOracle::known(const ConversationId& id, const char* decision) const {
    const auto found = conversations_.find(id);
    expect(found != conversations_.end(), std::string(decision) + " for a conversation that is not there");
    return found->second;
}

const Department& RouterOracle::settings(const Conversation& conversation) const {
    const Department* found = config_->department(conversation.requirement.department);
    expect(found != nullptr, "the model uses configured departments only");
    return *found;
}

unsigned RouterOracle::used(const AgentId& id) const {
    unsigned held = 0, reserved = 0;
    for (const auto& [conversation_id, conversation] : conversations_)
        if (conversation.agent == id && conversation.status != ConversationStatus::queued) held += conversation.weight;
    for (const auto& [conversation_id, claim] : claims_)
        if (claim.agent == id) reserved += claim.reserved;
    return std::max(held, agents_.at(id).load) + reserved;
}

bool RouterOracle::offerable(const Conversation& conversation) const {
    return conversation.status == ConversationStatus::queued && !claims_.contains(conversation.id) && !refused_.contains(conversation.id);
}

bool RouterOracle::eligible(const Conversation& conversation, const AgentProfile& profile) const {
    const auto agent = agents_.find(profile.id);
    if (agent == agents_.end() || !agent->second.online() || agent->second.choice != AgentChoice::available) return false;
    const AgentId& wanted = conversation.requirement.agent;
    if (!wanted.empty()) {
        if (wanted != profile.id || !profile.serves(conversation.requirement.department)) return false;
    } else {
        if (settings(conversation).mode == QueueMode::pull && !conversation.requirement.bots) return false;
        if (!right_kind(conversation, profile)) return false;
        const Asked now = asked(conversation, conversation.step);
        if (std::none_of(now.departments.begin(), now.departments.end(), [&](const DepartmentId& id) { return profile.serves(id); })) return false;
        for (const auto& [skill, level] : now.skills)
            if (profile.level(skill) < level) return false;
    }
    if (used(profile.id) + conversation.weight > profile.capacity) return false;
    for (const Cooldown& cooldown : conversation.cooldowns)
        if (cooldown.agent == profile.id && cooldown.until > now_) return false;
    return std::none_of(claims_.begin(), claims_.end(),
                        [&](const auto& entry) { return entry.second.refused && entry.second.agent == profile.id; });
}

void RouterOracle::judge(const MakeOffer& offer) {
    const Conversation& conversation = known(offer.conversation, "offer");
    expect(conversation.status == ConversationStatus::queued, "offered although it is not queued");
    expect(!claims_.contains(conversation.id), "offered twice");
    const AgentProfile* profile = config_->agent(offer.agent);
    expect(profile != nullptr, "offered to nobody");
    expect(eligible(conversation, *profile), "the agent is not eligible");
    expect(offer.capacity == profile->capacity, "wrong capacity");
    expect(offer.conversation_version == conversation.version, "wrong version");
    expect(offer.choice.best.front().agent == offer.agent && offer.choice.step == conversation.step, "wrong record of the choice");
    for (const Candidate& candidate : offer.choice.best) expect(eligible(conversation, *config_->agent(candidate.agent)), "a candidate is not eligible");
    expect(offer.deadline == now_ + settings(conversation).offer_timeout, "wrong deadline");
    for (const AgentProfile& other : config_->agents)
        expect(!eligible(conversation, other) || !preferred(conversation, other, *profile),
               "the strategy prefers " + other.id.value);
    for (const auto& [id, other] : conversations_)
        expect(!older(other, conversation) || !offerable(other) || !eligible(other, *profile), "older and possible: " + id.value);
    asked_at_[offer.agent] = std::max(asked_at_[offer.agent], now_);
    claims_[conversation.id] = {offer.agent, conversation.version, agents_.at(offer.agent).version, conversation.weight};
}

void RouterOracle::note(const Conversation& conversation) {
    Last& last = last_[conversation.id];
    expect(last.version != conversation.version || now_ >= last.at + 2s, "decided again too soon");
    last = {conversation.version, now_};
}

void RouterOracle::judge(const EndOffer& end) {
    const Conversation& conversation = known(end.conversation, "end of an offer");
    expect(conversation.status == ConversationStatus::offered, "there is no offer");
    expect(end.agent == conversation.agent && end.offer == conversation.offer, "another offer");
    const Agent& agent = agents_.at(conversation.agent);
    if (end.outcome == OfferOutcome::withdrawn) {
        expect(!agent.online(), "withdrawn from an agent that is there");
        expect(end.cooldown == Duration{0} && !end.set_away, "withdrawn is not the agent's fault");
    } else {
        const Department& department = settings(conversation);
        expect(conversation.deadline <= now_, "ended early");
        expect(end.cooldown == department.decline_cooldown, "wrong cooldown");
        expect(end.set_away == (department.misses_until_away > 0 && agent.misses + 1 >= department.misses_until_away), "wrong set_away");
    }
    note(conversation);
}

void RouterOracle::judge(const Abandon& abandon) {
    const Conversation& conversation = known(abandon.conversation, "abandonment");
    expect(waits(conversation) && abandon.version == conversation.version, "not waiting, or another version");
    expect(conversation.customer_absent_since && *conversation.customer_absent_since + settings(conversation).abandon_after <= now_,
           "abandoned early");
    note(conversation);
}

void RouterOracle::judge(const Requeue& requeue) {
    const Conversation& conversation = known(requeue.conversation, "requeue");
    expect(conversation.status == ConversationStatus::active, "requeued although not active");
    expect(requeue.agent == conversation.agent && requeue.assign_epoch == conversation.assign_epoch, "another owner");
    const Agent& agent = agents_.at(conversation.agent);
    expect(!agent.online() && *agent.offline_since + settings(conversation).agent_grace <= now_, "requeued early");
    note(conversation);
}

bool RouterOracle::hopeless(const Conversation& conversation) const {
    const AgentId& wanted = conversation.requirement.agent;
    if (conversation.status != ConversationStatus::queued || wanted.empty()) return false;
    const auto agent = agents_.find(wanted);
    if (agent == agents_.end() || !agent->second.online() || agent->second.choice != AgentChoice::available) return true;
    const AgentProfile* profile = config_->agent(wanted);
    if (!profile || !profile->serves(conversation.requirement.department) || profile->capacity < conversation.weight) return true;
    return conversation.deadline != Timestamp{} && conversation.deadline <= now_;
}

void RouterOracle::judge(const Widen& widen) {
    const Conversation& conversation = known(widen.conversation, "widening");
    expect(widen.version == conversation.version, "another version");
    expect(conversation.status == ConversationStatus::queued, "widened although it is not queued");
    if (widen.anyone) {
        const bool no_bot = conversation.requirement.bots && nobody_eligible(conversation);
        expect(hopeless(conversation) || no_bot, "widened although its agent may come");
        expect(widen.step == conversation.step, "a step besides");
    } else {
        const auto& steps = settings(conversation).steps;
        unsigned step = std::max(conversation.step, first_served_step(conversation));
        while (step < steps.size() && conversation.enqueued + steps[step].after <= now_) ++step;
        expect(climbs(conversation) && widen.step == step && step > conversation.step, "another step is due: " + std::to_string(step));
    }
    note(conversation);
}

void RouterOracle::judge(const Move& move) {
    const Conversation& conversation = known(move.conversation, "move");
    expect(refused_.contains(move.conversation) && move.version == conversation.version, "moved although its department took it");
    expect(overflow_of(conversation.requirement.department) == move.requirement.department, "moved to another department than the first that takes it");
    note(conversation);
}

void RouterOracle::judge(const TurnAway& away) {
    const Conversation& conversation = known(away.conversation, "turning away");
    expect(refused_.contains(away.conversation) && away.version == conversation.version, "turned away although its department took it");
    expect(away.reason == ClosedReason::turned_away && !overflow_of(conversation.requirement.department), "another department takes it");
    note(conversation);
}

void RouterOracle::judge(const EndWrapUp& end) {
    const Conversation& conversation = known(end.conversation, "end of a wrap-up");
    expect(conversation.status == ConversationStatus::wrap_up && end.assign_epoch == conversation.assign_epoch, "no such wrap-up");
    const Agent& agent = agents_.at(conversation.agent);
    const bool over = conversation.deadline != Timestamp{} && conversation.deadline <= now_;
    const bool alone = !agent.online() && *agent.offline_since + settings(conversation).agent_grace <= now_;
    expect(over || alone, "wrap-up ended early");
    note(conversation);
}

std::vector<Timestamp> RouterOracle::dues(const Conversation& conversation) const {
    std::vector<Timestamp> list;
    const Department& department = settings(conversation);
    const auto agent = agents_.find(conversation.agent);
    const bool alone = agent != agents_.end() && !agent->second.online();
    if (hopeless(conversation) || refused_.contains(conversation.id)) list.push_back(Timestamp{});
    if (conversation.requirement.bots && offerable(conversation)) list.push_back(Timestamp{});
    if (climbs(conversation) && offerable(conversation)) {
        const bool skips = first_served_step(conversation) > conversation.step;
        list.push_back(skips ? Timestamp{} : conversation.enqueued + department.steps[conversation.step].after);
    }
    if (conversation.status == ConversationStatus::queued && !conversation.requirement.agent.empty() && conversation.deadline != Timestamp{})
        list.push_back(conversation.deadline);
    if (waits(conversation) && conversation.customer_absent_since)
        list.push_back(*conversation.customer_absent_since + department.abandon_after);
    if (conversation.status == ConversationStatus::offered) {
        list.push_back(conversation.deadline);
        if (alone) list.push_back(*agent->second.offline_since);
    }
    if (conversation.status == ConversationStatus::active || conversation.status == ConversationStatus::wrap_up)
        if (alone) list.push_back(*agent->second.offline_since + department.agent_grace);
    if (conversation.status == ConversationStatus::wrap_up && conversation.deadline != Timestamp{}) list.push_back(conversation.deadline);
    return list;
}

void RouterOracle::check_nothing_overdue(const Router& router) const {
    if (!config_) return;
    const auto next = router.next_deadline();
    expect(!next || *next > now_, "a deadline was left over");
    for (const auto& [id, conversation] : conversations_) {
        for (const Timestamp due : dues(conversation)) {
            const auto last = last_.find(id);
            const bool decided = last != last_.end() && last->second.version == conversation.version;
            const Timestamp expected = decided ? std::max(due, last->second.at + 2s) : due;
            expect(expected > now_, "overdue: " + id.value);
            expect(next && *next <= expected, "next_deadline comes too late for " + id.value);
        }
    }
}

void RouterOracle::check_work_conserved() const {
    if (!config_) return;
    for (const auto& [id, conversation] : conversations_) {
        if (!offerable(conversation)) continue;
        for (const AgentProfile& profile : config_->agents)
            expect(!eligible(conversation, profile), id.value + " waits although " + profile.id.value + " is there");
    }
}

void RouterOracle::check_places(const Router& router) const {
    std::map<DepartmentId, std::vector<const Conversation*>> queues;
    std::size_t waiting = 0;
    for (const auto& [id, conversation] : conversations_) {
        if (!waits(conversation) || refused_.contains(id)) continue;
        queues[conversation.requirement.department].push_back(&conversation);
        ++waiting;
    }
    expect(router.waiting_count() == waiting, "waiting_count");
    for (auto& [department, queue] : queues) {
        std::sort(queue.begin(), queue.end(), [](const Conversation* a, const Conversation* b) { return older(*a, *b); });
        std::vector<ConversationId> expected;
        for (const Conversation* conversation : queue) {
            expected.push_back(conversation->id);
            const auto place = router.place(conversation->id);
            expect(place && place->position == expected.size() && place->waiting == queue.size(), "place of " + conversation->id.value);
        }
        expect(router.waiting(department) == expected, "order of " + department.value);
    }
}

void RouterOracle::check_memory(const Router& router) const {
    expect(router.conversation_ids().size() == conversations_.size(), "conversations in memory");
    for (const auto& [id, conversation] : conversations_) {
        const auto held = router.conversation(id);
        expect(held && held->version == conversation.version && held->status == conversation.status, "memory of " + id.value);
    }
    expect(router.agent_ids().size() == agents_.size(), "agents in memory");
    for (const auto& [id, agent] : agents_) {
        const Agent* held = router.agent(id);
        expect(held && held->version == agent.version && held->load == agent.load, "memory of " + id.value);
    }
}

}  // namespace switchboard::domain
