// SPDX-License-Identifier: Apache-2.0
#include "unit/app/world.hpp"

namespace switchboard::test {

using Frame = v1::ServerFrame;

namespace {

v1::ClientFrame start_in(const std::string& department, const std::string& topic = {}) {
    v1::ClientFrame frame;
    frame.mutable_start_conversation()->set_department(department);
    frame.mutable_start_conversation()->set_topic(topic);
    return frame;
}

v1::ClientFrame rate(const ConversationId& id, unsigned score) {
    v1::ClientFrame frame;
    frame.mutable_rate_conversation()->set_conversation_id(id.value);
    frame.mutable_rate_conversation()->set_score(score);
    return frame;
}

v1::ClientFrame leave_queue(const ConversationId& id) {
    v1::ClientFrame frame;
    frame.mutable_leave_queue()->set_conversation_id(id.value);
    return frame;
}

v1::ClientFrame end(const ConversationId& id) {
    v1::ClientFrame frame;
    frame.mutable_end_conversation()->set_conversation_id(id.value);
    return frame;
}

}  // namespace

TEST_CASE("a start is checked field by field") {
    World world;
    auto client = world.customer(world.shard());
    CHECK(client->error_of(start_in("nowhere")) == v1::INVALID_ARGUMENT);
    CHECK(client->error_of(start_in("night")) == v1::DEPARTMENT_CLOSED);
    CHECK(client->error_of(start_in("billing", "order")) == v1::INVALID_ARGUMENT);
    auto frame = start_in("billing");
    frame.mutable_start_conversation()->set_name(std::string(101, 'x'));
    CHECK(client->error_of(frame) == v1::INVALID_ARGUMENT);
    frame = start_in("billing");
    frame.mutable_start_conversation()->set_text(std::string(16 * 1024 + 1, 'x'));
    CHECK(client->error_of(frame) == v1::TOO_LARGE);
    frame = start_in("billing");
    frame.mutable_start_conversation()->set_text("broken \xC3\x28");
    CHECK(client->error_of(frame) == v1::INVALID_ARGUMENT);
    frame = start_in("billing");
    frame.mutable_start_conversation()->add_skills()->set_name("juggling");
    CHECK(client->error_of(frame) == v1::INVALID_ARGUMENT);
    frame = start_in("billing");
    auto* skill = frame.mutable_start_conversation()->add_skills();
    skill->set_name("orders");
    skill->set_level(6);
    CHECK(client->error_of(frame) == v1::INVALID_ARGUMENT);
    CHECK(world.store.calls["start"] == 0);
}

TEST_CASE("topic and skills become one requirement, the higher level counts") {
    World world;
    auto client = world.customer(world.shard());
    auto frame = start_in("billing", "invoice");
    const auto want = [&](const char* name, unsigned level) {
        auto* skill = frame.mutable_start_conversation()->add_skills();
        skill->set_name(name);
        skill->set_level(level);
    };
    want("orders", 1);
    want("invoices", 4);
    want("orders", 3);
    const auto answer = client->ask(frame);
    const auto& opened = answer.conversation_opened().conversation();
    CHECK(opened.status() == v1::QUEUED);
    // Skills and the place in the queue are for staff.
    CHECK(opened.skills_size() == 0);
    CHECK(opened.queued_ms() == 0);
    const auto& requirement = world.store.conversations.at(ConversationId{opened.id()}).record.routing.requirement;
    CHECK(requirement.skills == std::vector<domain::SkillRequirement>{{"invoices", 4}, {"orders", 3}});
}

TEST_CASE("an offered conversation still waits, for its customer") {
    World world;
    auto& shard = world.shard();
    auto client = world.customer(shard);
    auto anna = world.agent(shard);
    const auto id = world.start(*client);
    world.offer(id, "anna");
    auto again = world.customer(shard, client->token);
    REQUIRE(again->welcome().conversations_size() == 1);
    CHECK(again->welcome().conversations(0).status() == v1::QUEUED);
    CHECK_FALSE(again->welcome().conversations(0).has_agent());
    CHECK(again->welcome().conversations(0).head_seq() == 2);
}

TEST_CASE("starting again returns the open conversation, whichever session asks") {
    World world;
    auto& shard = world.shard();
    auto one = world.customer(shard);
    auto two = world.customer(shard, one->token);
    const auto id = world.start(*one);
    CHECK(world.start(*two) == id);
    CHECK(two->seqs() == std::vector<std::uint64_t>{1, 2});
    one->forget();
    const auto answer = one->ask(start_in("billing"));
    CHECK(answer.conversation_opened().existing());
    CHECK(one->seqs().empty());
}

TEST_CASE("a message is acknowledged with its place, and comes back like everyone else's") {
    World world;
    auto client = world.customer(world.shard());
    const auto id = world.start(*client);
    const auto answer = client->ask(message(id, 2, "text"));
    REQUIRE(answer.has_message_accepted());
    CHECK(answer.message_accepted().seq() == 3);
    CHECK(client->seqs().back() == 3);
    const auto again = client->ask(message(id, 2, "text"));
    CHECK(again.message_accepted().event_id() == answer.message_accepted().event_id());
    CHECK(client->error_of(message(id, 2, "other")) == v1::CONFLICT);
    // The text of the start was number 1.
    CHECK(client->ask(message(id, 1, "hello")).message_accepted().seq() == 2);
    CHECK(client->error_of(message(id, 0, "x")) == v1::INVALID_ARGUMENT);
    CHECK(client->error_of(message(id, 3, "")) == v1::INVALID_ARGUMENT);
    CHECK(client->error_of(message(id, 3, std::string("a\0b", 3))) == v1::INVALID_ARGUMENT);
    CHECK(client->error_of(message(id, 3, std::string(16 * 1024 + 1, 'x'))) == v1::TOO_LARGE);
    CHECK(client->ask(message(id, 3, std::string(16 * 1024, 'x'))).has_message_accepted());
}

TEST_CASE("request_id 0 asks for no answer but an error") {
    World world;
    auto client = world.customer(world.shard());
    const auto id = world.start(*client);
    client->forget();
    client->session.handle(message(id, 2, "text"));
    client->session.handle(message(id, 3, ""));
    world.run();
    CHECK(client->of(Frame::kMessageAccepted).empty());
    CHECK(client->of(Frame::kError).size() == 1);
}

TEST_CASE("messages are pipelined, other commands wait for them") {
    World world;
    auto client = world.customer(world.shard());
    const auto id = world.start(*client);
    client->forget();
    for (std::uint32_t number = 2; number < 12; ++number) client->send(message(id, number, "m" + std::to_string(number)));
    CHECK(world.store.calls["append"] == 10);
    const int loads = world.store.calls["load"];
    client->send(leave_queue(id));
    CHECK(world.store.calls["load"] == loads);
    client->send(message(id, 12, "too late"));
    CHECK(world.store.calls["append"] == 10);
    world.run();
    CHECK(client->of(Frame::kMessageAccepted).size() == 10);
    CHECK(client->of(Frame::kDone).size() == 1);
    REQUIRE(client->of(Frame::kError).size() == 1);
    CHECK(client->of(Frame::kError)[0].error().code() == v1::CONVERSATION_CLOSED);
}

TEST_CASE("commands without an answer are bounded") {
    World world;
    auto client = world.customer(world.shard());
    const auto id = world.start(*client);
    for (int i = 0; i < 300; ++i) client->send(leave_queue(id));
    const auto refused = client->of(Frame::kError);
    CHECK(refused.size() == 300 - 257);
    CHECK(refused[0].error().code() == v1::RATE_LIMITED);
    world.run();
    // The first one closes it, repeats change nothing.
    CHECK(client->of(Frame::kDone).size() == 257);
}

TEST_CASE("leaving the queue and ending belong to different states") {
    World world;
    auto& shard = world.shard();
    auto client = world.customer(shard);
    auto anna = world.agent(shard);
    const auto id = world.start(*client);
    CHECK(client->error_of(end(id)) == v1::ILLEGAL_STATE);
    world.own(id, *anna);
    CHECK(client->error_of(leave_queue(id)) == v1::ILLEGAL_STATE);
    CHECK(client->ask(end(id)).has_done());
    CHECK(client->ask(end(id)).has_done());
    CHECK(client->of(Frame::kEvent).back().event().event().closed().reason() == v1::ENDED_BY_CUSTOMER);
    CHECK(client->ask(rate(id, 5)).has_done());
    CHECK(client->error_of(rate(id, 0)) == v1::INVALID_ARGUMENT);
    CHECK(client->error_of(rate(id, 6)) == v1::INVALID_ARGUMENT);
    CHECK(world.store.conversations.at(id).record.rating == 5);
    const auto next = world.start(*client, "again");
    CHECK(next != id);
}

TEST_CASE("foreign and unknown conversations look the same to every command") {
    World world;
    auto& shard = world.shard();
    auto other = world.customer(shard);
    const auto foreign = world.start(*other);
    auto client = world.customer(shard);
    world.start(*client);
    v1::ClientFrame read;
    v1::ClientFrame typing;
    v1::ClientFrame horizons;
    const auto frames_for = [&](const ConversationId& id) {
        read.mutable_read_log()->set_conversation_id(id.value);
        typing.mutable_set_typing()->set_conversation_id(id.value);
        horizons.mutable_advance_horizons()->set_conversation_id(id.value);
        return std::vector<v1::ClientFrame>{message(id, 1, "x"), leave_queue(id), end(id), rate(id, 5), read, typing, horizons};
    };
    const auto of_foreign = frames_for(foreign);
    for (const auto& id : {ConversationId{"never-was"}, ConversationId{"x}:c:y"}, ConversationId{}}) {
        const auto of_unknown = frames_for(id);
        for (std::size_t i = 0; i < of_foreign.size(); ++i) {
            CAPTURE(of_foreign[i].ShortDebugString());
            auto one = client->ask(of_foreign[i]);
            auto two = client->ask(of_unknown[i]);
            CHECK(one.error().code() == v1::NOT_FOUND);
            CHECK(one.error().SerializeAsString() == two.error().SerializeAsString());
        }
    }
    CHECK(world.store.conversations.at(foreign).log.size() == 2);
}

TEST_CASE("a customer's log has no notes and goes on page by page") {
    World world;
    auto& shard = world.shard();
    auto client = world.customer(shard);
    auto anna = world.agent(shard);
    const auto id = world.start(*client);
    world.own(id, *anna);
    for (std::uint32_t number = 1; number <= 120; ++number) {
        REQUIRE(anna->ask(number % 2 ? note(id, number, "hidden", 1) : message(id, number, "shown", 1)).has_message_accepted());
    }
    v1::ClientFrame read;
    read.mutable_read_log()->set_conversation_id(id.value);
    read.mutable_read_log()->set_limit(40);
    std::vector<std::uint64_t> seqs;
    bool more = true;
    while (more) {
        const auto answer = client->ask(read);
        REQUIRE(answer.has_log());
        REQUIRE(answer.log().events_size() > 0);
        CHECK(answer.log().events_size() <= 40);
        for (const auto& event : answer.log().events()) {
            CHECK(event.audience() == v1::ALL);
            seqs.push_back(event.seq());
        }
        read.mutable_read_log()->set_after_seq(seqs.back());
        more = answer.log().more();
    }
    CHECK(seqs == client->seqs());
    read.mutable_read_log()->set_after_seq(0);
    read.mutable_read_log()->set_limit(0);
    CHECK(anna->ask(read).log().events_size() == static_cast<int>(world.store.conversations.at(id).log.size()));
}

TEST_CASE("typing and horizons are passed on at their pace, and never beyond what was sent") {
    World world;
    auto& shard = world.shard();
    auto client = world.customer(shard);
    const auto id = world.start(*client);
    for (const bool typing : {true, true, false}) {
        v1::ClientFrame frame;
        frame.mutable_set_typing()->set_conversation_id(id.value);
        frame.mutable_set_typing()->set_typing(typing);
        CHECK(client->ask(frame).has_done());
    }
    CHECK(world.store.latest_values.size() == 1);
    CHECK(world.store.latest_values[0].except.value == client->welcome().session_id());
    for (const std::uint64_t seq : {1, 2, 999}) {
        v1::ClientFrame frame;
        frame.mutable_advance_horizons()->set_conversation_id(id.value);
        frame.mutable_advance_horizons()->set_read_seq(seq);
        CHECK(client->ask(frame).has_done());
    }
    CHECK(world.store.calls["horizons"] == 1);
    CHECK(world.wait_for([&] { return world.store.calls["horizons"] == 2; }));
    CHECK(world.store.conversations.at(id).record.customer_read == 2);
    CHECK(world.store.conversations.at(id).record.customer_delivered == 2);
}

TEST_CASE("customers may not send what is for staff") {
    World world;
    auto client = world.customer(world.shard());
    const auto id = world.start(*client);
    v1::ClientFrame frame;
    frame.mutable_set_agent_state()->set_state(v1::AVAILABLE);
    CHECK(client->error_of(frame) == v1::NOT_FOUND);
    CHECK(client->error_of(note(id, 2, "x", 0)) == v1::NOT_FOUND);
    frame.mutable_close_conversation()->set_conversation_id(id.value);
    CHECK(client->error_of(frame) == v1::NOT_FOUND);
    frame.mutable_transfer_conversation()->set_conversation_id(id.value);
    CHECK(client->error_of(frame) == v1::NOT_FOUND);
    frame.mutable_accept_offer()->set_conversation_id(id.value);
    CHECK(client->error_of(frame) == v1::NOT_FOUND);
}

TEST_CASE("JSON clients are told the same") {
    World world;
    auto& shard = world.shard();
    auto binary = world.customer(shard);
    const auto id = world.start(*binary);
    Client json(world, shard, {}, ports::Encoding::json);
    json.token = binary->token;
    json.ask(json.hello());
    json.ask(message(id, 1, "\"quoted\" \xF0\x9F\x98\x80"));
    world.run();
    CHECK(json.seqs() == binary->seqs());
    CHECK(json.of(Frame::kEvent).back().event().SerializeAsString() == binary->of(Frame::kEvent).back().event().SerializeAsString());
    CHECK(json.link.pieces.back()->find("conversationId") != std::string::npos);
}

}  // namespace switchboard::test
