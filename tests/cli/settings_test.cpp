// SPDX-License-Identifier: Apache-2.0
// Departments and agents are looked at and changed, what would be wrong is refused with the reason, and all of it is in the audit.
#include "cli/store.hpp"

#include <boost/json/parse.hpp>

#include <fstream>

using namespace switchboard::test;

namespace {

const std::string document = R"({"id": "default", "name": "Acme", "sites": [{"key": "acme-site"}],
    "departments": [{"id": "billing", "name": "Billing", "topics": [{"name": "refund", "skill": "refunds", "level": 2}]},
                    {"id": "sales", "name": "Sales"}],
    "agents": [{"id": "ada", "login": "ada", "name": "Ada", "departments": ["billing", "sales"], "skills": {"refunds": 3}}]})";

struct Acme : Store {
    Acme() { good({"tenant", "import", "-"}, document); }
    std::string set(const std::string& department, const std::string& value) const { return good({"department", "set", department, value}); }
    std::string refused(const std::string& department, const std::string& value) const { return bad({"department", "set", department, value}); }
};

}  // namespace

TEST_CASE("settings of a department are shown as they are set") {
    const Acme acme;
    CHECK(contains(acme.good({"department", "show", "billing"}), "strategy=longest_idle\n"));
    CHECK(acme.good({"department", "set", "billing", "strategy=most_skilled", "offer_timeout_s=30"}) ==
          "departments[billing].strategy: \"longest_idle\" -> \"most_skilled\"\ndepartments[billing].offer_timeout_s: 20 -> 30\n");
    CHECK(acme.set("billing", "strategy=most_skilled") == "nothing changes\n");
    const std::string shown = acme.good({"department", "show", "billing"});
    CHECK(contains(shown, "strategy=most_skilled\n"));
    // What show prints can be set again, line by line.
    std::istringstream lines(shown);
    for (std::string line; std::getline(lines, line);)
        if (!line.starts_with("id=")) CHECK_MESSAGE(acme.set("billing", line) == "nothing changes\n", line);
    CHECK(acme.good({"department", "list"}) == "billing                  Billing                      open   1 agents\n    refund -> refunds:2\n"
                                               "sales                    Sales                        open   1 agents\n");
}

TEST_CASE("what is no setting, or not as it must be, is told with what there is") {
    const Acme acme;
    CHECK(contains(acme.refused("billing", "strateg=x"), "strateg: there is no such setting; there are name, open, topics"));
    CHECK(contains(acme.refused("billing", "strategy=x"), "must be one of longest_idle, least_loaded, round_robin, most_skilled"));
    CHECK(contains(acme.refused("billing", "offer_timeout_s"), "write KEY=VALUE"));
    CHECK(contains(acme.refused("billing", "offer_timeout_s=0"), "offer_timeout_s: must be"));
    CHECK(contains(acme.refused("billing", "id=other"), "id: cannot be changed"));
    CHECK(contains(acme.refused("billing", "hours={\"time_zone\": \"Mars/Base\"}"), "there is no time zone"));
    CHECK(contains(acme.refused("nowhere", "open=false"), "there is no department nowhere; `switchboard department list` shows all"));
    CHECK(contains(acme.bad({"department", "show", "nowhere"}), "there is no department nowhere"));
}

TEST_CASE("a configuration that cannot work is refused with the reason") {
    const Acme acme;
    CHECK(contains(acme.refused("billing", R"(steps=[{"after_s": 10, "levels": {"refunds": 5}}])"), "steps[0]: never widens"));
    acme.set("billing", R"(overflow=["sales"])");
    CHECK(contains(acme.refused("sales", R"(overflow=["billing"])"), "runs in a circle: billing -> sales -> billing"));
    CHECK(contains(acme.refused("billing", R"(topics=[{"name": "tax", "skill": "taxes"}])"), "nobody can ever serve it"));
    CHECK(contains(acme.good({"department", "show", "billing"}), "topics=[{\"name\":\"refund\""));

    std::ofstream(acme.directory.file("bad.json")) << R"({"id": "x", "name": "X", "departments": [{"id": "a", "name": "A"}, {"id": "b", "name": "B"}],
        "agents": [{"id": "ada", "login": "ada", "name": "Ada", "departments": ["b"]}]})";
    const Ended checked = run_program({"tenant", "check", acme.directory.file("bad.json")});
    CHECK(checked.status == 1);
    CHECK(contains(checked.error, "departments[a]: it is open and no agent with a capacity serves it"));
    std::ofstream(acme.directory.file("good.json")) << document;
    CHECK(run_program({"tenant", "check", acme.directory.file("good.json")}).status == 0);
}

TEST_CASE("a department is added, closed and removed") {
    const Acme acme;
    CHECK(contains(acme.good({"department", "add", "later", "name=Later", "open=false"}), "departments[later]: added"));
    CHECK(contains(acme.bad({"department", "add", "later"}), "there is a department later already"));
    CHECK(contains(acme.bad({"department", "add", "Not An Id"}), "id"));
    CHECK(contains(acme.bad({"department", "remove", "billing"}), "the department billing is open: set open=false first"));
    CHECK(acme.good({"department", "remove", "later"}) == "departments[later]: removed\n");
    const Ended open = acme.run({"department", "add", "empty"});
    CHECK(open.status == 0);
    CHECK(contains(open.error, "warning: departments[empty]: it is open and no agent with a capacity serves it"));
}

TEST_CASE("an agent is changed, and what that makes of topics is told") {
    const Acme acme;
    CHECK(acme.good({"agent", "set", "ada", "--capacity", "5", "--name", "Ada L"}) ==
          "agents[ada].name: \"Ada\" -> \"Ada L\"\nagents[ada].capacity: 3 -> 5\n");
    const Ended lower = acme.run({"agent", "set", "ada", "--skill", "refunds:1"});
    CHECK(lower.status == 0);
    CHECK(lower.output == "agents[ada].skills.refunds: 3 -> 1\n");
    CHECK(contains(lower.error, "warning: departments[billing].topics[refund]: nobody can ever serve it: it asks for refunds 2, and the best of its agents has 1"));
    CHECK(contains(acme.bad({"agent", "set", "ada", "--skill", "refunds:9"}), "a level from 1 to 5"));
    CHECK(contains(acme.bad({"agent", "set", "ada", "--department", "nowhere"}), "there is no department nowhere"));
    CHECK(contains(acme.bad({"agent", "set", "bob", "--capacity", "2"}), "there is no agent with the login bob"));
}

TEST_CASE("who changed what is in the audit") {
    const Acme acme;
    acme.set("billing", "offer_timeout_s=30");
    acme.good({"agent", "set", "ada", "--capacity", "5"});
    const std::string all = acme.good({"audit"});
    CHECK(contains(all, "version 2  cli:"));
    CHECK(contains(all, "    departments[billing].offer_timeout_s: 20 -> 30\n"));
    CHECK(contains(all, "    agents[ada].capacity: 3 -> 5\n"));
    const boost::json::value last = boost::json::parse(acme.good({"audit", "--json", "--last", "1"}));
    REQUIRE(last.as_array().size() == 1);
    CHECK(last.at(0).at("version").to_number<int>() == 3);
    CHECK(last.at(0).at("changes").at(0).at("path").as_string() == "agents[ada].capacity");
    CHECK(contains(acme.run({"audit", "--last", "0"}).error, "--last"));
}

TEST_CASE("what is not there cannot be explained") {
    const Acme acme;
    CHECK(contains(acme.bad({"explain", "nothing"}), "there is no live conversation \"nothing\" in the tenant default"));
    CHECK(acme.run({"explain"}).status == 2);
}
