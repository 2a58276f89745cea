// SPDX-License-Identifier: Apache-2.0
#include "domain/config_edit.hpp"
#include "domain/tenant_document.hpp"
#include "runtime/demo.hpp"

#include <doctest/doctest.h>

using namespace switchboard;
using namespace switchboard::runtime;

TEST_CASE("the demo document is valid and has the departments of a shop") {
    const auto config = domain::parse_document(demo_document());
    REQUIRE(config.has_value());
    CHECK(config->id == TenantId("default"));
    CHECK(config->site("demo") != nullptr);
    CHECK(config->departments.size() == 10);
    for (const domain::AgentProfile& agent : config->agents) CHECK(agent.password_hash.empty());
}

TEST_CASE("every department and topic of the demo is served by an agent") {
    const auto config = domain::parse_document(demo_document());
    REQUIRE(config.has_value());
    for (const domain::Department& department : config->departments) {
        for (const domain::Topic& topic : department.topics) {
            CAPTURE(department.id.value);
            CAPTURE(topic.name);
            CHECK(topic.skill.starts_with(department.id.value + '-'));
            const auto can = [&](const domain::AgentProfile& agent) {
                return agent.role == domain::Role::agent && agent.capacity > 0 && agent.serves(department.id) && agent.level(topic.skill) >= topic.level;
            };
            CHECK(std::any_of(config->agents.begin(), config->agents.end(), can));
        }
    }
}

TEST_CASE("the greeting names an address and every login") {
    const std::string text = demo_greeting("127.0.0.1", 8080, true);
    CHECK(text.find("ws://127.0.0.1:8080/v1/ws") != std::string::npos);
    for (const char* login : {"anna", "liam", "mona (supervisor)", "noor (admin)"}) CHECK(text.find(login) != std::string::npos);
}

TEST_CASE("a changed password, role or department ends older tokens; other changes do not") {
    auto before = domain::parse_document(demo_document());
    REQUIRE(before.has_value());
    domain::TenantConfig after = *before;
    after.agents[0].password_hash = "other";
    after.agents[1].role = domain::Role::supervisor;
    after.agents[2].departments.pop_back();
    after.agents[3].name = "New name";
    after.agents[4].generation = 0;
    domain::raise_generations(*before, after);
    CHECK(after.agents[0].generation == 2);
    CHECK(after.agents[1].generation == 2);
    CHECK(after.agents[2].generation == 2);
    CHECK(after.agents[3].generation == 1);
    CHECK(after.agents[4].generation == 1);
}
