// SPDX-License-Identifier: Apache-2.0
// What ports::RoutingStore promises about agents, offers and owners.
#include "redis/redis_queue_board.hpp"
#include "shard.hpp"

#include <algorithm>

using namespace switchboard;
using namespace switchboard::test;
using domain::AgentChoice;
using domain::ConversationStatus;

namespace {

std::string endpoints(const std::string& id) { return redis_command({"HGET", key.conversation(ConversationId(id)), "ea"}); }

}  // namespace

TEST_CASE("an agent that was never here is offline and away") {
    Shard shard;
    const auto snapshot = shard.load_agent("ann");
    REQUIRE(snapshot);
    CHECK_FALSE(snapshot->agent.online());
    CHECK(snapshot->agent.choice == AgentChoice::away);
    CHECK(snapshot->conversations.empty());
}

TEST_CASE("open and close an agent's session: online while any session lives, the choice survives") {
    Shard shard;
    CHECK(code_of(shard.open_agent(Stores::agent_session("ann"))) == ErrorCode::unavailable);
    shard.join("n1");
    shard.join("n2");
    const auto opened = shard.open_agent(Stores::agent_session("ann", "s1"));
    REQUIRE(opened);
    CHECK(opened->agent.online());
    CHECK(opened->agent.choice == AgentChoice::away);
    const auto chosen = shard.choose("ann");
    CHECK(chosen->choice == AgentChoice::available);
    CHECK(chosen->online());
    REQUIRE(shard.open_agent(Stores::agent_session("ann", "s2", "n2")));
    REQUIRE(shard.close_agent(Stores::agent_session("ann", "s1")));
    CHECK(shard.load_agent("ann")->agent.online());
    REQUIRE(shard.close_agent(Stores::agent_session("ann", "s2", "n2")));
    const auto gone = shard.load_agent("ann")->agent;
    CHECK_FALSE(gone.online());
    CHECK(gone.choice == AgentChoice::available);
    REQUIRE(shard.close_agent(Stores::agent_session("ann", "s2", "n2")));
    CHECK(shard.load_agent("ann")->agent.version == gone.version);
    CHECK(shard.open_agent(Stores::agent_session("ann", "s3"))->agent.choice == AgentChoice::available);
}

TEST_CASE("what an agent has in hand comes with its session, and its endpoint is listed before the answer") {
    Shard shard;
    shard.active("c1");
    shard.join("n2");
    CHECK(endpoints("c1") == "n1.0");
    const auto snapshot = shard.open_agent(Stores::agent_session("ann", "s2", "n2"));
    REQUIRE(snapshot->conversations.size() == 1);
    CHECK(snapshot->conversations[0].routing.id == ConversationId("c1"));
    CHECK(snapshot->conversations[0].routing.status == ConversationStatus::active);
    CHECK(snapshot->conversations[0].visitor == VisitorId("v1"));
    CHECK(snapshot->agent.load == 2);
    CHECK(endpoints("c1").find("n2.0") != std::string::npos);
    REQUIRE(shard.close_agent(Stores::agent_session("ann")));
    REQUIRE(run_until(shard.loop, [&] { return endpoints("c1") == "n2.0"; }));
}

TEST_CASE("make_offer: stored once, refused when a fact has changed") {
    Shard shard;
    shard.staff();
    shard.start("c1");
    shard.start("c2", "v2");
    ports::OfferRequest request{ConversationId("c1"), 1, AgentId("ann"), 3, OfferId("o1"), from_ms(1'800'000'000'123), staff_event()};
    const auto make = [&](const ports::RouterLease& lease) {
        return shard.wait<bool>([&](auto done) { shard.routing.make_offer(tenant, lease, request, done); }).value();
    };
    CHECK_FALSE(make({shard.lease.epoch + 1, {}}));
    CHECK(make(shard.lease));
    CHECK(make(shard.lease));
    const auto record = shard.load("c1").value();
    CHECK(record.routing.version == 2);
    CHECK(record.routing.status == ConversationStatus::offered);
    CHECK(record.routing.agent == AgentId("ann"));
    CHECK(record.routing.offer == OfferId("o1"));
    CHECK(to_ms(record.routing.deadline) == 1'800'000'000'123);
    CHECK_FALSE(shard.offer("c2", "ann", "o2", 3).value());  // weighs 2, has 2 of 3
    REQUIRE(shard.choose("ann", AgentChoice::away));
    CHECK_FALSE(shard.offer("c2", "ann", "o2").value());
    REQUIRE(shard.choose("ann"));
    REQUIRE(shard.close_agent(Stores::agent_session("ann")));
    CHECK_FALSE(shard.offer("c2", "ann", "o2").value());
}

TEST_CASE("accept_offer: the record of the new owner, the same when repeated") {
    Shard shard;
    shard.staff();
    shard.start("c1");
    REQUIRE(shard.offer("c1", "ann").value());
    CHECK(code_of(shard.accept("c1", "bob")) == ErrorCode::illegal_state);
    const auto first = shard.accept("c1", "ann");
    REQUIRE(first);
    CHECK(first->routing.status == ConversationStatus::active);
    CHECK(first->routing.assign_epoch == 1);
    CHECK(first->routing.deadline == Timestamp{});
    const auto second = shard.accept("c1", "ann");
    REQUIRE(second);
    CHECK(second->routing.version == first->routing.version);
    CHECK(second->head_seq == first->head_seq);
    CHECK(code_of(shard.accept("c9", "ann")) == ErrorCode::not_found);
}

TEST_CASE("end_offer: back to its place, with a cooldown; the outcome of a repeat is the same") {
    Shard shard;
    shard.staff();
    const auto arrival = shard.start("c1")->record.routing.arrival;
    REQUIRE(shard.offer("c1", "ann").value());
    const auto end = [&](std::uint64_t epoch, domain::OfferOutcome outcome, bool away = false) {
        return shard.wait<bool>([&](auto done) {
            shard.routing.end_offer(tenant, {epoch, {}}, {ConversationId("c1"), OfferId("o1"), AgentId("ann")}, outcome, Duration{30'000}, away,
                                    staff_event(), done);
        }).value();
    };
    CHECK_FALSE(end(99, domain::OfferOutcome::timed_out));
    SUBCASE("declined by the agent") {
        CHECK(end(0, domain::OfferOutcome::declined));
        CHECK(end(0, domain::OfferOutcome::declined));
        CHECK_FALSE(end(shard.lease.epoch, domain::OfferOutcome::timed_out));
        CHECK(shard.load_agent("ann")->agent.choice == AgentChoice::available);
    }
    SUBCASE("timed out too often") {
        CHECK(end(shard.lease.epoch, domain::OfferOutcome::timed_out, true));
        CHECK(shard.load_agent("ann")->agent.choice == AgentChoice::away);
        CHECK(shard.load_agent("ann")->agent.reason == "missed_offers");
    }
    const auto record = shard.load("c1").value();
    CHECK(record.routing.status == ConversationStatus::queued);
    CHECK(record.routing.arrival == arrival);
    REQUIRE(record.routing.cooldowns.size() == 1);
    CHECK(record.routing.cooldowns[0].agent == AgentId("ann"));
    CHECK(record.routing.cooldowns[0].until > arrival + Duration{29'000});
    CHECK(shard.load_agent("ann")->agent.load == 0);
}

TEST_CASE("transfer: the new requirement at the old place, once per assignment") {
    Shard shard;
    shard.active("c1");
    const auto before = shard.load("c1").value();
    ports::TransferRequest request{ConversationId("c1"), AgentId("ann"), 1, {DepartmentId("billing"), {{"refunds", 2}}}, 3, "Refunds",
                                   Duration{5000}, Duration{0}, {staff_event("note"), event("transferred"), event("left")}};
    const auto transfer = [&] { return shard.wait<void>([&](auto done) { shard.routing.transfer(tenant, request, done); }); };
    request.assign_epoch = 2;
    CHECK(code_of(transfer()) == ErrorCode::stale_assignment);
    request.assign_epoch = 1;
    REQUIRE(transfer());
    REQUIRE(transfer());
    const auto after = shard.load("c1").value();
    CHECK(after.routing.status == ConversationStatus::queued);
    CHECK(after.routing.requirement == request.requirement);
    CHECK(after.routing.weight == 3);
    CHECK(after.topic == "Refunds");
    CHECK(after.routing.arrival == before.routing.arrival);
    CHECK(after.head_seq == before.head_seq + 3);
    CHECK(shard.load_agent("ann")->agent.load == 0);
}

TEST_CASE("begin_wrap_up and close; the router closes without naming the owner") {
    Shard shard;
    shard.active("c1");
    const auto begin = [&](const std::string& agent) {
        return shard.wait<void>([&](auto done) { shard.routing.begin_wrap_up(tenant, Stores::close_request("c1", agent), Duration{60'000}, done); });
    };
    CHECK(code_of(begin("bob")) == ErrorCode::stale_assignment);
    REQUIRE(begin("ann"));
    REQUIRE(begin("ann"));
    const auto record = shard.load("c1").value();
    CHECK(record.routing.status == ConversationStatus::wrap_up);
    CHECK(record.routing.deadline > record.started + Duration{59'000});
    CHECK(shard.load_agent("ann")->agent.load == 2);
    CHECK(code_of(shard.close(Stores::close_request("c1", "", 2))) == ErrorCode::stale_assignment);
    CHECK(code_of(shard.close(Stores::close_request("c9", ""))) == ErrorCode::not_found);
    REQUIRE(shard.close(Stores::close_request("c1", "")));
    REQUIRE(shard.close(Stores::close_request("c1", "")));
    CHECK(shard.load("c1")->routing.status == ConversationStatus::closed);
    CHECK(shard.load_agent("ann")->agent.load == 0);
    CHECK(redis_command({"XLEN", key.outbox()}) == "1");
    shard.start("c2", "v2");
    CHECK(code_of(shard.close(Stores::close_request("c2", "", 0))) == ErrorCode::stale_assignment);
}

TEST_CASE("many agents at once, those included who were never here") {
    Shard shard;
    shard.staff();
    const auto loaded = shard.wait<std::vector<domain::Agent>>(
        [&](auto done) { shard.routing.load_agents(tenant, {AgentId("nobody"), AgentId("ann")}, done); });
    REQUIRE(loaded);
    REQUIRE(loaded->size() == 2);
    CHECK_FALSE((*loaded)[0].online());
    CHECK((*loaded)[1].online());
    CHECK((*loaded)[1].choice == domain::AgentChoice::available);
}

TEST_CASE("the queue board keeps the last snapshot and a bounded history") {
    Shard shard;
    redis::RedisQueueBoard board(shard.caller);
    const auto read = [&] { return shard.wait<std::string>([&](auto done) { board.read(tenant, done); }).value(); };
    const auto write = [&](const std::string& text) { REQUIRE(shard.wait<void>([&](auto done) { board.write(tenant, text, done); })); };
    const auto keep = [&](const std::string& text) { REQUIRE(shard.wait<void>([&](auto done) { board.keep(tenant, text, done); })); };
    CHECK(read().empty());
    write("one");
    write("two");
    keep("history");
    CHECK(read() == "two");
    for (int i = 0; i < 130; ++i) keep(std::to_string(i));
    const auto history = shard.wait<std::vector<std::string>>([&](auto done) { board.read_history(tenant, done); }).value();
    REQUIRE(history.size() == 120);
    CHECK(history.front() == "10");
    CHECK(history.back() == "129");
    CHECK(std::stoll(redis_command({"PTTL", key.board()})) > 0);
    CHECK(std::stoll(redis_command({"PTTL", key.board_history()})) > 0);
}
