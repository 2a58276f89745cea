// SPDX-License-Identifier: Apache-2.0
// Which agent, which conversation: eligibility, strategies, order and places.
#include "unit/domain/router_bench.hpp"

namespace switchboard::domain {

TEST_SUITE("routing choice") {
    TEST_CASE("only an agent that passes every test is offered a conversation") {
        struct Row {
            const char* what;
            void (*spoil)(RouterBench&);
            bool offered;
        };
        const Row rows[] = {
            {"nothing speaks against it", [](RouterBench&) {}, true},
            {"another department", [](RouterBench& b) { b.config.agents[0].departments = {DepartmentId{"support"}}; }, false},
            {"one of several departments",
             [](RouterBench& b) {
                 b.config.agents[0].departments = {DepartmentId{"support"}, DepartmentId{"sales"}};
             },
             true},
            {"a department named twice",
             [](RouterBench& b) {
                 b.config.agents[0].departments = {DepartmentId{"sales"}, DepartmentId{"sales"}};
             },
             true},
            {"skill missing", [](RouterBench& b) { b.config.agents[0].skills.erase("billing"); }, false},
            {"level too low", [](RouterBench& b) { b.config.agents[0].skills["billing"] = 2; }, false},
            {"level just enough", [](RouterBench& b) { b.config.agents[0].skills["billing"] = 3; }, true},
            {"second skill too low", [](RouterBench& b) { b.config.agents[0].skills["lang-de"] = 1; }, false},
            {"no profile", [](RouterBench& b) { b.config.agents.clear(); }, false},
            {"capacity 0", [](RouterBench& b) { b.config.agents[0].capacity = 0; }, false},
            {"less free units than it weighs", [](RouterBench& b) { b.config.agents[0].capacity = 1; }, false},
            {"load takes the room", [](RouterBench& b) { b.agent("anna").load = 1; }, false},
            {"away", [](RouterBench& b) { b.agent("anna").choice = AgentChoice::away; }, false},
            {"offline", [](RouterBench& b) { b.agent("anna").offline_since = b.now; }, false},
            {"supervisor", [](RouterBench& b) { b.config.agents[0].role = Role::supervisor; }, true},
            {"admin", [](RouterBench& b) { b.config.agents[0].role = Role::admin; }, true},
            {"bot", [](RouterBench& b) { b.config.agents[0].role = Role::bot; }, true},
        };
        for (const Row& row : rows) {
            for (const bool agent_first : {true, false}) {
                CAPTURE(row.what);
                CAPTURE(agent_first);
                RouterBench bench;
                bench.department("sales");
                bench.department("support");
                bench.profile("anna", "sales", {{"billing", 5}, {"lang-de", 2}}, 2);
                bench.agent("anna").choice = AgentChoice::available;
                row.spoil(bench);
                bench.configure();
                if (agent_first) bench.tell(bench.agent("anna"));
                bench.start("c1", "sales", {{"billing", 3}, {"lang-de", 2}}, 2);
                if (!agent_first) bench.tell(bench.agent("anna"));
                CHECK(bench.offers() == (row.offered ? "c1>anna" : ""));
            }
        }
    }

    TEST_CASE("the offer tells capacity, version and deadline of the department") {
        RouterBench bench;
        bench.department("sales").offer_timeout = 7s;
        bench.profile("anna", "sales", {}, 4);
        bench.configure();
        bench.sign_in("anna");
        bench.start("c1", "sales");
        const auto offer = bench.only<MakeOffer>();
        CHECK(offer.capacity == 4);
        CHECK(offer.conversation_version == 1);
        CHECK(offer.deadline == bench.now + 7s);
    }

    TEST_CASE("longest idle first, ties by agent id") {
        RouterBench bench;
        bench.department("sales");
        for (const char* id : {"zoe", "bob", "anna"}) bench.profile(id, "sales");
        bench.configure();
        bench.sign_in("zoe");
        bench.after(1s);
        bench.sign_in("bob");
        bench.sign_in("anna");
        bench.start("c1", "sales");
        CHECK(bench.offers() == "c1>zoe");
        bench.start("c2", "sales");
        CHECK(bench.offers() == "c2>anna");
        bench.start("c3", "sales");
        CHECK(bench.offers() == "c3>bob");
    }

    TEST_CASE("least loaded compares load with capacity, counting claims in flight") {
        RouterBench bench;
        bench.department("sales").strategy = Strategy::least_loaded;
        bench.profile("anna", "sales", {}, 4);
        bench.profile("bob", "sales", {}, 2);
        bench.configure();
        bench.agent("anna").load = 1;
        bench.sign_in("anna");  // 1/4
        bench.sign_in("bob");   // 0/2
        bench.start("c1", "sales");
        CHECK(bench.offers() == "c1>bob");  // now 1/2 in flight
        bench.start("c2", "sales");
        CHECK(bench.offers() == "c2>anna");  // 2/4, like bob: the id decides
        bench.start("c3", "sales");
        CHECK(bench.offers() == "c3>anna");
        bench.start("c4", "sales");
        CHECK(bench.offers() == "c4>bob");
    }

    TEST_CASE("each department uses its own strategy for the same agents") {
        RouterBench bench;
        bench.department("sales");
        bench.department("support").strategy = Strategy::least_loaded;
        for (const char* id : {"anna", "bob"}) bench.profile(id, "sales", {}, 3).departments.emplace_back("support");
        bench.configure();
        bench.agent("anna").load = 1;
        bench.sign_in("anna");
        bench.after(1s);
        bench.sign_in("bob");
        bench.start("c1", "support");
        CHECK(bench.offers() == "c1>bob");
        bench.start("c2", "sales");
        CHECK(bench.offers() == "c2>anna");
    }

    TEST_CASE("a free agent gets the oldest conversation it can serve, over all its classes") {
        RouterBench bench;
        bench.department("sales");
        bench.department("support");
        bench.profile("anna", "sales", {{"billing", 2}}, 2).departments.emplace_back("support");
        bench.configure();
        bench.start("c1", "sales", {{"billing", 3}});
        bench.after(1s);
        bench.start("c2", "support");
        bench.after(1s);
        bench.start("c3", "sales", {{"billing", 2}});
        bench.after(1s);
        bench.start("c4", "sales");
        bench.sign_in("anna");
        CHECK(bench.offers() == "c2>anna c3>anna");
    }

    TEST_CASE("equal arrivals are served by id, an earlier effective arrival goes ahead") {
        RouterBench bench;
        bench.department("sales");
        bench.profile("anna", "sales", {}, 3);
        bench.configure();
        bench.start("c2", "sales");
        bench.start("c1", "sales");
        bench.start("c3", "sales");
        bench.conversation("c3").arrival -= 10s;
        bench.tell(bench.conversation("c3"));
        bench.sign_in("anna");
        CHECK(bench.offers() == "c3>anna c1>anna c2>anna");
    }

    TEST_CASE("who came first within a millisecond is served first, when both are urgent too") {
        for (const bool urgent : {false, true}) {
            RouterBench bench;
            bench.department("sales");
            bench.profile("anna", "sales", {}, 2);
            bench.configure();
            for (const char* id : {"c1", "c2"}) {
                bench.start(id, "sales");
                bench.conversation(id).urgent = urgent;
            }
            bench.conversation("c1").arrival_us = 2;
            bench.conversation("c2").arrival_us = 1;
            for (const char* id : {"c1", "c2"}) bench.tell(bench.conversation(id));
            bench.sign_in("anna");
            CHECK(bench.offers() == "c2>anna c1>anna");
        }
    }

    TEST_CASE("a heavy conversation is passed over by an agent without enough room, and waits for one") {
        RouterBench bench;
        bench.department("sales");
        bench.profile("anna", "sales", {}, 3);
        bench.configure();
        bench.start("heavy", "sales", {}, 3);
        bench.start("light", "sales");
        bench.agent("anna").load = 2;
        bench.sign_in("anna");
        CHECK(bench.offers() == "light>anna");
        CHECK(bench.router.place(ConversationId{"heavy"})->position == 1);
    }

    TEST_CASE("the place is kept over offer, decline and requeue") {
        RouterBench bench;
        bench.department("sales");
        bench.profile("anna", "sales");
        bench.configure();
        for (const char* id : {"c1", "c2", "c3"}) {
            bench.start(id, "sales");
            bench.after(1s);
        }
        const auto places = [&] {
            std::string text;
            for (const ConversationId& id : bench.router.waiting(DepartmentId{"sales"})) text += id.value + ' ';
            return text;
        };
        bench.sign_in("anna");
        REQUIRE(bench.offers() == "c1>anna");
        bench.store_offer(bench.only<MakeOffer>());
        CHECK(places() == "c1 c2 c3 ");
        bench.release("c1", ConversationStatus::queued, 30s);
        CHECK(bench.offers() == "c2>anna");
        CHECK(places() == "c1 c2 c3 ");
        bench.store_offer(bench.only<MakeOffer>());
        bench.accept("c2");
        CHECK(places() == "c1 c3 ");
        CHECK(bench.router.place(ConversationId{"c3"})->position == 2);
        CHECK(bench.router.place(ConversationId{"c3"})->waiting == 2);
        CHECK_FALSE(bench.router.place(ConversationId{"c2"}));
        CHECK(bench.router.waiting_count() == 2);
        bench.release("c2", ConversationStatus::queued);  // its owner vanished
        CHECK(places() == "c1 c2 c3 ");
        CHECK(bench.router.place(ConversationId{"c2"})->position == 2);
        CHECK_FALSE(bench.router.place(ConversationId{"unknown"}));
        CHECK(bench.router.waiting(DepartmentId{"unknown"}).empty());
    }

    TEST_CASE("a transfer takes the arrival along into the other department's order") {
        RouterBench bench;
        bench.department("sales");
        bench.department("support");
        bench.profile("anna", "sales");
        bench.configure();
        bench.start("old", "sales");
        bench.after(1s);
        bench.start("young", "support");
        bench.conversation("old").requirement.department = DepartmentId{"support"};
        bench.tell(bench.conversation("old"));
        CHECK(bench.router.place(ConversationId{"old"})->position == 1);
        CHECK(bench.router.place(ConversationId{"young"})->position == 2);
        CHECK(bench.router.waiting(DepartmentId{"sales"}).empty());
    }

    TEST_CASE("a changed configuration is acted on at once") {
        RouterBench bench;
        bench.department("sales");
        bench.profile("anna", "sales", {{"billing", 1}}, 1);
        bench.configure();
        bench.sign_in("anna");
        bench.start("c1", "sales", {{"billing", 3}});
        bench.start("c2", "sales", {{"lang-de", 1}});
        REQUIRE(bench.decided.empty());
        bench.config.agents[0].skills["billing"] = 3;
        bench.configure();
        CHECK(bench.offers() == "c1>anna");
        bench.config.agents[0].capacity = 2;
        bench.config.agents[0].skills["lang-de"] = 1;
        bench.configure();
        CHECK(bench.offers() == "c2>anna");
        bench.config.agents.clear();
        bench.configure();
        bench.start("c3", "sales");
        CHECK(bench.decided.empty());
        // An older configuration that arrives late changes nothing.
        TenantConfig old = bench.config;
        old.version = 1;
        old.agents.push_back({AgentId{"anna"}, "anna", "", Role::agent, {DepartmentId{"sales"}}, {}, 9});
        CHECK(bench.router.apply(ConfigChanged{std::make_shared<const TenantConfig>(old)}, bench.now).empty());
    }

    TEST_CASE("several agents that become eligible together are matched oldest conversation first, by the strategy") {
        RouterBench bench;
        bench.department("sales");
        bench.profile("anna", "sales", {{"billing", 1}});
        bench.profile("bob", "sales", {{"billing", 1}, {"lang-de", 1}});
        bench.start("c1", "sales", {{"lang-de", 1}});
        bench.start("c2", "sales", {{"billing", 1}});
        bench.sign_in("bob");
        bench.after(1s);
        bench.sign_in("anna");
        bench.configure();
        CHECK(bench.offers() == "c1>bob c2>anna");
    }
}

}  // namespace switchboard::domain
