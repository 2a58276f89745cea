// SPDX-License-Identifier: Apache-2.0
// What a router was told and decided, written and repeated. That every input survives being written is checked by the random histories
// of routing_property_test.cpp.
#include "domain/routing_journal.hpp"

#include <doctest/doctest.h>

#include <sstream>

namespace switchboard::domain {

namespace {

TenantConfigPtr shop() {
    auto config = std::make_shared<TenantConfig>();
    config->id = TenantId{"shop"};
    config->name = "Shop";
    Department department;
    department.id = DepartmentId{"sales"};
    department.name = "Sales";
    config->departments.push_back(department);
    AgentProfile agent;
    agent.id = AgentId{"ana"};
    agent.login = agent.name = "ana";
    agent.departments.push_back(department.id);
    agent.password_hash = "a secret";
    config->agents.push_back(agent);
    config->agent_keys.push_back({"k", "HS256", "another secret that is long enough", "i", "a"});
    config->build_index();
    return config;
}

// A router and its journal.
struct Recorded {
    void apply(const Input& input) { lines += journal_line(&input, now, router.apply(input, now)) + '\n'; }
    void tick() { lines += journal_line(nullptr, now, router.tick(now)) + '\n'; }

    Router router;
    Timestamp now = from_ms(1'000'000);
    std::string lines;
};

Recorded one_offer_that_times_out() {
    Recorded recorded;
    recorded.apply(ConfigChanged{shop()});
    Agent ana;
    ana.id = AgentId{"ana"};
    ana.version = 1;
    ana.choice = AgentChoice::available;
    ana.load = 1;
    ana.reason = "said \"hello\"\n";
    recorded.apply(ana);
    Conversation waiting;
    waiting.id = ConversationId{"c1"};
    waiting.version = 1;
    waiting.requirement.department = DepartmentId{"sales"};
    waiting.enqueued = waiting.arrival = recorded.now;
    recorded.apply(waiting);
    waiting.version = 2;
    waiting.status = ConversationStatus::offered;
    waiting.agent = ana.id;
    waiting.offer = OfferId{"o1"};
    waiting.deadline = recorded.now + 20s;
    recorded.apply(waiting);
    recorded.apply(ClaimResult{waiting.id, ana.id, ClaimResult::Outcome::accepted});
    recorded.now += 20s;
    recorded.tick();
    return recorded;
}

Result<Repetition> repeat(const std::string& text) {
    std::istringstream lines(text);
    return repeat_journal(lines);
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    const auto at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), by);
}

}  // namespace

TEST_CASE("a journal repeats, and says how far it goes") {
    const auto recorded = one_offer_that_times_out();
    const auto done = repeat(recorded.lines);
    REQUIRE_MESSAGE(done.has_value(), done.error().message);
    CHECK(done->calls == 6);
    CHECK(done->decisions == 2);
    CHECK(done->line == 0);
    CHECK_FALSE(done->cut_off);
    CHECK(done->to - done->from == 20s);
    CHECK(recorded.lines.find("offer c1 to ana, capacity 3, version 1, until 1020000, step 0") != std::string::npos);
    CHECK(recorded.lines.find("end offer of c1 to ana, timed_out") != std::string::npos);
}

TEST_CASE("passwords and keys are not recorded") {
    CHECK(one_offer_that_times_out().lines.find("secret") == std::string::npos);
}

TEST_CASE("the first difference is told with what was recorded and what comes now") {
    const auto lines = replaced(one_offer_that_times_out().lines, "offer c1 to ana", "offer c1 to bob");
    const auto done = repeat(lines);
    REQUIRE(done.has_value());
    CHECK(done->line == 3);
    CHECK(done->decisions == 0);
    CHECK(done->recorded == std::vector<std::string>{"offer c1 to bob, capacity 3, version 1, until 1020000, step 0"});
    CHECK(done->repeated == std::vector<std::string>{"offer c1 to ana, capacity 3, version 1, until 1020000, step 0"});
    CHECK(done->told.find("\"conversation\"") != std::string::npos);
}

TEST_CASE("a last line that is cut off does not count, another one does") {
    const std::string lines = one_offer_that_times_out().lines;
    const auto cut = repeat(lines.substr(0, lines.size() - 20));
    REQUIRE(cut.has_value());
    CHECK(cut->cut_off);
    CHECK(cut->calls == 5);
    const auto damaged = repeat(replaced(lines, "{\"at\":1000000,\"agent\"", "{\"at\":1000000,agent"));
    REQUIRE(damaged.has_error());
    CHECK(damaged.error().message.starts_with("line 2: document: not JSON at byte"));
}

TEST_CASE("what is no journal is refused with the place") {
    const std::string lines = one_offer_that_times_out().lines;
    CHECK(repeat("").error().message == "line 1: nothing is recorded");
    CHECK(repeat(lines.substr(lines.find('\n') + 1)).error().message == "line 1: a journal begins with a config; is this one from the start?");
    CHECK(repeat(replaced(lines, "\"choice\":\"available\"", "\"choice\":\"asleep\"")).error().message ==
          "line 2: agent.choice: must be available or away");
    CHECK(repeat(replaced(lines, "\"load\"", "\"lod\"")).error().message == "line 2: agent.lod: is not known here");
}

}  // namespace switchboard::domain
