// SPDX-License-Identifier: Apache-2.0
// What happens to a conversation that somebody has: transfer, requeue, wrap-up, and the three ways to its end.
#include "checks.hpp"

#include <doctest/doctest.h>

using namespace switchboard;
using namespace switchboard::test;

namespace {

Hash conversation(World& w) { return w.hash(w.key.conversation(ConversationId("c1"))); }
Hash agent(World& w) { return w.hash(w.key.agent(AgentId("ann"))); }
bool live(World& w) { return w.holds(w.key.live(), "c1"); }

}  // namespace

TEST_CASE("conversation_transfer: a new requirement at the old place") {
    World w;
    w.weight = "2";
    w.active("c1", "ann");
    w.attach("c1");
    w.horizons("c1", "a", "ann", 3, 2);
    w.routed();
    w.published();
    w.now += 9000;
    const Hash before = conversation(w), agent_before = agent(w);
    REQUIRE(w.transfer("c1", "ann", 1, "3") == Words{"ok"});
    CHECK(changed(before, conversation(w)) ==
          Changes{{"status", "queued"}, {"agent", ""}, {"ea", ""}, {"released", "ann 1"}, {"department", "billing"}, {"skills", "refunds=2"},
                  {"weight", "3"}, {"topic", "Refunds"}, {"queued", "1700000009000"}, {"cooldowns", "ann=1700000039000"}, {"ad", "0"}, {"ar", "0"},
                  {"seq", "8"}, {"all", "8"}, {"version", "5"}});
    CHECK(changed(agent_before, agent(w)) == Changes{{"load", "0"}, {"idle", "1700000009000"}, {"version", "5"}});
    CHECK(w.held("ann").empty());
    CHECK(routed_states(w) == Words{"c c1 queued", "a ann available"});
    check_stream(w);
    const auto log = w.log("c1");
    CHECK(log[5].audience() == v1::STAFF);
    CHECK(log[6].prev() == 5);
    CHECK(log[7].prev() == 7);
    Words seen;
    for (const BusRecord& record : w.published()) seen.push_back(record.endpoint + record.kind);
    CHECK(seen == Words{"n1.0S", "n1.0A", "n1.0A", "n1.0N"});  // the one who leaves sees its own leaving
    CHECK(refused(w, [&] { return w.transfer("c1", "ann"); }) == "ok");
    w.offer("c1", "ann", 9, "o2");
    CHECK(w.agent_field("ann", "load") == "3");
    w.accept("c1", "ann", "o2");
    CHECK(w.field("c1", "assign_epoch") == "2");
    CHECK(refused(w, [&] { return w.transfer("c1", "ann", 1); }) == "ok");
    CHECK(refused(w, [&] { return w.close("c1", "ann", 1); }) == "stale_assignment");
    w.close("c1", "ann", 2);
    CHECK(w.agent_field("ann", "load") == "0");
}

TEST_CASE("owners' verbs: stale epochs and strangers are refused") {
    World w;
    w.active("c1", "ann");
    w.ready("bob");
    for (const auto& [who, epoch] : {std::pair{"ann", 0}, {"ann", 2}, {"bob", 1}, {"", 1}}) {
        const auto number = static_cast<std::uint64_t>(epoch);
        CHECK(refused(w, [&] { return w.transfer("c1", who, number); }) == "stale_assignment");
        CHECK(refused(w, [&] { return w.wrap_up("c1", who, number); }) == "stale_assignment");
        CHECK(refused(w, [&] { return w.close("c1", who, number); }) == "stale_assignment");
    }
    CHECK(refused(w, [&] { return w.transfer("c2", "ann"); }) == "not_found");
    CHECK(refused(w, [&] { return w.wrap_up("c2", "ann"); }) == "not_found");
    CHECK(refused(w, [&] { return w.close("c2", "ann"); }) == "not_found");
}

TEST_CASE("wrap_up_begin keeps the slot, then close gives it back") {
    World w;
    w.active("c1", "ann");
    w.routed();
    w.now += 100;
    const Hash before = conversation(w), agent_before = agent(w);
    REQUIRE(w.wrap_up("c1", "ann") == Words{"ok"});
    CHECK(changed(before, conversation(w)) == Changes{{"status", "wrap_up"}, {"reason", "resolved"}, {"deadline", "1700000120100"}, {"seq", "6"},
                                                      {"all", "6"}, {"version", "4"}});
    CHECK(agent(w) == agent_before);
    CHECK(w.held("ann") == Words{"c1"});
    CHECK(routed_states(w) == Words{"c c1 wrap_up"});
    CHECK(refused(w, [&] { return w.wrap_up("c1", "ann"); }) == "ok");
    CHECK(refused(w, [&] { return w.transfer("c1", "ann"); }) == "illegal_state");
    CHECK(live(w));

    w.now += 100;
    const Hash wrapping = conversation(w);
    REQUIRE(w.close("c1", "ann") == Words{"ok"});
    CHECK(changed(wrapping, conversation(w)) == Changes{{"status", "closed"}, {"deadline", ""}, {"disposition", "sold"}, {"closed", "1700000000200"},
                                                        {"seq", "8"}, {"all", "8"}, {"version", "5"}});
    CHECK(changed(agent_before, agent(w)) == Changes{{"load", "0"}, {"idle", "1700000000200"}, {"version", "5"}});
    CHECK(w.held("ann").empty());
    CHECK_FALSE(live(w));
    CHECK(w.outboxed() == Words{"c1"});
    CHECK(refused(w, [&] { return w.close("c1", "ann"); }) == "ok");
    CHECK(refused(w, [&] { return w.transfer("c1", "ann"); }) == "illegal_state");
    check_stream(w);
}

TEST_CASE("what is no longer held is not given back a second time") {
    World w;
    w.active("c1", "ann");
    w.ask({"SREM", w.key.held(AgentId("ann")), "c1"});
    w.ask({"HSET", w.key.agent(AgentId("ann")), "load", "0"});
    SUBCASE("close") { w.close("c1", "ann"); }
    SUBCASE("transfer") { w.transfer("c1", "ann"); }
    SUBCASE("end") { w.end("c1", "v1", "ann"); }
    SUBCASE("requeue") {
        w.close_agent("ann", "s-ann");
        w.requeue("c1", "ann");
    }
    CHECK(w.agent_field("ann", "load") == "0");
}

TEST_CASE("wrap_up_begin without an end") {
    World w;
    w.active("c1", "ann");
    w.wrap_up("c1", "ann", 1, "0");
    CHECK(w.field("c1", "deadline").empty());
}

TEST_CASE("conversation_end by the customer") {
    World w;
    SUBCASE("while it waits: abandoned") {
        w.start("c1");
        w.routed();
        const Hash before = conversation(w);
        REQUIRE(w.end("c1", "v1", "") == Words{"ok"});
        CHECK(changed(before, conversation(w)) == Changes{{"status", "closed"}, {"reason", "abandoned"}, {"closed", "1700000000000"}, {"seq", "3"},
                                                          {"all", "3"}, {"version", "2"}});
        CHECK(routed_states(w) == Words{"c c1 closed"});
        CHECK(refused(w, [&] { return w.end("c1", "v1", ""); }) == "ok");
    }
    SUBCASE("while it is offered: abandoned, and the agent's idle time goes on") {
        w.offered("c1", "ann");
        w.routed();
        w.published();
        w.now += 500;
        const Hash agent_before = agent(w);
        CHECK(refused(w, [&] { return w.end("c1", "v1", ""); }) == "retry ann");
        REQUIRE(w.end("c1", "v1", "ann", true) == Words{"ok"});
        CHECK(w.field("c1", "agent").empty());
        CHECK(w.field("c1", "reason") == "abandoned");
        CHECK(changed(agent_before, agent(w)) == Changes{{"load", "0"}, {"version", "4"}});
        CHECK(w.held("ann").empty());
        CHECK(w.published().at(0).kind == 'N');
        CHECK(routed_states(w) == Words{"c c1 closed", "a ann available"});
    }
    SUBCASE("while it is active, no wrap-up: closed, with its owner's name") {
        w.active("c1", "ann");
        w.now += 500;
        const Hash agent_before = agent(w);
        REQUIRE(w.end("c1", "v1", "ann") == Words{"ok"});
        CHECK(w.field("c1", "agent") == "ann");
        CHECK(w.field("c1", "reason") == "ended_by_customer");
        CHECK(changed(agent_before, agent(w)) == Changes{{"load", "0"}, {"idle", "1700000000500"}, {"version", "5"}});
        CHECK(refused(w, [&] { return w.close("c1", "ann"); }) == "ok");
    }
    SUBCASE("while it is active, with a wrap-up: the owner keeps the slot, the reason stays") {
        w.active("c1", "ann");
        REQUIRE(w.end("c1", "v1", "ann", true) == Words{"ok"});
        CHECK(w.field("c1", "status") == "wrap_up");
        CHECK(w.field("c1", "deadline") == "1700000060000");
        CHECK(w.agent_field("ann", "load") == "1");
        CHECK(live(w));
        CHECK(w.outboxed().empty());
        CHECK(refused(w, [&] { return w.end("c1", "v1", "ann", true); }) == "ok");
        REQUIRE(w.close("c1", "ann") == Words{"ok"});
        CHECK(w.field("c1", "reason") == "ended_by_customer");
    }
    CHECK(refused(w, [&] { return w.end("c1", "v2", ""); }) == "not_found");
    CHECK(refused(w, [&] { return w.end("c2", "v1", ""); }) == "not_found");
    CHECK_FALSE(live(w));
    CHECK(w.outboxed() == Words{"c1"});
    check_stream(w);
}

TEST_CASE("conversation_abandon: only who is absent, only as the router saw it") {
    World w;
    w.start("c1");
    w.attach("c1");
    CHECK(refused(w, [&] { return w.abandon("c1"); }) == "no");
    w.detach("c1");
    const std::string seen = w.field("c1", "version");
    w.attach("c1");
    CHECK(refused(w, [&] { return w.abandon("c1", "", seen); }) == "no");
    w.detach("c1");
    CHECK(refused(w, [&] { return w.abandon("c1", "", seen); }) == "no");
    w.router_epoch = "2";
    CHECK(refused(w, [&] { return w.abandon("c1"); }) == "no");
    w.router_epoch = "1";
    SUBCASE("without an offer") { REQUIRE(w.abandon("c1") == Words{"ok"}); }
    SUBCASE("with an offer: it is withdrawn in the same step") {
        w.ready("ann");
        w.offer("c1", "ann");
        CHECK(refused(w, [&] { return w.abandon("c1"); }) == "no");
        w.routed();
        w.published();
        w.now += 10;
        const Hash agent_before = agent(w);
        REQUIRE(w.abandon("c1", "ann") == Words{"ok"});
        CHECK(changed(agent_before, agent(w)) == Changes{{"load", "0"}, {"version", "4"}});
        CHECK(w.held("ann").empty());
        CHECK(routed_states(w) == Words{"c c1 closed", "a ann available"});
        CHECK(w.published().at(0).kind == 'N');
        CHECK(refused(w, [&] { return w.accept("c1", "ann"); }) == "illegal_state");
    }
    CHECK(w.field("c1", "status") == "closed");
    CHECK(w.field("c1", "reason") == "abandoned");
    CHECK(w.field("c1", "agent").empty());
    CHECK_FALSE(live(w));
    CHECK(w.outboxed() == Words{"c1"});
    CHECK(refused(w, [&] { return w.abandon("c1"); }) == "no");
    check_stream(w);
}

TEST_CASE("conversation_requeue: only from an owner without a session") {
    World w;
    w.active("c1", "ann");
    CHECK(refused(w, [&] { return w.requeue("c1", "ann"); }) == "no");
    w.close_agent("ann", "s-ann");
    CHECK(refused(w, [&] { return w.requeue("c1", "ann", 2); }) == "no");
    CHECK(refused(w, [&] { return w.requeue("c1", "bob"); }) == "no");
    w.router_epoch = "5";
    CHECK(refused(w, [&] { return w.requeue("c1", "ann"); }) == "no");
    w.router_epoch = "1";
    w.routed();
    const std::string arrival = w.field("c1", "arrival");
    w.now += 60'000;
    REQUIRE(w.requeue("c1", "ann") == Words{"ok"});
    CHECK(w.field("c1", "status") == "queued");
    CHECK(w.field("c1", "agent").empty());
    CHECK(w.field("c1", "ea").empty());
    CHECK(w.field("c1", "arrival") == arrival);
    CHECK(w.agent_field("ann", "load") == "0");
    CHECK(w.held("ann").empty());
    CHECK(routed_states(w) == Words{"c c1 queued", "a ann available"});
    CHECK(refused(w, [&] { return w.requeue("c1", "ann"); }) == "no");
    CHECK(refused(w, [&] { return w.close("c1", "ann"); }) == "stale_assignment");
    CHECK(refused(w, [&] { return w.append({{.role = "a", .sender = "ann", .assign_epoch = 1, .instance = "5"}}); }) == "stale_assignment");
    check_stream(w);
}

TEST_CASE("conversation_requeue: from an owner who is there and does not answer") {
    World w;
    w.active("c1", "ann");
    w.published();
    w.now += 1000;
    const Hash before = conversation(w);
    REQUIRE(w.requeue("c1", "ann", 1, "30000") == Words{"ok"});
    CHECK(changed(before, conversation(w)) ==
          Changes{{"status", "queued"}, {"agent", ""}, {"ea", ""}, {"queued", "1700000001000"}, {"ad", "0"}, {"ar", "0"}, {"seq", "6"},
                  {"all", "6"}, {"version", "4"}, {"cooldowns", "ann=1700000031000"}});
    CHECK(w.agent_field("ann", "load") == "0");
    CHECK(w.published().back().kind == 'N');
    CHECK(refused(w, [&] { return w.requeue("c1", "ann", 1, "30000"); }) == "no");
    check_stream(w);
}

TEST_CASE("close and wrap-up only while the log ends where the caller saw it end") {
    World w;
    w.active("c1", "ann");
    REQUIRE(w.field("c1", "seq") == "5");
    CHECK(refused(w, [&] { return w.close("c1", "ann", 1, "sold", "4"); }) == "illegal_state");
    CHECK(refused(w, [&] { return w.wrap_up("c1", "ann", 1, "0", "6"); }) == "illegal_state");
    SUBCASE("close") {
        REQUIRE(w.close("c1", "ann", 1, "sold", "5") == Words{"ok"});
        CHECK(refused(w, [&] { return w.close("c1", "ann", 1, "sold", "5"); }) == "ok");
    }
    SUBCASE("wrap-up") {
        REQUIRE(w.wrap_up("c1", "ann", 1, "0", "5") == Words{"ok"});
        CHECK(refused(w, [&] { return w.wrap_up("c1", "ann", 1, "0", "5"); }) == "ok");
    }
    check_stream(w);
}

TEST_CASE("conversation_transfer: to one agent, who is waited for until it has answered") {
    World w;
    w.active("c1", "ann");
    w.ready("bob");
    REQUIRE(w.transfer("c1", "ann", 1, "1", "bob") == Words{"ok"});
    CHECK(w.field("c1", "skills") == "@bob=1,refunds=2");
    CHECK(w.field("c1", "deadline") == "1700000060000");
    w.offer("c1", "bob", 3, "o2");
    SUBCASE("accepted") {
        w.accept("c1", "bob", "o2");
        CHECK(w.field("c1", "skills") == "refunds=2");
    }
    SUBCASE("declined") {
        w.end_offer("c1", "bob", "declined", "o2");
        CHECK(w.field("c1", "skills") == "refunds=2");
    }
    SUBCASE("missed") {
        w.end_offer("c1", "bob", "timed_out", "o2", true);
        CHECK(w.field("c1", "skills") == "refunds=2");
    }
    SUBCASE("withdrawn: the router widens it when the agent does not come back") {
        w.end_offer("c1", "bob", "withdrawn", "o2", true);
        CHECK(w.field("c1", "skills") == "@bob=1,refunds=2");
        REQUIRE(w.widen("c1") == Words{"ok"});
    }
    CHECK(w.field("c1", "deadline").empty());
    check_stream(w);
}

TEST_CASE("conversation_rate: after the talk, and the archive hears of it") {
    World w;
    w.active("c1", "ann");
    CHECK(refused(w, [&] { return w.rate("c1"); }) == "illegal_state");
    CHECK(refused(w, [&] { return w.rate("c1", "v2"); }) == "not_found");
    CHECK(refused(w, [&] { return w.rate("c2"); }) == "not_found");
    w.wrap_up("c1", "ann");
    REQUIRE(w.rate("c1") == Words{"ok"});
    CHECK(w.outboxed().empty());
    w.close("c1", "ann");
    REQUIRE(w.rate("c1", "v1", "2") == Words{"ok"});
    CHECK(w.field("c1", "rating") == "2");
    CHECK(w.outboxed() == Words{"c1", "c1"});
    CHECK(w.log("c1").back().message().text() == "rated");
    const auto before = w.log("c1").size();
    CHECK(w.rate("c1", "v1", "2") == Words{"ok"});
    CHECK(w.log("c1").size() == before);
    CHECK(w.outboxed() == Words{"c1", "c1"});
}
