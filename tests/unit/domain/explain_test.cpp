// SPDX-License-Identifier: Apache-2.0
// Each reason why a conversation waits, by the test that tells it and by the sentence.
#include "domain/explain.hpp"

#include <doctest/doctest.h>

#include <numeric>

namespace switchboard::domain {

namespace {

using enum ConversationStatus;

std::string words(const Relaxed& asked) {
    std::string text;
    for (const auto& skill : asked.skills) text += skill.skill + std::to_string(skill.level) + " ";
    for (const auto& department : asked.departments) text += department.value + " ";
    return text;
}

// Billing with Ann, and one conversation in it that needs billing at level 4.
struct Bench {
    TenantConfig config;
    Conversation conversation;
    std::vector<Agent> agents;
    Timestamp now = from_ms(1'700'000'000'000);

    Bench() {
        department("billing", "Billing");
        department("sales", "Sales");
        profile("ann", "Ann", {{"billing", 4}});
        sign_in("ann");
        conversation.id = ConversationId{"c1"};
        conversation.requirement.department = DepartmentId{"billing"};
        conversation.requirement.skills = {{"billing", 4}};
        conversation.enqueued = conversation.arrival = now - 12s;
    }

    void department(const char* id, const char* name) {
        Department made;
        made.id = DepartmentId{id};
        made.name = name;
        config.departments.push_back(made);
    }
    Department& billing() { return config.departments[0]; }
    AgentProfile& profile(const char* id, const char* name, std::map<std::string, int> skills, const char* department_id = "billing") {
        AgentProfile made;
        made.id = AgentId{id};
        made.name = name;
        made.departments = {DepartmentId{department_id}};
        made.skills = std::move(skills);
        config.agents.push_back(made);
        return config.agents.back();
    }
    AgentProfile& ann() { return config.agents[0]; }
    Agent& sign_in(const char* id) {
        Agent made;
        made.id = AgentId{id};
        made.choice = AgentChoice::available;
        agents.push_back(made);
        return agents.back();
    }

    ExplanationOfWait ask(std::size_t most = 50) const {
        auto found = explain(config, conversation, agents, now, most);
        CHECK(std::accumulate(found.counts.begin(), found.counts.end(), 0u) == config.agents.size());
        return found;
    }
    // How Ann fares, after checking that she is counted under it.
    AgentVerdict verdict() const {
        const auto found = ask();
        for (const AgentVerdict& each : found.agents) {
            if (each.agent.value != "ann") continue;
            CHECK(found.counts[static_cast<std::size_t>(each.failed)] >= 1);
            return each;
        }
        FAIL("no verdict");
        return {};
    }
};

}  // namespace

TEST_SUITE("explain") {
    TEST_CASE("somebody passes every test") {
        Bench bench;
        CHECK(bench.verdict().failed == Test::passed);
        CHECK(bench.ask().summary == "Ann is free for it: an offer is due at any moment.");
        CHECK_FALSE(bench.ask().nobody_logged_in);
    }

    TEST_CASE("wrong skill") {
        Bench bench;
        bench.ann().skills = {{"sales", 5}};
        CHECK(bench.verdict().failed == Test::skill);
        CHECK(bench.verdict().detail == "no billing, needs 4");
        CHECK(bench.ask().nobody_logged_in);
        CHECK(bench.ask().summary == "No agent at all has billing at level 4: this waits until the configuration changes.");
    }

    TEST_CASE("nobody who is logged in has the skill, and the ladder keeps it") {
        Bench bench;
        bench.conversation.requirement.skills = {{"billing", 1}};
        bench.ann().skills.clear();
        bench.profile("bob", "Bob", {{"billing", 1}});
        bench.billing().steps = {{60s, {}, {DepartmentId{"sales"}}}};
        CHECK(bench.ask().nobody_logged_in);
        CHECK(bench.ask().summary ==
              "Nobody who is logged in has the skill billing, and no later step drops it: this will wait until such an agent signs in.");
        bench.sign_in("bob");
        CHECK_FALSE(bench.ask().nobody_logged_in);
    }

    TEST_CASE("level too low, ladder not yet widened") {
        Bench bench;
        bench.ann().skills["billing"] = 3;
        bench.billing().steps = {{30s, {{"billing", 3}}, {}}, {60s, {{"*", 0}}, {}}};
        CHECK(bench.verdict().failed == Test::level);
        CHECK(bench.verdict().detail == "billing 3, needs 4");
        auto found = bench.ask();
        CHECK(found.summary == "Nobody has billing at level 4. In 18 s level 3 will do.");
        CHECK_FALSE(found.nobody_logged_in);
        CHECK(found.step == 0);
        CHECK(found.steps == 2);
        CHECK(found.next_step == bench.conversation.enqueued + 30s);

        bench.now += 18s;
        CHECK(bench.ask().summary == "Nobody has billing at level 4. From now on level 3 will do.");
        bench.conversation.step = 1;
        found = bench.ask();
        CHECK(found.counts[static_cast<std::size_t>(Test::passed)] == 1);
        CHECK(found.required.skills == std::vector<SkillRequirement>{{"billing", 3}});
        bench.conversation.step = 2;
        CHECK(bench.ask().required.skills.empty());
        CHECK_FALSE(bench.ask().next_step.has_value());
    }

    TEST_CASE("at capacity") {
        Bench bench;
        bench.agents[0].load = 3;
        CHECK(bench.verdict().failed == Test::capacity);
        CHECK(bench.verdict().detail == "3 of 3 in use");
        CHECK(bench.ask().summary == "Nobody with billing at level 4 is free: Ann is at the limit of 3 conversations.");
        bench.agents[0].load = 2;
        CHECK(bench.verdict().failed == Test::passed);
        bench.conversation.weight = 2;
        CHECK(bench.verdict().detail == "2 of 3 in use, needs 2");
        CHECK(bench.ask().summary == "Nobody with billing at level 4 is free: Ann has no room for it.");
    }

    TEST_CASE("what it takes of its holder's room does not count") {
        Bench bench;
        bench.agents[0].load = 3;
        bench.conversation.agent = AgentId{"ann"};
        bench.conversation.status = offered;
        bench.conversation.deadline = bench.now + 16s;
        CHECK(bench.verdict().failed == Test::passed);
        CHECK(bench.verdict().load == 3);
        CHECK(bench.ask().summary == "Offered to Ann 4 s ago, who has another 16 s to accept.");
    }

    TEST_CASE("away, with the reason") {
        Bench bench;
        bench.agents[0].choice = AgentChoice::away;
        bench.agents[0].reason = "lunch";
        CHECK(bench.verdict().failed == Test::away);
        CHECK(bench.verdict().detail == "lunch");
        CHECK(bench.ask().summary == "Nobody with billing at level 4 is free: Ann is away (lunch).");
    }

    TEST_CASE("cooldown") {
        Bench bench;
        bench.conversation.cooldowns = {{AgentId{"bob"}, bench.now + 40s}, {AgentId{"ann"}, bench.now + 12s}};
        CHECK(bench.verdict().failed == Test::cooldown);
        CHECK(bench.verdict().detail == "for another 12 s");
        CHECK(bench.ask().summary == "Nobody with billing at level 4 is free: Ann declined or missed it and is not asked again for 12 s.");
        bench.now += 12s;
        CHECK(bench.verdict().failed == Test::passed);
    }

    TEST_CASE("offline, and never seen") {
        Bench bench;
        bench.agents[0].offline_since = bench.now - 200s;
        CHECK(bench.verdict().failed == Test::offline);
        CHECK(bench.verdict().detail == "for 4 min");
        bench.agents[0].offline_since = Timestamp{};  // so the store tells of one who was never here
        CHECK(bench.verdict().detail == "never signed in");
        bench.agents.clear();
        CHECK(bench.verdict().failed == Test::offline);
        CHECK(bench.verdict().detail == "never signed in");
        CHECK(bench.ask().nobody_logged_in);
        CHECK(bench.ask().summary == "Nobody who is logged in serves Billing: this will wait until such an agent signs in.");
    }

    TEST_CASE("no agent at all") {
        Bench bench;
        bench.config.agents.clear();
        CHECK(bench.ask().agents.empty());
        CHECK(bench.ask().nobody_logged_in);
        CHECK(bench.ask().summary == "No agent at all serves Billing: this waits until the configuration changes.");
    }

    TEST_CASE("an agent without room for any conversation is nobody who could ever serve it") {
        Bench bench;
        bench.ann().capacity = 0;
        CHECK(bench.verdict().detail == "takes no conversations");
        CHECK(bench.ask().nobody_logged_in);
    }

    TEST_CASE("other kind: people are not asked while a bot is wanted, and bots never otherwise") {
        Bench bench;
        bench.conversation.requirement.bots = true;
        CHECK(bench.verdict().failed == Test::kind);
        CHECK_FALSE(bench.ask().nobody_logged_in);  // waiting for a bot ends by itself
        CHECK(bench.ask().summary == "No bot has billing at level 4.");
        bench.ann().role = Role::bot;
        CHECK(bench.verdict().failed == Test::passed);
        bench.conversation.requirement.bots = false;
        CHECK(bench.verdict().failed == Test::kind);
        CHECK(bench.ask().nobody_logged_in);
    }

    TEST_CASE("sticky window: nobody else is asked, and the skills do not count") {
        Bench bench;
        bench.profile("bob", "Bob", {});
        bench.sign_in("bob").load = 3;
        bench.conversation.requirement.agent = AgentId{"bob"};
        bench.conversation.deadline = bench.now + 25s;
        CHECK(bench.verdict().failed == Test::other_agent);
        CHECK(bench.verdict().detail == "it waits for Bob");
        CHECK(bench.ask().summary == "Waits for Bob, who knows this customer, for another 25 s. Bob is at the limit of 3 conversations.");
        bench.conversation.assign_epoch = 1;
        bench.agents[1].choice = AgentChoice::away;
        CHECK(bench.ask().summary == "Waits for Bob, to whom it was passed on, for another 25 s. Bob is away.");
        bench.agents[1].choice = AgentChoice::available;
        bench.agents[1].load = 0;
        CHECK(bench.ask().counts[static_cast<std::size_t>(Test::passed)] == 1);
    }

    TEST_CASE("overflow: moved because the first department was full, so the other one's agents are asked") {
        Bench bench;
        bench.profile("sid", "Sid", {{"billing", 5}}, "sales");
        bench.sign_in("sid");
        bench.conversation.requirement.department = DepartmentId{"sales"};
        CHECK(bench.verdict().failed == Test::department);
        CHECK(bench.ask().summary == "Sid is free for it: an offer is due at any moment.");
        CHECK(bench.ask().agents.front().agent == AgentId{"sid"});
    }

    TEST_CASE("out of hours") {
        Bench bench;  // 2023-11-14 22:13:20 UTC, a Tuesday
        bench.agents[0].choice = AgentChoice::away;
        bench.billing().hours.time_zone = "Europe/Berlin";
        bench.billing().hours.week = std::vector<std::vector<DaySpan>>(7);
        bench.billing().hours.week[3] = {{540, 1020}};
        auto found = bench.ask();
        CHECK_FALSE(found.open);
        CHECK(found.opens == from_ms(1'700'121'600'000));
        CHECK(found.summary == "The department is closed until Thursday 09:00. Nobody with billing at level 4 is free: Ann is away.");
        bench.billing().hours = {};
        bench.billing().open = false;
        found = bench.ask();
        CHECK_FALSE(found.open);
        CHECK_FALSE(found.opens.has_value());
        CHECK(found.summary.starts_with("The department is switched to closed. Nobody with"));
    }

    TEST_CASE("pull: agents pick themselves") {
        Bench bench;
        bench.billing().mode = QueueMode::pull;
        CHECK(bench.ask().pull);
        CHECK(bench.ask().summary == "Agents pick from this queue themselves: Ann could take it now.");
    }

    TEST_CASE("several reasons in one sentence, and counts by test") {
        Bench bench;
        bench.conversation.requirement.skills = {{"billing", 2}, {"lang-de", 1}};
        bench.billing().steps = {{30s, {{"lang-de", 0}, {"billing", 4}}, {DepartmentId{"sales"}}}};
        bench.ann().skills = {{"billing", 5}, {"lang-de", 1}};
        bench.agents[0].load = 3;
        for (const char* id : {"bea", "cy", "dan"}) bench.profile(id, id, {{"billing", 2}, {"lang-de", 5}});
        bench.sign_in("bea").load = 7;
        bench.sign_in("cy").choice = AgentChoice::away;
        bench.profile("eve", "Eve", {{"billing", 5}});
        bench.sign_in("eve");
        bench.profile("sid", "Sid", {}, "sales");
        const auto found = bench.ask(3);
        CHECK(found.summary ==
              "Nobody with billing at level 2 and the skill lang-de is free: 2 are at their limit of 3 conversations, cy is away and dan is "
              "offline. In 18 s lang-de is no longer needed and agents of Sales may take it too.");
        const std::array<unsigned, test_count> counts{0, 1, 0, 0, 1, 0, 1, 1, 2, 0};
        CHECK(found.counts == counts);
        REQUIRE(found.agents.size() == 3);
        CHECK(found.agents[0].agent.value == "ann");
        CHECK(found.agents[1].agent.value == "bea");
        CHECK(found.agents[2].agent.value == "cy");
    }

    TEST_CASE("after the wait") {
        Bench bench;
        bench.conversation.agent = AgentId{"ann"};
        bench.conversation.status = active;
        CHECK(bench.ask().summary == "Ann has it.");
        CHECK_FALSE(bench.ask().next_step.has_value());
        bench.conversation.status = wrap_up;
        CHECK(bench.ask().summary == "The talk is over; Ann records the outcome.");
        bench.conversation.status = closed;
        bench.conversation.closed_reason = ClosedReason::resolved;
        CHECK(bench.ask().summary == "It is closed: resolved.");
    }

    TEST_CASE("a department that is no longer configured") {
        Bench bench;
        bench.config.departments.erase(bench.config.departments.begin());
        CHECK(bench.ask().summary == "Its department billing is no longer configured.");
    }

    TEST_CASE("the ladder only ever asks for less") {
        Department department;
        department.steps = {{10s, {{"a", 4}, {"*", 3}}, {DepartmentId{"sales"}, DepartmentId{"billing"}}},
                            {20s, {{"a", 5}, {"b", 0}, {"unknown", 1}}, {DepartmentId{"sales"}}},
                            {30s, {{"*", 0}}, {}}};
        Requirement requirement;
        requirement.department = DepartmentId{"billing"};
        requirement.skills = {{"a", 5}, {"b", 2}, {"c", 3}};
        CHECK(words(relaxed(requirement, department, 0)) == "a5 b2 c3 billing ");
        CHECK(words(relaxed(requirement, department, 1)) == "a3 b2 c3 billing sales ");
        CHECK(words(relaxed(requirement, department, 2)) == "a3 c3 billing sales ");
        CHECK(words(relaxed(requirement, department, 3)) == "billing sales ");
        CHECK(words(relaxed(requirement, department, 99)) == "billing sales ");
    }

    TEST_CASE("the words for the tests") {
        for (std::size_t i = 0; i < test_count; ++i) CHECK_FALSE(to_string(static_cast<Test>(i)).empty());
        CHECK(to_string(Test::cooldown) == "cooldown");
        CHECK(to_string(Test::other_agent) == "other_agent");
    }
}

}  // namespace switchboard::domain
