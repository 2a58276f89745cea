// SPDX-License-Identifier: Apache-2.0
// What REST offers to admins, on the store in memory.
#include "app/config_admin.hpp"
#include "unit/app/world.hpp"

#include <boost/json/parse.hpp>

using namespace switchboard;
using namespace switchboard::test;

namespace {

namespace json = boost::json;

struct Office {
    Office() {
        auto config = std::make_shared<domain::TenantConfig>(shop());
        domain::AgentProfile boss;
        boss.id = AgentId("boss");
        boss.login = "boss@shop";
        boss.name = "Boss";
        boss.role = domain::Role::admin;
        boss.capacity = 0;
        config->agents.push_back(boss);
        world.store.config = config;
    }

    using Done = Callback<app::AdminAnswer>;
    Result<app::AdminAnswer> ask(const std::function<void(app::AdminCall, Done)>& verb) {
        std::optional<Result<app::AdminAnswer>> answer;
        verb({tenant, {}, token}, [&](Result<app::AdminAnswer> result) { answer = std::move(result); });
        REQUIRE(world.wait_for([&] { return answer.has_value(); }));
        return *answer;
    }
    Result<app::AdminAnswer> list() {
        return ask([&](app::AdminCall call, Done done) { admin.list_departments(call, done); });
    }
    Result<app::AdminAnswer> get(const std::string& id) {
        return ask([&](app::AdminCall call, Done done) { admin.get_department(call, DepartmentId(id), done); });
    }
    Result<app::AdminAnswer> put(const std::string& id, const std::string& document, std::optional<std::uint64_t> expected = {}) {
        return ask([&](app::AdminCall call, Done done) { admin.put_department(call, DepartmentId(id), document, expected, done); });
    }
    Result<app::AdminAnswer> remove(const std::string& id, std::optional<std::uint64_t> expected = {}) {
        return ask([&](app::AdminCall call, Done done) { admin.remove_department(call, DepartmentId(id), expected, done); });
    }
    Result<app::AdminAnswer> audit() {
        return ask([&](app::AdminCall call, Done done) { admin.read_audit(call, 10, done); });
    }
    const domain::Department* department(const std::string& id) const { return world.store.config->department(DepartmentId(id)); }

    World world;
    TenantId tenant{"shop"};
    std::string token = "a:boss";
    app::TenantConfigAdmin admin{world.shard().context};
};

ErrorCode code_of(const Result<app::AdminAnswer>& answer) {
    REQUIRE(answer.has_error());
    return answer.error().code;
}

json::value json_of(const Result<app::AdminAnswer>& answer) {
    REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error().message));
    return json::parse(answer->json);
}

}  // namespace

TEST_CASE("departments are listed and shown to admins") {
    Office office;
    const json::value list = json_of(office.list());
    CHECK(list.at("version") == 1);
    CHECK(list.at("departments").as_array().size() == 4);
    const auto one = office.get("night");
    CHECK(json_of(one).at("open") == false);
    CHECK(one->version == 1);
    CHECK(code_of(office.get("gone")) == ErrorCode::not_found);
}

TEST_CASE("nobody else learns anything") {
    Office office;
    const auto everything = [&](ErrorCode code) {
        CHECK(code_of(office.list()) == code);
        CHECK(code_of(office.get("billing")) == code);
        CHECK(code_of(office.put("billing", R"({"name": "Mine"})")) == code);
        CHECK(code_of(office.remove("night")) == code);
        CHECK(code_of(office.audit()) == code);
    };
    for (const char* wrong : {"", "v:boss:1", "a:nobody"}) {
        office.token = wrong;
        everything(ErrorCode::unauthenticated);
    }
    for (const char* other : {"a:anna", "a:sue"}) {
        office.token = other;
        everything(ErrorCode::not_found);
    }
    office.token = "a:boss";
    office.tenant = TenantId("other");
    everything(ErrorCode::unauthenticated);
    CHECK(office.world.store.config->version == 1);
    CHECK(office.world.store.audit.empty());
}

TEST_CASE("a department is replaced, and the audit says who did what") {
    Office office;
    const auto answer = office.put("sales", R"({"name": "Sales", "topics": [{"name": "order", "skill": "orders"}], "offer_timeout_s": 15})");
    CHECK(json_of(answer).at("version") == 2);
    CHECK(json_of(answer).at("changes") == json::array{"departments[sales].name: \"Billing\" -> \"Sales\"", "departments[sales].offer_timeout_s: 20 -> 15"});
    CHECK_FALSE(answer->created);
    CHECK(office.department("sales")->offer_timeout == std::chrono::seconds(15));
    REQUIRE(office.world.store.audit.size() == 1);
    CHECK(office.world.store.audit[0].edit.who == "rest:boss@shop");
    const json::value audit = json_of(office.audit());
    CHECK(audit.at(0).at("who") == "rest:boss@shop");
    CHECK(audit.at(0).at("changes").at(1).at("path") == "departments[sales].offer_timeout_s");
    CHECK(audit.at(0).at("at") == "1970-01-01T00:00:00.000Z");
    // The same once more changes nothing.
    const auto again = office.put("sales", R"({"name": "Sales", "topics": [{"name": "order", "skill": "orders"}], "offer_timeout_s": 15})");
    CHECK(json_of(again).at("version") == 2);
    CHECK(office.world.store.audit.size() == 1);
}

TEST_CASE("a new department is added with a warning") {
    Office office;
    const auto answer = office.put("vip", R"({"id": "vip", "name": "VIP"})");
    CHECK(answer->created);
    CHECK(json_of(answer).at("warnings") == json::array{"departments[vip]: it is open and no agent with a capacity serves it"});
    REQUIRE(office.department("vip"));
}

TEST_CASE("a bad department is refused with place and reason") {
    Office office;
    const auto reason = [&](const std::string& id, const std::string& document) {
        const auto answer = office.put(id, document);
        CHECK(code_of(answer) == ErrorCode::invalid_argument);
        return answer.error().message;
    };
    CHECK(reason("sales", "{") == "document: not JSON at byte 1: incomplete JSON");
    CHECK(reason("sales", "[]") == "document: must be an object");
    CHECK(reason("sales", R"({"id": "other", "name": "S"})") == "id: is not the one of the path");
    CHECK(reason("Sales!", R"({"name": "S"})") == "id: may contain only a-z, 0-9, _ and -");
    CHECK(reason("sales", R"({"name": "S", "steps": [{"after_s": -1}]})") == "steps[0].after_s: must be 0 to 86400 seconds");
    CHECK(reason("sales", R"({"name": "S", "overflow": ["gone"]})") == "departments[sales].overflow[gone]: there is no department \"gone\"");
    CHECK(reason("sales", R"({"name": "S", "topics": [{"name": "x", "skill": "nobody"}]})").starts_with("departments[sales].topics[x]: nobody can ever"));
    CHECK(office.world.store.config->version == 1);
}

TEST_CASE("a version that was asked for is kept to; without one the newest is changed") {
    Office office;
    const std::string document = R"({"name": "Sales"})";
    CHECK(code_of(office.put("sales", document, 7)) == ErrorCode::conflict);
    CHECK(office.put("sales", document, 1)->version == 2);
    office.world.store.rival_saves = 1;
    CHECK(code_of(office.put("sales", R"({"name": "A"})", 2)) == ErrorCode::conflict);
    office.world.store.rival_saves = 2;
    CHECK(office.put("sales", R"({"name": "B"})")->version == 6);
    CHECK(office.department("sales")->name == "B");
    office.world.store.rival_saves = 100;
    CHECK(code_of(office.put("sales", R"({"name": "C"})")) == ErrorCode::conflict);
}

TEST_CASE("only a closed department that nobody names is removed, with what its agents have of it") {
    Office office;
    CHECK(code_of(office.remove("gone")) == ErrorCode::not_found);
    CHECK(code_of(office.remove("strict")) == ErrorCode::illegal_state);
    auto config = std::make_shared<domain::TenantConfig>(*office.world.store.config);
    config->departments[3].open = false;
    config->departments[0].overflow = {DepartmentId("strict")};
    office.world.store.config = config;
    CHECK(code_of(office.remove("strict")) == ErrorCode::invalid_argument);
    config = std::make_shared<domain::TenantConfig>(*config);
    config->departments[0].overflow.clear();
    office.world.store.config = config;
    CHECK(office.remove("strict")->version == 2);
    CHECK(office.department("strict") == nullptr);
    const domain::AgentProfile* anna = office.world.store.config->agent(AgentId("anna"));
    CHECK(anna->departments == std::vector<DepartmentId>{DepartmentId("billing")});
    CHECK(anna->generation == 2);
}

TEST_CASE("what changes nothing is told as stored when it is as durable as a change") {
    Office office;
    const std::string sales = R"({"name": "S"})";
    REQUIRE(office.put("sales", sales)->version == 2);
    CHECK(office.put("sales", sales)->version == 2);
    office.world.store.replicas_missing = true;
    CHECK(code_of(office.put("sales", sales)) == ErrorCode::unavailable);
}

TEST_CASE("a store that is away is told as such") {
    Office office;
    REQUIRE(office.list().has_value());
    office.world.store.down = true;
    CHECK(code_of(office.list()) == ErrorCode::unavailable);
    CHECK(code_of(office.put("sales", R"({"name": "S"})")) == ErrorCode::unavailable);
    CHECK(code_of(office.audit()) == ErrorCode::unavailable);
}
