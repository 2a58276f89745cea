// SPDX-License-Identifier: Apache-2.0
// Active conversations in which nobody writes, and departments that close.
#include "unit/domain/router_bench.hpp"

#include <functional>
#include <optional>

namespace switchboard::domain {

namespace {

template <class Kind>
const Kind* the_one(const std::vector<Decision>& decisions) {
    return decisions.size() == 1 ? std::get_if<Kind>(&decisions.front()) : nullptr;
}

// Ann has the conversation c1.
struct Talk : RouterBench {
    explicit Talk(const std::function<void(Department&)>& settle, unsigned capacity = 2) {
        settle(department("sales"));
        profile("ann", "sales", {}, capacity);
        configure();
        sign_in("ann");
        start("c1", "sales", {}, config.departments[0].conversation_weight);
        REQUIRE(the_one<MakeOffer>(decided));
        store_offer(MakeOffer(*the_one<MakeOffer>(decided)));
        accept("c1");
    }
    Timestamp began = now;

    void wrote(std::optional<Timestamp> customer, std::optional<Timestamp> by_agent, std::optional<Timestamp> warned = {}) {
        decided = router.apply(Activity{ConversationId{"c1"}, conversation("c1").assign_epoch, 7, customer, by_agent, warned}, now);
    }
};

}  // namespace

TEST_CASE("nothing is asked where no limit is set") {
    Talk talk([](Department&) {});
    talk.after(std::chrono::hours(10));
    CHECK(talk.decided.empty());
}

TEST_CASE("an agent who does not answer loses the conversation, and is not asked for it again at once") {
    Talk talk([](Department& department) { department.reply_within = 60s; });
    talk.after(59s);
    CHECK(talk.decided.empty());
    talk.after(1s);
    REQUIRE(the_one<CheckActivity>(talk.decided));
    SUBCASE("unanswered") {
        talk.wrote(talk.began, {});
        const auto* requeue = the_one<Requeue>(talk.decided);
        REQUIRE(requeue);
        CHECK(requeue->why == Requeue::Why::no_reply);
        CHECK(requeue->cooldown == 30s);
    }
    SUBCASE("answered: the question comes again when the next one could be due") {
        talk.wrote(talk.began + 10s, talk.began + 20s);
        CHECK(talk.decided.empty());
        talk.after(60s);
        CHECK(the_one<CheckActivity>(talk.decided));
    }
    SUBCASE("the customer wrote again a moment ago: the time counts from there") {
        talk.wrote(talk.began + 30s, {});
        CHECK(talk.decided.empty());
        talk.after(30s);
        CHECK(the_one<CheckActivity>(talk.decided));
    }
    SUBCASE("an answer about an earlier assignment says nothing") {
        talk.decided = talk.router.apply(Activity{ConversationId{"c1"}, 99, 7, talk.began, {}, {}}, talk.now);
        CHECK(talk.decided.empty());
    }
}

TEST_CASE("a customer who is silent is warned, then the conversation is closed") {
    Talk talk([](Department& department) {
        department.inactive_warn_after = 300s;
        department.inactive_close_after = 120s;
    });
    talk.after(300s);
    REQUIRE(the_one<CheckActivity>(talk.decided));
    talk.wrote(talk.began - 1s, talk.began);
    REQUIRE(the_one<WarnInactive>(talk.decided));
    CHECK(the_one<WarnInactive>(talk.decided)->head_seq == 7);
    talk.after(300s);
    REQUIRE(the_one<CheckActivity>(talk.decided));
    SUBCASE("still silent") {
        talk.wrote(talk.began - 1s, talk.began, talk.began + 300s);
        REQUIRE(the_one<CloseInactive>(talk.decided));
    }
    SUBCASE("back again: nothing was warned of since") {
        talk.wrote(talk.began + 400s, talk.began + 410s);
        CHECK(talk.decided.empty());
    }
}

TEST_CASE("idle conversations count less, until the customer writes again") {
    Talk talk([](Department& department) {
        department.conversation_weight = 2;
        department.idle_weight = 1;
        department.idle_after = 300s;
    }, 3);
    talk.start("c2", "sales", {}, 2);
    CHECK(talk.decided.empty());  // 2 of 3 in use
    talk.after(300s);
    REQUIRE(the_one<CheckActivity>(talk.decided));
    talk.wrote(talk.began - 1s, talk.began);
    const auto* offer = the_one<MakeOffer>(talk.decided);
    REQUIRE(offer);
    CHECK(offer->conversation == ConversationId{"c2"});
    CHECK(offer->capacity == 4);  // what the store counts in full is allowed for
    talk.answer(*offer, ClaimResult::Outcome::refused);
    talk.wrote(talk.now, talk.began);
    talk.after(5s);
    CHECK_FALSE(the_one<MakeOffer>(talk.decided));
}

TEST_CASE("at closing time those who wait are sent home, if the department says so") {
    RouterBench bench;
    bench.now = from_ms(1'767'603'600'000);  // Monday 2026-01-05 09:00 UTC
    BusinessHours hours;
    hours.week.assign(7, {});
    for (std::size_t day = 0; day < 5; ++day) hours.week[day] = {{8 * 60, 17 * 60}};
    hours.close_queue = true;
    bench.department("sales").hours = hours;
    bench.configure();
    bench.start("c1", "sales");
    CHECK(bench.decided.empty());
    bench.start("talked", "sales");
    bench.conversation("talked").assign_epoch = 1;  // was passed on
    bench.tell(bench.conversation("talked"));
    const auto closing = bench.now + std::chrono::hours(8);
    REQUIRE(bench.router.next_deadline());
    CHECK(*bench.router.next_deadline() <= closing);
    bench.after(std::chrono::hours(8) - 1ms);
    CHECK(bench.decided.empty());
    bench.after(1ms);
    const auto* away = the_one<TurnAway>(bench.decided);
    REQUIRE(away);
    CHECK(away->conversation == ConversationId{"c1"});
    CHECK(away->reason == ClosedReason::out_of_hours);
}

TEST_CASE("an agent who is being asked is not the one who has been idle longest") {
    RouterBench bench;
    bench.department("sales");
    bench.profile("ann", "sales", {}, 5);
    bench.profile("bob", "sales", {}, 5);
    bench.configure();
    bench.sign_in("ann");
    bench.now += 1s;
    bench.sign_in("bob");
    bench.now += 1s;
    std::vector<std::string> asked;
    for (const char* id : {"c1", "c2", "c3"}) {
        bench.start(id, "sales");
        REQUIRE(the_one<MakeOffer>(bench.decided));
        const MakeOffer offer = *the_one<MakeOffer>(bench.decided);
        asked.push_back(offer.agent.value);
        bench.agent(offer.agent.value).asked_at = bench.now;
        bench.store_offer(offer);
        bench.now += 1s;
    }
    CHECK(asked == std::vector<std::string>{"ann", "bob", "ann"});
}

}  // namespace switchboard::domain
