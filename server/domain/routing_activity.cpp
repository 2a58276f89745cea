// SPDX-License-Identifier: Apache-2.0
// Active conversations in which nobody writes. Messages are no routing facts: the router asks for the time of the last ones when
// something could be due, so a conversation costs one question per limit and not one fact per message.
#include "domain/routing_impl.hpp"

#include <algorithm>

namespace switchboard::domain {

using routing::ActivityWatch;

namespace {

constexpr Duration idle_look = 15s;  // one that counts less may wake up

// The earliest moment at which something could be due when both sides wrote just now.
Duration shortest_limit(const Department& settings) {
    Duration shortest = std::chrono::hours(24);
    const auto consider = [&](Duration limit) {
        if (limit > Duration{0}) shortest = std::min(shortest, limit);
    };
    consider(settings.reply_within);
    consider(settings.inactive_warn_after);
    if (settings.idle_weight < settings.conversation_weight) consider(settings.idle_after);
    return shortest;
}

}  // namespace

void Router::Impl::watch_activity(ConversationEntry& entry, Timestamp now) {
    if (!config) return;
    if (entry.status != ConversationStatus::active || !settings_of(entry).watches_activity()) {
        stop_watching(entry);
    } else if (entry.engaged().activity.look_at == Timestamp{}) {
        entry.engage().activity = {now, now + shortest_limit(settings_of(entry)), 0};
    }
}

void Router::Impl::stop_watching(ConversationEntry& entry) {
    set_idle(entry, false);
    if (entry.engagement) entry.engagement->activity = {};
}

void Router::Impl::set_idle(ConversationEntry& entry, bool idle) {
    if (!idle && entry.engaged().activity.discount == 0) return;
    const Department& settings = settings_of(entry);
    ActivityWatch& activity = entry.engage().activity;
    const unsigned discount = idle ? entry.weight - std::min(entry.weight, settings.idle_weight) : 0;
    if (discount == activity.discount) return;
    if (entry.holder) {
        entry.holder->discount += discount;
        entry.holder->discount -= activity.discount;
        touch(*entry.holder);
    }
    activity.discount = discount;
}

void Router::Impl::take(const Activity& fact, Timestamp now) {
    ConversationEntry* known = find(fact.conversation);
    if (!known || !config) return;
    ConversationEntry& entry = *known;
    if (entry.status != ConversationStatus::active || entry.assign_epoch != fact.assign_epoch) return;
    const Department& settings = settings_of(entry);
    Timestamp look_at = now + shortest_limit(settings);
    // Later than now: look again then. True: it is due.
    const auto due = [&](Timestamp at) {
        if (at > now) look_at = std::min(look_at, at);
        return at <= now;
    };
    const bool agent_wrote_last = fact.agent && (!fact.customer || *fact.customer <= *fact.agent);
    bool idle = false;
    if (!agent_wrote_last) {
        const Timestamp since = std::max(fact.customer.value_or(Timestamp{}), entry.engaged().activity.since);
        if (settings.reply_within > Duration{0} && fact.customer && due(since + settings.reply_within))
            decisions.push_back(
                Requeue{entry.id, entry.engaged().agent, entry.assign_epoch, Requeue::Why::no_reply, settings.decline_cooldown});
    } else {
        idle = settings.idle_weight < settings.conversation_weight && due(*fact.agent + settings.idle_after);
        if (settings.inactive_warn_after > Duration{0}) {
            if (!fact.warned && due(*fact.agent + settings.inactive_warn_after))
                decisions.push_back(WarnInactive{entry.id, entry.assign_epoch, fact.head_seq});
            if (settings.inactive_close_after > Duration{0} && fact.warned && due(*fact.warned + settings.inactive_close_after))
                decisions.push_back(CloseInactive{entry.id, entry.assign_epoch, fact.head_seq});
        }
    }
    set_idle(entry, idle);
    if (idle) look_at = std::min(look_at, now + idle_look);
    entry.engage().activity.look_at = look_at;
    schedule(entry);
}

}  // namespace switchboard::domain
