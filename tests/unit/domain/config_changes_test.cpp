// SPDX-License-Identifier: Apache-2.0
#include "domain/config_changes.hpp"
#include "domain/tenant_document.hpp"

#include <doctest/doctest.h>

#include <functional>

namespace switchboard::domain {

namespace {

const char* const document = R"({"id": "shop", "name": "Shop", "version": 4,
    "sites": [{"key": "demo", "origins": ["https://shop.example"], "customer_keys": [
      {"id": "k", "algorithm": "HS256", "key": "0123456789abcdef0123456789abcdef", "issuer": "shop", "audience": "chat"}]}],
    "departments": [{"id": "billing", "name": "Billing", "topics": [{"name": "Refund", "skill": "refunds", "level": 4}]}, {"id": "sales", "name": "Sales"}],
    "agents": [{"id": "ann", "login": "ann", "name": "Ann", "departments": ["billing"], "skills": {"refunds": 4}, "password_hash": "$argon2id$old"}]})";

std::vector<std::string> lines(const std::function<void(TenantConfig&)>& change) {
    const auto before = parse_document(document);
    REQUIRE(before.has_value());
    TenantConfig after = *before;
    change(after);
    const auto changes = changes_between(&*before, after);
    CHECK(changes_from_json(to_json(changes)) == changes);
    std::vector<std::string> all;
    for (const ConfigChange& each : changes) all.push_back(to_line(each));
    return all;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_SUITE("configuration changes") {
    TEST_CASE("places by name, with the old and the new value") {
        CHECK(lines([](TenantConfig&) {}) == Lines{});
        CHECK(lines([](TenantConfig& c) { c.name = "Store"; }) == Lines{R"(name: "Shop" -> "Store")"});
        CHECK(lines([](TenantConfig& c) { c.departments[0].topics[0].level = 3; }) == Lines{"departments[billing].topics[Refund].level: 4 -> 3"});
        CHECK(lines([](TenantConfig& c) { c.departments[1].offer_timeout = 2500ms, c.departments[1].open = false; }) ==
              Lines{"departments[sales].open: true -> false", "departments[sales].offer_timeout_s: 20 -> 2.5E0"});
        CHECK(lines([](TenantConfig& c) { c.departments[1].overflow = {DepartmentId{"billing"}}; }) ==
              Lines{R"(departments[sales].overflow: [] -> ["billing"])"});
        CHECK(lines([](TenantConfig& c) { c.agents[0].skills = {{"orders", 1}}; }) ==
              Lines{"agents[ann].skills.refunds: removed", "agents[ann].skills.orders: added 1"});
    }

    TEST_CASE("elements that come and go") {
        CHECK(lines([](TenantConfig& c) { c.departments.pop_back(); }) == Lines{"departments[sales]: removed"});
        const auto added = lines([](TenantConfig& c) { c.agents.push_back({AgentId{"bob"}, "bob", "Bob"}); });
        REQUIRE(added.size() == 1);
        CHECK(added[0].starts_with(R"(agents[bob]: added {"id":"bob","login":"bob")"));
        const auto turned = lines([](TenantConfig& c) { std::swap(c.departments[0], c.departments[1]); });
        REQUIRE(turned.size() == 1);
        CHECK(turned[0].starts_with("departments: [{"));
    }

    TEST_CASE("version and generation are not told") {
        CHECK(lines([](TenantConfig& c) { c.version = 5, c.agents[0].generation = 9; }) == Lines{});
    }

    TEST_CASE("secrets are never told") {
        CHECK(lines([](TenantConfig& c) { c.agents[0].password_hash = "$argon2id$new"; }) == Lines{"agents[ann].password_hash: changed"});
        CHECK(lines([](TenantConfig& c) { c.sites[0].customer_keys[0].key = "fedcba9876543210fedcba9876543210"; }) ==
              Lines{"sites[demo].customer_keys[k].key: changed"});
        // Nor when their owner comes or goes, is replaced or gets another order.
        const auto all = lines([](TenantConfig& c) {
            c.sites.push_back({"second", {}, c.sites[0].customer_keys});
            c.sites.back().customer_keys[0].id = "";
            c.sites[0].customer_keys[0].id = "";
            c.agents.push_back(c.agents[0]);
            c.agents.back().id = AgentId{"bob"};
            c.agent_keys.push_back({"", "HS256", "00000000000000000000000000000000", "idp", "chat"});
        });
        CHECK(all.size() == 4);
        for (const std::string& line : all) {
            CAPTURE(line);
            CHECK(line.find("argon2id") == std::string::npos);
            CHECK(line.find("0123456789") == std::string::npos);
            CHECK(line.find("0000000000") == std::string::npos);
        }
    }

    TEST_CASE("a new tenant is one change") {
        const auto config = parse_document(document);
        CHECK(changes_between(nullptr, *config) == std::vector<ConfigChange>{{"", std::nullopt, "\"Shop\""}});
        CHECK(to_line(changes_between(nullptr, *config)[0]) == "created");
    }

    TEST_CASE("long values and long lists are cut") {
        const auto cut = lines([](TenantConfig& c) { c.departments[0].dispositions.assign(100, "äöü"); });
        REQUIRE(cut.size() == 1);
        CHECK(cut[0].size() < 600);
        CHECK(cut[0].ends_with("..."));
        const auto many = lines([](TenantConfig& c) {
            for (int i = 0; i < 300; ++i) c.departments[0].topics.push_back({"topic " + std::to_string(i), "refunds", 1});
        });
        REQUIRE(many.size() == 201);
        CHECK(many[200] == "and 100 more");
    }

    TEST_CASE("what is not a list of changes is read as none") {
        for (const char* text : {"", "{}", "[1, \"x\"]", "nonsense"}) CHECK(changes_from_json(text).empty());
    }
}

}  // namespace switchboard::domain
