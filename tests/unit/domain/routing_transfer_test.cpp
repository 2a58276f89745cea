// SPDX-License-Identifier: Apache-2.0
// What is passed on to one agent, and the counts that people see.
#include "unit/domain/router_bench.hpp"

namespace switchboard::domain {

namespace {

// Anna and bob serve sales, but only bob has the skill.
RouterBench sales_with_two() {
    RouterBench bench;
    bench.department("sales");
    bench.profile("anna", "sales", {});
    bench.profile("bob", "sales", {{"billing", 3}});
    bench.configure();
    bench.sign_in("anna");
    bench.after(1s);
    bench.sign_in("bob");
    bench.after(1s);
    return bench;
}
void pass_to(RouterBench& bench, const char* agent) {
    Conversation& made = bench.conversations["c1"];
    made.id = ConversationId{"c1"};
    made.requirement = {DepartmentId{"sales"}, {{"billing", 3}}, AgentId{agent}};
    made.arrival = bench.now;
    made.deadline = bench.now + 60s;
    bench.tell(made);
}

}  // namespace

TEST_SUITE("routing transfers and counts") {
    TEST_CASE("what is passed on to an agent is offered to that one only, whatever the skills") {
        RouterBench bench = sales_with_two();
        pass_to(bench, "anna");
        CHECK(bench.offers() == "c1>anna");
    }

    TEST_CASE("a conversation waits for its agent's room, while others go on") {
        RouterBench bench = sales_with_two();
        bench.start("c0", "sales");
        bench.store_offer(bench.only<MakeOffer>());
        REQUIRE(bench.conversation("c0").agent == AgentId{"anna"});
        bench.accept("c0");
        pass_to(bench, "anna");
        CHECK(bench.decided.empty());
        bench.start("c2", "sales");
        CHECK(bench.offers() == "c2>bob");
        bench.release("c0", ConversationStatus::closed);
        CHECK(bench.offers() == "c1>anna");
    }

    TEST_CASE("it is widened when its agent cannot or would not take it, and only then") {
        RouterBench bench = sales_with_two();
        SUBCASE("away before it came") {
            bench.set_choice("anna", AgentChoice::away);
            pass_to(bench, "anna");
        }
        SUBCASE("unknown") { pass_to(bench, "nobody"); }
        SUBCASE("goes while it waits") {
            bench.agent("anna").load = 1;
            bench.tell(bench.agent("anna"));
            pass_to(bench, "anna");
            CHECK(bench.decided.empty());
            SUBCASE("away") { bench.set_choice("anna", AgentChoice::away); }
            SUBCASE("offline") { bench.go_offline("anna"); }
        }
        SUBCASE("no room in time") {
            bench.agent("anna").load = 1;
            bench.tell(bench.agent("anna"));
            pass_to(bench, "anna");
            bench.after(59s);
            CHECK(bench.decided.empty());
            bench.after(1s);
        }
        SUBCASE("does not serve the department any more") {
            bench.agent("anna").load = 1;
            bench.tell(bench.agent("anna"));
            pass_to(bench, "anna");
            bench.config.agents[0].departments.clear();
            bench.configure();
        }
        const auto widen = bench.only<Widen>();
        CHECK(widen.conversation == ConversationId{"c1"});
        CHECK(widen.version == bench.conversation("c1").version);
        bench.conversation("c1").requirement.agent = {};
        bench.conversation("c1").deadline = {};
        bench.tell(bench.conversation("c1"));
        CHECK(bench.offers() == "c1>bob");
    }

    TEST_CASE("a widening that does not come back is decided again") {
        RouterBench bench = sales_with_two();
        bench.set_choice("anna", AgentChoice::away);
        pass_to(bench, "anna");
        bench.only<Widen>();
        bench.after(1s);
        CHECK(bench.decided.empty());
        bench.after(2s);
        bench.only<Widen>();
        // The agent is back, and may have it after all.
        bench.set_choice("anna", AgentChoice::available);
        CHECK(bench.offers() == "c1>anna");
        bench.after(10s);
        CHECK(bench.decided.empty());
    }

    TEST_CASE("counts: conversations by what they do, agents by what they could") {
        RouterBench bench = sales_with_two();
        bench.department("support");
        bench.config.agents[1].departments.emplace_back("support");
        bench.profile("carla", "sales", {}, 5);
        bench.profile("dora", "support");
        bench.profile("boss", "sales", {}, 0);
        bench.configure();
        bench.sign_in("dora");
        bench.set_choice("dora", AgentChoice::away);
        bench.start("c1", "sales");
        const auto arrived = bench.now;
        bench.store_offer(bench.only<MakeOffer>());
        bench.after(1s);
        bench.start("c2", "sales", {{"billing", 3}});
        bench.store_offer(bench.only<MakeOffer>());
        bench.accept("c2");
        bench.start("c3", "sales");
        const Counts counts = bench.router.counts(bench.now);
        REQUIRE(counts.departments.size() == 2);
        const DepartmentCounts& sales = counts.departments[0];
        CHECK(sales.waiting == 1);
        CHECK(sales.offered == 1);
        CHECK(sales.active == 1);
        CHECK(sales.wrap_up == 0);
        CHECK(sales.oldest == arrived);
        CHECK(sales.agents_available == 2);
        CHECK(sales.agents_full == 2);
        CHECK(sales.free_slots == 0);
        CHECK(sales.agents_offline == 1);
        const DepartmentCounts& support = counts.departments[1];
        CHECK(support.waiting == 0);
        CHECK_FALSE(support.oldest);
        CHECK(support.agents_available == 1);
        CHECK(support.agents_away == 1);
        CHECK(counts.agents_available == 2);
        CHECK(counts.agents_away == 1);
        CHECK(sales.offered_slots == 1);
        CHECK(sales.wrap_up_slots == 0);
        CHECK(sales.eligible == std::vector<unsigned>{2});
    }

    TEST_CASE("counts: who may be asked by rungs of the ladder, and who waits before its time") {
        RouterBench bench;
        bench.department("sales");
        bench.department("support");
        bench.department("stock");
        bench.config.departments[0].steps = {{10s, {}, {DepartmentId{"support"}}}, {20s, {{"x", 0}}, {}}, {30s, {}, {DepartmentId{"stock"}}}};
        bench.profile("anna", "sales");
        bench.profile("ben", "support");
        bench.config.agents[1].departments.emplace_back("stock");
        bench.profile("carla", "stock");
        bench.profile("dora", "support");
        bench.configure();
        for (const char* name : {"anna", "ben", "carla", "dora"}) bench.sign_in(name);
        bench.set_choice("dora", AgentChoice::away);
        CHECK(bench.router.counts(bench.now).departments[0].eligible == std::vector<unsigned>{1, 2, 2, 3});
        CHECK(bench.router.counts(bench.now).departments[1].eligible == std::vector<unsigned>{1});

        for (const char* name : {"anna", "ben", "carla"}) bench.set_choice(name, AgentChoice::away);
        for (const char* name : {"c1", "c2", "c3"}) bench.start(name, "sales");
        bench.conversation("c1").arrival -= 5s;
        bench.tell(bench.conversation("c1"));
        bench.conversation("c2").urgent = true;
        bench.conversation("c2").arrival -= 5s;
        bench.tell(bench.conversation("c2"));
        CHECK(bench.router.counts(bench.now).departments[0].boosted == 1);
        CHECK(bench.router.counts(bench.now).departments[0].urgent == 1);
        bench.conversation("c2").urgent = false;
        bench.tell(bench.conversation("c2"));
        CHECK(bench.router.counts(bench.now).departments[0].boosted == 2);
        CHECK(bench.router.counts(bench.now).departments[0].urgent == 0);
        for (const char* name : {"c1", "c2"}) {
            bench.conversation(name).status = ConversationStatus::closed;
            bench.tell(bench.conversation(name));
        }
        CHECK(bench.router.counts(bench.now).departments[0].boosted == 0);
        CHECK(bench.router.counts(bench.now).departments[0].waiting == 1);
    }
}

}  // namespace switchboard::domain
