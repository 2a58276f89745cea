// SPDX-License-Identifier: Apache-2.0
// What time brings about: offers, cooldowns, abandonment, grace and wrap-up.
#include "unit/domain/router_bench.hpp"

namespace switchboard::domain {

namespace {

struct DeadlineBench : RouterBench {
    DeadlineBench() {
        Department& sales = department("sales");
        sales.offer_timeout = 20s;
        sales.decline_cooldown = 30s;
        sales.agent_grace = 60s;
        sales.abandon_after = 45s;
        sales.misses_until_away = 3;
        profile("anna", "sales", {}, 2);
        configure();
        sign_in("anna");
    }
    void offer_first() {
        start("c1", "sales");
        store_offer(only<MakeOffer>());
    }
    void own_first() {
        offer_first();
        accept("c1");
    }
    // Nothing before `time`, something at it, and nothing new until two seconds later.
    template <class Kind>
    Kind exactly_after(Duration time) {
        CHECK(router.next_deadline() == now + time);
        after(time - 1ms);
        CHECK(decided.empty());
        after(1ms);
        const Kind kind = only<Kind>();
        after(1999ms);
        CHECK(decided.empty());
        after(1ms);
        only<Kind>();
        now -= 2s;
        return kind;
    }
};

}  // namespace

TEST_SUITE("routing deadlines") {
    TEST_CASE("an offer ends at its deadline, with the cooldown of the department") {
        DeadlineBench bench;
        bench.offer_first();
        const auto end = bench.exactly_after<EndOffer>(20s);
        CHECK(end.conversation.value == "c1");
        CHECK(end.agent.value == "anna");
        CHECK(end.offer == bench.conversation("c1").offer);
        CHECK(end.outcome == OfferOutcome::timed_out);
        CHECK(end.cooldown == 30s);
        CHECK_FALSE(end.set_away);
    }

    TEST_CASE("too many misses in a row set the agent away") {
        struct Row {
            unsigned limit, misses;
            bool away;
        };
        for (const Row& row : {Row{3, 0, false}, Row{3, 1, false}, Row{3, 2, true}, Row{3, 7, true}, Row{1, 0, true}, Row{0, 99, false}}) {
            CAPTURE(row.limit);
            CAPTURE(row.misses);
            DeadlineBench bench;
            bench.config.departments[0].misses_until_away = row.limit;
            bench.configure();
            bench.agent("anna").misses = row.misses;
            bench.offer_first();
            bench.after(20s);
            CHECK(bench.only<EndOffer>().set_away == row.away);
        }
    }

    TEST_CASE("an agent that goes offline loses its offer at once, without a cooldown") {
        DeadlineBench bench;
        bench.offer_first();
        bench.go_offline("anna");
        const auto end = bench.only<EndOffer>();
        CHECK(end.outcome == OfferOutcome::withdrawn);
        CHECK(end.cooldown == Duration{0});
        CHECK_FALSE(end.set_away);
    }

    TEST_CASE("an agent that only chose away keeps its offer until the deadline") {
        DeadlineBench bench;
        bench.offer_first();
        bench.set_choice("anna", AgentChoice::away);
        CHECK(bench.decided.empty());
        bench.after(20s);
        CHECK(bench.only<EndOffer>().outcome == OfferOutcome::timed_out);
    }

    TEST_CASE("an offer stored after its agent had left is withdrawn when it is seen") {
        DeadlineBench bench;
        bench.start("c1", "sales");
        const auto offer = bench.only<MakeOffer>();
        bench.go_offline("anna");
        CHECK(bench.decided.empty());
        bench.store_offer(offer);
        CHECK(bench.only<EndOffer>().outcome == OfferOutcome::withdrawn);
    }

    TEST_CASE("after a decline another agent is asked, the same one when the cooldown is over") {
        DeadlineBench bench;
        bench.profile("bob", "sales", {}, 1);
        bench.configure();
        bench.offer_first();
        bench.sign_in("bob");
        bench.release("c1", ConversationStatus::queued, 30s);
        REQUIRE(bench.offers() == "c1>bob");
        bench.store_offer(bench.only<MakeOffer>());
        bench.release("c1", ConversationStatus::queued, 40s);
        CHECK(bench.decided.empty());
        CHECK(bench.router.next_deadline() == bench.now + 30s);
        bench.after(30s - 1ms);
        CHECK(bench.decided.empty());
        bench.after(1ms);
        CHECK(bench.offers() == "c1>anna");
    }

    TEST_CASE("the end of a cooldown is acted on by whatever call comes first") {
        DeadlineBench bench;
        bench.offer_first();
        bench.release("c1", ConversationStatus::queued, 30s);
        CHECK(bench.decided.empty());
        bench.now += 30s;
        bench.tell(bench.agent("stranger"));
        CHECK(bench.offers() == "c1>anna");
    }

    TEST_CASE("an absent customer is given up after abandon_after") {
        DeadlineBench bench;
        SUBCASE("while queued") {
            bench.set_choice("anna", AgentChoice::away);
            bench.start("c1", "sales");
        }
        SUBCASE("while offered") {
            bench.config.departments[0].offer_timeout = 1h;
            bench.configure();
            bench.offer_first();
        }
        bench.conversation("c1").customer_absent_since = bench.now;
        bench.tell(bench.conversation("c1"));
        const auto abandon = bench.exactly_after<Abandon>(45s);
        CHECK(abandon.conversation.value == "c1");
        CHECK(abandon.version == bench.conversation("c1").version);
    }

    TEST_CASE("a customer that came back is not given up, nor one whose conversation is active") {
        DeadlineBench bench;
        SUBCASE("came back") {
            bench.set_choice("anna", AgentChoice::away);
            bench.start("c1", "sales");
            bench.conversation("c1").customer_absent_since = bench.now;
            bench.tell(bench.conversation("c1"));
            bench.conversation("c1").customer_absent_since.reset();
            bench.tell(bench.conversation("c1"));
        }
        SUBCASE("active") {
            bench.own_first();
            bench.conversation("c1").customer_absent_since = bench.now;
            bench.tell(bench.conversation("c1"));
        }
        CHECK_FALSE(bench.router.next_deadline());
        bench.after(1h);
        CHECK(bench.decided.empty());
    }

    TEST_CASE("an owner may be offline for the grace, then the conversation goes back") {
        DeadlineBench bench;
        bench.own_first();
        bench.go_offline("anna");
        CHECK(bench.decided.empty());
        SUBCASE("it stays away") {
            const auto requeue = bench.exactly_after<Requeue>(60s);
            CHECK(requeue.conversation.value == "c1");
            CHECK(requeue.agent.value == "anna");
            CHECK(requeue.assign_epoch == 1);
        }
        SUBCASE("it returns") {
            bench.after(59s);
            bench.sign_in("anna");
            bench.after(1h);
            CHECK(bench.decided.empty());
        }
    }

    TEST_CASE("a wrap-up ends at its deadline, or when its owner stays offline") {
        DeadlineBench bench;
        bench.own_first();
        Conversation& conversation = bench.conversation("c1");
        conversation.status = ConversationStatus::wrap_up;
        SUBCASE("deadline") {
            conversation.deadline = bench.now + 120s;
            bench.tell(conversation);
            CHECK(bench.exactly_after<EndWrapUp>(120s).assign_epoch == 1);
        }
        SUBCASE("mandatory has none") {
            bench.tell(conversation);
            CHECK_FALSE(bench.router.next_deadline());
        }
        SUBCASE("offline") {
            bench.tell(conversation);
            bench.go_offline("anna");
            CHECK(bench.exactly_after<EndWrapUp>(60s).conversation.value == "c1");
        }
        SUBCASE("the earlier of both") {
            conversation.deadline = bench.now + 10s;
            bench.tell(conversation);
            bench.go_offline("anna");
            bench.exactly_after<EndWrapUp>(10s);
        }
    }

    TEST_CASE("changed times of a department hold for what already waits") {
        DeadlineBench bench;
        bench.own_first();
        bench.go_offline("anna");
        bench.start("c2", "sales");
        bench.conversation("c2").customer_absent_since = bench.now;
        bench.tell(bench.conversation("c2"));
        bench.after(10s);
        bench.config.departments[0].agent_grace = 5s;
        bench.config.departments[0].abandon_after = 9s;
        bench.configure();
        REQUIRE(bench.decided.size() == 2);
        CHECK(std::get<Requeue>(bench.decided[0]).conversation.value == "c1");
        CHECK(std::get<Abandon>(bench.decided[1]).conversation.value == "c2");
    }

    TEST_CASE("ticks that are early or doubled are harmless") {
        DeadlineBench bench;
        bench.offer_first();
        CHECK(bench.router.tick(bench.now).empty());
        CHECK(bench.router.tick(bench.now + 20s).size() == 1);
        CHECK(bench.router.tick(bench.now + 20s).empty());
        CHECK(bench.router.tick(bench.now).empty());
    }
}

}  // namespace switchboard::domain
