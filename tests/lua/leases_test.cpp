// SPDX-License-Identifier: Apache-2.0
// Leases of nodes and routers, generations of visitors' tokens, versions of the configuration.
#include "checks.hpp"

#include <doctest/doctest.h>

using namespace switchboard;
using namespace switchboard::test;

TEST_CASE("node_renew: a lapsed lease is kept until the router condemns the node, and not revived before its sessions are gone") {
    World w;
    w.ask({"HSET", w.key.router(), "epoch", "7"});
    const auto renew = [&](bool joined) { return w.renew_node("n5", 1000, joined)[0]; };
    CHECK(renew(true) == "fenced");
    CHECK(w.renew_node("n5", 1000) == Words{"ok", "1700000000000"});
    CHECK(w.ask({"ZSCORE", w.key.nodes(), "n5"}) == "1700000001000");
    w.now += 999;
    CHECK(renew(true) == "ok");
    w.open_agent("ann", "s1", "n5");
    CHECK(refused(w, [&] { return w.condemn_node("n5", "7"); }) == "no");
    w.now += 1000;
    CHECK(renew(true) == "ok");
    w.now += 1000;
    CHECK(refused(w, [&] { return w.condemn_node("n5", "6"); }) == "no");
    CHECK(refused(w, [&] { return w.condemn_node("n6", "7"); }) == "no");
    CHECK(w.condemn_node("n5", "7") == Words{"ok"});
    CHECK(w.condemn_node("n5", "7") == Words{"ok"});
    CHECK(refused(w, [&] { return w.renew_node("n5", 1000, true); }).starts_with("fenced"));
    CHECK(refused(w, [&] { return w.renew_node("n5", 1000, false); }).starts_with("fenced"));
    CHECK(refused(w, [&] { return w.open_agent("bob", "s2", "n5"); }) == "unavailable");
    CHECK(refused(w, [&] { return w.forget_node("n5"); }) == "no");
    w.close_agent("ann", "s1", "n5", true);
    CHECK(w.forget_node("n5") == Words{"ok"});
    CHECK(refused(w, [&] { return w.forget_node("n5"); }) == "ok");
    CHECK(renew(true) == "fenced");
    CHECK(renew(false) == "ok");
}

TEST_CASE("node_forget: not while its lease is good, unless it says goodbye itself") {
    World w;
    w.renew_node("n5", 1000);
    CHECK(refused(w, [&] { return w.forget_node("n5"); }) == "no");
    SUBCASE("without sessions it is gone at once") {
        CHECK(w.forget_node("n5", true) == Words{"ok"});
        CHECK(w.ask({"ZSCORE", w.key.nodes(), "n5"}) == "(nil)");
    }
    SUBCASE("with sessions its lease ends now, and the router cleans up") {
        w.start("c1");
        w.attach("c1", "v1", "s1", "n5");
        CHECK(w.forget_node("n5", true) == Words{"no"});
        CHECK(refused(w, [&] { return w.renew_node("n5", 1000, true); }).starts_with("fenced"));
        CHECK(w.detach("c1", "s1", "n5", true) == Words{"ok"});
        CHECK(w.forget_node("n5") == Words{"ok"});
    }
}

TEST_CASE("router_acquire and router_renew: epochs only grow, one holder at a time") {
    World w;
    w.ask({"DEL", w.key.router()});
    CHECK(w.acquire_router("r1", 1000) == Words{"1", "1700000001000", "1700000000000"});
    CHECK(refused(w, [&] { return w.acquire_router("r2", 1000); }).starts_with("0 1700000001000"));
    CHECK(w.renew_router("r1", 3000, "1") == Words{"ok"});
    CHECK(refused(w, [&] { return w.renew_router("r2", 3000, "1"); }) == "no");
    CHECK(refused(w, [&] { return w.renew_router("r1", 3000, "0"); }) == "no");
    w.now += 2999;
    CHECK(refused(w, [&] { return w.acquire_router("r2", 1000); }).starts_with("0 "));
    w.now += 1;
    CHECK(w.renew_router("r1", 1000, "1") == Words{"ok"});  // lapsed, but nobody took it
    w.now += 1000;
    CHECK(w.acquire_router("r2", 1000)[0] == "2");
    CHECK(refused(w, [&] { return w.renew_router("r1", 1000, "1"); }) == "no");
    CHECK(w.renew_router("r2", 0, "2") == Words{"ok"});
    CHECK(refused(w, [&] { return w.renew_router("r2", 1000, "2"); }) == "no");
    CHECK(w.acquire_router("r1", 1000)[0] == "3");
    CHECK(w.acquire_router("r1", 1000)[0] == "4");  // the same holder after a loss of memory
}

TEST_CASE("visitor_generation: raised once for all that saw the same one") {
    World w;
    const auto raise = [&](const std::string& from) {
        return w.call("visitor_generation", {w.key.visitor(VisitorId("v1"))}, {std::to_string(w.now), from, "500", "raise"});
    };
    const auto present = [&](const std::string& generation) {
        return w.call("visitor_generation", {w.key.visitor(VisitorId("v1"))}, {std::to_string(w.now), generation, "500", "present"});
    };
    CHECK(present("0") == Words{"0", "0", ""});
    CHECK(raise("0") == Words{"1", "0", ""});
    w.now += 10;
    CHECK(raise("0") == Words{"1", "0", ""});
    CHECK(raise("7") == Words{"1", "0", ""});
    CHECK(present("0") == Words{"1", "0", ""});
    CHECK(present("1") == Words{"1", "1700000000010", ""});
    w.now += 10;
    CHECK(present("1") == Words{"1", "1700000000010", ""});
    w.start("c1");
    CHECK(raise("1") == Words{"2", "0", "c1"});
    CHECK(w.ask({"TTL", w.key.visitor(VisitorId("v1"))}) == "500");
}

TEST_CASE("config_save: compare and set, with the change on the stream and in the audit") {
    World w;
    w.routed();
    const auto save = [&](const std::string& expected, const std::string& document) {
        return w.call("config_save", {w.key.config(), w.key.routing_stream(), w.key.audit()},
                      {w.key.channel_prefix(), expected, document, "cli:root", "[]"});
    };
    CHECK(refused(w, [&] { return save("1", "a"); }) == "conflict 0");
    REQUIRE(save("0", "a") == Words{"ok", "1"});
    const auto records = w.published();
    REQUIRE(records.size() == 1);
    CHECK(records[0].endpoint == "all");
    CHECK(records[0].kind == 'C');
    CHECK(w.routed() == std::vector<Hash>{{{"t", "g"}, {"version", "1"}}});
    CHECK(refused(w, [&] { return save("0", "b"); }) == "conflict 1");
    CHECK(save("1", "b") == Words{"ok", "2"});
    CHECK(w.hash(w.key.config()) == Hash{{"version", "2"}, {"document", "b"}});
    CHECK(w.ask({"XLEN", w.key.audit()}) == "2");
}
