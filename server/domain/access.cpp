// SPDX-License-Identifier: Apache-2.0
#include "domain/access.hpp"

#include <algorithm>

namespace switchboard::domain {

namespace {

enum Roles : unsigned {
    customer = 1u << static_cast<unsigned>(Role::customer),
    agent = 1u << static_cast<unsigned>(Role::agent),
    supervisor = 1u << static_cast<unsigned>(Role::supervisor),
    admin = 1u << static_cast<unsigned>(Role::admin),
    bot = 1u << static_cast<unsigned>(Role::bot),
    lead = supervisor | admin,
    staff = agent | lead | bot,
    everyone = customer | staff,
};

struct Rule {
    Command command;
    Relation relation;
    unsigned roles;
};

constexpr Rule rules[] = {
    {Command::hello, Relation::none, everyone},
    {Command::ping, Relation::none, everyone},
    {Command::start_conversation, Relation::none, customer},
    {Command::set_agent_state, Relation::none, staff},
    {Command::list_colleagues, Relation::none, staff},
    {Command::list_waiting, Relation::none, staff},
    {Command::watch_queues, Relation::none, lead},

    {Command::leave_queue, Relation::customer, customer},
    {Command::end_conversation, Relation::customer, customer},
    {Command::rate_conversation, Relation::customer, customer},
    {Command::send_message, Relation::customer, customer},
    {Command::set_typing, Relation::customer, customer},
    {Command::advance_horizons, Relation::customer, customer},
    {Command::read_log, Relation::customer, customer},

    {Command::accept_offer, Relation::offered, staff},
    {Command::decline_offer, Relation::offered, staff},
    {Command::read_log, Relation::offered, staff},

    {Command::send_message, Relation::owner, staff},
    {Command::send_note, Relation::owner, staff},
    {Command::set_typing, Relation::owner, staff},
    {Command::advance_horizons, Relation::owner, staff},
    {Command::transfer_conversation, Relation::owner, staff},
    {Command::close_conversation, Relation::owner, staff},
    {Command::finish_wrap_up, Relation::owner, staff},
    {Command::read_log, Relation::owner, staff},
    // A repeated accept comes from the owner, and must get its first answer again.
    {Command::accept_offer, Relation::owner, staff},

    // An answer to an offer that has just ended: the store knows the offer's id and says illegal_state, or done for a repeat.
    {Command::accept_offer, Relation::department, staff},
    {Command::decline_offer, Relation::department, staff},
    {Command::read_log, Relation::department, lead},
    {Command::send_note, Relation::department, lead},
    {Command::transfer_conversation, Relation::department, lead},
    {Command::close_conversation, Relation::department, lead},

    // Who may pick what is decided by the department's mode and the skills.
    {Command::pick_conversation, Relation::department, staff},
    // A repeat comes from the owner.
    {Command::pick_conversation, Relation::owner, staff},

    {Command::start_consult, Relation::owner, staff},
    {Command::complete_consult, Relation::owner, staff},
    {Command::end_consult, Relation::owner, staff},
    {Command::end_consult, Relation::consulted, staff},
    {Command::read_log, Relation::consulted, staff},
    {Command::send_note, Relation::consulted, staff},

    {Command::explain_conversation, Relation::offered, lead},
    {Command::explain_conversation, Relation::owner, lead},
    {Command::explain_conversation, Relation::consulted, lead},
    {Command::explain_conversation, Relation::department, lead},
    {Command::set_priority, Relation::offered, lead},
    {Command::set_priority, Relation::department, lead},
};

}  // namespace

bool allowed(Role role, Relation relation, Command command) {
    const unsigned asking = 1u << static_cast<unsigned>(role);
    return std::any_of(std::begin(rules), std::end(rules), [&](const Rule& rule) {
        return rule.command == command && rule.relation == relation && (rule.roles & asking) != 0;
    });
}

Relation staff_relation(const AgentProfile& profile, const Conversation& conversation, const AgentId& consulted) {
    const bool mine = !conversation.agent.empty() && conversation.agent == profile.id;
    if (mine && conversation.status == ConversationStatus::offered) return Relation::offered;
    if (mine && conversation.status != ConversationStatus::queued) return Relation::owner;
    if (!consulted.empty() && consulted == profile.id && conversation.status == ConversationStatus::active) return Relation::consulted;
    const bool leads = profile.role == Role::supervisor || profile.role == Role::admin;
    return leads || profile.serves(conversation.requirement.department) ? Relation::department : Relation::none;
}

}  // namespace switchboard::domain
