// SPDX-License-Identifier: Apache-2.0
// The tests, one agent at a time. Idle conversations that count less are not visible here: an agent may be told to be full although the
// router has room with it, which is why the text says how much is in use.
#include "domain/explain.hpp"

#include "domain/explain_impl.hpp"
#include "domain/time_text.hpp"

#include <algorithm>
#include <iterator>

namespace switchboard::domain {

using explaining::Case;
using explaining::Tested;

namespace explaining {

bool serves_any(const AgentProfile& agent, const std::vector<DepartmentId>& departments) {
    return std::any_of(departments.begin(), departments.end(), [&](const DepartmentId& id) { return agent.serves(id); });
}

std::vector<SkillRequirement> lacking(const AgentProfile& agent, const std::vector<SkillRequirement>& skills) {
    std::vector<SkillRequirement> found;
    std::copy_if(skills.begin(), skills.end(), std::back_inserter(found),
                 [&](const SkillRequirement& needed) { return agent.level(needed.skill) < needed.level; });
    return found;
}

unsigned other_load(const Conversation& conversation, const Agent& agent) {
    const bool holds = !agent.id.empty() && agent.id == conversation.agent && conversation.status != ConversationStatus::queued &&
                       conversation.status != ConversationStatus::closed;
    return holds ? agent.load - std::min(agent.load, conversation.weight) : agent.load;
}

std::optional<Timestamp> cooling_until(const Case& of, const AgentId& agent) {
    std::optional<Timestamp> until;
    for (const Cooldown& cooldown : of.conversation.cooldowns)
        if (cooldown.agent == agent && cooldown.until > of.now && (!until || cooldown.until > *until)) until = cooldown.until;
    return until;
}

}  // namespace explaining

namespace {

using namespace explaining;

constexpr std::string_view every_skill = "*";

Test test_skills(const AgentProfile& agent, const std::vector<SkillRequirement>& skills) {
    const auto missing = lacking(agent, skills);
    if (missing.empty()) return Test::passed;
    const bool none = std::any_of(missing.begin(), missing.end(), [&](const auto& needed) { return agent.level(needed.skill) <= 0; });
    return none ? Test::skill : Test::level;
}

// What the agent is like, which only the configuration changes.
Test test_profile(const Case& of, const AgentProfile& agent) {
    const Requirement& wanted = of.conversation.requirement;
    if (!serves_any(agent, of.asked.departments)) return Test::department;
    if (wanted.bots != (agent.role == Role::bot)) return Test::kind;
    if (!wanted.agent.empty()) return agent.id == wanted.agent ? Test::passed : Test::other_agent;
    return test_skills(agent, of.asked.skills);
}

Test test_agent(const Case& of, const AgentProfile& profile, const Agent* facts) {
    const Test by_profile = test_profile(of, profile);
    if (by_profile != Test::passed) return by_profile;
    if (!facts || !facts->online()) return Test::offline;
    if (facts->choice != AgentChoice::available) return Test::away;
    if (profile.capacity < other_load(of.conversation, *facts) + of.conversation.weight) return Test::capacity;
    return cooling_until(of, profile.id) ? Test::cooldown : Test::passed;
}

// Steps only ever ask for less, so the last one decides. Waiting for one agent and for bots ends by itself.
bool could_serve(const Case& of, const AgentProfile& agent) {
    const Requirement& wanted = of.conversation.requirement;
    if (agent.capacity < of.conversation.weight || !serves_any(agent, of.last.departments)) return false;
    if (agent.role == Role::bot && !wanted.bots) return false;
    return agent.id == wanted.agent || lacking(agent, of.last.skills).empty();
}

std::string skills_detail(const AgentProfile& agent, const std::vector<SkillRequirement>& skills) {
    std::string text;
    for (const SkillRequirement& needed : lacking(agent, skills)) {
        const int has = agent.level(needed.skill);
        text += (text.empty() ? "" : "; ") + (has > 0 ? needed.skill + " " + std::to_string(has) + ", needs " + std::to_string(needed.level)
                                                      : "no " + needed.skill + ", needs " + std::to_string(needed.level));
    }
    return text;
}

std::string capacity_detail(const Case& of, const Tested& tested) {
    const unsigned capacity = tested.profile->capacity, weight = of.conversation.weight;
    if (capacity == 0) return "takes no conversations";
    std::string text = std::to_string(other_load(of.conversation, *tested.facts)) + " of " + std::to_string(capacity) + " in use";
    if (weight > 1) text += ", needs " + std::to_string(weight);
    return text;
}

std::string offline_detail(const Case& of, const Tested& tested) {
    const Timestamp since = tested.facts ? *tested.facts->offline_since : Timestamp{};
    return since == Timestamp{} ? "never signed in" : "for " + words_for(of.now - since);
}

std::string detail(const Case& of, const Tested& tested) {
    const Requirement& wanted = of.conversation.requirement;
    switch (tested.failed) {
        case Test::passed:
        case Test::department: return {};
        case Test::kind: return wanted.bots ? "a person; a bot is asked first" : "a bot";
        case Test::other_agent: return "it waits for " + name_of(of.config, wanted.agent);
        case Test::skill:
        case Test::level: return skills_detail(*tested.profile, of.asked.skills);
        case Test::offline: return offline_detail(of, tested);
        case Test::away: return tested.facts->reason;
        case Test::capacity: return capacity_detail(of, tested);
        case Test::cooldown: return "for another " + words_for(*cooling_until(of, tested.profile->id) - of.now);
    }
    return {};
}

std::vector<AgentVerdict> nearest(const Case& of, std::size_t most) {
    std::vector<Tested> order = of.agents;
    // Later tests are higher numbers, but who passed all of them is the nearest of all.
    const auto reached = [](const Tested& tested) { return tested.failed == Test::passed ? test_count : static_cast<std::size_t>(tested.failed); };
    const auto nearer = [&](const Tested& a, const Tested& b) {
        return reached(a) != reached(b) ? reached(a) > reached(b) : a.profile->id < b.profile->id;
    };
    const auto end = order.begin() + static_cast<std::ptrdiff_t>(std::min(most, order.size()));
    std::partial_sort(order.begin(), end, order.end(), nearer);
    std::vector<AgentVerdict> verdicts;
    for (auto each = order.begin(); each != end; ++each)
        verdicts.push_back({each->profile->id, each->failed, detail(of, *each), each->facts ? each->facts->load : 0, each->profile->capacity});
    return verdicts;
}

void test_all(Case& of, const std::vector<Agent>& agents) {
    std::unordered_map<AgentId, const Agent*> known;
    for (const Agent& agent : agents) known.emplace(agent.id, &agent);
    of.agents.reserve(of.config.agents.size());
    for (const AgentProfile& profile : of.config.agents) {
        const auto facts = known.find(profile.id);
        const Agent* agent = facts == known.end() ? nullptr : facts->second;
        of.agents.push_back({&profile, agent, test_agent(of, profile, agent), could_serve(of, profile)});
    }
}

void tell_department(const Case& of, ExplanationOfWait& found) {
    const Department& department = of.department;
    found.step = of.conversation.step;
    found.steps = static_cast<unsigned>(department.steps.size());
    const bool waits = of.conversation.status == ConversationStatus::queued || of.conversation.status == ConversationStatus::offered;
    if (waits && found.step < found.steps) found.next_step = of.conversation.enqueued + department.steps[found.step].after;
    found.pull = department.mode == QueueMode::pull;
    const HoursState hours = department.hours.always() ? HoursState{} : hours_at(department.hours, of.now);
    found.open = department.open && hours.open;
    if (!hours.open) found.opens = hours.opens;
}

}  // namespace

std::string_view to_string(Test test) {
    static constexpr std::array<std::string_view, test_count> words = {"passed",  "department", "kind", "other_agent", "skill",
                                                                       "level",   "offline",    "away", "capacity",    "cooldown"};
    return words.at(static_cast<std::size_t>(test));
}

ExplanationOfWait explain(const TenantConfig& config, const Conversation& conversation, const std::vector<Agent>& agents, Timestamp now,
                          std::size_t most) {
    static const Department defaults;
    const Requirement& wanted = conversation.requirement;
    const Department* known = config.department(wanted.department);
    const Department& department = known ? *known : defaults;
    const auto all = static_cast<unsigned>(department.steps.size());
    Case of{config, conversation, department, now, relaxed(wanted, department, conversation.step), relaxed(wanted, department, all), {}};
    test_all(of, agents);

    ExplanationOfWait found;
    found.required = wanted;
    found.required.skills = of.asked.skills;
    for (const Tested& tested : of.agents) ++found.counts[static_cast<std::size_t>(tested.failed)];
    found.agents = nearest(of, most);
    tell_department(of, found);
    found.nobody_logged_in =
        std::none_of(of.agents.begin(), of.agents.end(), [](const Tested& tested) { return tested.online() && tested.some_day; });
    found.summary = summary(of, found);
    return found;
}

}  // namespace switchboard::domain
