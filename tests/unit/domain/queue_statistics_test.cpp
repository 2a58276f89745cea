// SPDX-License-Identifier: Apache-2.0
// What counts for which queue, when, and what the ratios mean.
#include "domain/queue_statistics.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

namespace switchboard::domain {

namespace {

const DepartmentId sales{"sales"}, billing{"billing"};
constexpr Timestamp noon = from_ms(1'700'000'000'000 - 1'700'000'000'000 % 86'400'000 + 43'200'000);

struct Counted {
    Counted() {
        for (const auto& id : {sales, billing}) {
            config.departments.emplace_back();
            config.departments.back().id = id;
            config.departments.back().service_level = 60s;
            config.departments.back().short_abandon = 5s;
        }
        statistics.configure(config);
        conversation.id = ConversationId{"c1"};
    }
    void begin(const DepartmentId& department = sales) {
        conversation = {};
        conversation.version = 1;
        conversation.requirement.department = department;
        conversation.enqueued = conversation.arrival = now;
        last = statistics.observe(nullptr, conversation, now);
    }
    template <class Change>
    void change(Change how, const ToldEstimate* told = nullptr) {
        const Conversation before = conversation;
        ++conversation.version;
        how(conversation);
        last = statistics.observe(&before, conversation, now, told);
    }
    void to(ConversationStatus status, ClosedReason reason = ClosedReason::none) {
        change([&](Conversation& c) {
            c.status = status;
            c.closed_reason = reason;
            if (status == ConversationStatus::active) ++c.assign_epoch;
        });
    }
    QueueTotals today(const DepartmentId& department = sales) const { return statistics.today(department, now); }
    QueueTotals recent(const DepartmentId& department = sales) const { return statistics.recent(department, now); }

    TenantConfig config;
    QueueStatistics statistics;
    Conversation conversation;
    std::vector<QueueStep> last;
    Timestamp now = noon;
};

}  // namespace

TEST_SUITE("queue statistics") {
    TEST_CASE("an answer counts once, with the wait from the first time in a queue") {
        Counted t;
        t.begin();
        CHECK(t.today().offered == 1);
        t.now += 20s;
        t.to(ConversationStatus::offered);
        t.to(ConversationStatus::queued);
        t.to(ConversationStatus::offered);
        CHECK(t.last.empty());
        t.now += 40s;
        t.to(ConversationStatus::active);
        REQUIRE(t.last.size() == 1);
        CHECK(t.last[0].kind == QueueStep::Kind::answered);
        CHECK(t.last[0].wait == 60s);
        CHECK(t.last[0].in_time);
        // Passed on, answered again, closed: nothing more.
        t.now += 500s;
        t.change([](Conversation& c) {
            c.status = ConversationStatus::queued;
            c.requirement.department = billing;
        });
        t.to(ConversationStatus::active);
        t.to(ConversationStatus::wrap_up);
        t.to(ConversationStatus::closed, ClosedReason::resolved);
        const auto totals = t.today();
        CHECK(totals.answered == 1);
        CHECK(totals.answered_in_time == 1);
        CHECK(totals.answered_wait == 60s);
        CHECK(totals.longest_wait == 60s);
        CHECK(t.today(billing) == QueueTotals{});
        CHECK(t.recent() == totals);
    }

    TEST_CASE("just too late is too late; the longest wait is the longest") {
        Counted t;
        for (const auto wait : {60'001ms, 1000ms}) {
            t.begin();
            t.now += wait;
            t.to(ConversationStatus::active);
        }
        CHECK(t.today().answered == 2);
        CHECK(t.today().answered_in_time == 1);
        CHECK(t.today().longest_wait == 60'001ms);
        CHECK(t.today().answered_wait == 61'001ms);
    }

    TEST_CASE("who leaves is told apart: at once, in time, late, not taken at all") {
        Counted t;
        for (const auto wait : {5s, 60s, 61s}) {
            t.begin();
            t.now += wait;
            t.to(ConversationStatus::closed, ClosedReason::abandoned);
        }
        for (const auto reason : {ClosedReason::turned_away, ClosedReason::out_of_hours}) {
            t.begin();
            t.to(ConversationStatus::closed, reason);
            CHECK(t.last.at(0).kind == QueueStep::Kind::turned_away);
        }
        CHECK(t.today().offered == 5);
        CHECK(t.today().abandoned == 3);
        CHECK(t.today().abandoned_short == 1);
        CHECK(t.today().abandoned_in_time == 2);
        CHECK(t.today().turned_away == 2);
        CHECK(t.today().answered == 0);
    }

    TEST_CASE("who is passed on while he waits has overflowed, and is offered in the other department") {
        Counted t;
        t.begin();
        t.now += 10s;
        t.change([](Conversation& c) { c.requirement.department = billing; });
        REQUIRE(t.last.size() == 2);
        CHECK(t.last[0].kind == QueueStep::Kind::overflowed);
        CHECK(t.last[0].department == sales);
        CHECK(t.last[0].wait == 10s);
        CHECK(t.last[1].kind == QueueStep::Kind::offered);
        CHECK(t.last[1].department == billing);
        t.now += 10s;
        t.to(ConversationStatus::active);
        CHECK(t.today().overflowed == 1);
        CHECK(t.today().answered == 0);
        CHECK(t.today(billing).offered == 1);
        CHECK(t.today(billing).answered_wait == 20s);
    }

    TEST_CASE("what is seen for the first time counts only when it is new") {
        Counted t;
        t.begin();
        const Conversation fresh = t.conversation;
        Conversation old = fresh, changed = fresh, over = fresh;
        changed.version = 2;
        over.status = ConversationStatus::closed;
        old.enqueued = t.now - 10'001ms;
        for (const auto& seen : {old, changed, over}) CHECK(t.statistics.observe(nullptr, seen, t.now).empty());
        old.enqueued = t.now - 10s;
        CHECK(t.statistics.observe(nullptr, old, t.now).size() == 1);
        // And its end counts all the same.
        t.conversation = changed;
        t.to(ConversationStatus::active);
        CHECK(t.today().answered == 1);
    }

    TEST_CASE("at midnight, UTC, today begins anew; the last half hour does not") {
        Counted t;
        t.now = noon + 12h - 1ms;
        t.begin();
        CHECK(t.today().offered == 1);
        t.now += 1ms;
        CHECK(t.today() == QueueTotals{});
        CHECK(t.recent().offered == 1);
        t.to(ConversationStatus::active);
        CHECK(t.today().offered == 0);
        CHECK(t.today().answered == 1);
        CHECK(t.recent().offered == 1);
    }

    TEST_CASE("the window holds the running minute and 29 before it, also after long silence") {
        Counted t;
        t.begin();
        t.now += 29min;
        CHECK(t.recent().offered == 1);
        t.now += 1min;
        CHECK(t.recent().offered == 0);
        t.begin();
        CHECK(t.recent().offered == 1);
        t.now += 48h;
        CHECK(t.recent() == QueueTotals{});
        CHECK(t.today() == QueueTotals{});
    }

    TEST_CASE("the next one goes on counting: today only, and nothing twice") {
        Counted t;
        t.begin();
        t.now += 1s;
        t.to(ConversationStatus::active);
        const auto saved = t.statistics.save(t.now);
        const auto taken = t.now;

        Counted next;
        next.now = t.now + 2s;
        next.begin();
        next.statistics.restore(saved, taken, next.now);
        CHECK(next.today().offered == 2);
        CHECK(next.today().answered == 1);
        CHECK(next.recent().offered == 1);
        Conversation counted_before = next.conversation;
        counted_before.enqueued = taken;
        CHECK(next.statistics.observe(nullptr, counted_before, next.now).empty());
        counted_before.enqueued = taken + 1ms;
        CHECK(next.statistics.observe(nullptr, counted_before, next.now).size() == 1);

        Counted tomorrow;
        tomorrow.now = t.now + 24h;
        tomorrow.statistics.restore(saved, taken, tomorrow.now);
        CHECK(tomorrow.today() == QueueTotals{});
        CHECK(t.statistics.save(t.now + 24h).empty());
    }

    TEST_CASE("a department that goes takes its totals along; one that stays keeps them, under new limits") {
        Counted t;
        t.begin();
        t.config.departments[0].service_level = 5s;
        t.config.departments.pop_back();
        t.statistics.configure(t.config);
        CHECK(t.today().offered == 1);
        t.now += 6s;
        t.to(ConversationStatus::active);
        CHECK(t.today().answered_in_time == 0);
        t.begin(billing);
        CHECK(t.last.empty());
        t.change([](Conversation& c) { c.requirement.department = sales; });
        REQUIRE(t.last.size() == 1);
        CHECK(t.last[0].kind == QueueStep::Kind::offered);
    }

    TEST_CASE("estimates: what came true") {
        Counted t;
        for (const auto late : {0ms, 1ms}) {
            t.begin();
            const ToldEstimate told{t.now + 10s, t.now + 30s};
            t.now += 30s + late;
            t.change(
                [](Conversation& c) {
                    c.status = ConversationStatus::active;
                    c.assign_epoch = 1;
                },
                &told);
        }
        t.begin();
        t.to(ConversationStatus::active);
        CHECK(t.today().answered == 3);
        CHECK(t.today().estimated == 2);
        CHECK(t.today().estimated_in_p90 == 1);
    }

    TEST_CASE("service levels A to D") {
        QueueTotals totals;
        for (const auto variant : {LevelVariant::of_offered, LevelVariant::of_ended, LevelVariant::without_short, LevelVariant::removed})
            CHECK_FALSE(service_level(totals, variant).has_value());
        totals.offered = 100;
        totals.answered = 60;
        totals.answered_in_time = 45;
        totals.abandoned = 20;
        totals.abandoned_short = 8;
        totals.abandoned_in_time = 15;
        CHECK(*service_level(totals, LevelVariant::of_offered) == doctest::Approx(0.45));
        CHECK(*service_level(totals, LevelVariant::of_ended) == doctest::Approx(45.0 / 80));
        CHECK(*service_level(totals, LevelVariant::without_short) == doctest::Approx(45.0 / 72));
        CHECK(*service_level(totals) == *service_level(totals, LevelVariant::without_short));
        CHECK(*service_level(totals, LevelVariant::removed) == doctest::Approx(0.75));
    }

    TEST_CASE("random lives: what was offered has left in one way or waits still") {
        std::mt19937 random(4711);
        const auto draw = [&](unsigned below) { return random() % below; };
        Counted t;
        QueueTotals waiting;
        for (int life = 0; life < 3000; ++life) {
            t.begin(draw(2) ? sales : billing);
            for (unsigned steps = draw(7); steps > 0; --steps) {
                using S = ConversationStatus;
                const auto status = t.conversation.status;
                if (status == S::closed) break;
                switch (draw(6)) {
                case 0: t.to(S::closed, draw(2) ? ClosedReason::abandoned : ClosedReason::turned_away); break;
                case 1: if (status == S::queued) t.to(S::offered); break;
                case 2: if (status != S::active) t.to(S::active); break;
                case 3: t.to(S::queued); break;
                default: t.change([&](Conversation& c) { c.requirement.department = draw(2) ? sales : billing; }); break;
                }
            }
            const auto last = t.conversation.status;
            if ((last == ConversationStatus::queued || last == ConversationStatus::offered) && t.conversation.assign_epoch == 0) ++waiting.offered;
        }
        QueueTotals sum = t.today(sales);
        sum += t.today(billing);
        CHECK(sum.offered - sum.overflowed == 3000);
        CHECK(sum.offered == sum.answered + sum.abandoned + sum.overflowed + sum.turned_away + waiting.offered);
        CHECK(sum.answered > 100);
        CHECK(sum.overflowed > 100);
    }
}

}  // namespace switchboard::domain
