// SPDX-License-Identifier: Apache-2.0
// Who is here: starting, sessions of customers and agents, endpoints, horizons and latest values.
#include "checks.hpp"

#include <doctest/doctest.h>

#include <cstring>

using namespace switchboard;
using namespace switchboard::test;

TEST_CASE("conversation_start writes everything that is known of a conversation") {
    World w;
    REQUIRE(w.start("c1") == Words{"ok"});
    const Hash expected = {{"version", "1"}, {"status", "queued"}, {"department", "sales"}, {"skills", "phones=3,vip=1"}, {"weight", "1"},
                           {"arrival", "1700000000000"}, {"arrival_us", "0"}, {"queued", "1700000000000"}, {"started", "1700000000000"}, {"agent", ""}, {"offer", ""},
                           {"deadline", ""}, {"assign_epoch", "0"}, {"absent", "1700000000000"}, {"cooldowns", ""}, {"epoch", "9"}, {"visitor", "v1"},
                           {"name", "Jo"}, {"topic", "Phones"}, {"preview", "My phone"}, {"seq", "2"}, {"all", "2"}, {"d:c:77", "1 2 501"},
                           {"ec", ""}, {"ea", ""}, {"ew", ""}, {"enqueued", "1700000000000"}, {"urgent", ""}, {"step", ""}};
    CHECK(w.hash(w.key.conversation(ConversationId("c1"))) == expected);
    CHECK(w.holds(w.key.live(), "c1"));
    CHECK(w.ask({"HGET", w.key.visitor(VisitorId("v1")), "open"}) == "c1");
    CHECK(w.ask({"TTL", w.key.visitor(VisitorId("v1"))}) == "1000");
    const auto log = w.log("c1");
    REQUIRE(log.size() == 2);
    CHECK(log[0].seq() == 1);
    CHECK(log[0].prev() == 0);
    CHECK(log[1].prev() == 1);
    CHECK(routed_states(w) == Words{"c c1 queued"});
    check_stream(w);
    CHECK(w.published().empty());
    CHECK(refused(w, [&] { return w.start("c1"); }) == "open c1");
}

TEST_CASE("conversation_start with its session: the customer is present from the first moment") {
    World w;
    REQUIRE(w.start("c1", "v1", "", "s1") == Words{"ok"});
    CHECK(w.field("c1", "absent").empty());
    CHECK(w.field("c1", "ec") == "n1.0");
    CHECK(w.hash(w.key.customer_sessions(ConversationId("c1"))) == Hash{{"s1", "n1 n1.0"}});
    CHECK(w.holds(w.key.node_sessions(Incarnation("n1")), "c c1 s1"));
    CHECK(w.routed().at(0).at("absent").empty());
    w.detach("c1");
    CHECK(w.field("c1", "absent") == "1700000000000");
    w.now += 10'000'000;
    CHECK(refused(w, [&] { return w.start("c2", "v2", "", "s2"); }) == "unavailable");
}

TEST_CASE("conversation_start: one open conversation per visitor") {
    World w;
    w.start("c1");
    CHECK(refused(w, [&] { return w.start("c2"); }) == "retry c1");
    CHECK(refused(w, [&] { return w.start("c2", "v1", "c9"); }) == "retry c1");
    CHECK(refused(w, [&] { return w.start("c2", "v1", "c1"); }) == "open c1");
    CHECK(refused(w, [&] { return w.start("c1", "v2"); }) == "illegal_state");
    SUBCASE("closed") { w.end("c1", "v1", ""); }
    SUBCASE("in wrap-up") {
        w.ready("ann");
        w.offer("c1", "ann");
        w.accept("c1", "ann");
        w.wrap_up("c1", "ann");
    }
    SUBCASE("expired") { w.ask({"DEL", w.key.conversation(ConversationId("c1"))}); }
    REQUIRE(w.start("c2", "v1", "c1") == Words{"ok"});
    CHECK(w.ask({"HGET", w.key.visitor(VisitorId("v1")), "open"}) == "c2");
}

TEST_CASE("conversation_start: a repetition finds what it started, also when that is over") {
    World w;
    w.start_id = "77:1";
    REQUIRE(w.start("c1") == Words{"ok"});
    CHECK(refused(w, [&] { return w.start("c2"); }) == "open c1");
    w.end("c1", "v1", "");
    CHECK(refused(w, [&] { return w.start("c2"); }) == "open c1");
    w.start_id = "77:2";
    REQUIRE(w.start("c2", "v1", "c1") == Words{"ok"});
    CHECK(refused(w, [&] { return w.start("c3"); }) == "open c2");
    w.end("c2", "v1", "");
    w.start_id = "";
    REQUIRE(w.start("c3", "v1", "c2") == Words{"ok"});
}

TEST_CASE("conversation_start with a priority: its place is an earlier one, its waiting begins now") {
    World w;
    w.boost = 5000;
    w.urgent = "1";
    REQUIRE(w.start("c1") == Words{"ok"});
    CHECK(w.field("c1", "arrival") == "1699999995000");
    CHECK(w.field("c1", "enqueued") == "1700000000000");
    const Hash entry = w.routed().at(0);
    CHECK(entry.at("urgent") == "1");
    CHECK(entry.at("enqueued") == "1700000000000");
    check_stream(w);
}

TEST_CASE("conversation_start: the agent of the visitor's last conversation is waited for") {
    World w;
    w.sticky = "45000";
    w.start("c1");
    CHECK(w.field("c1", "skills") == "phones=3,vip=1");  // there was none
    w.ready("ann");
    w.offer("c1", "ann");
    std::string skills = "@ann=1,phones=3,vip=1", deadline = "1700000045000";
    SUBCASE("closed") {
        w.accept("c1", "ann");
        w.close("c1", "ann");
    }
    SUBCASE("in wrap-up") {
        w.accept("c1", "ann");
        w.wrap_up("c1", "ann");
    }
    SUBCASE("not when it had no owner") {
        w.end("c1", "v1", "ann");
        skills = "phones=3,vip=1";
        deadline = "";
    }
    SUBCASE("not when its keys are gone") {
        w.accept("c1", "ann");
        w.close("c1", "ann");
        w.ask({"DEL", w.key.conversation(ConversationId("c1"))});
        skills = "phones=3,vip=1";
        deadline = "";
    }
    SUBCASE("not without a window") {
        w.accept("c1", "ann");
        w.close("c1", "ann");
        w.sticky = "0";
        skills = "phones=3,vip=1";
        deadline = "";
    }
    REQUIRE(w.start("c2", "v1", "c1") == Words{"ok"});
    CHECK(w.field("c2", "skills") == skills);
    CHECK(w.field("c2", "deadline") == deadline);
    CHECK(w.routed().back().at("skills") == skills);
}

TEST_CASE("customer_attach and customer_detach: presence, endpoints and the node's list") {
    World w;
    w.start("c1");
    w.attach("c1");
    CHECK(w.field("c1", "absent").empty());
    w.attach("c1", "v1", "s2", "n2");
    w.attach("c1", "v1", "s3", "n1");
    Words ends = {"n1.0 n2.0", "n2.0 n1.0"};
    CHECK(std::count(ends.begin(), ends.end(), w.field("c1", "ec")) == 1);
    CHECK(refused(w, [&] { return w.attach("c1", "v1", "s3", "n1"); }) == "ok");
    CHECK(w.routed().size() == 2);  // started; present
    CHECK(w.holds(w.key.node_sessions(Incarnation("n1")), "c c1 s1"));
    CHECK(w.holds(w.key.node_sessions(Incarnation("n2")), "c c1 s2"));
    CHECK(refused(w, [&] { return w.attach("c1", "v2", "s9"); }) == "not_found");
    CHECK(refused(w, [&] { return w.attach("c9", "v1", "s9"); }) == "not_found");
    CHECK(refused(w, [&] { return w.attach("c1", "v1", "s9", "n9"); }) == "unavailable");

    w.detach("c1", "s1");
    w.detach("c1", "s3");
    CHECK(w.field("c1", "ec") == "n2.0");
    CHECK(w.field("c1", "absent").empty());
    CHECK(w.routed().empty());
    w.now += 4000;
    w.detach("c1", "s2", "n2");
    CHECK(w.field("c1", "ec").empty());
    CHECK(w.field("c1", "absent") == "1700000004000");
    CHECK(w.routed().size() == 1);
    w.now += 4000;
    CHECK(refused(w, [&] { return w.detach("c1", "s2", "n2"); }) == "ok");
    CHECK(w.ask({"EXISTS", w.key.node_sessions(Incarnation("n1")), w.key.node_sessions(Incarnation("n2"))}) == "0");
    check_stream(w);
    w.end("c1", "v1", "");
    CHECK(refused(w, [&] { return w.attach("c1"); }) == "ok");
}

TEST_CASE("a session is ended for a node only when its lease is over") {
    World w;
    w.renew_node("n3", 1000);
    w.start("c1");
    w.attach("c1", "v1", "s1", "n3");
    w.open_agent("ann", "sa", "n3");
    CHECK(refused(w, [&] { return w.detach("c1", "s1", "n3", true); }) == "no");
    CHECK(refused(w, [&] { return w.close_agent("ann", "sa", "n3", true); }) == "no");
    w.now += 1000;
    CHECK(w.detach("c1", "s1", "n3", true) == Words{"ok"});
    CHECK(w.close_agent("ann", "sa", "n3", true) == Words{"ok"});
    CHECK(w.field("c1", "absent") == std::to_string(w.now));
    CHECK(w.agent_field("ann", "offline") == std::to_string(w.now));
    CHECK(w.ask({"EXISTS", w.key.node_sessions(Incarnation("n3"))}) == "0");
}

TEST_CASE("agent_open, agent_close and agent_choice") {
    World w;
    CHECK(refused(w, [&] { return w.open_agent("ann", "s1", "n9"); }) == "unavailable");
    REQUIRE(w.open_agent("ann", "s1") == Words{"ok"});
    CHECK(w.hash(w.key.agent(AgentId("ann"))) == Hash{{"choice", "away"}, {"load", "0"}, {"misses", "0"}, {"idle", "1700000000000"},
                                                      {"offline", ""}, {"version", "1"}});
    CHECK(w.holds(w.key.agents(), "ann"));
    w.open_agent("ann", "s2", "n2");
    CHECK(w.agent_field("ann", "version") == "1");
    CHECK(refused(w, [&] { return w.open_agent("ann", "s2", "n2"); }) == "ok");
    w.published();
    w.choose("ann", "available", "");
    CHECK(w.agent_field("ann", "choice") == "available");
    CHECK(w.published().size() == 2);
    w.close_agent("ann", "s1");
    CHECK(w.agent_field("ann", "offline").empty());
    w.now += 50;
    w.close_agent("ann", "s2", "n2");
    CHECK(w.agent_field("ann", "offline") == "1700000000050");
    CHECK(refused(w, [&] { return w.close_agent("ann", "s2", "n2"); }) == "ok");
    CHECK(w.agent_field("ann", "choice") == "available");
    REQUIRE(w.open_agent("ann", "s4") == Words{"ok"});
    CHECK(w.agent_field("ann", "offline").empty());
    CHECK(w.agent_field("ann", "idle") == "1700000000000");
    CHECK(w.agent_field("ann", "choice") == "available");
    w.ask({"HSET", w.key.agent(AgentId("ann")), "misses", "2"});
    w.choose("ann", "away", "lunch");
    CHECK(w.agent_field("ann", "misses") == "0");
    CHECK(w.agent_field("ann", "reason") == "lunch");
    // An agent that chooses before its first session is offline.
    w.choose("bob", "available");
    CHECK(w.agent_field("bob", "offline") == std::to_string(w.now));
    CHECK(w.holds(w.key.agents(), "bob"));
    check_stream(w);
}

TEST_CASE("agent_open and agent_close name what the agent holds, agent_endpoints lists only the owner's") {
    World w;
    w.active("c1", "ann");
    w.start("c2", "v2");
    w.offer("c2", "ann", 3, "o2");
    Words words = w.open_agent("ann", "s2", "n2");
    std::sort(words.begin(), words.end());
    CHECK(words == Words{"c1", "c2", "ok"});
    const auto refresh = [&](const std::string& id, const std::string& agent) {
        return w.endpoints(id, agent);
    };
    CHECK(w.field("c1", "ea") == "n1.0");
    CHECK(refresh("c1", "ann") == Words{"ok"});
    CHECK(w.field("c1", "ea").size() == 9);
    w.ready("bob");
    CHECK(refused(w, [&] { return refresh("c1", "bob"); }) == "ok");
    CHECK(refused(w, [&] { return refresh("c2", "ann"); }) == "ok");
    CHECK(refused(w, [&] { return refresh("c9", "ann"); }) == "ok");
    words = w.close_agent("ann", "s2", "n2");
    CHECK(words.size() == 3);
    refresh("c1", "ann");
    CHECK(w.field("c1", "ea") == "n1.0");
}

TEST_CASE("endpoint_watch lists an observer once") {
    World w;
    CHECK(refused(w, [&] { return w.watch("c1", "n1.0"); }) == "not_found");
    w.start("c1");
    w.watch("c1", "n1.0");
    w.watch("c1", "n2.0");
    w.watch("c1", "n1.0");
    CHECK(w.field("c1", "ew") == "n2.0 n1.0");
    w.watch("c1", "n2.0", false);
    CHECK(w.field("c1", "ew") == "n1.0");
    CHECK(refused(w, [&] { return w.watch("c1", "n2.0", false); }) == "ok");
}

TEST_CASE("horizons_advance: they only grow, stay within the log, and are published") {
    World w;
    w.active("c1", "ann");
    w.attach("c1");
    w.published();
    const auto advance = [&](std::uint64_t delivered, std::uint64_t read) { return w.horizons("c1", "c", "v1", delivered, read)[0]; };
    CHECK(advance(2, 1) == "ok");
    const auto records = w.published();
    REQUIRE(records.size() == 1);
    CHECK(records[0].kind == 'H');
    REQUIRE(records[0].payload.size() == 17);
    std::uint64_t delivered = 0, read = 0;
    std::memcpy(&delivered, records[0].payload.data() + 1, 8);
    std::memcpy(&read, records[0].payload.data() + 9, 8);
    CHECK(records[0].payload[0] == 'c');
    CHECK(delivered == 2);
    CHECK(read == 1);
    CHECK(refused(w, [&] { return w.horizons("c1", "c", "v1", 1, 1); }) == "same");
    CHECK(advance(1, 2) == "ok");
    CHECK(w.field("c1", "cd") == "2");
    CHECK(w.field("c1", "cr") == "2");
    CHECK(advance(18'446'744'073'709'551'615u, 3) == "ok");
    CHECK(w.field("c1", "cd") == w.field("c1", "seq"));
    CHECK(w.field("c1", "cr") == "3");
    CHECK(advance(0, 18'446'744'073'709'551'615u) == "ok");
    CHECK(w.field("c1", "cr") == w.field("c1", "seq"));
    CHECK(refused(w, [&] { return w.horizons("c1", "c", "v2", 9, 9); }) == "not_found");
    CHECK(refused(w, [&] { return w.horizons("c1", "a", "bob", 9, 9); }) == "not_found");
    CHECK(refused(w, [&] { return w.horizons("c9", "c", "v1", 9, 9); }) == "not_found");
    CHECK(w.horizons("c1", "a", "ann", 1, 0) == Words{"ok"});
    w.start("c2", "v2");
    w.offer("c2", "ann", 3, "o2");
    CHECK(refused(w, [&] { return w.horizons("c2", "a", "ann", 1, 1); }) == "not_found");
}

TEST_CASE("latest_publish keeps nothing and goes to its audience") {
    World w;
    w.open_agent("ann", "far", "n2");
    w.choose("ann", "available");
    w.active("c1", "ann");
    w.attach("c1");
    w.watch("c1", "n3.0");
    w.published();
    const auto before = w.dump();
    w.latest("c1", "A", "L", "typing");
    Words seen;
    for (const BusRecord& record : w.published()) seen.push_back(record.endpoint + record.kind + record.payload);
    std::sort(seen.begin(), seen.end());
    CHECK(seen == Words{"n1.0Ltyping", "n2.0Ltyping", "n3.0Ltyping"});
    w.latest("c1", "S", "M", "place");
    seen.clear();
    for (const BusRecord& record : w.published()) seen.push_back(record.endpoint + record.kind);
    std::sort(seen.begin(), seen.end());
    CHECK(seen == Words{"n2.0M", "n3.0M"});
    w.latest("c9", "A", "L", "typing");
    CHECK(w.published().empty());
    CHECK(w.dump() == before);
}
