// SPDX-License-Identifier: Apache-2.0
// A colleague is consulted: who sees what, who may write what, and every way in which it ends.
#include "checks.hpp"

#include <doctest/doctest.h>

using namespace switchboard;
using namespace switchboard::test;

namespace {

Hash conversation(World& w) { return w.hash(w.key.conversation(ConversationId("c1"))); }
Words consults(World& w, const std::string& who) { return w.list({"SMEMBERS", w.key.consults(AgentId(who))}); }

Words records(World& w) {
    Words seen;
    for (const BusRecord& record : w.published()) seen.push_back(record.endpoint + record.kind + (record.kind == 'N' ? record.id : ""));
    return seen;
}

// ann owns c1 on n1, bob is ready on n2.
struct Consulting : World {
    Consulting() {
        active("c1", "ann");
        ready("bob", "n2");
    }
    void consulted() {
        REQUIRE(consult("c1", "ann", "bob") == Words{"ok"});
        routed();
        published();
    }
    void check_over(const std::string& endpoints) {
        const Hash after = conversation(*this);
        CHECK_FALSE(after.contains("consult"));
        CHECK_FALSE(after.contains("eo"));
        CHECK_FALSE(after.contains("ek"));
        CHECK(after.at("ea") == endpoints);
        check_stream(*this);
    }
};

}  // namespace

TEST_CASE("consult_start: the colleague gets the events from now on, and a notice") {
    Consulting w;
    w.routed();
    w.published();
    const Hash before = conversation(w);
    REQUIRE(w.consult("c1", "ann", "bob") == Words{"ok"});
    CHECK(changed(before, conversation(w)) == Changes{{"consult", "bob"}, {"eo", "n1.0"}, {"ek", "n2.0"}, {"ea", "n1.0 n2.0"}, {"seq", "7"}});
    CHECK(consults(w, "bob") == Words{"c1"});
    CHECK(w.held("bob").empty());
    CHECK(w.agent_field("bob", "load") == "0");
    CHECK(w.routed().empty());
    CHECK(records(w) == Words{"n1.0S", "n1.0S", "n2.0S", "n2.0S", "n2.0Nbob"});
    CHECK(refused(w, [&] { return w.consult("c1", "ann", "bob"); }) == "ok");
    w.append({{.number = 2, .text = "hello"}});
    CHECK(records(w) == Words{"n1.0A", "n2.0A"});
}

TEST_CASE("consult_start: every fact is checked") {
    Consulting w;
    w.open_agent("cat");
    w.choose("dan", "available");
    const auto consult = [&](const std::string& owner, const std::string& colleague, std::uint64_t epoch = 1) {
        return refused(w, [&] { return w.consult("c1", owner, colleague, epoch); });
    };
    CHECK(consult("ann", "cat") == "illegal_state");  // away
    CHECK(consult("ann", "dan") == "illegal_state");  // without a session
    CHECK(consult("ann", "nobody") == "illegal_state");
    CHECK(consult("ann", "ann") == "illegal_state");
    CHECK(consult("ann", "bob", 2) == "stale_assignment");
    CHECK(consult("bob", "bob") == "stale_assignment");
    CHECK(refused(w, [&] { return w.consult("c9", "ann", "bob"); }) == "not_found");
    w.consulted();
    w.choose("cat", "available");
    CHECK(consult("ann", "cat") == "illegal_state");  // one at a time
    w.wrap_up("c1", "ann");
    CHECK(consult("ann", "bob") == "illegal_state");
}

TEST_CASE("a consulted colleague writes notes, and nothing else") {
    Consulting w;
    const auto say = [&](const std::string& audience, unsigned number, const std::string& who = "bob") {
        return w.append({{.role = "a", .sender = who, .assign_epoch = 0, .number = number, .text = "hm", .audience = audience, .instance = "8"}})[0];
    };
    CHECK(say("S", 1) == "stale_assignment");
    w.consulted();
    CHECK(say("S", 1) == "ok 8 1700000000000");
    CHECK(say("S", 1) == "repeat 8");
    CHECK(records(w) == Words{"n1.0S", "n2.0S"});
    CHECK(say("A", 2) == "stale_assignment");
    CHECK(say("S", 1, "cat") == "stale_assignment");
    REQUIRE(w.end_consult("c1", "bob") == Words{"ok"});
    CHECK(say("S", 2) == "stale_assignment");
}

TEST_CASE("consult_end: by either of them, and both see it") {
    Consulting w;
    CHECK(refused(w, [&] { return w.end_consult("c9", "ann"); }) == "not_found");
    CHECK(refused(w, [&] { return w.end_consult("c1", "ann"); }) == "ok");
    w.consulted();
    CHECK(refused(w, [&] { return w.end_consult("c1", "cat"); }) == "stale_assignment");
    SUBCASE("by the owner") { REQUIRE(w.end_consult("c1", "ann") == Words{"ok"}); }
    SUBCASE("by the colleague") { REQUIRE(w.end_consult("c1", "bob") == Words{"ok"}); }
    CHECK(records(w) == Words{"n1.0S", "n2.0S", "n2.0Nbob"});
    CHECK(w.field("c1", "status") == "active");
    CHECK(w.field("c1", "agent") == "ann");
    w.check_over("n1.0");
    CHECK(refused(w, [&] { return w.end_consult("c1", "bob"); }) == "ok");
    REQUIRE(w.consult("c1", "ann", "bob") == Words{"ok"});
}

TEST_CASE("whatever takes the conversation from its owner or ends the talk ends the consult, after its last events") {
    Consulting w;
    w.consulted();
    std::string endpoints;
    SUBCASE("transfer") { REQUIRE(w.transfer("c1", "ann") == Words{"ok"}); }
    SUBCASE("requeue") { REQUIRE(w.requeue("c1", "ann", 1, "1000") == Words{"ok"}); }
    SUBCASE("wrap-up") {
        REQUIRE(w.wrap_up("c1", "ann") == Words{"ok"});
        endpoints = "n1.0";
    }
    SUBCASE("close") {
        REQUIRE(w.close("c1", "ann") == Words{"ok"});
        endpoints = "n1.0";
    }
    SUBCASE("the customer's end") {
        REQUIRE(w.end("c1", "v1", "ann") == Words{"ok"});
        endpoints = "n1.0";
    }
    SUBCASE("the customer's end, with a wrap-up") {
        REQUIRE(w.end("c1", "v1", "ann", true) == Words{"ok"});
        endpoints = "n1.0";
    }
    const Words seen = records(w);
    CHECK(std::count(seen.begin(), seen.end(), "n2.0A") > 0);
    CHECK(std::count(seen.begin(), seen.end(), "n2.0Nbob") == 1);
    w.check_over(endpoints);
}

TEST_CASE("consult_complete: the colleague becomes the owner in one step") {
    Consulting w;
    w.weight = "2";
    w.ask({"HSET", w.key.conversation(ConversationId("c1")), "weight", "2"});
    w.ask({"HSET", w.key.agent(AgentId("ann")), "load", "2"});
    w.consulted();
    w.now += 1000;
    const Hash before = conversation(w);
    REQUIRE(w.complete_consult("c1", "ann", "bob", 1, 2) == Words{"ok"});
    CHECK(changed(before, conversation(w)) ==
          Changes{{"agent", "bob"}, {"assign_epoch", "2"}, {"released", "ann 1"}, {"ea", "n2.0"}, {"consult", "(gone)"}, {"eo", "(gone)"},
                  {"ek", "(gone)"}, {"ad", "0"}, {"ar", "0"}, {"seq", "9"}, {"all", "9"}, {"version", "4"}});
    CHECK(w.agent_field("ann", "load") == "0");
    CHECK(w.agent_field("ann", "idle") == "1700000001000");
    CHECK(w.agent_field("bob", "load") == "2");
    CHECK(w.agent_field("bob", "idle") == "1700000001000");
    CHECK(w.held("ann").empty());
    CHECK(w.held("bob") == Words{"c1"});
    CHECK(consults(w, "bob").empty());
    CHECK(routed_states(w) == Words{"c c1 active", "a ann available", "a bob available"});
    const Words seen = records(w);
    for (const char* record : {"n1.0A", "n2.0A", "n1.0Nann", "n2.0Nbob"}) CHECK(std::count(seen.begin(), seen.end(), record) > 0);
    check_stream(w);
    CHECK(refused(w, [&] { return w.complete_consult("c1", "ann", "bob", 1, 2); }) == "ok");
    CHECK(refused(w, [&] { return w.close("c1", "ann", 1); }) == "stale_assignment");
    REQUIRE(w.close("c1", "bob", 2) == Words{"ok"});
    CHECK(w.agent_field("bob", "load") == "0");
}

TEST_CASE("consult_complete: every fact is checked") {
    Consulting w;
    const auto complete = [&](const std::string& owner = "ann", const std::string& colleague = "bob", std::uint64_t epoch = 1, unsigned room = 3) {
        return refused(w, [&] { return w.complete_consult("c1", owner, colleague, epoch, room); });
    };
    CHECK(complete() == "illegal_state");  // nobody is consulted
    w.consulted();
    CHECK(complete("ann", "cat") == "illegal_state");
    CHECK(complete("ann", "bob", 2) == "stale_assignment");
    CHECK(complete("bob", "bob") == "stale_assignment");
    CHECK(complete("ann", "bob", 1, 0) == "illegal_state");  // no room
    CHECK(refused(w, [&] { return w.complete_consult("c9", "ann", "bob"); }) == "not_found");
    w.close_agent("bob", "s-bob", "n2");
    CHECK(complete() == "illegal_state");  // gone
    w.open_agent("bob", "s2", "n2");
    w.choose("bob", "away");
    REQUIRE(w.complete_consult("c1", "ann", "bob") == Words{"ok"});  // who is consulted may have stopped wanting offers
}

TEST_CASE("sessions of owner and colleague come and go: each keeps getting the events") {
    Consulting w;
    w.consulted();
    CHECK(w.open_agent("bob", "s2", "n1") == Words{"ok", "c1"});
    REQUIRE(w.close_agent("bob", "s-bob", "n2") == Words{"ok", "c1"});
    w.endpoints("c1", "bob");
    CHECK(w.field("c1", "ek") == "n1.0");
    CHECK(w.field("c1", "ea") == "n1.0 n1.0");
    w.append({{.number = 2}});
    CHECK(records(w) == Words{"n1.0A"});  // once, though both are there
    w.open_agent("ann", "s2", "n2");
    w.close_agent("ann", "s-ann");
    w.endpoints("c1", "ann");
    CHECK(w.field("c1", "eo") == "n2.0");
    CHECK(w.field("c1", "ea") == "n2.0 n1.0");
    w.endpoints("c1", "cat");
    CHECK(w.field("c1", "ea") == "n2.0 n1.0");
    w.end_consult("c1", "ann");
    w.check_over("n2.0");
}

TEST_CASE("what a colleague was consulted about is forgotten at the next look") {
    Consulting w;
    w.consulted();
    w.end_consult("c1", "ann");
    CHECK(consults(w, "bob") == Words{"c1"});
    w.endpoints("c1", "bob");
    CHECK(consults(w, "bob").empty());
    CHECK(w.field("c1", "ea") == "n1.0");
}
