// SPDX-License-Identifier: Apache-2.0
// What time alone brings about. Each conversation has at most one timer, for the next thing that can happen to it; it is set
// anew after each change, so nothing is ever decided on a state that has passed.
#include "domain/routing_impl.hpp"

#include <algorithm>

namespace switchboard::domain {

namespace {
constexpr Duration repeat_after = 2s;  // a decision whose effect has not come back

// The agent for whom it waits. One who has let it pass is not waited for: the store takes the name off.
bool may_still_come(const routing::AgentEntry& agent, const routing::ConversationEntry& conversation) {
    if (!agent.known || !agent.profile || !agent.entity.online() || agent.entity.choice != AgentChoice::available) return false;
    return agent.profile->serves(conversation.requirement->department) && agent.profile->capacity >= conversation.weight;
}

// Who has talked to somebody already is not sent home.
std::optional<Timestamp> closing_of(const routing::ConversationEntry& entry) {
    if (!entry.routing_class || entry.assign_epoch > 0) return std::nullopt;
    return entry.routing_class->department->closing;
}
}  // namespace

const Department& Router::Impl::settings_of(const ConversationEntry& entry) const {
    static const Department defaults;
    if (entry.routing_class) return *entry.routing_class->department->settings;
    const Department* found = config->department(entry.requirement->department);
    return found ? *found : defaults;
}

std::optional<Router::Impl::Due> Router::Impl::next_due(const ConversationEntry& entry) const {
    if (!config) return std::nullopt;
    std::optional<Due> next;
    const auto consider = [&](Timestamp at, DueKind kind) {
        if (!next || at < next->at) next = Due{at, kind};
    };
    const auto decide = [&](Timestamp at, DueKind kind) { consider(std::max(at, entry.quiet_until), kind); };
    const Timestamp deadline = entry.engaged().deadline;
    const std::optional<Timestamp> absent = entry.customer_absent_since;
    const bool left_alone = entry.holder && entry.holder->known && !entry.holder->entity.online();
    const Timestamp alone = left_alone ? *entry.holder->entity.offline_since : Timestamp{};

    if (entry.waiting() && absent) decide(*absent + settings_of(entry).abandon_after, DueKind::abandon);
    switch (entry.status) {
        case ConversationStatus::queued:
            if (entry.refused) decide(Timestamp{}, DueKind::overflow);
            if (entry.no_bot || (entry.wanted && !may_still_come(*entry.wanted, entry))) decide(Timestamp{}, DueKind::anyone);
            if (entry.wanted && deadline != Timestamp{}) decide(deadline, DueKind::anyone);
            if (const auto step = next_step_at(entry)) decide(*step, DueKind::step);
            if (const auto closing = closing_of(entry)) decide(*closing, DueKind::closing);
            for (const Cooldown& cooldown : entry.engaged().cooldowns)
                if (cooldown.until > entry.engaged().cooldowns_seen) consider(cooldown.until, DueKind::cooldown_over);
            break;
        case ConversationStatus::offered:
            if (left_alone) decide(alone, DueKind::withdraw);
            if (deadline != Timestamp{}) decide(deadline, DueKind::time_out);
            break;
        case ConversationStatus::active:
            if (left_alone) decide(alone + settings_of(entry).agent_grace, DueKind::requeue);
            if (const Timestamp look_at = entry.engaged().activity.look_at; look_at != Timestamp{}) decide(look_at, DueKind::activity);
            break;
        case ConversationStatus::wrap_up:
            if (left_alone) decide(alone + settings_of(entry).agent_grace, DueKind::end_wrap_up);
            if (deadline != Timestamp{}) decide(deadline, DueKind::end_wrap_up);
            break;
        case ConversationStatus::closed:
            break;
    }
    const Claim& claim = entry.engaged().claim;
    const bool answered = claim.state != Claim::State::none && claim.state != Claim::State::asked;
    if (answered) consider(claim.until, DueKind::give_up_claim);
    return next;
}

void Router::Impl::unschedule(ConversationEntry& entry) {
    if (entry.due != ConversationEntry::never) timers.erase(&entry);
    entry.due = ConversationEntry::never;
}

void Router::Impl::schedule(ConversationEntry& entry) {
    const std::optional<Due> next = next_due(entry);
    if ((next ? next->at : ConversationEntry::never) == entry.due) return;
    unschedule(entry);
    if (!next) return;
    entry.due = next->at;
    timers.insert(&entry);
}

void Router::Impl::act_on_due(Timestamp now) {
    while (!timers.empty() && (*timers.begin())->due <= now) {
        ConversationEntry& entry = **timers.begin();
        const std::optional<Due> due = next_due(entry);
        if (due && due->at <= now) act(entry, due->kind, now);
        schedule(entry);
    }
}

void Router::Impl::act(ConversationEntry& entry, DueKind kind, Timestamp now) {
    const AgentId& agent = entry.engaged().agent;
    const OfferId& offer = entry.engaged().offer;
    switch (kind) {
        case DueKind::cooldown_over:
            entry.engage().cooldowns_seen = now;
            if (entry.offerable && !entry.dirty) dirty.push_back(&entry);
            entry.dirty = entry.dirty || entry.offerable;
            return;
        case DueKind::give_up_claim:
            drop_claim(entry);
            return reopen(entry);
        case DueKind::abandon:
            decisions.push_back(Abandon{entry.id, entry.version});
            break;
        case DueKind::withdraw:
            decisions.push_back(EndOffer{entry.id, offer, agent, OfferOutcome::withdrawn, Duration{0}, false});
            break;
        case DueKind::time_out: {
            const Department& settings = settings_of(entry);
            const unsigned misses = (entry.holder ? entry.holder->entity.misses : 0) + 1;
            const bool too_many = settings.misses_until_away > 0 && misses >= settings.misses_until_away;
            decisions.push_back(EndOffer{entry.id, offer, agent, OfferOutcome::timed_out, settings.decline_cooldown, too_many});
            break;
        }
        case DueKind::requeue:
            decisions.push_back(Requeue{entry.id, agent, entry.assign_epoch, Requeue::Why::agent_gone, Duration{0}});
            break;
        case DueKind::anyone:
            decisions.push_back(Widen{entry.id, entry.version, entry.step, true});
            break;
        case DueKind::step:
            decisions.push_back(Widen{entry.id, entry.version, step_to_take(entry, now), false});
            break;
        case DueKind::overflow:
            send_elsewhere(entry, now);
            break;
        case DueKind::closing:
            decisions.push_back(TurnAway{entry.id, entry.version, ClosedReason::out_of_hours});
            break;
        case DueKind::activity:
            decisions.push_back(CheckActivity{entry.id, entry.assign_epoch});
            break;
        case DueKind::end_wrap_up:
            decisions.push_back(EndWrapUp{entry.id, entry.assign_epoch});
            break;
    }
    entry.quiet_until = now + repeat_after;
}

std::optional<Timestamp> Router::next_deadline() const {
    std::optional<Timestamp> next;
    if (!impl_->timers.empty()) next = (*impl_->timers.begin())->due;
    for (const routing::DepartmentIndex* department : impl_->closing_departments)
        if (!next || department->hours_until < *next) next = department->hours_until;
    return next;
}

}  // namespace switchboard::domain
