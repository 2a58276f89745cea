// SPDX-License-Identifier: Apache-2.0
// What changes while a conversation waits: widened, moved, turned away, prioritized, picked; and the warning of a silent customer.
#include "checks.hpp"

#include <doctest/doctest.h>

using namespace switchboard;
using namespace switchboard::test;

namespace {

Hash conversation(World& w) { return w.hash(w.key.conversation(ConversationId("c1"))); }
Hash agent(World& w) { return w.hash(w.key.agent(AgentId("ann"))); }

// Of the router's verbs on what is queued: another epoch, another version, another status, no conversation.
template <class Verb>
void check_refusals(World& w, Verb verb) {
    CHECK(refused(w, [&] { return verb("c1", "77"); }) == "no");
    CHECK(refused(w, [&] { return verb("c9", "1"); }) == "no");
    w.router_epoch = "5";
    CHECK(refused(w, [&] { return verb("c1", ""); }) == "no");
    w.router_epoch = "1";
    w.ready("ann");
    w.offer("c1", "ann");
    CHECK(refused(w, [&] { return verb("c1", ""); }) == "no");
    w.end_offer("c1", "ann", "withdrawn", "o1", true);
    w.routed();
}

}  // namespace

TEST_CASE("conversation_widen: what waited for one agent goes to whoever has the skills") {
    World w;
    w.start("c1", "v1");
    const auto skills = [&](const std::string& text) { w.ask({"HSET", w.key.conversation(ConversationId("c1")), "skills", text}); };
    CHECK(refused(w, [&] { return w.widen("c1"); }) == "no");
    skills("@ann=1,refunds=2");
    CHECK(refused(w, [&] { return w.widen("c1", "77"); }) == "no");
    w.router_epoch = "5";
    CHECK(refused(w, [&] { return w.widen("c1"); }) == "no");
    w.router_epoch = "1";
    w.routed();
    const std::string arrival = w.field("c1", "arrival");
    REQUIRE(w.widen("c1") == Words{"ok"});
    CHECK(w.field("c1", "skills") == "refunds=2");
    CHECK(w.field("c1", "arrival") == arrival);
    CHECK(routed_states(w) == Words{"c c1 queued"});
    CHECK(refused(w, [&] { return w.widen("c1"); }) == "no");
    skills("@ann=1");
    REQUIRE(w.widen("c1") == Words{"ok"});
    CHECK(w.field("c1", "skills").empty());
    skills("@ann=1");
    w.ready("ann");
    w.offer("c1", "ann");
    CHECK(refused(w, [&] { return w.widen("c1"); }) == "no");
    check_stream(w);
}

TEST_CASE("conversation_widen: up the ladder, and never down") {
    World w;
    w.start("c1");
    check_refusals(w, [&](const std::string& id, const std::string& version) { return w.widen(id, version, 1, false); });
    const Hash before = conversation(w);
    REQUIRE(w.widen("c1", "", 2, false) == Words{"ok"});
    CHECK(changed(before, conversation(w)) == Changes{{"step", "2"}, {"seq", "5"}, {"version", "4"}});
    CHECK(w.log("c1").back().audience() == v1::STAFF);
    CHECK(w.routed().at(0).at("step") == "2");
    CHECK(refused(w, [&] { return w.widen("c1", before.at("version"), 2, false); }) == "no");
    CHECK(refused(w, [&] { return w.widen("c1", "", 1, true); }) == "no");
    w.ask({"HSET", w.key.conversation(ConversationId("c1")), "skills", "@@bots=1,phones=3", "deadline", "7"});
    REQUIRE(w.widen("c1", "", 1, true) == Words{"ok"});
    CHECK(w.field("c1", "step") == "2");
    CHECK(w.field("c1", "skills") == "phones=3");
    CHECK(w.field("c1", "deadline").empty());
    check_stream(w);
}

TEST_CASE("conversation_move: another department, the same place") {
    World w;
    w.start("c1");
    check_refusals(w, [&](const std::string& id, const std::string& version) { return w.move(id, version); });
    w.attach("c1");
    w.widen("c1", "", 2, false);
    w.ask({"HSET", w.key.conversation(ConversationId("c1")), "deadline", "7"});
    w.routed();
    w.published();
    w.now += 9000;
    const Hash before = conversation(w);
    REQUIRE(w.move("c1") == Words{"ok"});
    CHECK(changed(before, conversation(w)) ==
          Changes{{"department", "billing"}, {"skills", "refunds=2"}, {"weight", "4"}, {"step", ""}, {"deadline", ""}, {"queued", "1700000009000"},
                  {"seq", "6"}, {"all", "6"}, {"version", std::to_string(std::stoi(before.at("version")) + 1)}});
    CHECK(routed_states(w) == Words{"c c1 queued"});
    CHECK(w.published().at(0).kind == 'A');
    CHECK(refused(w, [&] { return w.move("c1", before.at("version")); }) == "no");
    check_stream(w);
}

TEST_CASE("conversation_turn_away: closed without an agent") {
    World w;
    w.start("c1");
    check_refusals(w, [&](const std::string& id, const std::string& version) { return w.turn_away(id, version); });
    w.now += 100;
    const Hash before = conversation(w);
    REQUIRE(w.turn_away("c1") == Words{"ok"});
    CHECK(changed(before, conversation(w)) == Changes{{"status", "closed"}, {"reason", "turned_away"}, {"closed", "1700000000100"}, {"seq", "5"},
                                                      {"all", "5"}, {"version", "4"}});
    CHECK_FALSE(w.holds(w.key.live(), "c1"));
    CHECK(w.outboxed() == Words{"c1"});
    CHECK(w.routed().at(0).at("reason") == "turned_away");
    CHECK(refused(w, [&] { return w.turn_away("c1", before.at("version")); }) == "no");
    CHECK(refused(w, [&] { return w.turn_away("c1"); }) == "no");
    check_stream(w);
}

TEST_CASE("conversation_prioritize: from the first time in a queue, while it waits") {
    World w;
    w.start("c1");
    w.routed();
    w.now += 3000;
    const Hash before = conversation(w);
    REQUIRE(w.prioritize("c1", "60000") == Words{"ok"});
    CHECK(changed(before, conversation(w)) == Changes{{"arrival", "1699999940000"}, {"seq", "3"}, {"version", "2"}});
    CHECK(w.log("c1").back().audience() == v1::STAFF);
    CHECK(refused(w, [&] { return w.prioritize("c1", "60000"); }) == "ok");
    w.ready("ann");
    w.offer("c1", "ann");
    REQUIRE(w.prioritize("c1", "0", "1") == Words{"ok"});
    CHECK(w.field("c1", "arrival") == "1700000000000");
    CHECK(w.field("c1", "urgent") == "1");
    CHECK(w.field("c1", "status") == "offered");
    REQUIRE(w.accept("c1", "ann") == Words{"ok"});
    CHECK(refused(w, [&] { return w.prioritize("c1", "0"); }) == "illegal_state");
    CHECK(refused(w, [&] { return w.prioritize("c9", "0"); }) == "not_found");
    check_stream(w);
}

TEST_CASE("conversation_pick: an owner without an offer") {
    World w;
    w.weight = "2";
    w.start("c1");
    w.ready("ann");
    w.offer("c1", "ann");
    w.end_offer("c1", "ann");
    w.ask({"HSET", w.key.conversation(ConversationId("c1")), "skills", "@bob=1,phones=3", "deadline", "7"});
    w.routed();
    w.published();
    w.now += 1000;
    const Hash before = conversation(w), agent_before = agent(w);
    REQUIRE(w.pick("c1", "ann", 2) == Words{"ok"});
    CHECK(changed(before, conversation(w)) ==
          Changes{{"status", "active"}, {"agent", "ann"}, {"picked", "ann 1"}, {"assign_epoch", "1"}, {"deadline", ""}, {"cooldowns", ""},
                  {"ea", "n1.0"}, {"skills", "phones=3"}, {"seq", "5"}, {"all", "5"}, {"version", "4"}});
    CHECK(changed(agent_before, agent(w)) ==
          Changes{{"load", "2"}, {"idle", "1700000001000"}, {"version", std::to_string(std::stoi(agent_before.at("version")) + 1)}});
    CHECK(w.held("ann") == Words{"c1"});
    CHECK(routed_states(w) == Words{"c c1 active", "a ann available"});
    Words seen;
    for (const BusRecord& record : w.published()) seen.push_back(record.endpoint + record.kind);
    CHECK(seen == Words{"n1.0A", "n1.0N"});
    CHECK(refused(w, [&] { return w.pick("c1", "ann", 2); }) == "ok");
    w.wrap_up("c1", "ann");
    CHECK(refused(w, [&] { return w.pick("c1", "ann", 2); }) == "ok");
    w.close("c1", "ann");
    CHECK(refused(w, [&] { return w.pick("c1", "ann", 2); }) == "ok");
    CHECK(w.agent_field("ann", "load") == "0");
    check_stream(w);
}

TEST_CASE("conversation_pick: every fact is checked") {
    World w;
    w.start("c1");
    w.open_agent("ann");
    const auto pick = [&](const std::string& who, unsigned capacity = 3) { return refused(w, [&] { return w.pick("c1", who, capacity); }); };
    CHECK(pick("ann") == "illegal_state");  // away
    CHECK(pick("nobody") == "illegal_state");
    w.choose("cat", "available");
    CHECK(pick("cat") == "illegal_state");  // without a session
    w.ready("bob");
    CHECK(pick("bob", 0) == "illegal_state");
    CHECK(refused(w, [&] { return w.pick("c9", "bob"); }) == "not_found");
    w.offer("c1", "bob");
    CHECK(pick("bob") == "illegal_state");
    w.accept("c1", "bob");
    CHECK(pick("bob") == "illegal_state");  // it was not picked
    w.choose("ann", "available");
    CHECK(pick("ann") == "illegal_state");
    w.transfer("c1", "bob");
    REQUIRE(w.pick("c1", "bob") == Words{"ok"});
    CHECK(w.field("c1", "assign_epoch") == "2");
    w.transfer("c1", "bob", 2);
    w.offer("c1", "bob", 3, "o2");
    CHECK(pick("bob") == "illegal_state");  // an offer is not a pick
    check_stream(w);
}

TEST_CASE("conversation_warn: once, and only when nobody has written since") {
    World w;
    w.active("c1", "ann");
    w.attach("c1");
    w.routed();
    w.published();
    CHECK(refused(w, [&] { return w.warn("c1", 2); }) == "no");
    CHECK(refused(w, [&] { return w.warn("c1", 1, "4"); }) == "no");
    CHECK(refused(w, [&] { return w.warn("c9", 1, "4"); }) == "no");
    w.router_epoch = "5";
    CHECK(refused(w, [&] { return w.warn("c1"); }) == "no");
    w.router_epoch = "1";
    const Hash before = conversation(w);
    REQUIRE(w.warn("c1", 1, "5") == Words{"ok"});
    CHECK(changed(before, conversation(w)) == Changes{{"seq", "6"}, {"all", "6"}});
    CHECK(w.routed().empty());
    CHECK(w.published().size() == 1);  // one endpoint serves both sides
    CHECK(refused(w, [&] { return w.warn("c1", 1, "5"); }) == "no");
    w.wrap_up("c1", "ann");
    CHECK(refused(w, [&] { return w.warn("c1"); }) == "no");
}
