// SPDX-License-Identifier: Apache-2.0
#include "domain/config_check.hpp"
#include "domain/overflow.hpp"
#include "domain/tenant_document.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

namespace switchboard::domain {

namespace {

using Kind = ConfigProblem::Kind;

// Three departments that overflow from billing to sales to support, and three people.
TenantConfig shop() {
    const auto read = parse_document(R"({"id": "shop",
        "departments": [
          {"id": "billing", "name": "Billing", "topics": [{"name": "Refund", "skill": "refunds", "level": 4}, {"name": "Invoice", "skill": "invoices"}],
           "steps": [{"after_s": 30, "levels": {"refunds": 3}}, {"after_s": 60, "departments": ["sales"]}], "overflow": ["sales", "support"]},
          {"id": "sales", "name": "Sales", "topics": [{"name": "Order", "skill": "orders", "level": 2}], "overflow": ["support"]},
          {"id": "support", "name": "Support"}],
        "agents": [
          {"id": "ann", "login": "ann", "name": "Ann", "departments": ["billing"], "skills": {"refunds": 4, "invoices": 2}},
          {"id": "bob", "login": "bob", "name": "Bob", "departments": ["sales"], "skills": {"orders": 2}},
          {"id": "cid", "login": "cid", "name": "Cid", "departments": ["support"]}]})");
    REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().message));
    return *read;
}

Department& department(TenantConfig& config, const std::string& id) {
    for (Department& each : config.departments)
        if (each.id.value == id) return each;
    FAIL("no department " << id);
    return config.departments.front();
}

std::string message(const Result<void>& result) {
    return result ? "" : result.error().message;
}

// What is wrong after the change, which must be one thing, and that the change as such is refused for it.
std::string only_problem(Kind kind, const std::function<void(TenantConfig&)>& change) {
    const TenantConfig before = shop();
    TenantConfig after = before;
    change(after);
    const auto problems = problems_of(after);
    REQUIRE_MESSAGE(problems.size() == 1, problems.size());
    CHECK(problems[0].kind == kind);
    CHECK(message(check_document(after)) == problems[0].text());
    CHECK(message(check_change(before, after)) == problems[0].text());
    CHECK(warnings(after) == std::vector<std::string>{problems[0].text()});
    // A later change of something else is not to blame.
    TenantConfig later = after;
    later.name = "Another name";
    department(later, "support").name = "Help";
    CHECK(check_change(after, later).has_value());
    return problems[0].text();
}

std::string wrong(const std::string& id, const std::function<void(Department&)>& change) {
    return only_problem(Kind::wrong, [&](TenantConfig& config) { change(department(config, id)); });
}

std::string read_file(const std::string& path) {
    std::stringstream content;
    content << std::ifstream(path).rdbuf();
    return content.str();
}

}  // namespace

TEST_SUITE("configuration check") {
    TEST_CASE("a good configuration has no problems") {
        CHECK(problems_of(shop()).empty());
        CHECK(check_document(shop()).has_value());
        CHECK(warnings(shop()).empty());
    }

    TEST_CASE("what contradicts itself is refused with its place") {
        CHECK(wrong("sales", [](Department& d) { d.hours.time_zone = "Europe/Atlantis"; }) ==
              "departments[sales].hours.time_zone: there is no time zone \"Europe/Atlantis\"; write one like Europe/Berlin");
        CHECK(wrong("sales", [](Department& d) { d.idle_weight = 2; }) ==
              "departments[sales].idle_weight: an idle conversation must not weigh more than conversation_weight, 1");
        CHECK(wrong("sales", [](Department& d) { d.limit = {10, 11, 0s, 0s}; }) == "departments[sales].limit.reopen_length: must not be above length, 10");
        CHECK(wrong("sales", [](Department& d) { d.limit = {0, 0, 60s, 61s}; }) == "departments[sales].limit.reopen_wait_s: must not be above wait_s, 60");
        CHECK(wrong("sales", [](Department& d) { d.mode = QueueMode::pull, d.sticky_window = 20s; }) ==
              "departments[sales].sticky_window_s: nobody is asked first where agents pick from the queue: 0 in mode pull");
        CHECK(wrong("sales", [](Department& d) { d.inactive_close_after = 60s; }) ==
              "departments[sales].inactive_close_after_s: closes only after a warning: give inactive_warn_after_s too");
    }

    TEST_CASE("steps and overflow name other departments that exist, in their order") {
        CHECK(wrong("sales", [](Department& d) { d.overflow = {d.id}; }) == "departments[sales].overflow[sales]: a department cannot overflow into itself");
        CHECK(wrong("sales", [](Department& d) { d.overflow = {DepartmentId{"gone"}}; }) == "departments[sales].overflow[gone]: there is no department \"gone\"");
        CHECK(wrong("billing", [](Department& d) { d.steps[1].departments.push_back(d.id); }) ==
              "departments[billing].steps[1].departments[billing]: its own agents are asked anyway");
        CHECK(wrong("billing", [](Department& d) { d.steps[1].departments.emplace_back("gone"); }) ==
              "departments[billing].steps[1].departments[gone]: there is no department \"gone\"");
        CHECK(wrong("billing", [](Department& d) { d.steps[1].after = 30s; }) ==
              "departments[billing].steps[1].after_s: must be later than the step before it, 30 s");
    }

    TEST_CASE("a cycle of overflow is named") {
        CHECK(wrong("support", [](Department& d) { d.overflow = {DepartmentId{"sales"}}; }) ==
              "departments[sales].overflow: runs in a circle: sales -> support -> sales");
        CHECK(wrong("support", [](Department& d) { d.overflow = {DepartmentId{"billing"}}; }).find("billing -> sales -> support -> billing") != std::string::npos);
    }

    TEST_CASE("a step that never widens") {
        const auto ladder = [](const std::function<void(Department&)>& change) {
            return only_problem(Kind::ladder, [&](TenantConfig& config) { change(department(config, "billing")); });
        };
        const std::string first = "departments[billing].steps[0]: never widens: it asks for no less than before and adds no department";
        CHECK(ladder([](Department& d) { d.steps[0].levels = {}; }) == first);
        CHECK(ladder([](Department& d) { d.steps[0].levels = {{"refunds", 4}}; }) == first);
        // Nobody can ask for it.
        CHECK(ladder([](Department& d) { d.steps[0].levels = {{"refnuds", 0}}; }) == first);
        // The department was added by the step before.
        CHECK(ladder([](Department& d) { d.steps.push_back({90s, {}, {DepartmentId{"sales"}}}); }) ==
              "departments[billing].steps[2]: never widens: it asks for no less than before and adds no department");
        CHECK(ladder([](Department& d) { d.steps = {{30s, {{"*", 0}}, {}}, {60s, {{"refunds", 0}}, {}}}; }).find("steps[1]") != std::string::npos);
    }

    TEST_CASE("a step that widens") {
        const auto fine = [](const std::string& id, std::vector<RoutingStep> steps) {
            TenantConfig config = shop();
            department(config, id).steps = std::move(steps);
            return message(check_document(config));
        };
        CHECK(fine("billing", {{30s, {{"*", 0}}, {}}}) == "");
        CHECK(fine("billing", {{30s, {{"*", 3}}, {}}, {60s, {{"*", 2}}, {}}, {90s, {{"*", 0}}, {}}}) == "");
        CHECK(fine("billing", {{0s, {}, {DepartmentId{"support"}}}}) == "");
        // A page or a transfer may ask for a skill that agents have and no topic names.
        CHECK(fine("billing", {{30s, {{"orders", 2}}, {}}}) == "");
        CHECK(fine("support", {{30s, {{"*", 0}}, {}}}) == "departments[support].steps[0]: never widens: it asks for no less than before and adds no department");
    }

    TEST_CASE("a skill that nobody can ever serve") {
        const auto staffing = [](const std::function<void(Department&)>& change) {
            return only_problem(Kind::staffing, [&](TenantConfig& config) { change(department(config, "billing")); });
        };
        CHECK(staffing([](Department& d) { d.topics.push_back({"Tax", "tax", 1}); }) ==
              "departments[billing].topics[Tax]: nobody can ever serve it: it asks for tax 1 even after the last step, and none of its agents has that skill");
        CHECK(staffing([](Department& d) { d.topics[1].level = 3; }) ==
              "departments[billing].topics[Invoice]: nobody can ever serve it: it asks for invoices 3 even after the last step, and the best of its agents has 2");
        // The agents of the departments that the steps add count, and what the steps lower.
        TenantConfig config = shop();
        department(config, "billing").topics.push_back({"Order", "orders", 2});
        department(config, "billing").topics[0].level = 5;
        department(config, "billing").topics[1].level = 3;
        department(config, "billing").steps[1].levels = {{"invoices", 2}};
        CHECK(message(check_document(config)) == "");
    }

    TEST_CASE("a department that no agent serves") {
        const auto with = [](const std::function<void(TenantConfig&)>& change) {
            TenantConfig config = shop();
            change(config);
            return message(check_document(config));
        };
        const std::string nobody = "departments[support]: it is open and no agent with a capacity serves it";
        CHECK(with([](TenantConfig& c) { c.agents[2].departments.clear(); }) == nobody);
        CHECK(with([](TenantConfig& c) { c.agents[2].capacity = 0; }) == nobody);
        CHECK(with([](TenantConfig& c) { c.agents[2].role = Role::bot; }) == nobody);
        CHECK(with([](TenantConfig& c) { c.agents[2].role = Role::bot, department(c, "support").bot_first = true; }) == "");
        CHECK(with([](TenantConfig& c) { c.agents[2].capacity = 0, department(c, "support").open = false; }) == "");
        CHECK(with([](TenantConfig& c) { c.agents[2].capacity = 0, department(c, "support").steps = {{0s, {}, {DepartmentId{"sales"}}}}; }) == "");
        CHECK(with([](TenantConfig& c) { department(c, "support").conversation_weight = 4; }) ==
              "departments[support]: it is open and no agent with a capacity of at least 4 serves it");
        CHECK(with([](TenantConfig& c) { department(c, "support").bot_first = true; }) ==
              "departments[support].bot_first: there is no bot with room among its agents");
    }

    TEST_CASE("a tenant is built step by step: warnings, until somebody is there") {
        TenantConfig empty, config;
        config.departments.push_back({DepartmentId{"sales"}, "Sales"});
        CHECK(check_change(empty, config).has_value());
        CHECK(check_document(config).has_value());
        CHECK(warnings(config) == std::vector<std::string>{"departments[sales]: it is open and no agent with a capacity serves it"});

        TenantConfig topics = config;
        topics.departments[0].topics = {{"Order", "orders", 3}};
        CHECK(check_change(config, topics).has_value());

        TenantConfig staffed = topics;
        staffed.agents.push_back({AgentId{"ann"}, "ann", "Ann", Role::agent, {DepartmentId{"sales"}}, {{"orders", 2}}});
        CHECK(check_change(topics, staffed).has_value());
        CHECK(warnings(staffed).size() == 1);
        CHECK_FALSE(check_document(staffed).has_value());

        staffed.agents[0].skills["orders"] = 3;
        CHECK(warnings(staffed).empty());
        CHECK_FALSE(check_change(staffed, [&] { auto more = staffed; more.departments[0].topics[0].level = 4; return more; }()).has_value());
        // Who leaves, leaves.
        CHECK(check_change(staffed, topics).has_value());
        // A new department may wait for its agents, but its ladder must do something.
        TenantConfig second = staffed;
        second.departments.push_back({DepartmentId{"support"}, "Support"});
        CHECK(check_change(staffed, second).has_value());
        second.departments[1].steps = {{30s, {{"*", 0}}, {}}};
        CHECK_FALSE(check_change(staffed, second).has_value());
    }

    TEST_CASE("the documents that come with the project are good") {
        for (const char* path : {"deploy/demo/tenant.json", "tests/data/scenario_tenant.json"}) {
            CAPTURE(path);
            const auto config = parse_document(read_file(std::string(SWITCHBOARD_SOURCE_DIR "/") + path));
            REQUIRE(config.has_value());
            CHECK(warnings(*config).empty());
        }
    }
}

TEST_SUITE("overflow") {
    const Timestamp now = from_ms(1'800'000'000'000);

    std::string taker(const TenantConfig& config, const std::string& id, const std::function<bool(const Department&)>& full = {}) {
        const Department* found = taking(config, DepartmentId{id}, now, full);
        return found ? found->id.value : "";
    }

    TEST_CASE("the department itself, or the nearest that takes conversations") {
        TenantConfig config = shop();
        CHECK(taker(config, "billing") == "billing");
        CHECK(taker(config, "gone") == "");
        department(config, "billing").open = false;
        CHECK(taker(config, "billing") == "sales");
        department(config, "sales").hours.week.assign(7, {});
        CHECK(taker(config, "billing") == "support");
        // Only by way of a department that is closed too.
        department(config, "billing").overflow = {DepartmentId{"gone"}, DepartmentId{"sales"}};
        CHECK(taker(config, "billing") == "support");
        CHECK(taker(config, "billing", [](const Department& d) { return d.id.value == "support"; }) == "");
        department(config, "support").overflow = {DepartmentId{"billing"}};
        CHECK(taker(config, "billing", [](const Department&) { return true; }) == "");
    }
}

}  // namespace switchboard::domain
