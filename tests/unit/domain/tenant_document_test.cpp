// SPDX-License-Identifier: Apache-2.0
#include "domain/tenant_document.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>

namespace switchboard::domain {

namespace {

const char* const complete = R"({
  "id": "acme", "name": "Acme Ltd.", "version": 7,
  "sites": [{"key": "Shop-1", "origins": ["https://shop.example", "http://localhost:8080"], "customer_keys": [
    {"id": "k1", "algorithm": "HS256", "key": "0123456789abcdef0123456789abcdef", "issuer": "shop", "audience": "chat"}]}],
  "departments": [
    {"id": "sales", "name": "Sales", "open": false, "topics": [{"name": "Where is my order?", "skill": "orders", "level": 2}],
     "strategy": "least_loaded", "offer_timeout_s": 15, "decline_cooldown_s": 0, "agent_grace_s": 2.5, "abandon_after_s": 86400,
     "misses_until_away": 0, "conversation_weight": 2, "wrap_up": "mandatory", "wrap_up_time_s": 90},
    {"id": "support", "name": "Support"}],
  "agents": [
    {"id": "anna", "login": "anna@acme.example", "name": "Anna B.", "role": "supervisor", "departments": ["sales", "support"],
     "skills": {"orders": 5, "lang-de": 3}, "capacity": 4, "password_hash": "$argon2id$v=19$x", "generation": 3},
    {"id": "bob", "login": "bob", "name": "Bob"}],
  "agent_keys": [{"id": "", "algorithm": "RS256", "key": "-----BEGIN PUBLIC KEY-----\nx\n", "issuer": "idp", "audience": "chat"}]
})";

std::string problem(const std::string& document) {
    const auto read = parse_document(document);
    if (read) return "";
    CHECK(read.error().code == ErrorCode::invalid_argument);
    return read.error().message;
}

// The complete document with one place changed or added; `pointer` is "/key/index/...".
std::string changed(std::string_view pointer, const std::string& value) {
    boost::json::value document = boost::json::parse(complete);
    boost::json::value* place = &document;
    while (!pointer.empty()) {
        const std::string token(pointer.substr(1, pointer.find('/', 1) - 1));
        pointer.remove_prefix(token.size() + 1);
        if (boost::json::array* list = place->if_array()) {
            const std::size_t index = std::stoul(token);
            if (index == list->size()) list->emplace_back(nullptr);
            place = &list->at(index);
        } else {
            place = &place->as_object()[token];
        }
    }
    *place = boost::json::parse(value);
    return boost::json::serialize(document);
}

std::string list_of(std::size_t count, const std::string& element) {
    std::string list = "[";
    for (std::size_t i = 0; i < count; ++i) {
        std::string each = element;
        for (auto at = each.find('#'); at != std::string::npos; at = each.find('#')) each.replace(at, 1, std::to_string(i));
        list += (i ? "," : "") + each;
    }
    return list + ']';
}

}  // namespace

TEST_SUITE("tenant document") {
    TEST_CASE("every field is read") {
        const auto read = parse_document(complete);
        REQUIRE(read.has_value());
        const TenantConfig& config = *read;
        CHECK(config.id.value == "acme");
        CHECK(config.name == "Acme Ltd.");
        CHECK(config.version == 7);
        REQUIRE(config.site("Shop-1"));
        CHECK(config.site("Shop-1")->origins == std::vector<std::string>{"https://shop.example", "http://localhost:8080"});
        CHECK(config.site("Shop-1")->customer_keys.at(0).issuer == "shop");
        CHECK(config.agent_keys.at(0).algorithm == "RS256");
        const Department* sales = config.department(DepartmentId{"sales"});
        REQUIRE(sales);
        CHECK(sales->name == "Sales");
        CHECK_FALSE(sales->open);
        REQUIRE(sales->topic("Where is my order?"));
        CHECK(sales->topic("Where is my order?")->skill == "orders");
        CHECK(sales->topic("Where is my order?")->level == 2);
        CHECK_FALSE(sales->topic("orders"));
        CHECK(sales->strategy == Strategy::least_loaded);
        CHECK(sales->offer_timeout == 15s);
        CHECK(sales->decline_cooldown == 0s);
        CHECK(sales->agent_grace == 2500ms);
        CHECK(sales->abandon_after == 24h);
        CHECK(sales->misses_until_away == 0);
        CHECK(sales->conversation_weight == 2);
        CHECK(sales->wrap_up == WrapUpMode::mandatory);
        CHECK(sales->wrap_up_time == 90s);
        const AgentProfile* anna = config.agent_by_login("anna@acme.example");
        REQUIRE(anna);
        CHECK(anna == config.agent(AgentId{"anna"}));
        CHECK(anna->name == "Anna B.");
        CHECK(anna->role == Role::supervisor);
        CHECK(anna->serves(DepartmentId{"support"}));
        CHECK(anna->level("lang-de") == 3);
        CHECK(anna->capacity == 4);
        CHECK(anna->password_hash == "$argon2id$v=19$x");
        CHECK(anna->generation == 3);
    }

    TEST_CASE("what is left out has the defaults of the struct") {
        const auto read =
            parse_document(R"({"id":"t","departments":[{"id":"d","name":"D"}],"agents":[{"id":"a","login":"a","name":"A"}]})");
        REQUIRE(read.has_value());
        const Department defaults;
        const Department& department = read->departments.at(0);
        CHECK(department.open == defaults.open);
        CHECK(department.offer_timeout == defaults.offer_timeout);
        CHECK(department.wrap_up == defaults.wrap_up);
        CHECK(department.misses_until_away == defaults.misses_until_away);
        CHECK(read->agents.at(0).capacity == AgentProfile{}.capacity);
        CHECK(read->agents.at(0).role == Role::agent);
        CHECK(read->version == 0);
    }

    TEST_CASE("writing and reading gives the same document") {
        const auto read = parse_document(complete);
        REQUIRE(read.has_value());
        CHECK(validate(*read).has_value());
        const auto again = parse_document(to_document(*read));
        REQUIRE(again.has_value());
        CHECK(to_document(*again) == to_document(*read));
        CHECK(again->departments.at(0).agent_grace == 2500ms);
        boost::json::value original = boost::json::parse(complete);
        const boost::json::value written = boost::json::parse(to_document(*read));
        CHECK(written.at("sites") == original.at("sites"));
        CHECK(written.at("agent_keys") == original.at("agent_keys"));
        CHECK(written.at("departments").at(0).at("topics") == original.at("departments").at(0).at("topics"));
        CHECK(written.at("agents").at(0) == original.at("agents").at(0));
    }

    TEST_CASE("an error names its place") {
        struct Row {
            const char* pointer;
            const char* value;
            const char* message;
        };
        const Row rows[] = {
            {"/id", "\"Acme\"", "id: may contain only a-z, 0-9, _ and -"},
            {"/id", "\"\"", "id: must have 1 to 64 bytes"},
            {"/id", "7", "id: must be a text"},
            {"/version", "-1", "version: must be 0 to 9223372036854775807"},
            {"/colour", "1", "colour: is not known here"},
            {"/sites", "{}", "sites: must be a list"},
            {"/sites/0", "3", "sites[0]: must be an object"},
            {"/sites/0/key", "\"a b\"", "sites[0].key: may contain only letters, digits, _ and -"},
            {"/sites/0/origins/1", "\"https://shop.example/path\"",
             "sites[0].origins[1]: must be an exact origin like https://shop.example or http://localhost:8080, without a path"},
            {"/sites/0/origins/1", "\"*\"",
             "sites[0].origins[1]: must be an exact origin like https://shop.example or http://localhost:8080, without a path"},
            {"/sites/0/origins/1", "\"https://shop.example\"", "sites[0].origins[1]: this origin is used twice: \"https://shop.example\""},
            {"/sites/0/customer_keys/0/algorithm", "\"none\"", "sites[0].customer_keys[0].algorithm: must be one of HS256, RS256, ES256"},
            {"/sites/0/customer_keys/0/key", "\"short\"", "sites[0].customer_keys[0].key: a secret must have at least 32 bytes"},
            {"/sites/0/customer_keys/0/issuer", "\"\"", "sites[0].customer_keys[0].issuer: must have 1 to 256 bytes"},
            {"/departments/1/id", "\"sales\"", "departments[1].id: this department id is used twice: \"sales\""},
            {"/departments/0/open", "\"yes\"", "departments[0].open: must be true or false"},
            {"/departments/0/strategy", "\"random\"", "departments[0].strategy: must be one of longest_idle, least_loaded, round_robin, most_skilled"},
            {"/departments/0/wrap_up", "1", "departments[0].wrap_up: must be one of none, optional, timed, mandatory"},
            {"/departments/0/offer_timeout_s", "0", "departments[0].offer_timeout_s: must be 0.1 to 86400 seconds"},
            {"/departments/0/offer_timeout_s", "86400.001", "departments[0].offer_timeout_s: must be 0.1 to 86400 seconds"},
            {"/departments/0/offer_timeout_s", "1e300", "departments[0].offer_timeout_s: must be 0.1 to 86400 seconds"},
            {"/departments/0/offer_timeout_s", "\"20s\"", "departments[0].offer_timeout_s: must be 0.1 to 86400 seconds"},
            {"/departments/0/decline_cooldown_s", "-1", "departments[0].decline_cooldown_s: must be 0 to 86400 seconds"},
            {"/departments/0/misses_until_away", "101", "departments[0].misses_until_away: must be 0 to 100"},
            {"/departments/0/conversation_weight", "0", "departments[0].conversation_weight: must be 1 to 100"},
            {"/departments/0/offer_timeout", "20", "departments[0].offer_timeout: is not known here"},
            {"/departments/0/topics/0/level", "6", "departments[0].topics[0].level: must be 1 to 5"},
            {"/departments/0/topics/0/level", "1.5", "departments[0].topics[0].level: must be 1 to 5"},
            {"/departments/0/topics/0/skill", "\"Ord ers\"", "departments[0].topics[0].skill: may contain only a-z, 0-9, _ and -"},
            {"/departments/0/topics/0/name", "\"a\\u0007\"", "departments[0].topics[0].name: must not contain control characters"},
            {"/departments/0/topics/1", "{\"name\":\"Where is my order?\",\"skill\":\"x\"}",
             "departments[0].topics[1].name: this topic is used twice: \"Where is my order?\""},
            {"/departments/0/topics/1", "{\"name\":\"x\"}", "departments[0].topics[1].skill: is missing"},
            {"/agents/1/id", "\"anna\"", "agents[1].id: this agent id is used twice: \"anna\""},
            {"/agents/1/login", "\"anna@acme.example\"", "agents[1].login: this login is used twice: \"anna@acme.example\""},
            {"/agents/1/login", "\"bob b\"", "agents[1].login: must not contain spaces or control characters"},
            {"/agents/1/role", "\"customer\"", "agents[1].role: must be one of agent, supervisor, admin, bot"},
            {"/agents/0/departments/1", "\"billing\"", "agents[0].departments[1]: there is no department \"billing\""},
            {"/agents/0/departments/1", "\"sales\"", "agents[0].departments[1]: this department is used twice: \"sales\""},
            {"/agents/0/skills/orders", "0", "agents[0].skills.orders: must be 1 to 5"},
            {"/agents/0/skills/Orders", "1", "agents[0].skills.Orders: may contain only a-z, 0-9, _ and -"},
            {"/agents/0/skills", "[]", "agents[0].skills: must be an object"},
            {"/agents/0/capacity", "101", "agents[0].capacity: must be 0 to 100"},
            {"/agents/0/generation", "0", "agents[0].generation: must be 1 to 9223372036854775807"},
            {"/agents/0/password", "\"secret\"", "agents[0].password: is not known here"},
        };
        for (const Row& row : rows) {
            CAPTURE(row.pointer);
            CAPTURE(row.value);
            CHECK(problem(changed(row.pointer, row.value)) == row.message);
        }
        CHECK(problem("{}") == "id: is missing");
        CHECK(problem("[]") == "document: must be an object");
    }

    TEST_CASE("lists are bounded") {
        CHECK(problem(changed("/departments", list_of(501, R"({"id":"d#","name":"D"})"))) == "departments: must have at most 500 elements");
        CHECK(problem(changed("/agents", list_of(20'001, "{}"))) == "agents: must have at most 20000 elements");
        CHECK(problem(changed("/sites", list_of(101, "{}"))) == "sites: must have at most 100 elements");
        CHECK(problem(changed("/departments/0/topics", list_of(501, "{}"))) == "departments[0].topics: must have at most 500 elements");
    }

    TEST_CASE("what is not JSON is refused") {
        for (const char* wrong : {"", " ", "{", "nonsense", "{\"id\":\"t\"} x", "{\"id\":\"t\"}{}", "{\"id\":\"\xff\"}"}) {
            CAPTURE(wrong);
            CHECK(problem(wrong).starts_with("document: not JSON at byte "));
        }
        CHECK(problem("{\"id\":\"t\"} \n") == "");
        CHECK(problem(std::string(1000, '[')).starts_with("document: not JSON"));
    }

    TEST_CASE("a cut or damaged document never crashes and never passes unnoticed as another one") {
        const std::string whole = complete;
        CHECK(rc::check("damage", [&] {
            std::string text = whole;
            const auto place = *rc::gen::inRange<std::size_t>(0, text.size());
            if (*rc::gen::arbitrary<bool>())
                text.resize(place);
            else
                text[place] = *rc::gen::arbitrary<char>();
            const auto read = parse_document(text);
            if (read) RC_ASSERT(parse_document(to_document(*read)).has_value());
            RC_ASSERT(read.has_value() || !read.error().message.empty());
        }));
    }

    TEST_CASE("a value changed in memory is checked like a document") {
        TenantConfig config = *parse_document(complete);
        config.agents[0].departments.emplace_back("gone");
        const auto checked = validate(config);
        REQUIRE_FALSE(checked.has_value());
        CHECK(checked.error().message == "agents[0].departments[2]: there is no department \"gone\"");
    }
}

TEST_SUITE("tenant configuration") {
    TEST_CASE("look-ups give the same with and without the index") {
        TenantConfig config;
        config.departments.resize(3);
        for (std::size_t i = 0; i < 3; ++i) config.departments[i].id = DepartmentId{"d" + std::to_string(i)};
        config.departments[1].topics.push_back({"Orders", "orders", 2});
        config.agents.resize(100);
        for (std::size_t i = 0; i < 100; ++i) {
            config.agents[i].id = AgentId{"a" + std::to_string(i)};
            config.agents[i].login = "login" + std::to_string(i);
        }
        config.agents[50].skills["lang-de"] = 2;
        const auto check = [&] {
            CHECK(config.department(DepartmentId{"d2"}) == &config.departments[2]);
            CHECK(config.department(DepartmentId{"d3"}) == nullptr);
            CHECK(config.agent(AgentId{"a99"}) == &config.agents[99]);
            CHECK(config.agent(AgentId{"login99"}) == nullptr);
            CHECK(config.agent_by_login("login7") == &config.agents[7]);
            CHECK(config.agent_by_login("a7") == nullptr);
            CHECK(config.has_skill("orders"));
            CHECK(config.has_skill("lang-de"));
            CHECK_FALSE(config.has_skill("Orders"));
        };
        check();
        config.build_index();
        check();
        TenantConfig copy = config;
        copy.agents[0].id = AgentId{"renamed"};
        CHECK(copy.agent(AgentId{"renamed"}) == &copy.agents[0]);
        config.agents.push_back({AgentId{"new"}, "new"});
        CHECK(config.agent(AgentId{"new"}) == &config.agents.back());
        CHECK(config.agent_by_login("new") == &config.agents.back());
        const TenantConfig moved = std::move(copy);
        CHECK(moved.agent(AgentId{"a5"}) == &moved.agents[5]);
    }

    TEST_CASE("roles are read back") {
        for (const Role role : {Role::customer, Role::agent, Role::supervisor, Role::admin, Role::bot})
            CHECK(parse_role(to_string(role)) == role);
        CHECK_FALSE(parse_role("root"));
    }
}

}  // namespace switchboard::domain
