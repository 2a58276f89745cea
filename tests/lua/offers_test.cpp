// SPDX-License-Identifier: Apache-2.0
// offer_make, offer_accept, offer_end: one live offer, never over capacity, the place is kept.
#include "checks.hpp"

#include <doctest/doctest.h>

using namespace switchboard;
using namespace switchboard::test;

namespace {

Hash conversation(World& w, const std::string& id = "c1") { return w.hash(w.key.conversation(ConversationId(id))); }
Hash agent(World& w, const std::string& id = "ann") { return w.hash(w.key.agent(AgentId(id))); }

Words kinds(const std::vector<v1::Event>& log) {
    Words texts;
    for (const v1::Event& event : log) texts.push_back(event.message().text());
    return texts;
}

}  // namespace

TEST_CASE("offer_make: the offer, the load, the log, the stream and the agent's notice") {
    World w;
    w.weight = "2";
    w.start("c1");
    w.ready("ann");
    w.routed();
    w.published();
    const Hash before = conversation(w), agent_before = agent(w);
    REQUIRE(w.offer("c1", "ann") == Words{"ok"});
    CHECK(changed(before, conversation(w)) ==
          Changes{{"status", "offered"}, {"agent", "ann"}, {"offer", "o1"}, {"deadline", "1700000020000"}, {"version", "2"}, {"seq", "3"}});
    CHECK(changed(agent_before, agent(w)) == Changes{{"load", "2"}, {"asked", "1700000000000"}, {"version", "3"}});
    CHECK(w.held("ann") == Words{"c1"});
    CHECK(routed_states(w) == Words{"c c1 offered", "a ann available"});
    check_stream(w);
    const auto log = w.log("c1");
    CHECK(log.back().audience() == v1::STAFF);
    CHECK(log.back().prev() == 2);
    const auto records = w.published();
    REQUIRE(records.size() == 1);
    CHECK(records[0].kind == 'N');
    CHECK(records[0].id == "ann");
    CHECK(records[0].endpoint == "n1.0");
    CHECK(refused(w, [&] { return w.offer("c1", "ann"); }) == "ok");
}

TEST_CASE("offer_make: every fact is checked again") {
    World w;
    w.start("c1");
    w.start("c2", "v2");
    w.open_agent("ann");
    w.ready("bob");
    const auto offer = [&](const std::string& who, unsigned capacity = 3) { return refused(w, [&] { return w.offer("c1", who, capacity); }); };
    CHECK(offer("ann") == "no choice");
    CHECK(offer("nobody") == "no choice");
    w.choose("cat", "available");
    CHECK(offer("cat") == "no offline");
    CHECK(offer("bob", 0) == "no capacity");
    w.router_epoch = "2";
    CHECK(offer("bob") == "no epoch");
    w.router_epoch = "";
    CHECK(offer("bob") == "no epoch");
    w.router_epoch = "1";
    CHECK(refused(w, [&] {
              return w.call("offer_make",
                            {w.key.router(), w.key.conversation(ConversationId("c1")), w.key.log(ConversationId("c1")), w.key.agent(AgentId("bob")),
                             w.key.agent_sessions(AgentId("bob")), w.key.held(AgentId("bob")), w.key.routing_stream()},
                            {"", w.key.channel_prefix(), "1", "c1", "7", "bob", "3", "o1", "1", draft("made")});
          }) == "no version");
    REQUIRE(w.offer("c1", "bob", 1) == Words{"ok"});
    CHECK(refused(w, [&] { return w.offer("c2", "bob", 1, "o2"); }) == "no capacity");
    w.ready("ann");
    CHECK(refused(w, [&] { return w.offer("c1", "ann", 3, "o2"); }) == "no status");
    CHECK(refused(w, [&] { return w.offer("c9", "ann"); }) == "no status");
    w.acquire_router("r1");
    CHECK(refused(w, [&] { return w.offer("c2", "ann", 3, "o2"); }) == "no epoch");
}

TEST_CASE("offer_accept: a new owner under a new assign_epoch") {
    World w;
    w.open_agent("ann", "second", "n2");
    w.offered("c1", "ann");
    w.attach("c1");
    w.routed();
    w.published();
    w.now += 1000;
    const Hash before = conversation(w), agent_before = agent(w);
    REQUIRE(w.accept("c1", "ann") == Words{"ok"});
    Changes changes = changed(before, conversation(w));
    const std::string endpoints = changes["ea"];
    CHECK((endpoints == "n1.0 n2.0" || endpoints == "n2.0 n1.0"));
    changes.erase("ea");
    CHECK(changes == Changes{{"status", "active"}, {"offer", ""}, {"accepted", "o1"}, {"deadline", ""}, {"assign_epoch", "1"},
                             {"seq", "5"}, {"all", "5"}, {"version", "4"}});
    CHECK(changed(agent_before, agent(w)) == Changes{{"idle", "1700000001000"}, {"version", std::to_string(std::stoi(agent_before.at("version")) + 1)}});
    CHECK(kinds(w.log("c1")) == Words{"started", "first", "offer made", "offer ended", "joined"});
    CHECK(routed_states(w) == Words{"c c1 active", "a ann available"});
    check_stream(w);
    std::string seen;
    for (const BusRecord& record : w.published()) seen += record.endpoint + record.kind + ' ';
    // n1.0 serves the customer and the agent: one batch with everything.
    CHECK((seen == "n1.0S n1.0A n2.0S n2.0A n1.0N n2.0N " || seen == "n2.0S n2.0A n1.0S n1.0A n2.0N n1.0N " ||
           seen == "n1.0S n1.0A n2.0S n2.0A n2.0N n1.0N " || seen == "n2.0S n2.0A n1.0S n1.0A n1.0N n2.0N "));
    CHECK(refused(w, [&] { return w.accept("c1", "ann"); }) == "ok");
    w.wrap_up("c1", "ann");
    CHECK(refused(w, [&] { return w.accept("c1", "ann"); }) == "ok");
    w.close("c1", "ann");
    CHECK(refused(w, [&] { return w.accept("c1", "ann"); }) == "ok");
    CHECK(refused(w, [&] { return w.accept("c1", "ann", "o2"); }) == "illegal_state");
}

TEST_CASE("offer_accept: only the offered one, only that offer, also after its deadline") {
    World w;
    w.offered("c1", "ann");
    w.ready("bob");
    CHECK(refused(w, [&] { return w.accept("c1", "bob"); }) == "illegal_state");
    CHECK(refused(w, [&] { return w.accept("c1", "ann", "o2"); }) == "illegal_state");
    CHECK(refused(w, [&] { return w.accept("c2", "ann"); }) == "not_found");
    w.end_offer("c1", "ann", "timed_out", "o1", true);
    CHECK(refused(w, [&] { return w.accept("c1", "ann"); }) == "illegal_state");
    w.offer("c1", "ann", 3, "o2");
    CHECK(refused(w, [&] { return w.accept("c1", "ann", "o1"); }) == "illegal_state");
    w.now += 1'000'000;
    CHECK(w.accept("c1", "ann", "o2") == Words{"ok"});
    w.transfer("c1", "ann");
    CHECK(refused(w, [&] { return w.accept("c1", "ann", "o2"); }) == "illegal_state");
}

TEST_CASE("offer_end: back to its place, with a cooldown, the load given back once") {
    World w;
    w.weight = "2";
    w.offered("c1", "ann");
    w.ask({"HSET", w.key.agent(AgentId("ann")), "misses", "2"});
    w.routed();
    w.published();
    w.now += 700;
    const Hash before = conversation(w), agent_before = agent(w);
    SUBCASE("declined") {
        REQUIRE(w.end_offer("c1", "ann") == Words{"ok"});
        CHECK(changed(before, conversation(w)) == Changes{{"status", "queued"}, {"agent", ""}, {"offer", ""}, {"deadline", ""}, {"seq", "4"},
                                                          {"version", "3"}, {"cooldowns", "ann=1700000030700"}, {"ended", "o1 declined"}});
        CHECK(changed(agent_before, agent(w)) == Changes{{"load", "0"}, {"misses", "0"}, {"version", "4"}});
    }
    SUBCASE("timed out") {
        REQUIRE(w.end_offer("c1", "ann", "timed_out", "o1", true) == Words{"ok"});
        CHECK(changed(agent_before, agent(w)) == Changes{{"load", "0"}, {"misses", "3"}, {"version", "4"}});
    }
    SUBCASE("timed out too often") {
        REQUIRE(w.end_offer("c1", "ann", "timed_out", "o1", true, true) == Words{"ok"});
        CHECK(changed(agent_before, agent(w)) ==
              Changes{{"load", "0"}, {"misses", "0"}, {"version", "4"}, {"choice", "away"}, {"reason", "missed_offers"}});
    }
    SUBCASE("withdrawn") {
        REQUIRE(w.end_offer("c1", "ann", "withdrawn", "o1", true) == Words{"ok"});
        CHECK(changed(agent_before, agent(w)) == Changes{{"load", "0"}, {"version", "4"}});
    }
    CHECK(w.held("ann").empty());
    CHECK(w.log("c1").back().audience() == v1::STAFF);
    CHECK(routed_states(w).front() == "c c1 queued");
    CHECK(w.published().at(0).kind == 'N');
    check_stream(w);
}

TEST_CASE("offer_end: a repeat changes nothing and gets the same answer; another outcome is not a repeat") {
    World w;
    w.offered("c1", "ann");
    REQUIRE(w.end_offer("c1", "ann", "timed_out", "o1", true) == Words{"ok"});
    CHECK(refused(w, [&] { return w.end_offer("c1", "ann", "timed_out", "o1", true); }) == "ok");
    CHECK(refused(w, [&] { return w.end_offer("c1", "ann", "declined"); }) == "no");
}

TEST_CASE("offer_end: only the named offer, and the router only under its epoch") {
    World w;
    w.offered("c1", "ann");
    CHECK(refused(w, [&] { return w.end_offer("c1", "bob"); }) == "no");
    CHECK(refused(w, [&] { return w.end_offer("c1", "ann", "declined", "o2"); }) == "no");
    CHECK(refused(w, [&] { return w.end_offer("c7", "ann"); }) == "no");
    w.router_epoch = "9";
    CHECK(refused(w, [&] { return w.end_offer("c1", "ann", "timed_out", "o1", true); }) == "no");
    w.router_epoch = "1";
    w.accept("c1", "ann");
    CHECK(refused(w, [&] { return w.end_offer("c1", "ann"); }) == "no");
}

TEST_CASE("cooldowns: those that are over go, the others stay, an agent has one") {
    World w;
    w.offered("c1", "ann");
    w.ready("bob");
    w.end_offer("c1", "ann");
    w.now += 20'000;
    w.offer("c1", "bob", 3, "o2");
    w.end_offer("c1", "bob", "declined", "o2");
    CHECK(w.field("c1", "cooldowns") == "ann=1700000030000,bob=1700000050000");
    w.now += 15'000;
    w.offer("c1", "bob", 3, "o3");
    w.end_offer("c1", "bob", "declined", "o3");
    CHECK(w.field("c1", "cooldowns") == "bob=1700000065000");
    w.offer("c1", "ann", 3, "o4");
    w.accept("c1", "ann", "o4");
    CHECK(w.field("c1", "cooldowns").empty());
}
