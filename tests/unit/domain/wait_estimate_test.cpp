// SPDX-License-Identifier: Apache-2.0
// Estimates of waits: against the formula by hand, against what comes true, and from the router's own picture.
#include "domain/wait_estimate.hpp"
#include "unit/domain/router_bench.hpp"

#include <cmath>
#include <deque>
#include <random>

namespace switchboard::domain {

namespace {

using namespace std::chrono_literals;

const DepartmentId sales{"sales"}, support{"support"};

// Queues as a picture, without a router.
struct Picture {
    Competition competition;
    std::deque<Conversation> conversations;

    Picture() {
        competition.departments = {{sales, 0}, {support, 0}};
        competition.groups = {{0, {}, false}, {1, {}, false}};
        competition.compared = 2;
    }
    std::uint32_t group(std::size_t department) {
        competition.groups.push_back({department, {}, false});
        return static_cast<std::uint32_t>(++competition.compared - 1);
    }
    void wait(std::uint32_t group, int order) {
        Conversation& made = conversations.emplace_back();
        made.id = ConversationId{"c" + std::to_string(conversations.size())};
        auto& department = competition.departments[competition.groups[group].department];
        competition.groups[group].waiting.push_back({&made.id, from_ms(order), ++department.waiting});
    }
    void team(std::vector<std::uint32_t> groups, unsigned holds) { competition.teams.push_back({std::move(groups), {{0, holds}}}); }
};

double seconds(Duration time) { return std::chrono::duration<double>(time).count(); }

}  // namespace

TEST_SUITE("wait estimate") {
    TEST_CASE("before anything is learned, one conversation in hand is let go after 300 s on average") {
        Picture picture;
        const auto group = picture.group(0);
        picture.wait(group, 1);
        picture.wait(group, 2);
        picture.team({0, group}, 10);
        WaitEstimator estimator;
        const auto told = estimator.estimate(picture.competition, from_ms(0)).waiting[group];
        REQUIRE(told.size() == 2);
        // Exponential with a mean of 30 s: medians 20.8 s, 90 % within 69.1 s. The second one waits for one more.
        CHECK(seconds(told[0]->p50) == doctest::Approx(30 * std::log(2.0)).epsilon(0.03));
        CHECK(seconds(told[0]->p90) == doctest::Approx(30 * std::log(10.0)).epsilon(0.03));
        CHECK(told[1]->p50 > told[0]->p50 * 2);
        CHECK(told[1]->p90 > told[0]->p90);
    }

    TEST_CASE("nobody can say while no agent for it accepts work or has anything in hand") {
        Picture picture;
        const auto group = picture.group(0);
        picture.wait(group, 1);
        picture.team({0}, 3);
        WaitEstimator estimator;
        CHECK_FALSE(estimator.estimate(picture.competition, from_ms(0)).waiting[group][0]);
        picture.team({0, group}, 0);
        CHECK_FALSE(estimator.estimate(picture.competition, from_ms(0)).waiting[group][0]);
        picture.team({group}, 1);
        CHECK(estimator.estimate(picture.competition, from_ms(0)).waiting[group][0]);
    }

    TEST_CASE("only those ahead that compete for the same agents count, by their share") {
        const auto last_p50 = [](std::vector<std::uint32_t> both_take, unsigned both_hold, unsigned own_hold) {
            Picture picture;
            const auto mine = picture.group(0), theirs = picture.group(1);
            for (int i = 0; i < 8; ++i) picture.wait(theirs, i);
            picture.wait(mine, 100);
            picture.team({mine}, own_hold);
            picture.team({theirs}, 10);
            if (both_hold > 0) picture.team(std::move(both_take), both_hold);
            WaitEstimator estimator;
            return estimator.estimate(picture.competition, from_ms(0)).waiting[mine][0]->p50;
        };
        const auto alone = last_p50({}, 0, 10), shared = last_p50({2, 3}, 5, 5), all_shared = last_p50({2, 3}, 10, 0);
        CHECK(alone < shared);
        CHECK(shared < all_shared);
    }

    TEST_CASE("who would come now: at once where an agent has room and nobody waits, else behind all") {
        Picture picture;
        picture.team({0, 1}, 2);
        picture.competition.groups[0].room = true;
        const auto group = picture.group(1);
        picture.wait(group, 1);
        picture.competition.teams[0].groups.push_back(group);
        picture.competition.groups[1].room = true;  // but somebody waits, whom the agent may not take
        WaitEstimator estimator;
        const auto newcomers = estimator.estimate(picture.competition, from_ms(0)).newcomers;
        CHECK(newcomers[0]->p90 == 0ms);
        CHECK(newcomers[1]->p50 > 0ms);
    }

    TEST_CASE("rates are learned from what happens, and the past fades") {
        WaitEstimator estimator;
        Timestamp now = from_ms(1'000'000);
        Conversation held;
        held.requirement.department = sales;
        for (int i = 0; i < 1000; ++i) {  // each is held for 20 s
            held.id = ConversationId{std::to_string(i)};
            held.status = ConversationStatus::active;
            estimator.learn(held, now);
            now += 20s;
            held.status = ConversationStatus::closed;
            estimator.learn(held, now);
        }
        Picture picture;
        const auto group = picture.group(0);
        picture.wait(group, 1);
        picture.team({group}, 1);
        CHECK(seconds(estimator.estimate(picture.competition, now).waiting[group][0]->p50) == doctest::Approx(20 * std::log(2.0)).epsilon(0.1));
    }

    TEST_CASE("whatever the truth, nine of ten come true in the long run") {
        for (const double truth : {0.3, 1.0, 3.0}) {  // times what the rates suggest
            CAPTURE(truth);
            Picture picture;
            const auto group = picture.group(0);
            picture.wait(group, 1);
            picture.team({group}, 10);
            WaitEstimator estimator;
            std::mt19937_64 random(7);
            std::exponential_distribution<double> wait(1 / (30 * truth));
            int within_p50 = 0, within_p90 = 0;
            const int judged = 4000;
            for (int i = 0; i < judged; ++i) {
                const auto told = *estimator.estimate(picture.competition, from_ms(0)).waiting[group][0];
                const double came = wait(random);
                within_p50 += came <= seconds(told.p50);
                within_p90 += came <= seconds(told.p90);
                estimator.judge(sales, came > seconds(told.p50), came > seconds(told.p90));
            }
            CHECK(within_p50 == doctest::Approx(0.5 * judged).epsilon(0.05));
            CHECK(within_p90 == doctest::Approx(0.9 * judged).epsilon(0.02));
        }
    }

    TEST_CASE("the router's picture: classes, their agents, what these hold, places") {
        RouterBench bench;
        bench.department("sales");
        bench.department("support");
        bench.profile("anna", "sales", {{"billing", 3}});
        bench.profile("ben", "sales");
        bench.profile("cleo", "support", {}, 2);
        bench.configure();
        for (const char* agent : {"anna", "ben"}) bench.sign_in(agent);
        bench.sign_in("cleo");
        for (const char* id : {"held1", "held2"}) {
            bench.start(id, "sales");
            bench.store_offer(bench.only<MakeOffer>());
            bench.accept(id);
        }
        bench.start("plain", "sales");
        bench.now += 1s;
        bench.start("billing", "sales", {{"billing", 2}});
        const Competition picture = bench.router.competition();

        REQUIRE(picture.groups.size() == 4);
        CHECK(picture.compared == 4);
        CHECK(picture.departments[0].waiting == 2);
        CHECK_FALSE(picture.groups[0].room);
        CHECK(picture.groups[1].room);
        std::map<std::string, std::uint32_t> group_of;
        for (std::uint32_t i = 2; i < 4; ++i) {
            REQUIRE(picture.groups[i].waiting.size() == 1);
            group_of[picture.groups[i].waiting[0].id->value] = i;
        }
        CHECK(picture.groups[group_of["plain"]].waiting[0].position == 1);
        CHECK(picture.groups[group_of["billing"]].waiting[0].position == 2);
        std::map<std::vector<std::uint32_t>, unsigned> holds;
        for (const auto& team : picture.teams) holds[team.groups] = team.holds.empty() ? 0 : team.holds[0].second;
        std::vector<std::uint32_t> both{0, 2, 3};
        CHECK(holds.size() == 3);
        CHECK(holds[both] == 1);                             // anna
        CHECK(holds[{0, group_of["plain"]}] == 1);           // ben
        CHECK(holds[{1}] == 0);                              // cleo
        bench.set_choice("anna", AgentChoice::away);
        CHECK(bench.router.competition().teams.size() == 2);
    }
}

}  // namespace switchboard::domain
