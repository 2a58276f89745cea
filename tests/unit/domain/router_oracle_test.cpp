// SPDX-License-Identifier: Apache-2.0
// The judge is judged: what a broken router would decide is objected to.
#include "unit/domain/router_bench.hpp"
#include "unit/domain/router_oracle.hpp"

namespace switchboard::domain {

namespace {

// Ann can do it, Bob cannot; both are here. One conversation waits, then a second one.
struct Court {
    RouterBench bench;
    RouterOracle oracle;

    Court() {
        bench.department("sales");
        bench.profile("ann", "sales", {{"orders", 3}});
        bench.profile("bob", "sales");
        bench.configure();
        oracle.apply(ConfigChanged{std::make_shared<const TenantConfig>(bench.config)}, bench.now, bench.decided, bench.router);
    }
    void sign_in(const char* agent) {
        bench.sign_in(agent);
        oracle.apply(bench.agent(agent), bench.now, bench.decided, bench.router);
    }
    std::vector<Decision> start(const char* id) {
        bench.start(id, "sales", {{"orders", 2}});
        return bench.decided;
    }
    void judge(const char* id, const std::vector<Decision>& decisions) {
        oracle.apply(bench.conversation(id), bench.now, decisions, bench.router);
    }
    // The one decision, an offer, as `change` makes it.
    template <class Change>
    static std::vector<Decision> changed(std::vector<Decision> decisions, Change change) {
        REQUIRE(decisions.size() == 1);
        change(std::get<MakeOffer>(decisions.front()));
        return decisions;
    }
};

}  // namespace

TEST_CASE("the oracle objects to what a broken router decides") {
    Court court;
    SUBCASE("nobody is offered it although Ann is free") {
        court.sign_in("ann");
        court.start("c1");
        CHECK_THROWS_WITH_AS(court.judge("c1", {}), "c1 waits although ann is there", std::logic_error);
    }
    SUBCASE("somebody without the skill") {
        court.sign_in("ann");
        court.sign_in("bob");
        CHECK_THROWS_AS(court.judge("c1", Court::changed(court.start("c1"), [](MakeOffer& offer) { offer.agent = AgentId{"bob"}; })), std::logic_error);
    }
    SUBCASE("two offers of one conversation") {
        court.sign_in("ann");
        auto twice = court.start("c1");
        REQUIRE(twice.size() == 1);
        twice.push_back(twice.front());
        CHECK_THROWS_AS(court.judge("c1", twice), std::logic_error);
    }
    SUBCASE("a wrong deadline") {
        court.sign_in("ann");
        CHECK_THROWS_AS(court.judge("c1", Court::changed(court.start("c1"), [](MakeOffer& offer) { offer.deadline += 1ms; })), std::logic_error);
    }
    SUBCASE("more than the agent can hold") {
        court.sign_in("ann");
        court.judge("c1", court.start("c1"));
        court.start("c2");
        const MakeOffer second{ConversationId{"c2"}, AgentId{"ann"}, 1, 1, court.bench.now + 20s, {{{AgentId{"ann"}, 0}}, 0, 0, 1}};
        CHECK_THROWS_AS(court.judge("c2", {second}), std::logic_error);
    }
    SUBCASE("the younger one first") {
        court.judge("c1", court.start("c1"));
        court.bench.now += 1s;
        court.judge("c2", court.start("c2"));
        court.bench.sign_in("ann");
        const auto overtaken = Court::changed(court.bench.decided, [](MakeOffer& offer) { offer.conversation = ConversationId{"c2"}; });
        CHECK_THROWS_AS(court.oracle.apply(court.bench.agent("ann"), court.bench.now, overtaken, court.bench.router), std::logic_error);
    }
    SUBCASE("an offer that ends too early") {
        court.sign_in("ann");
        court.judge("c1", court.start("c1"));
        court.bench.store_offer(MakeOffer(std::get<MakeOffer>(court.bench.decided.front())));
        const EndOffer early{ConversationId{"c1"}, court.bench.conversation("c1").offer, AgentId{"ann"}, OfferOutcome::timed_out, 30s, false};
        CHECK_THROWS_AS(court.judge("c1", {early}), std::logic_error);
    }
    SUBCASE("a step of the ladder that is not due") {
        court.judge("c1", court.start("c1"));
        CHECK_THROWS_AS(court.oracle.tick(court.bench.now, {Widen{ConversationId{"c1"}, 1, 1, false}}, court.bench.router), std::logic_error);
    }
    SUBCASE("sent away although there is no limit") {
        CHECK_THROWS_AS(court.judge("c1", {TurnAway{ConversationId{"c1"}, 1, ClosedReason::turned_away}}), std::logic_error);
    }
}

}  // namespace switchboard::domain
