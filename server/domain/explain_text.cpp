// SPDX-License-Identifier: Apache-2.0
// The explanation in a sentence or two: what a team leader has to know, and nothing that the table of agents tells as well.
#include "domain/explain_impl.hpp"
#include "domain/time_text.hpp"

#include <algorithm>

namespace switchboard::domain::explaining {

std::string name_of(const TenantConfig& config, const AgentId& agent) {
    const AgentProfile* profile = config.agent(agent);
    return profile && !profile->name.empty() ? profile->name : agent.value;
}

std::string name_of(const TenantConfig& config, const DepartmentId& department) {
    const Department* known = config.department(department);
    return known && !known->name.empty() ? known->name : department.value;
}

namespace {

// "a", "a and b", "a, b and c"
std::string list(const std::vector<std::string>& items, const char* last) {
    std::string text;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) text += i + 1 == items.size() ? std::string(" ") + last + " " : ", ";
        text += items[i];
    }
    return text;
}

std::string skills_text(const std::vector<SkillRequirement>& skills) {
    std::vector<std::string> items;
    for (const SkillRequirement& needed : skills)
        items.push_back(needed.level > 1 ? needed.skill + " at level " + std::to_string(needed.level) : "the skill " + needed.skill);
    return list(items, "and");
}

std::string departments_text(const Case& of, const std::vector<DepartmentId>& departments) {
    std::vector<std::string> items;
    for (const DepartmentId& id : departments) items.push_back(name_of(of.config, id));
    return list(items, "or");
}

std::string nobody(const Case& of, const std::string& whom) {
    return (of.conversation.requirement.bots ? "No bot " : "Nobody ") + whom;
}

// ---- what stands in the way now

struct Group {
    std::vector<const Tested*> members;

    bool empty() const { return members.empty(); }
    std::string who(const Case& of) const {
        return members.size() == 1 ? name_of(of.config, members.front()->profile->id) : std::to_string(members.size());
    }
    const char* is() const { return members.size() == 1 ? " is " : " are "; }
    const char* has() const { return members.size() == 1 ? " has " : " have "; }

    template <class Value>
    bool alike(Value value) const {
        return std::all_of(members.begin(), members.end(), [&](const Tested* each) { return value(*each) == value(*members.front()); });
    }
};

Group group(const Case& of, Test failed) {
    Group found;
    for (const Tested& tested : of.agents)
        if (tested.failed == failed) found.members.push_back(&tested);
    return found;
}

std::string full_text(const Case& of, const Group& full) {
    const auto capacity = [](const Tested& tested) { return tested.profile->capacity; };
    const unsigned most = capacity(*full.members.front());
    const bool plain = of.conversation.weight == 1 && most > 0 && full.alike(capacity);
    if (!plain) return full.who(of) + full.has() + "no room for it";
    const std::string limit = std::to_string(most) + (most == 1 ? " conversation" : " conversations");
    return full.who(of) + full.is() + "at " + (full.members.size() == 1 ? "the" : "their") + " limit of " + limit;
}

std::string away_text(const Case& of, const Group& away) {
    const std::string& reason = away.members.front()->facts->reason;
    const bool told = !reason.empty() && away.alike([](const Tested& tested) -> const std::string& { return tested.facts->reason; });
    return away.who(of) + away.is() + "away" + (told ? " (" + reason + ")" : "");
}

std::string cooling_text(const Case& of, const Group& cooling) {
    Timestamp first = Timestamp::max();
    for (const Tested* each : cooling.members) first = std::min(first, *cooling_until(of, each->profile->id));
    return cooling.who(of) + " declined or missed it and" + cooling.is() + "not asked again for " + words_for(first - of.now);
}

std::vector<std::string> obstacles(const Case& of) {
    std::vector<std::string> found;
    if (const Group full = group(of, Test::capacity); !full.empty()) found.push_back(full_text(of, full));
    if (const Group away = group(of, Test::away); !away.empty()) found.push_back(away_text(of, away));
    if (const Group cooling = group(of, Test::cooldown); !cooling.empty()) found.push_back(cooling_text(of, cooling));
    if (const Group offline = group(of, Test::offline); !offline.empty()) found.push_back(offline.who(of) + offline.is() + "offline");
    return found;
}

std::string nobody_free(const Case& of) {
    const bool any_skill = of.asked.skills.empty();
    const std::string whom = any_skill ? "of " + departments_text(of, of.asked.departments) : skills_text(of.asked.skills);
    const std::vector<std::string> why = obstacles(of);
    if (why.empty()) return any_skill ? nobody(of, "serves " + departments_text(of, of.asked.departments) + ".") : nobody(of, "has " + whom + ".");
    return nobody(of, (any_skill ? whom : "with " + whom) + " is free: " + list(why, "and") + ".");
}

// ---- what the next steps bring

std::string easier_skills(const std::vector<SkillRequirement>& before, const std::vector<SkillRequirement>& after) {
    if (after.empty()) return "no skill is needed any more";
    std::vector<std::string> items;
    for (const SkillRequirement& needed : before) {
        const auto still = std::find_if(after.begin(), after.end(), [&](const auto& each) { return each.skill == needed.skill; });
        if (still == after.end()) items.push_back(needed.skill + " is no longer needed");
        if (still == after.end() || still->level == needed.level) continue;
        items.push_back("level " + std::to_string(still->level) + (before.size() > 1 ? " of " + needed.skill : "") + " will do");
    }
    return list(items, "and");
}

// Empty when the rest of the ladder changes nothing.
std::string next_change(const Case& of) {
    const Requirement& wanted = of.conversation.requirement;
    for (unsigned step = of.conversation.step; step < of.department.steps.size(); ++step) {
        const Relaxed then = relaxed(wanted, of.department, step + 1);
        std::vector<std::string> items;
        if (then.skills != of.asked.skills) items.push_back(easier_skills(of.asked.skills, then.skills));
        const std::vector<DepartmentId> added(then.departments.begin() + static_cast<std::ptrdiff_t>(of.asked.departments.size()),
                                              then.departments.end());
        if (!added.empty()) items.push_back("agents of " + departments_text(of, added) + " may take it too");
        if (items.empty()) continue;
        const Duration left = of.conversation.enqueued + of.department.steps[step].after - of.now;
        return (left > Duration{0} ? " In " + words_for(left) + " " : " From now on ") + list(items, "and") + ".";
    }
    return {};
}

// ---- the cases

// Of what will still be asked for in the end: the skills that nobody who is logged in and serves it has, or else all.
std::vector<SkillRequirement> out_of_reach(const Case& of, const std::vector<const Tested*>& here) {
    std::vector<SkillRequirement> found;
    for (const SkillRequirement& needed : of.last.skills)
        if (std::none_of(here.begin(), here.end(), [&](const Tested* each) { return each->profile->level(needed.skill) >= needed.level; }))
            found.push_back(needed);
    return found.empty() ? of.last.skills : found;
}

std::string nobody_at_all(const Case& of) {
    const bool hopeless = std::none_of(of.agents.begin(), of.agents.end(), [](const Tested& tested) { return tested.some_day; });
    std::vector<const Tested*> here;
    for (const Tested& tested : of.agents) {
        const bool asked = tested.profile->role != Role::bot || of.conversation.requirement.bots;
        const bool could_count = hopeless || tested.online();
        if (could_count && asked && tested.profile->capacity >= of.conversation.weight && serves_any(*tested.profile, of.last.departments))
            here.push_back(&tested);
    }
    const bool more = of.conversation.step < of.department.steps.size();
    std::string text = hopeless ? "No agent at all " : "Nobody who is logged in ";
    if (here.empty()) {
        text += "serves " + departments_text(of, of.last.departments);
    } else {
        const auto missing = out_of_reach(of, here);
        text += "has " + skills_text(missing);
        if (more) text += std::string(", and no later step drops ") + (missing.size() == 1 ? "it" : "them");
    }
    return text + (hopeless ? ": this waits until the configuration changes." : ": this will wait until such an agent signs in.");
}

std::string waits_for_one(const Case& of) {
    std::string text = "Waits for " + name_of(of.config, of.conversation.requirement.agent);
    // Whoever had an owner before was passed on; otherwise the customer's last conversation names the agent.
    text += of.conversation.assign_epoch > 0 ? ", to whom it was passed on" : ", who knows this customer";
    if (of.conversation.deadline != Timestamp{}) text += ", for another " + words_for(of.conversation.deadline - of.now);
    const std::vector<std::string> why = obstacles(of);  // nobody else comes so far
    return text + "." + (why.empty() ? "" : " " + why.front() + ".");
}

std::string somebody_free(const Case& of, const ExplanationOfWait& found) {
    const Group free = group(of, Test::passed);
    if (found.pull) return "Agents pick from this queue themselves: " + free.who(of) + " could take it now.";
    return free.who(of) + free.is() + "free for it: an offer is due at any moment.";
}

std::string waiting(const Case& of, const ExplanationOfWait& found) {
    std::string text;
    if (!of.config.department(of.conversation.requirement.department))
        return "Its department " + of.conversation.requirement.department.value + " is no longer configured.";
    if (found.opens) text = "The department is closed until " + local_time(of.department.hours.time_zone, *found.opens, of.now) + ". ";
    if (!found.open && !found.opens) text = of.department.open ? "The department is closed. " : "The department is switched to closed. ";
    if (found.nobody_logged_in) return text + nobody_at_all(of);
    if (found.counts[static_cast<std::size_t>(Test::passed)] > 0) return text + somebody_free(of, found);
    if (!of.conversation.requirement.agent.empty()) return text + waits_for_one(of);
    if (found.pull) text += "Agents pick from this queue themselves. ";
    return text + nobody_free(of) + next_change(of);
}

std::string offered(const Case& of) {
    const std::string who = name_of(of.config, of.conversation.agent);
    const Duration ago = of.now - (of.conversation.deadline - of.department.offer_timeout);
    const Duration left = of.conversation.deadline - of.now;
    return "Offered to " + who + " " + words_for(ago) + " ago" + (left > Duration{0} ? ", who has another " + words_for(left) + " to accept." : ".");
}

}  // namespace

std::string summary(const Case& of, const ExplanationOfWait& found) {
    const Conversation& conversation = of.conversation;
    const std::string who = name_of(of.config, conversation.agent);
    switch (conversation.status) {
        case ConversationStatus::queued: return waiting(of, found);
        case ConversationStatus::offered: return offered(of);
        case ConversationStatus::active: return who + " has it.";
        case ConversationStatus::wrap_up: return "The talk is over; " + who + " records the outcome.";
        case ConversationStatus::closed:
            return "It is closed" + (conversation.closed_reason == ClosedReason::none ? "" : ": " + std::string(to_string(conversation.closed_reason))) + ".";
    }
    return {};
}

}  // namespace switchboard::domain::explaining
