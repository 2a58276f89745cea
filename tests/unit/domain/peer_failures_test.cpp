// SPDX-License-Identifier: Apache-2.0
// What goes wrong in other live-chat servers, by the classes into which their own issue trackers fall. Each test is the situation in
// which they fail; the issues named are theirs.
#include "unit/domain/router_bench.hpp"
#include "unit/domain/simulated_store.hpp"

#include <time.h>

#include <algorithm>

namespace switchboard::domain {

namespace {

template <class Kind>
std::vector<Kind> all_of(const std::vector<Decision>& decisions) {
    std::vector<Kind> found;
    for (const Decision& decision : decisions)
        if (const auto* one = std::get_if<Kind>(&decision)) found.push_back(*one);
    return found;
}

// Two routers that both believe to be the one, and one store.
struct TwoRouters {
    SimulatedStore store;
    std::array<Router, 2> routers;
    Timestamp now = from_ms(1'000'000);

    explicit TwoRouters(unsigned capacity) {
        auto config = std::make_shared<TenantConfig>();
        config->version = 1;
        config->departments.push_back({DepartmentId{"sales"}});
        for (const char* id : {"ann", "bob"}) {
            AgentProfile profile;
            profile.id = AgentId{id};
            profile.capacity = capacity;
            profile.departments.emplace_back("sales");
            config->agents.push_back(profile);
        }
        for (Router& router : routers) router.apply(ConfigChanged{config}, now);
    }
    void sign_in(const char* id) {
        Agent& agent = store.agents[AgentId{id}];
        agent.id = AgentId{id};
        agent.choice = AgentChoice::available;
        store.changed(agent);
    }
    // Everybody hears of everything; what they decide is not carried out yet.
    std::array<std::vector<MakeOffer>, 2> hear() {
        std::array<std::vector<MakeOffer>, 2> offers;
        for (; !store.stream.empty(); store.stream.pop_front())
            for (std::size_t i = 0; i < routers.size(); ++i)
                for (const MakeOffer& offer : all_of<MakeOffer>(routers[i].apply(store.stream.front(), now))) offers[i].push_back(offer);
        return offers;
    }
};

double cpu_seconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// CPU of `rounds` agents becoming free, one after the other, while so many wait for somebody else.
double cpu_of_matching(int waiting, int rounds) {
    RouterBench bench;
    bench.department("sales");
    bench.profile("ann", "sales", {{"orders", 5}});
    bench.profile("bob", "sales");
    bench.configure();
    for (int i = 0; i < waiting; ++i) bench.start("w" + std::to_string(i), "sales", {{"orders", 1}});
    const double before = cpu_seconds();
    for (int i = 0; i < rounds; ++i) {
        bench.sign_in("bob");
        CHECK(bench.decided.empty());
        bench.go_offline("bob");
    }
    return cpu_seconds() - before;
}

}  // namespace

TEST_SUITE("failures of peers") {
    // (1) Rocket.Chat #22206: one inquiry taken by two agents; #18217 and PR #35722: more chats than the limit.
    TEST_CASE("selection without an atomic claim of the conversation and of the slot") {
        SUBCASE("two routers offer one conversation: one offer stands") {
            TwoRouters two(1);
            two.sign_in("ann");
            two.store.start(ConversationId{"c1"}, {DepartmentId{"sales"}}, 1, two.now);
            const auto offers = two.hear();
            REQUIRE(offers[0].size() == 1);
            REQUIRE(offers[1].size() == 1);
            CHECK(two.store.carry_out(Decision(offers[0][0]), two.now));
            CHECK_FALSE(two.store.carry_out(Decision(offers[1][0]), two.now));
            CHECK(two.store.agents.at(AgentId{"ann"}).load == 1);
        }
        SUBCASE("two routers fill one slot with two conversations: one of them gets it") {
            TwoRouters two(1);
            two.sign_in("ann");
            two.hear();
            two.store.start(ConversationId{"c1"}, {DepartmentId{"sales"}}, 1, two.now);
            const auto first = two.hear();
            two.store.start(ConversationId{"c2"}, {DepartmentId{"sales"}}, 1, two.now + 1ms);
            const auto second = two.hear();
            REQUIRE(first[0].size() == 1);
            CHECK(second[0].empty());  // it knows of its own claim
            Router late = std::move(two.routers[1]);
            // The other one was told that its claim came to nothing, and tries the next one.
            late.apply(ClaimResult{ConversationId{"c1"}, AgentId{"ann"}, ClaimResult::Outcome::unknown}, two.now);
            CHECK(two.store.carry_out(Decision(first[0][0]), two.now));
            const MakeOffer stale{ConversationId{"c2"}, AgentId{"ann"}, 1, 1, two.now + 20s, {}};
            CHECK_FALSE(two.store.carry_out(Decision(stale), two.now));
            CHECK(two.store.agents.at(AgentId{"ann"}).load == 1);
        }
    }

    // (2) Chatwoot: automation, manual assignment and auto-assignment overwrite each other; Rocket.Chat #24693: a room without an agent.
    TEST_CASE("several writers of the assignee") {
        TwoRouters two(1);
        two.sign_in("ann");
        two.hear();
        two.store.start(ConversationId{"c1"}, {DepartmentId{"sales"}}, 1, two.now);
        const auto offers = two.hear();
        REQUIRE(offers[0].size() == 1);
        // Bob picks it by hand while the offer to Ann is on its way.
        two.sign_in("bob");
        Conversation& conversation = two.store.conversations.at(ConversationId{"c1"});
        conversation.agent = AgentId{"bob"};
        two.store.agents.at(AgentId{"bob"}).load = 1;
        two.store.accept(conversation, two.now);
        CHECK_FALSE(two.store.carry_out(Decision(offers[0][0]), two.now));
        CHECK(two.store.agents.at(AgentId{"ann"}).load == 0);
        // What was decided about an earlier assignment does nothing to this one.
        const Requeue outdated{conversation.id, AgentId{"ann"}, conversation.assign_epoch - 1, Requeue::Why::agent_gone, Duration{0}};
        CHECK_FALSE(two.store.carry_out(Decision(outdated), two.now));
        CHECK(conversation.agent == AgentId{"bob"});
    }

    // (3) Counters beside the conversations that they count: Rocket.Chat's queue and inquiry records drift apart.
    TEST_CASE("state split over several records") {
        RouterBench bench;
        bench.department("sales");
        bench.profile("ann", "sales", {}, 2);
        bench.configure();
        bench.agent("ann").load = 2;  // the sum is here, the conversations that it counts are not yet
        bench.sign_in("ann");
        bench.start("c1", "sales");
        CHECK(bench.decided.empty());
        bench.agent("ann").load = 0;
        bench.tell(bench.agent("ann"));
        CHECK(all_of<MakeOffer>(bench.decided).size() == 1);

        RouterBench other;  // and the other way round
        other.department("sales");
        other.profile("ann", "sales", {}, 1);
        other.configure();
        other.sign_in("ann");
        Conversation& held = other.conversations["held"];
        held.id = ConversationId{"held"};
        held.requirement.department = DepartmentId{"sales"};
        held.status = ConversationStatus::active;
        held.agent = AgentId{"ann"};
        other.tell(held);
        other.start("c1", "sales");
        CHECK(other.decided.empty());
    }

    // (4) Chatwoot #7204: chats stay with agents who went offline; timers of a process die with it.
    TEST_CASE("presence by coarse heartbeats and timers of a process") {
        RouterBench bench;
        bench.department("sales").agent_grace = 60s;
        bench.profile("ann", "sales", {}, 2);
        bench.configure();
        bench.sign_in("ann");
        bench.start("c1", "sales");
        bench.store_offer(MakeOffer(all_of<MakeOffer>(bench.decided).at(0)));
        bench.accept("c1");
        bench.start("c2", "sales");
        bench.store_offer(MakeOffer(all_of<MakeOffer>(bench.decided).at(0)));
        bench.go_offline("ann");
        const auto withdrawn = all_of<EndOffer>(bench.decided);
        REQUIRE(withdrawn.size() == 1);  // at once
        CHECK(withdrawn[0].conversation == ConversationId{"c2"});
        bench.after(20s);
        CHECK(all_of<Requeue>(bench.decided).empty());

        Router successor;  // knows nothing but the facts
        successor.apply(ConfigChanged{std::make_shared<const TenantConfig>(bench.config)}, bench.now);
        successor.apply(bench.agent("ann"), bench.now);
        successor.apply(bench.conversation("c1"), bench.now);
        CHECK(all_of<Requeue>(successor.tick(bench.now + 39s)).empty());
        CHECK(all_of<Requeue>(successor.tick(bench.now + 40s)).size() == 1);
    }

    // (5) Chatwoot #10376: chats stay unassigned although an agent became free, until a job looked every 15 minutes.
    TEST_CASE("room that nobody looks at") {
        RouterBench bench;
        bench.department("sales");
        bench.profile("ann", "sales", {}, 1);
        bench.configure();
        bench.start("c1", "sales");
        bench.now += 1s;
        bench.start("c2", "sales", {{"orders", 2}});
        CHECK(bench.decided.empty());
        bench.sign_in("ann");  // an agent comes
        REQUIRE(all_of<MakeOffer>(bench.decided).size() == 1);
        bench.store_offer(MakeOffer(all_of<MakeOffer>(bench.decided)[0]));
        bench.accept("c1");
        CHECK(bench.decided.empty());
        bench.config.agents[0].skills["orders"] = 3;  // the agent learns something, and has no room
        bench.configure();
        CHECK(all_of<MakeOffer>(bench.decided).empty());
        SUBCASE("a chat ends") {
            bench.release("c1", ConversationStatus::closed);
        }
        SUBCASE("the capacity is raised") {
            bench.config.agents[0].capacity = 2;
            bench.configure();
        }
        REQUIRE(all_of<MakeOffer>(bench.decided).size() == 1);
        CHECK(all_of<MakeOffer>(bench.decided)[0].conversation == ConversationId{"c2"});
    }

    // (6) Chats that are invisible until the page is loaded again, because an event was missed.
    TEST_CASE("views that missed an event") {
        RouterBench bench;
        bench.department("sales");
        bench.configure();
        for (const char* id : {"c1", "c2", "c3"}) {
            bench.start(id, "sales");
            bench.now += 1s;
        }
        const Conversation old = bench.conversation("c2");
        bench.conversation("c2").arrival -= 10s;
        bench.tell(bench.conversation("c2"));
        bench.router.apply(old, bench.now);  // comes late, and again
        const std::vector<ConversationId> order{ConversationId{"c2"}, ConversationId{"c1"}, ConversationId{"c3"}};
        CHECK(bench.router.waiting(DepartmentId{"sales"}) == order);
        Router successor;
        successor.apply(ConfigChanged{std::make_shared<const TenantConfig>(bench.config)}, bench.now);
        for (const char* id : {"c3", "c1", "c2"}) successor.apply(bench.conversation(id), bench.now);
        CHECK(successor.waiting(DepartmentId{"sales"}) == order);
    }

    // (7) FreeSWITCH's mod_callcenter and others look through all that wait, or all agents, for each decision.
    TEST_CASE("scans per decision") {
        cpu_of_matching(200, 200);  // warm
        double best = 1e9;
        for (int i = 0; i < 5 && best > 5; ++i) best = std::min(best, cpu_of_matching(20'000, 2000) / cpu_of_matching(200, 2000));
        CHECK(best <= 5);  // for a hundred times as many
    }

    // (8) Rocket.Chat tells a wrong wait, Live Helper Chat a wrong position: computed apart from the order that is served.
    TEST_CASE("positions that are not the order of service") {
        RouterBench bench;
        bench.department("sales");
        bench.profile("ann", "sales", {}, 1);
        bench.configure();
        for (const char* id : {"c1", "c2", "c3", "c4"}) {
            bench.start(id, "sales");
            bench.now += 1s;
        }
        bench.conversation("c3").urgent = true;
        bench.tell(bench.conversation("c3"));
        bench.conversation("c4").arrival -= 2500ms;
        bench.tell(bench.conversation("c4"));
        std::vector<std::string> told(4), served;
        for (const auto& [id, conversation] : bench.conversations) told[bench.router.place(conversation.id)->position - 1] = id;
        bench.sign_in("ann");
        while (served.size() < 4) {
            const auto offers = all_of<MakeOffer>(bench.decided);
            REQUIRE(offers.size() == 1);
            served.push_back(offers[0].conversation.value);
            bench.store_offer(offers[0]);
            bench.accept(served.back());
            bench.release(served.back(), ConversationStatus::closed);
        }
        CHECK(told == served);
        CHECK(told == std::vector<std::string>{"c3", "c1", "c4", "c2"});
    }
}

}  // namespace switchboard::domain
