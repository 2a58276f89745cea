// SPDX-License-Identifier: Apache-2.0
// What ports::RoutingStore promises about the router's own verbs, about picking, priorities and consults.
#include "shard.hpp"

using namespace switchboard;
using namespace switchboard::test;
using domain::ConversationStatus;

TEST_CASE("widen is the router's, and only for what waits for one agent") {
    Shard shard;
    shard.staff();
    shard.start("c1");
    REQUIRE(shard.offer("c1", "ann").value());
    REQUIRE(shard.accept("c1", "ann"));
    const ports::TransferRequest request{ConversationId("c1"), AgentId("ann"), 1, {DepartmentId("sales"), {{"phones", 2}}, AgentId("bob")}, 1, "",
                                         Duration{0}, Duration{5000}, {event("transferred")}};
    REQUIRE(shard.wait<void>([&](auto done) { shard.routing.transfer(tenant, request, done); }));
    const auto widen = [&](std::uint64_t version) {
        return shard
            .wait<bool>([&](auto done) { shard.routing.widen(tenant, shard.lease, {ConversationId("c1"), version, 0, true}, staff_event("widened"), done); })
            .value();
    };
    const auto before = shard.load("c1")->routing;
    CHECK(before.requirement == request.requirement);
    CHECK(before.deadline > from_ms(0));
    CHECK_FALSE(widen(before.version - 1));
    CHECK(widen(before.version));
    CHECK_FALSE(widen(before.version));
    const auto after = shard.load("c1")->routing;
    CHECK(after.requirement.agent.empty());
    CHECK(after.deadline == from_ms(0));
    CHECK(after.requirement.skills == before.requirement.skills);
    CHECK(after.arrival == before.arrival);
}

TEST_CASE("abandon and requeue are the router's, and only when the facts still hold") {
    Shard shard;
    shard.staff();
    shard.start("c1");
    const auto abandon = [&](std::uint64_t version) {
        return shard.wait<bool>([&](auto done) { shard.routing.abandon(tenant, shard.lease, ConversationId("c1"), version, event("abandoned"), done); })
            .value();
    };
    SUBCASE("abandon, with an offer open") {
        REQUIRE(shard.offer("c1", "ann").value());
        const auto version = shard.load("c1")->routing.version;
        CHECK_FALSE(abandon(version - 1));
        CHECK(abandon(version));
        CHECK_FALSE(abandon(version));
        CHECK(shard.load("c1")->routing.closed_reason == domain::ClosedReason::abandoned);
        CHECK(shard.load_agent("ann")->agent.load == 0);
    }
    SUBCASE("abandon, but the customer came back") {
        const auto version = shard.load("c1")->routing.version;
        REQUIRE(shard.attach(Stores::customer_session("c1")));
        CHECK_FALSE(abandon(version));
        CHECK_FALSE(abandon(version + 1));
    }
    SUBCASE("requeue") {
        REQUIRE(shard.offer("c1", "ann").value());
        REQUIRE(shard.accept("c1", "ann"));
        domain::Requeue decision{ConversationId("c1"), AgentId("ann"), 1, domain::Requeue::Why::agent_gone, Duration{0}};
        const auto requeue = [&] {
            return shard.wait<bool>([&](auto done) { shard.routing.requeue(tenant, shard.lease, decision, event("left"), done); }).value();
        };
        CHECK_FALSE(requeue());
        REQUIRE(shard.close_agent(Stores::agent_session("ann")));
        CHECK(requeue());
        CHECK_FALSE(requeue());
        CHECK(shard.load("c1")->routing.status == ConversationStatus::queued);
    }
}

TEST_CASE("an owner who does not answer loses it and is not asked again for a while") {
    Shard shard;
    shard.active("c1");
    const domain::Requeue decision{ConversationId("c1"), AgentId("ann"), 1, domain::Requeue::Why::no_reply, Duration{30'000}};
    REQUIRE(shard.wait<bool>([&](auto done) { shard.routing.requeue(tenant, shard.lease, decision, event("left"), done); }).value());
    const auto routing = shard.load("c1")->routing;
    CHECK(routing.status == ConversationStatus::queued);
    REQUIRE(routing.cooldowns.size() == 1);
    CHECK(routing.cooldowns[0].agent == AgentId("ann"));
    CHECK(shard.load_agent("ann")->agent.load == 0);
}

TEST_CASE("widen goes up the ladder, move to another department: the place is kept") {
    Shard shard;
    shard.staff();
    shard.start("c1");
    const auto first = shard.load("c1")->routing;
    const auto widen = [&](unsigned step) {
        const domain::Widen decision{ConversationId("c1"), shard.load("c1")->routing.version, step, false};
        return shard.wait<bool>([&](auto done) { shard.routing.widen(tenant, shard.lease, decision, staff_event("widened"), done); }).value();
    };
    CHECK(widen(2));
    CHECK(shard.load("c1")->routing.step == 2);
    CHECK_FALSE(widen(1));
    domain::Requirement requirement{DepartmentId("billing"), {{"refunds", 2}}, {}, {{"lang-de", 3}, {"calm", 1}}, true};
    const auto move = [&](std::uint64_t version) {
        ports::MoveRequest request{ConversationId("c1"), version, requirement, 3, event("moved")};
        return shard.wait<bool>([&](auto done) { shard.routing.move(tenant, shard.lease, std::move(request), done); }).value();
    };
    const auto before = shard.load("c1")->routing;
    CHECK_FALSE(move(before.version - 1));
    CHECK(move(before.version));
    CHECK_FALSE(move(before.version));
    const auto after = shard.load("c1")->routing;
    CHECK(after.requirement == requirement);
    CHECK(after.weight == 3);
    CHECK(after.step == 0);
    CHECK(after.arrival == first.arrival);
    CHECK(after.enqueued == first.enqueued);
}

TEST_CASE("turned away: closed, and on its way to the archive") {
    Shard shard;
    shard.staff();
    shard.start("c1");
    const auto turn_away = [&](std::uint64_t version) {
        const domain::TurnAway decision{ConversationId("c1"), version, domain::ClosedReason::out_of_hours};
        return shard.wait<bool>([&](auto done) { shard.routing.turn_away(tenant, shard.lease, decision, event("closed"), done); }).value();
    };
    const auto version = shard.load("c1")->routing.version;
    CHECK_FALSE(turn_away(version + 1));
    CHECK(turn_away(version));
    CHECK(shard.load("c1")->routing.closed_reason == domain::ClosedReason::out_of_hours);
    CHECK(redis_command({"XLEN", key.outbox()}) == "1");
}

TEST_CASE("a start with a priority, and a change of it: on the stream as in the record") {
    Shard shard;
    shard.staff();
    auto request = Stores::start_request("c1");
    request.boost = Duration{60'000};
    request.urgent = true;
    REQUIRE(shard.wait<ports::StartedConversation>([&](auto done) { shard.conversations.start(tenant, request, done); }));
    const auto started = shard.load("c1")->routing;
    CHECK(started.urgent);
    CHECK(started.enqueued - started.arrival == Duration{60'000});
    const auto prioritize = [&](const std::string& id, Duration boost) {
        return shard.wait<void>([&](auto done) { shard.routing.prioritize(tenant, ConversationId(id), boost, false, staff_event(), done); });
    };
    REQUIRE(prioritize("c1", Duration{5000}));
    REQUIRE(prioritize("c1", Duration{5000}));
    CHECK(code_of(prioritize("c9", Duration{1})) == ErrorCode::not_found);
    const auto snapshot = shard.wait<ports::RoutingSnapshot>([&](auto done) { shard.routing.snapshot(tenant, done); });
    REQUIRE(snapshot->conversations.size() == 1);
    CHECK_FALSE(snapshot->conversations[0].urgent);
    CHECK(snapshot->conversations[0].enqueued - snapshot->conversations[0].arrival == Duration{5000});
    CHECK(snapshot->conversations[0].version == started.version + 1);
    REQUIRE(shard.offer("c1", "ann").value());
    REQUIRE(shard.accept("c1", "ann"));
    CHECK(code_of(prioritize("c1", Duration{1})) == ErrorCode::illegal_state);
    CHECK(shard.load_agent("ann")->agent.asked_at > from_ms(0));
}

TEST_CASE("the agent of the last conversation is waited for") {
    Shard shard;
    shard.active("c1");
    REQUIRE(shard.close(Stores::close_request("c1", "ann")));
    auto request = Stores::start_request("c2");
    request.requirement.bots = true;
    request.sticky_window = Duration{30'000};
    REQUIRE(shard.wait<ports::StartedConversation>([&](auto done) { shard.conversations.start(tenant, request, done); }));
    const auto routing = shard.load("c2")->routing;
    CHECK(routing.requirement.agent == AgentId("ann"));
    CHECK_FALSE(routing.requirement.bots);
    CHECK(routing.deadline - routing.enqueued == Duration{30'000});
    const domain::Widen decision{ConversationId("c2"), routing.version, 0, true};
    REQUIRE(shard.wait<bool>([&](auto done) { shard.routing.widen(tenant, shard.lease, decision, staff_event("widened"), done); }).value());
    CHECK(shard.load("c2")->routing.requirement == request.requirement);  // to the bots, as if ann had never been
}

TEST_CASE("pick: an owner without an offer, the same answer to a repeat") {
    Shard shard;
    shard.staff();
    shard.start("c1");
    const auto pick = [&](unsigned capacity) {
        ports::PickRequest request{ConversationId("c1"), AgentId("ann"), capacity, event("joined")};
        return shard.wait<ports::ConversationRecord>([&](auto done) { shard.routing.pick(tenant, std::move(request), done); });
    };
    CHECK(code_of(pick(1)) == ErrorCode::illegal_state);  // it weighs 2
    const auto picked = pick(2);
    REQUIRE(picked);
    CHECK(picked->routing.status == ConversationStatus::active);
    CHECK(picked->routing.agent == AgentId("ann"));
    CHECK(pick(2)->routing.version == picked->routing.version);
    CHECK(shard.load_agent("ann")->agent.load == 2);
}

TEST_CASE("activity: read, warned about, and closed only while the log ends there") {
    Shard shard;
    shard.active("c1");
    const auto read = [&](std::uint64_t epoch) {
        return shard.wait<domain::Activity>([&](auto done) { shard.routing.read_activity(tenant, ConversationId("c1"), epoch, done); });
    };
    CHECK(code_of(read(2)) == ErrorCode::not_found);
    const auto activity = read(1);
    REQUIRE(activity);
    CHECK(activity->conversation == ConversationId("c1"));
    CHECK(activity->assign_epoch == 1);
    CHECK(activity->head_seq == shard.load("c1")->head_seq);
    CHECK(activity->customer.has_value());
    CHECK_FALSE(activity->warned.has_value());
    const auto warn = [&](std::uint64_t head) {
        const domain::WarnInactive decision{ConversationId("c1"), 1, head};
        return shard.wait<bool>([&](auto done) { shard.routing.warn_inactive(tenant, shard.lease, decision, event("warned"), done); }).value();
    };
    CHECK_FALSE(warn(activity->head_seq - 1));
    CHECK(warn(activity->head_seq));
    CHECK_FALSE(warn(activity->head_seq));
    auto request = Stores::close_request("c1", "");
    request.head_seq = activity->head_seq;
    CHECK(code_of(shard.close(request)) == ErrorCode::illegal_state);
    request.head_seq = activity->head_seq + 1;
    REQUIRE(shard.close(request));
    CHECK(code_of(read(1)) == ErrorCode::not_found);
}

TEST_CASE("consults: the colleague has it beside what it holds, until it ends or becomes its own") {
    Shard shard;
    shard.active("c1");
    shard.staff("bob");
    const ports::ConsultRequest request{ConversationId("c1"), AgentId("ann"), 1, AgentId("bob"), {staff_event("note")}};
    REQUIRE(shard.wait<void>([&](auto done) { shard.routing.start_consult(tenant, request, done); }));
    CHECK(shard.load("c1")->consulted == AgentId("bob"));
    const auto before = shard.load_agent("bob");
    CHECK(before->conversations.empty());
    REQUIRE(before->consulted.size() == 1);
    CHECK(before->consulted[0].routing.agent == AgentId("ann"));
    CHECK(shard.open_agent(Stores::agent_session("bob", "s2"))->consulted.size() == 1);
    SUBCASE("ended") {
        const auto end = [&](const std::string& by) {
            return shard.wait<void>([&](auto done) { shard.routing.end_consult(tenant, ConversationId("c1"), AgentId(by), staff_event("ended"), done); });
        };
        CHECK(code_of(end("cat")) == ErrorCode::stale_assignment);
        REQUIRE(end("bob"));
        REQUIRE(end("ann"));
        CHECK(shard.load("c1")->consulted.empty());
        CHECK(shard.load_agent("bob")->consulted.empty());
        REQUIRE(run_until(shard.loop, [&] { return redis_command({"EXISTS", key.consults(AgentId("bob"))}) == "0"; }));
    }
    SUBCASE("completed") {
        const auto complete = [&](unsigned capacity) {
            return shard.wait<void>([&](auto done) { shard.routing.complete_consult(tenant, request, capacity, done); });
        };
        CHECK(code_of(complete(1)) == ErrorCode::illegal_state);
        REQUIRE(complete(2));
        REQUIRE(complete(2));
        const auto after = shard.load_agent("bob");
        CHECK(after->consulted.empty());
        REQUIRE(after->conversations.size() == 1);
        CHECK(after->conversations[0].routing.assign_epoch == 2);
        CHECK(after->agent.load == 2);
        CHECK(shard.load_agent("ann")->agent.load == 0);
    }
}
