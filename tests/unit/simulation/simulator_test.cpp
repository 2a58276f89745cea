// SPDX-License-Identifier: Apache-2.0
#include "simulation/simulator.hpp"
#include "simulation/virtual_store.hpp"

#include <doctest/doctest.h>

namespace switchboard::simulation {

using namespace domain;
using namespace std::chrono_literals;

namespace {

const Timestamp start = from_ms(1'000'000'000);
const DepartmentId desk{"desk"};

// One department, agents who are there for an hour.
struct Centre {
    explicit Centre(unsigned agents) {
        config->departments.emplace_back();
        config->departments.back().id = desk;
        config->departments.back().wrap_up = WrapUpMode::none;
        for (unsigned i = 0; i < agents; ++i) {
            AgentProfile agent;
            agent.id = AgentId{"agent-" + std::to_string(i)};
            agent.departments = {desk};
            agent.capacity = 1;
            config->agents.push_back(agent);
            work.shifts.push_back({agent.id, start, start + 1h});
        }
    }

    Department& department() { return config->departments.front(); }

    Arrival& arrive(Duration at, Duration service, std::optional<Duration> patience = std::nullopt) {
        Arrival arrival;
        arrival.at = start + at;
        arrival.requirement.department = desk;
        arrival.service = service;
        arrival.patience = patience;
        work.arrivals.push_back(arrival);
        return work.arrivals.back();
    }

    RunResult run(const Behaviour& behaviour = {}, Observer* observer = nullptr) {
        config->build_index();
        return simulate(config, work, behaviour, observer);
    }

    std::shared_ptr<TenantConfig> config = std::make_shared<TenantConfig>();
    Workload work;
};

void check(const Outcome& outcome, End end, Duration wait) {
    CHECK(static_cast<int>(outcome.end) == static_cast<int>(end));
    CHECK(outcome.wait == wait);
}

}  // namespace

TEST_CASE("who comes first is served first, as soon as the agent is free") {
    Centre centre(1);
    centre.arrive(0s, 60s);
    centre.arrive(10s, 60s);
    centre.arrive(20s, 60s);
    const RunResult run = centre.run();
    check(run.outcomes[0], End::answered, 0s);
    check(run.outcomes[1], End::answered, 50s);
    check(run.outcomes[2], End::answered, 100s);
    CHECK(run.offers == 3);
    CHECK(run.refused == 0);
    CHECK(run.agents.at(AgentId{"agent-0"}).held == 180s);
    CHECK(run.agents.at(AgentId{"agent-0"}).capacity == 1h);
}

TEST_CASE("a boost and urgency put customers ahead") {
    Centre centre(1);
    centre.arrive(0s, 60s);
    centre.arrive(1s, 60s);
    centre.arrive(2s, 60s).boost = 30s;
    centre.arrive(3s, 60s).urgent = true;
    const RunResult run = centre.run();
    check(run.outcomes[3], End::answered, 57s);
    check(run.outcomes[2], End::answered, 118s);
    check(run.outcomes[1], End::answered, 179s);
}

TEST_CASE("customers leave when their patience ends, but not in the moment in which they are answered") {
    Centre centre(1);
    centre.arrive(0s, 60s, 0s);
    centre.arrive(1s, 60s, 58s);
    centre.arrive(2s, 60s, 58s);
    const RunResult run = centre.run();
    check(run.outcomes[0], End::answered, 0s);
    check(run.outcomes[1], End::abandoned, 58s);
    check(run.outcomes[2], End::answered, 58s);
}

TEST_CASE("an answer takes its time, and a wrap-up holds the agent") {
    Centre centre(1);
    centre.department().wrap_up = WrapUpMode::mandatory;
    centre.arrive(0s, 60s);
    centre.arrive(10s, 60s);
    RunResult run = centre.run({5s, 30s});
    check(run.outcomes[0], End::answered, 5s);
    check(run.outcomes[1], End::answered, 90s);
    CHECK(run.outcomes[0].held == 95s);

    centre.department().wrap_up = WrapUpMode::timed;  // the router ends it
    centre.department().wrap_up_time = 20s;
    run = centre.run({5s, 30s});
    check(run.outcomes[1], End::answered, 80s);
}

TEST_CASE("an agent whose shift ends takes nothing more, and finishes what it has") {
    Centre centre(1);
    centre.work.shifts[0].to = start + 30s;
    centre.arrive(0s, 60s);
    centre.arrive(10s, 60s, 5min);
    const RunResult run = centre.run();
    check(run.outcomes[0], End::answered, 0s);
    check(run.outcomes[1], End::abandoned, 5min);
    CHECK(run.agents.at(AgentId{"agent-0"}).capacity == 60s);
}

TEST_CASE("an agent in two shifts is there until the last one ends, and comes back for the next one") {
    Centre centre(1);
    centre.work.shifts = {{AgentId{"agent-0"}, start, start + 20s}, {AgentId{"agent-0"}, start + 10s, start + 40s},
                          {AgentId{"agent-0"}, start + 100s, start + 200s}};
    centre.arrive(30s, 1s);
    centre.arrive(50s, 1s);
    const RunResult run = centre.run();
    check(run.outcomes[0], End::answered, 0s);
    check(run.outcomes[1], End::answered, 50s);
    CHECK(run.agents.at(AgentId{"agent-0"}).capacity == 140s);
}

TEST_CASE("nobody comes: they wait to the end; a department that is not open turns away") {
    Centre centre(0);
    centre.arrive(0s, 60s);
    centre.arrive(10s, 60s);
    CHECK(static_cast<int>(centre.run().outcomes[0].end) == static_cast<int>(End::unanswered));
    centre.department().open = false;
    CHECK(static_cast<int>(centre.run().outcomes[1].end) == static_cast<int>(End::turned_away));
}

TEST_CASE("out of hours a department that stands in takes it") {
    Centre centre(1);
    centre.config->departments.push_back(centre.department());
    centre.config->departments.back().id = DepartmentId{"other"};
    centre.config->agents.front().departments = {DepartmentId{"other"}};
    centre.department().hours.week = {{}, {}, {}, {}, {}, {}, {}};
    centre.arrive(0s, 60s).requirement.skills = {{"rare", 5}};
    CHECK(static_cast<int>(centre.run().outcomes[0].end) == static_cast<int>(End::turned_away));
    centre.department().overflow = {DepartmentId{"other"}};
    check(centre.run().outcomes[0], End::answered, 0s);
}

TEST_CASE("an offer that takes too long to answer, and departments without offers, cannot be simulated") {
    Centre centre(1);
    CHECK(obstacle(*centre.config, {19s, 0s}).empty());
    CHECK(obstacle(*centre.config, {20s, 0s}).find("nothing would be answered") != std::string::npos);
    centre.department().mode = QueueMode::pull;
    CHECK(obstacle(*centre.config, {}).find("pull mode") != std::string::npos);
}

TEST_CASE("who looks on sees each customer come and be answered, with the router as it is then") {
    struct Watcher : Observer {
        void arrived(const Router& router, const Conversation& conversation, Timestamp) override {
            const auto place = router.place(conversation.id);
            places.push_back(place ? place->position : 0);
        }
        void answered(const Router& router, const Conversation& conversation, Duration wait, Timestamp) override {
            CHECK_FALSE(router.place(conversation.id));
            waits.push_back(wait);
        }
        void left(const Router&, const Conversation&, Duration, Timestamp) override { ++lost; }
        std::vector<unsigned> places;
        std::vector<Duration> waits;
        int lost = 0;
    } watcher;
    Centre centre(1);
    centre.arrive(0s, 60s);
    centre.arrive(10s, 60s);
    centre.arrive(20s, 60s, 20s);
    centre.run({}, &watcher);
    // The first one is still offered: it is accepted in an event of its own.
    CHECK(watcher.places == std::vector<unsigned>{1, 1, 2});
    CHECK(watcher.waits == std::vector<Duration>{0s, 50s});
    CHECK(watcher.lost == 1);
}

// ---- the store's part of decisions that a small centre does not bring about

namespace {

const ConversationId one{"one"};
const AgentId ada{"ada"};

struct Waiting {
    Waiting() {
        Conversation conversation;
        conversation.id = one;
        conversation.requirement.department = desk;
        conversation.requirement.agent = ada;
        conversation.deadline = start + 1min;
        conversation.step = 2;
        store.start(conversation);
        store.sign_in(ada, start);
    }
    const Conversation& now() const { return *store.conversation(one); }
    void talk() {
        REQUIRE(store.carry_out(MakeOffer{one, ada, 1, now().version, start + 20s, {}}, start));
        REQUIRE(store.accept(one, start));
    }
    VirtualStore store;
};

}  // namespace

TEST_CASE("the store widens and moves what waits, and refuses an old version") {
    Waiting waiting;
    CHECK_FALSE(waiting.store.carry_out(Widen{one, 0, 3, true}, start));
    CHECK(waiting.store.carry_out(Widen{one, waiting.now().version, 1, false}, start));
    CHECK(waiting.now().step == 2);
    CHECK(waiting.now().requirement.agent == ada);
    CHECK(waiting.store.carry_out(Widen{one, waiting.now().version, 3, true}, start));
    CHECK(waiting.now().step == 3);
    CHECK(waiting.now().requirement.agent.empty());
    CHECK(waiting.now().deadline == Timestamp{});

    Requirement other;
    other.department = DepartmentId{"other"};
    CHECK_FALSE(waiting.store.carry_out(Move{one, 1, other, 2}, start));
    CHECK(waiting.store.carry_out(Move{one, waiting.now().version, other, 2}, start));
    CHECK(waiting.now().requirement == other);
    CHECK(waiting.now().weight == 2);
    CHECK(waiting.now().step == 0);
}

TEST_CASE("the store turns away and abandons only what waits as the router saw it") {
    Waiting waiting;
    CHECK_FALSE(waiting.store.carry_out(Abandon{one, waiting.now().version}, start));  // the customer is there
    CHECK_FALSE(waiting.store.carry_out(TurnAway{one, 0, ClosedReason::turned_away}, start));
    waiting.store.stream.clear();
    CHECK(waiting.store.carry_out(TurnAway{one, waiting.now().version, ClosedReason::out_of_hours}, start));
    CHECK(waiting.store.conversation(one) == nullptr);
    CHECK(std::get<Conversation>(waiting.store.stream.back()).closed_reason == ClosedReason::out_of_hours);
}

TEST_CASE("the store requeues from an owner who is gone, or who does not answer") {
    Waiting waiting;
    waiting.talk();
    CHECK(waiting.store.agent(ada)->load == 1);
    CHECK_FALSE(waiting.store.carry_out(Requeue{one, ada, 1, Requeue::Why::agent_gone, 0s}, start));  // it is there
    CHECK_FALSE(waiting.store.carry_out(Requeue{one, ada, 0, Requeue::Why::no_reply, 30s}, start));
    CHECK(waiting.store.carry_out(Requeue{one, ada, 1, Requeue::Why::no_reply, 30s}, start));
    CHECK(waiting.now().status == ConversationStatus::queued);
    CHECK(waiting.now().cooldowns.front().until == start + 30s);
    CHECK(waiting.store.agent(ada)->load == 0);
    waiting.talk();
    waiting.store.sign_out(ada, start);
    CHECK(waiting.store.carry_out(Requeue{one, ada, 2, Requeue::Why::agent_gone, 0s}, start));
}

TEST_CASE("an offer that was missed costs the agent, and it alone is not waited for any more") {
    Waiting waiting;
    REQUIRE(waiting.store.carry_out(MakeOffer{one, ada, 1, waiting.now().version, start + 20s, {}}, start));
    CHECK_FALSE(waiting.store.carry_out(MakeOffer{one, ada, 1, waiting.now().version, start + 20s, {}}, start));
    CHECK_FALSE(waiting.store.carry_out(EndOffer{one, OfferId{"other"}, ada, OfferOutcome::timed_out, 30s, true}, start + 20s));
    CHECK(waiting.store.carry_out(EndOffer{one, waiting.now().offer, ada, OfferOutcome::timed_out, 30s, true}, start + 20s));
    CHECK(waiting.now().requirement.agent.empty());
    CHECK(waiting.store.agent(ada)->choice == AgentChoice::away);
    CHECK(waiting.store.agent(ada)->load == 0);
    CHECK(waiting.store.agent(ada)->idle_since == start);  // being asked is not work
    CHECK_FALSE(waiting.store.carry_out(MakeOffer{one, ada, 1, waiting.now().version, start + 60s, {}}, start));
}

}  // namespace switchboard::simulation
