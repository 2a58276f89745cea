// SPDX-License-Identifier: Apache-2.0
// What an agent is told of what it has in hand, and what it may do with it.
#include "unit/app/world.hpp"

namespace switchboard::test {

using Frame = v1::ServerFrame;
using domain::ConversationStatus;

namespace {

v1::ClientFrame accept(const FakeStore& store, const ConversationId& id) {
    v1::ClientFrame frame;
    frame.mutable_accept_offer()->set_conversation_id(id.value);
    frame.mutable_accept_offer()->set_offer_id(store.conversations.at(id).record.routing.offer.value);
    return frame;
}

v1::ClientFrame decline(const FakeStore& store, const ConversationId& id) {
    v1::ClientFrame frame;
    frame.mutable_decline_offer()->set_conversation_id(id.value);
    frame.mutable_decline_offer()->set_offer_id(store.conversations.at(id).record.routing.offer.value);
    frame.mutable_decline_offer()->set_reason("lunch");
    return frame;
}

v1::ClientFrame transfer(const ConversationId& id, std::uint64_t epoch, const std::string& department) {
    v1::ClientFrame frame;
    auto* command = frame.mutable_transfer_conversation();
    command->set_conversation_id(id.value);
    command->set_assign_epoch(epoch);
    command->set_department(department);
    command->set_note("please help");
    return frame;
}

v1::ClientFrame close(const ConversationId& id, std::uint64_t epoch, const std::string& disposition) {
    v1::ClientFrame frame;
    frame.mutable_close_conversation()->set_conversation_id(id.value);
    frame.mutable_close_conversation()->set_assign_epoch(epoch);
    frame.mutable_close_conversation()->set_disposition(disposition);
    return frame;
}

v1::ClientFrame finish(const ConversationId& id, std::uint64_t epoch, const std::string& disposition) {
    v1::ClientFrame frame;
    frame.mutable_finish_wrap_up()->set_conversation_id(id.value);
    frame.mutable_finish_wrap_up()->set_assign_epoch(epoch);
    frame.mutable_finish_wrap_up()->set_disposition(disposition);
    return frame;
}

struct Talk : World {
    Shard& here = shard();
    std::unique_ptr<Client> customer_client = customer(here);
    std::unique_ptr<Client> anna = agent(here);
    ConversationId id = start(*customer_client);
};

}  // namespace

TEST_CASE_FIXTURE(Talk, "an offer is pushed to all sessions of the agent, and only to its own") {
    auto second = agent(here);
    auto elsewhere = agent(shard("node.1"));
    auto carla = agent(here, "carla");
    offer(id, "anna");
    for (auto* client : {anna.get(), second.get(), elsewhere.get()}) {
        REQUIRE(client->of(Frame::kOffer).size() == 1);
        const auto pushed = client->of(Frame::kOffer)[0].offer().offer();
        CHECK(pushed.conversation().id() == id.value);
        CHECK(pushed.preview() == "hello");
        CHECK(pushed.conversation().skills_size() == 1);
        CHECK(client->of(Frame::kAgentStatus).back().agent_status().load() == 1);
    }
    CHECK(carla->of(Frame::kOffer).empty());
}

TEST_CASE_FIXTURE(Talk, "accepting: withdrawn as accepted, assigned, and the log from its first event") {
    auto second = agent(here);
    own(id, *anna);
    for (auto* client : {anna.get(), second.get()}) {
        REQUIRE(client->of(Frame::kOfferWithdrawn).size() == 1);
        CHECK(client->of(Frame::kOfferWithdrawn)[0].offer_withdrawn().outcome() == v1::ACCEPTED);
        REQUIRE(client->of(Frame::kConversationAssigned).size() == 1);
        const auto assigned = client->of(Frame::kConversationAssigned)[0].conversation_assigned().conversation();
        CHECK(assigned.assign_epoch() == 1);
        CHECK(assigned.agent().name() == "Name of anna");
        CHECK(client->seqs() == std::vector<std::uint64_t>{1, 2, 3, 4, 5});
    }
    const auto joined = customer_client->of(Frame::kEvent).back().event().event();
    CHECK(joined.agent_joined().agent().name() == "Name of anna");
    CHECK(customer_client->seqs() == std::vector<std::uint64_t>{1, 2, 5});
}

TEST_CASE_FIXTURE(Talk, "how an offer ended is told") {
    SUBCASE("declined, also to the other session") {
        auto second = agent(here);
        offer(id, "anna");
        CHECK(anna->ask(decline(store, id)).has_done());
        CHECK(anna->of(Frame::kOfferWithdrawn)[0].offer_withdrawn().outcome() == v1::DECLINED);
        CHECK(second->of(Frame::kOfferWithdrawn)[0].offer_withdrawn().outcome() == v1::DECLINED);
    }
    SUBCASE("withdrawn because the customer left") {
        offer(id, "anna");
        v1::ClientFrame leave;
        leave.mutable_leave_queue()->set_conversation_id(id.value);
        CHECK(customer_client->ask(leave).has_done());
        CHECK(anna->of(Frame::kOfferWithdrawn)[0].offer_withdrawn().outcome() == v1::WITHDRAWN);
    }
    SUBCASE("timed out") {
        offer(id, "anna", Duration{-1});
        const ports::OfferAnswer answer{id, store.conversations.at(id).record.routing.offer, AgentId{"anna"}};
        store.end_offer({}, {}, answer, domain::OfferOutcome::timed_out, Duration{0}, false, {}, [](Result<bool>) {});
        run();
        CHECK(anna->of(Frame::kOfferWithdrawn)[0].offer_withdrawn().outcome() == v1::TIMED_OUT);
    }
}

TEST_CASE_FIXTURE(Talk, "answers to offers that are over or belong to somebody else") {
    offer(id, "anna");
    auto late = accept(store, id);
    auto carla = agent(here, "carla");
    CHECK(carla->error_of(late) == v1::NOT_FOUND);
    CHECK(anna->ask(decline(store, id)).has_done());
    CHECK(anna->error_of(late) == v1::ILLEGAL_STATE);
    auto nonsense = late;
    nonsense.mutable_accept_offer()->set_offer_id("x:y z");
    CHECK(anna->error_of(nonsense) == v1::ILLEGAL_STATE);
}

TEST_CASE_FIXTURE(Talk, "Welcome names what is in hand, resumed and replayed conversations alike") {
    own(id, *anna);
    auto other = customer(here);
    const auto offered = start(*other);
    offer(offered, "anna");
    const auto last = anna->of(Frame::kEvent).back().event().event();
    anna->leave();
    run();
    REQUIRE(customer_client->ask(message(id, 2, "missed")).has_message_accepted());

    Client back(*this, here);
    auto hello = back.hello("anna");
    auto* point = hello.mutable_hello()->add_resume();
    point->set_conversation_id(id.value);
    point->set_epoch(store.conversations.at(id).record.epoch);
    point->set_seq(last.seq());
    point->set_event_id(last.event_id());
    hello.mutable_hello()->add_resume()->set_conversation_id("lost-meanwhile");
    back.ask(hello);
    CHECK(back.welcome().self().role() == v1::AGENT);
    CHECK(back.welcome().conversations_size() == 1);
    CHECK(back.welcome().conversations(0).assign_epoch() == 1);
    CHECK(back.welcome().offers_size() == 1);
    CHECK(back.welcome().agent_status().load() == 2);
    CHECK(back.welcome().agent_status().capacity() == 2);
    CHECK(back.welcome().limits().frame_bytes() == 256 * 1024);
    CHECK(back.seqs() == std::vector<std::uint64_t>{last.seq() + 1});
    CHECK(back.of(Frame::kResumed).size() == 1);
    REQUIRE(back.of(Frame::kConversationReleased).size() == 1);
    CHECK(back.of(Frame::kConversationReleased)[0].conversation_released().conversation_id() == "lost-meanwhile");
    CHECK(back.session.staff());

    auto fresh = agent(here);
    CHECK(fresh->seqs().front() == 1);
    CHECK(fresh->seqs().back() == last.seq() + 1);
}

TEST_CASE_FIXTURE(Talk, "a transfer ends with Released and its reason, and nothing follows") {
    own(id, *anna);
    CHECK(anna->error_of(transfer(id, 1, "nowhere")) == v1::INVALID_ARGUMENT);
    CHECK(anna->error_of(transfer(id, 1, "night")) == v1::DEPARTMENT_CLOSED);
    CHECK(anna->error_of(transfer(id, 7, "sales")) == v1::STALE_ASSIGNMENT);
    CHECK(anna->ask(transfer(id, 1, "sales")).has_done());
    REQUIRE(anna->of(Frame::kConversationReleased).size() == 1);
    CHECK(anna->of(Frame::kConversationReleased)[0].conversation_released().reason() == v1::TRANSFERRED);
    const auto events = anna->of(Frame::kEvent);
    CHECK(events[events.size() - 3].event().event().note().text() == "please help");
    CHECK(events[events.size() - 2].event().event().transferred().to_department() == "sales");
    CHECK(events[events.size() - 1].event().event().agent_left().reason() == v1::TRANSFERRED);
    const auto seen = anna->seqs().size();

    CHECK(anna->error_of(message(id, 1, "too late", 1)) == v1::STALE_ASSIGNMENT);
    REQUIRE(customer_client->ask(message(id, 2, "anybody?")).has_message_accepted());
    CHECK(anna->seqs().size() == seen);

    auto carla = agent(here, "carla");
    own(id, *carla, "carla");
    CHECK(carla->seqs().size() == store.conversations.at(id).log.size());
}

TEST_CASE_FIXTURE(Talk, "who has lost a conversation still learns what became of his message, and writes no other") {
    own(id, *anna);
    const auto said = anna->ask(message(id, 1, "one", 1));
    REQUIRE(said.has_message_accepted());
    // The answer was lost, and when anna comes back it is another one's.
    anna->leave();
    auto& routing = store.conversations.at(id).record.routing;
    routing.agent = AgentId{"carla"};
    routing.assign_epoch = 2;
    run();
    Client again(*this, here);
    again.instance = anna->instance;
    again.ask(again.hello("anna"));
    const auto repeated = again.ask(message(id, 1, "one", 1));
    REQUIRE(repeated.has_message_accepted());
    CHECK(repeated.message_accepted().seq() == said.message_accepted().seq());
    CHECK(again.error_of(message(id, 1, "two", 1)) == v1::NOT_FOUND);
    CHECK(again.error_of(message(id, 2, "two", 1)) == v1::NOT_FOUND);
    Client stranger(*this, here);
    stranger.ask(stranger.hello("anna"));
    CHECK(stranger.error_of(message(id, 1, "one", 1)) == v1::NOT_FOUND);
}

TEST_CASE_FIXTURE(Talk, "closing with a disposition, with wrap-up, and without room for doubt") {
    own(id, *anna);
    SUBCASE("at once") {
        CHECK(anna->ask(close(id, 1, "solved")).has_done());
        CHECK(store.conversations.at(id).record.disposition == "solved");
        CHECK(customer_client->of(Frame::kEvent).back().event().event().closed().reason() == v1::RESOLVED);
        CHECK(anna->of(Frame::kEvent)[anna->of(Frame::kEvent).size() - 2].event().event().disposition_recorded().code() == "solved");
        REQUIRE(anna->of(Frame::kConversationReleased).size() == 1);
        CHECK(anna->of(Frame::kConversationReleased)[0].conversation_released().reason() == v1::LEAVE_REASON_UNSPECIFIED);
        CHECK(anna->of(Frame::kAgentStatus).back().agent_status().load() == 0);
        CHECK(customer_client->error_of(message(id, 2, "thanks")) == v1::CONVERSATION_CLOSED);
    }
    SUBCASE("after wrap-up") {
        CHECK(anna->error_of(finish(id, 1, "solved")) == v1::ILLEGAL_STATE);
        CHECK(anna->ask(close(id, 1, "")).has_done());
        CHECK(store.conversations.at(id).record.routing.status == ConversationStatus::wrap_up);
        CHECK(customer_client->of(Frame::kEvent).back().event().event().has_wrap_up_started());
        CHECK(anna->of(Frame::kConversationReleased).empty());
        CHECK(anna->ask(finish(id, 1, "")).has_done());
        CHECK(store.conversations.at(id).record.routing.status == ConversationStatus::closed);
    }
    SUBCASE("mandatory wrap-up wants a disposition") {
        store.conversations.at(id).record.routing.requirement.department = DepartmentId{"strict"};
        CHECK(anna->ask(close(id, 1, "")).has_done());
        CHECK(anna->error_of(finish(id, 1, "")) == v1::INVALID_ARGUMENT);
        CHECK(anna->ask(finish(id, 1, "solved")).has_done());
    }
}

TEST_CASE_FIXTURE(Talk, "supervisors act on what others own; strangers are told nothing") {
    own(id, *anna);
    auto sue = agent(here, "sue");
    auto carla = agent(here, "carla");
    v1::ClientFrame read;
    read.mutable_read_log()->set_conversation_id(id.value);
    CHECK(sue->ask(read).has_log());
    CHECK(carla->error_of(read) == v1::NOT_FOUND);
    CHECK(carla->error_of(close(id, 1, "x")) == v1::NOT_FOUND);
    CHECK(carla->error_of(message(id, 1, "x", 1)) == v1::NOT_FOUND);
    CHECK(sue->error_of(message(id, 1, "x", 1)) == v1::NOT_FOUND);
    CHECK(sue->ask(transfer(id, 1, "sales")).has_done());
    CHECK(anna->of(Frame::kConversationReleased).size() == 1);
    const auto left = customer_client->of(Frame::kEvent).back().event().event().agent_left();
    CHECK(left.agent().id() == "anna");
}

TEST_CASE_FIXTURE(Talk, "a hint while a load is in flight causes exactly one more load") {
    const int before = store.calls["load_agent"];
    for (int i = 0; i < 50; ++i) here.hub.on_agent(TenantId{"shop"}, "anna");
    run();
    CHECK(store.calls["load_agent"] == before + 2);
}

TEST_CASE_FIXTURE(Talk, "a change during sign-in is not lost") {
    Client late(*this, here);
    late.send(late.hello("carla"));
    while (!late.session.authenticated()) {
        io.restart();
        if (io.poll_one() == 0) break;
        if (store.calls["open_agent"] == 2 && store.conversations.at(id).record.routing.status == ConversationStatus::queued) {
            auto& routing = store.conversations.at(id).record.routing;
            routing.status = ConversationStatus::offered;
            routing.agent = AgentId{"carla"};
            routing.offer = OfferId{"offer"};
            routing.deadline = here.clock.now() + Duration{20'000};
            // The bus is faster than the answer to the sign-in.
            here.hub.on_agent(TenantId{"shop"}, "carla");
        }
    }
    run();
    CHECK(late.welcome().offers_size() + static_cast<int>(late.of(Frame::kOffer).size()) == 1);
}

TEST_CASE_FIXTURE(Talk, "what changed while the bus was deaf is told afterwards") {
    own(id, *anna);
    here.bus.deaf = true;
    auto other = customer(here);
    const auto offered = start(*other);
    offer(offered, "anna");
    ports::TransferRequest away{id, AgentId{"anna"}, 1, {}, 1, {}, {}, {}, {}};
    store.transfer({}, away, [](Result<void>) {});
    run();
    CHECK(anna->of(Frame::kConversationReleased).empty());
    here.bus.deaf = false;
    here.hub.on_gap();
    run();
    CHECK(anna->of(Frame::kConversationReleased).size() == 1);
    CHECK(anna->of(Frame::kOffer).size() == 2);
    CHECK(anna->of(Frame::kConversationAssigned).size() == 1);
}

TEST_CASE_FIXTURE(Talk, "where a department lists its dispositions, no other is taken") {
    auto config = std::make_shared<domain::TenantConfig>(*store.config);
    ++config->version;
    config->departments[0].dispositions = {"Refunded", "Explained"};
    store.config = config;
    here.hub.on_config(TenantId{"shop"});
    run();
    own(id, *anna);
    CHECK(anna->error_of(close(id, 1, "Sold")) == v1::INVALID_ARGUMENT);
    CHECK(anna->ask(close(id, 1, "Refunded")).has_done());
}

TEST_CASE_FIXTURE(Talk, "state: what may be chosen, and that all sessions are told") {
    auto second = agent(here);
    v1::ClientFrame frame;
    frame.mutable_set_agent_state()->set_state(v1::OFFLINE);
    CHECK(anna->error_of(frame) == v1::INVALID_ARGUMENT);
    frame.mutable_set_agent_state()->set_state(v1::AWAY);
    frame.mutable_set_agent_state()->set_reason(std::string(65, 'x'));
    CHECK(anna->error_of(frame) == v1::INVALID_ARGUMENT);
    frame.mutable_set_agent_state()->set_reason("lunch");
    CHECK(anna->ask(frame).has_done());
    CHECK(second->of(Frame::kAgentStatus).back().agent_status().reason() == "lunch");
    v1::ClientFrame start_frame;
    start_frame.mutable_start_conversation()->set_department("billing");
    CHECK(anna->error_of(start_frame) == v1::NOT_FOUND);
}

TEST_CASE_FIXTURE(Talk, "an agent is offline when its last session is gone") {
    auto second = agent(here);
    anna->leave();
    run();
    CHECK(store.agents[AgentId{"anna"}].agent.online());
    second->leave();
    run();
    CHECK_FALSE(store.agents[AgentId{"anna"}].agent.online());
    const int loads = store.calls["load_agent"];
    here.hub.on_agent(TenantId{"shop"}, "anna");
    run();
    CHECK(store.calls["load_agent"] == loads);
}

}  // namespace switchboard::test
