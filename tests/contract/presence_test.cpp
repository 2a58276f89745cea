// SPDX-License-Identifier: Apache-2.0
// What ports::ConversationStore promises about those who are there, and how customers end it.
#include "shard.hpp"

using namespace switchboard;
using namespace switchboard::test;
using domain::ConversationStatus;

TEST_CASE("attach and detach: the last session's going starts the clock of abandonment, a return stops it") {
    Shard shard;
    shard.start("c1");
    CHECK(code_of(shard.attach(Stores::customer_session("c1"))) == ErrorCode::unavailable);
    shard.join("n1");
    const auto attached = shard.attach(Stores::customer_session("c1"));
    REQUIRE(attached);
    CHECK_FALSE(attached->routing.customer_absent_since);
    CHECK(shard.attach(Stores::customer_session("c1"))->routing.version == attached->routing.version);
    REQUIRE(shard.attach(Stores::customer_session("c1", "s2")));
    REQUIRE(shard.detach(Stores::customer_session("c1")));
    CHECK_FALSE(shard.load("c1")->routing.customer_absent_since);
    REQUIRE(shard.detach(Stores::customer_session("c1", "s2")));
    const auto absent = shard.load("c1")->routing.customer_absent_since;
    REQUIRE(absent);
    REQUIRE(shard.detach(Stores::customer_session("c1", "s2")));
    CHECK(shard.load("c1")->routing.customer_absent_since == absent);
    CHECK_FALSE(shard.attach(Stores::customer_session("c1"))->routing.customer_absent_since);
    CHECK(code_of(shard.attach(Stores::customer_session("c1", "s3", "n1", "v2"))) == ErrorCode::not_found);
    CHECK(code_of(shard.attach(Stores::customer_session("c2"))) == ErrorCode::not_found);
    CHECK(shard.detach(Stores::customer_session("c2")));
    CHECK(redis_command({"EXISTS", key.conversation(ConversationId("c2"))}) == "0");
}

TEST_CASE("start: a repetition finds what it started, also when that is over") {
    Shard shard;
    shard.staff();
    const auto start = [&](const std::string& id, std::uint32_t start_id, std::uint64_t instance = 77) {
        auto request = Stores::start_request(id);
        request.start_id = start_id;
        request.instance = instance;
        return shard.wait<ports::StartedConversation>([&](auto done) { shard.conversations.start(tenant, std::move(request), done); });
    };
    CHECK_FALSE(start("c1", 5)->existing);
    REQUIRE(shard.end("c1"));
    const auto again = start("c2", 5);
    REQUIRE(again);
    CHECK(again->existing);
    CHECK(again->record.routing.id == ConversationId("c1"));
    CHECK(again->record.routing.status == ConversationStatus::closed);
    SUBCASE("another start") { CHECK_FALSE(start("c2", 6)->existing); }
    SUBCASE("another instance") { CHECK_FALSE(start("c2", 5, 78)->existing); }
    SUBCASE("one that does not say") { CHECK_FALSE(start("c2", 0)->existing); }
}

TEST_CASE("end_by_customer: by what the conversation was doing") {
    Shard shard;
    shard.staff();
    CHECK(code_of(shard.end("c1")) == ErrorCode::not_found);
    shard.start("c1");
    CHECK(code_of(shard.end("c1", false, "v2")) == ErrorCode::not_found);
    SUBCASE("queued") {
        REQUIRE(shard.end("c1"));
        CHECK(shard.load("c1")->routing.closed_reason == domain::ClosedReason::abandoned);
    }
    SUBCASE("offered") {
        REQUIRE(shard.offer("c1", "ann").value());
        REQUIRE(shard.end("c1", true));
        CHECK(shard.load("c1")->routing.closed_reason == domain::ClosedReason::abandoned);
        CHECK(shard.load_agent("ann")->agent.load == 0);
        CHECK(code_of(shard.accept("c1", "ann")) == ErrorCode::illegal_state);
    }
    SUBCASE("active") {
        REQUIRE(shard.offer("c1", "ann").value());
        REQUIRE(shard.accept("c1", "ann"));
        REQUIRE(shard.end("c1"));
        CHECK(shard.load("c1")->routing.closed_reason == domain::ClosedReason::ended_by_customer);
        CHECK(shard.load("c1")->routing.agent == AgentId("ann"));
    }
    SUBCASE("active, with a wrap-up") {
        REQUIRE(shard.offer("c1", "ann").value());
        REQUIRE(shard.accept("c1", "ann"));
        REQUIRE(shard.end("c1", true));
        CHECK(shard.load("c1")->routing.status == ConversationStatus::wrap_up);
        CHECK(shard.load_agent("ann")->agent.load == 2);
        REQUIRE(shard.close(Stores::close_request("c1", "")));  // by the router: it names the assignment only
    }
    const auto record = shard.load("c1");
    CHECK(record->routing.status == ConversationStatus::closed);
    CHECK(shard.load_agent("ann")->agent.load == 0);
    CHECK(shard.load_agent("ann")->conversations.empty());
    CHECK(shard.end("c1"));
    CHECK(shard.load("c1")->head_seq == record->head_seq);
}

TEST_CASE("two-step verbs find their facts while others change them") {
    Shard shard;
    shard.staff();
    for (int round = 0; round < 40; ++round) {
        const std::string id = "c" + std::to_string(round), offer = "o" + std::to_string(round);
        REQUIRE(shard.start(id));
        // All are on their way before the first is answered.
        int answers = 0;
        std::optional<Result<void>> ended;
        std::optional<Result<ports::StartedConversation>> started;
        const auto version = shard.load(id)->routing.version;
        ports::OfferRequest request{ConversationId(id), version, AgentId("ann"), 1000, OfferId(offer), from_ms(2'000'000'000'000), staff_event()};
        const auto make_offer = [&] { shard.routing.make_offer(tenant, shard.lease, request, [&](Result<bool>) { ++answers; }); };
        const auto end = [&] {
            shard.conversations.end_by_customer(tenant, ConversationId(id), VisitorId("v1"), {event(), event(), std::nullopt, Duration{0}},
                                                [&](Result<void> result) { ended = result; ++answers; });
        };
        if (round % 2) make_offer();
        end();
        if (round % 2 == 0) make_offer();
        shard.routing.accept_offer(tenant, {ConversationId(id), OfferId(offer), AgentId("ann")}, staff_event(), event(),
                                   [&](Result<ports::ConversationRecord>) { ++answers; });
        shard.conversations.start(tenant, Stores::start_request(id + "-next"), [&](Result<ports::StartedConversation> result) {
            started = std::move(result);
            ++answers;
        });
        REQUIRE(run_until(shard.loop, [&] { return answers == 4; }));
        REQUIRE(*ended);
        REQUIRE(*started);
        CHECK(shard.load(id)->routing.status == ConversationStatus::closed);
        CHECK(shard.load_agent("ann")->agent.load == 0);
        if (!(*started)->existing) REQUIRE(shard.end(id + "-next"));
    }
    CHECK(redis_command({"SCARD", key.live()}) == "0");
}

TEST_CASE("rate: once the talk is over, the last one counts") {
    Shard shard;
    shard.active("c1");
    const auto rate = [&](unsigned score) {
        return shard.wait<void>([&](auto done) { shard.conversations.rate(tenant, ConversationId("c1"), VisitorId("v1"), score, event("rated"), done); });
    };
    CHECK(code_of(rate(3)) == ErrorCode::illegal_state);
    REQUIRE(shard.close(Stores::close_request("c1", "ann")));
    REQUIRE(rate(3));
    REQUIRE(rate(5));
    CHECK(shard.load("c1")->rating == 5);
    CHECK(shard.load("c1")->disposition == "sold");
}
