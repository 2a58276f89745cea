// SPDX-License-Identifier: Apache-2.0
// Cursors: whatever the bus loses, doubles or reorders, everyone gets every event of his audience once and in order.
#include "app/model.hpp"
#include "unit/app/world.hpp"

namespace switchboard::test {

using Frame = v1::ServerFrame;

namespace {

ports::EventDraft text(const std::string& words) {
    v1::Message message;
    message.set_text(words);
    return app::draft::message({}, 7, 1, message);
}

ports::EventDraft staff_text(const std::string& words) {
    v1::Message message;
    message.set_text(words);
    return app::draft::note({domain::Role::agent, AgentId{"anna"}}, 7, 1, message);
}

void deliver(Shard& shard, const FakeStore& store, const ConversationId& id, std::uint64_t seq) {
    const auto& entry = store.conversations.at(id).log.at(seq - 1);
    shard.hub.on_event(TenantId{"shop"}, id.value, entry.audience, entry.seq, entry.prev, entry.bytes);
}

std::vector<std::uint64_t> up_to(std::uint64_t last) {
    std::vector<std::uint64_t> seqs;
    for (std::uint64_t seq = 1; seq <= last; ++seq) seqs.push_back(seq);
    return seqs;
}

v1::ResumePoint point(const FakeStore& store, const ConversationId& id, std::uint64_t seq) {
    const auto& conversation = store.conversations.at(id);
    v1::ResumePoint point;
    point.set_conversation_id(id.value);
    point.set_epoch(conversation.record.epoch);
    point.set_seq(seq);
    point.set_event_id(conversation.log.at(seq - 1).event_id);
    return point;
}

}  // namespace

TEST_CASE("a start is followed by its log, then by live events, each once") {
    World world;
    auto& shard = world.shard();
    auto customer = world.customer(shard);
    const auto id = world.start(*customer);
    world.store.append_event(id, text("one"));
    world.store.append_event(id, text("two"));
    world.run();
    CHECK(customer->seqs() == up_to(4));
    for (std::uint64_t seq = 1; seq <= 4; ++seq) deliver(shard, world.store, id, seq);
    world.run();
    CHECK(customer->seqs() == up_to(4));
}

TEST_CASE("a hole is filled from the log, in order") {
    World world;
    auto& shard = world.shard();
    auto customer = world.customer(shard);
    const auto id = world.start(*customer);
    world.store.append_event(id, text("lost"), false);
    world.store.append_event(id, text("lost too"), false);
    world.store.append_event(id, text("seen"));
    world.run();
    CHECK(customer->seqs() == up_to(5));
    CHECK(shard.metrics.log_holes_repaired.Value() == 1);
}

TEST_CASE("events that arrive in the wrong order leave in the right one") {
    World world;
    auto& shard = world.shard();
    auto customer = world.customer(shard);
    const auto id = world.start(*customer);
    for (int i = 0; i < 3; ++i) world.store.append_event(id, text("late"), false);
    deliver(shard, world.store, id, 5);
    deliver(shard, world.store, id, 4);
    deliver(shard, world.store, id, 3);
    world.run();
    CHECK(customer->seqs() == up_to(5));
}

TEST_CASE("what happens while the log is read is merged behind it") {
    World world;
    auto& shard = world.shard();
    auto customer = world.customer(shard);
    world.store.reads_held = 1;
    const auto id = world.start(*customer);
    CHECK(customer->seqs().empty());
    world.store.append_event(id, text("while reading"));
    world.run();
    CHECK(customer->seqs().empty());
    world.store.release_reads();
    world.run();
    CHECK(customer->seqs() == up_to(3));
}

TEST_CASE("customers see only what is for all, and their chain of prev has no hole") {
    World world;
    for (const bool staff_events : {true, false}) {
        auto& shard = world.shard(staff_events ? "both.0" : "customers.0");
        shard.bus.staff_events = staff_events;
        auto customer = world.customer(shard);
        const auto id = world.start(*customer);
        world.store.append_event(id, staff_text("hidden"));
        world.store.append_event(id, text("shown"));
        world.store.append_event(id, staff_text("hidden"));
        world.store.append_event(id, text("shown"));
        world.run();
        CHECK(customer->seqs() == std::vector<std::uint64_t>{1, 2, 4, 6});
        std::uint64_t last = 0;
        for (const auto& frame : customer->of(Frame::kEvent)) {
            CHECK(frame.event().event().prev() == last);
            last = frame.event().event().seq();
        }
        // Nothing was missing, so nothing had to be read for it.
        CHECK(shard.metrics.log_holes_repaired.Value() == 0);
    }
}

TEST_CASE("a session that resumes gets exactly what it has not seen, then Resumed") {
    World world;
    auto& shard = world.shard();
    auto first = world.customer(shard);
    const auto id = world.start(*first);
    const auto token = first->token;
    first->leave();
    world.run();
    for (int i = 0; i < 120; ++i) world.store.append_event(id, i % 3 ? text("missed") : staff_text("hidden"));

    Client second(world, shard);
    second.token = token;
    auto hello = second.hello();
    *hello.mutable_hello()->add_resume() = point(world.store, id, 2);
    second.ask(hello);
    CHECK(second.of(Frame::kResumeGap).empty());
    CHECK(second.seqs().size() == 80);
    CHECK(second.seqs().front() == 4);
    REQUIRE(second.of(Frame::kResumed).size() == 1);
    CHECK(second.link.frames.back().has_resumed());
    CHECK(second.link.frames.back().resumed().head_seq() == 122);
    CHECK(second.link.frames.front().has_welcome());
}

TEST_CASE("what does not match the log is told as a gap and replayed from the start") {
    World world;
    auto& shard = world.shard();
    auto first = world.customer(shard);
    const auto id = world.start(*first);
    auto wrong = point(world.store, id, 2);
    SUBCASE("another epoch") { wrong.set_epoch(wrong.epoch() + 1); }
    SUBCASE("another event") { wrong.set_event_id(wrong.event_id() + 1); }
    SUBCASE("beyond the head") { wrong.set_seq(9); }
    Client second(world, shard);
    second.token = first->token;
    auto hello = second.hello();
    *hello.mutable_hello()->add_resume() = wrong;
    second.ask(hello);
    REQUIRE(second.of(Frame::kResumeGap).size() == 1);
    CHECK(second.of(Frame::kResumeGap)[0].resume_gap().snapshot().id() == id.value);
    CHECK(second.seqs() == up_to(2));
    CHECK(second.link.frames.back().has_resumed());
}

TEST_CASE("a conversation that is not named is replayed from its first event") {
    World world;
    auto& shard = world.shard();
    auto first = world.customer(shard);
    world.start(*first);
    auto second = world.customer(shard, first->token);
    CHECK(second->welcome().conversations_size() == 1);
    CHECK(second->seqs() == up_to(2));
}

TEST_CASE("a conversation that was closed or is unknown is not passed over in silence") {
    World world;
    auto& shard = world.shard();
    auto first = world.customer(shard);
    const auto id = world.start(*first);
    first->leave();
    world.run();
    v1::ClientFrame hello;
    Client second(world, shard);
    second.token = first->token;
    hello = second.hello();
    *hello.mutable_hello()->add_resume() = point(world.store, id, 2);
    auto* foreign = hello.mutable_hello()->add_resume();
    foreign->set_conversation_id("never-was");
    foreign->set_seq(3);
    world.store.append_event(id, app::draft::closed_by_system(v1::ABANDONED));
    world.store.conversations.at(id).record.routing.status = domain::ConversationStatus::closed;
    second.ask(hello);
    CHECK(second.welcome().conversations_size() == 0);
    CHECK(second.seqs() == std::vector<std::uint64_t>{3});
    REQUIRE(second.of(Frame::kResumeGap).size() == 1);
    CHECK(second.of(Frame::kResumeGap)[0].resume_gap().snapshot().id() == "never-was");
}

TEST_CASE("after a gap of the bus everybody compares with the log") {
    World world;
    auto& shard = world.shard();
    auto customer = world.customer(shard);
    const auto id = world.start(*customer);
    shard.bus.deaf = true;
    world.store.append_event(id, text("missed"));
    world.run();
    CHECK(customer->seqs() == up_to(2));
    shard.bus.deaf = false;
    const int attached = world.store.calls["attach"];
    shard.hub.on_gap();
    world.run();
    CHECK(customer->seqs() == up_to(3));
    CHECK(world.store.calls["attach"] == attached + 1);
    CHECK(customer->of(Frame::kResumeGap).empty());
}

TEST_CASE("a gap while the store is away is repaired when it is back") {
    World world;
    auto& shard = world.shard();
    auto customer = world.customer(shard);
    const auto id = world.start(*customer);
    world.store.append_event(id, text("missed"), false);
    world.store.down = true;
    shard.hub.on_gap();
    world.run();
    world.store.down = false;
    CHECK(world.wait_for([&] { return customer->seqs() == up_to(3); }));
}

TEST_CASE("a log that lost its end is told as a gap, also when it grew again") {
    World world;
    auto& shard = world.shard();
    auto customer = world.customer(shard);
    const auto id = world.start(*customer);
    world.store.append_event(id, text("will be lost"));
    world.store.append_event(id, text("will be lost too"));
    world.run();
    world.store.cut_log(id, 2);
    SUBCASE("told by the bus") {
        world.store.append_event(id, text("other"), false);
        world.store.append_event(id, text("other"));
    }
    SUBCASE("found after a gap") {
        world.store.append_event(id, text("other"), false);
        world.store.append_event(id, text("other"), false);
        shard.hub.on_gap();
    }
    SUBCASE("found by an event that comes before the repair can be done") {
        world.store.replicas_missing = true;
        world.store.append_event(id, text("other"), false);
        world.store.append_event(id, text("other"), false);
        shard.hub.on_gap();
        world.run();
        CHECK(customer->of(Frame::kResumeGap).empty());
        world.store.append_event(id, text("other still"));
        world.run();
        REQUIRE(customer->of(Frame::kResumeGap).size() == 1);
        CHECK(customer->seqs() == std::vector<std::uint64_t>{1, 2, 3, 4, 1, 2, 3, 4, 5});
        return;
    }
    SUBCASE("found after a gap, still short") {
        shard.hub.on_gap();
        world.run();
        world.store.append_event(id, text("other"));
        world.store.append_event(id, text("other"));
    }
    world.run();
    REQUIRE(customer->of(Frame::kResumeGap).size() == 1);
    std::vector<std::string> texts;
    bool after = false;
    for (const auto& frame : customer->link.frames) {
        after = after || frame.has_resume_gap();
        if (after && frame.has_event() && frame.event().event().has_message()) texts.push_back(frame.event().event().message().text());
    }
    CHECK(texts == std::vector<std::string>{"hello", "other", "other"});
}

TEST_CASE("what was asked for before a gap proves nothing about the log after it") {
    World world;
    auto& shard = world.shard();
    auto customer = world.customer(shard);
    const auto id = world.start(*customer);
    world.store.append_event(id, text("will be lost"));
    world.run();
    world.store.reads_held = 1;
    shard.hub.channels().verify(*shard.hub.sessions().all().front(), id);
    world.run();
    world.store.cut_log(id, 2);
    world.store.append_event(id, text("other"), false);
    world.store.replicas_missing = true;
    shard.hub.on_gap();
    world.store.release_reads();
    world.run();
    CHECK(customer->of(Frame::kResumeGap).size() == 1);
    CHECK(customer->seqs() == std::vector<std::uint64_t>{1, 2, 3, 1, 2, 3});
}

TEST_CASE("a replay waits for a client that reads slowly") {
    World world;
    auto& shard = world.shard();
    auto first = world.customer(shard);
    const auto id = world.start(*first);
    for (int i = 0; i < 20; ++i) world.store.append_event(id, text("long"));
    Client slow(world, shard);
    slow.token = first->token;
    slow.link.status = ports::SendStatus::congested;
    slow.ask(slow.hello());
    CHECK(slow.seqs().size() < 5);
    slow.link.status = ports::SendStatus::queued;
    CHECK(world.wait_for([&] { return slow.seqs() == up_to(22); }));
}

TEST_CASE("latest values skip their cause, the slow and who may not see them") {
    World world;
    auto& shard = world.shard();
    auto one = world.customer(shard);
    const auto id = world.start(*one);
    auto two = world.customer(shard, one->token);
    v1::ServerFrame frame;
    frame.mutable_typing()->set_conversation_id(id.value);
    const auto publish = [&](ports::Audience audience, const std::string& except) {
        shard.hub.on_latest(TenantId{"shop"}, id.value, audience, except, frame.SerializeAsString());
    };
    publish(ports::Audience::all, one->welcome().session_id());
    CHECK(one->of(Frame::kTyping).empty());
    CHECK(two->of(Frame::kTyping).size() == 1);
    publish(ports::Audience::staff, {});
    CHECK(two->of(Frame::kTyping).size() == 1);
    two->link.status = ports::SendStatus::congested;
    world.store.append_event(id, text("x"));
    world.run();
    publish(ports::Audience::all, {});
    CHECK(two->of(Frame::kTyping).size() == 1);
    CHECK(one->of(Frame::kTyping).size() == 1);
}

TEST_CASE("nothing is left behind by sessions that are gone") {
    World world;
    auto& shard = world.shard();
    auto customer = world.customer(shard);
    const auto id = world.start(*customer);
    CHECK(shard.hub.channels().size() == 1);
    customer->leave();
    world.run();
    CHECK(shard.hub.channels().size() == 0);
    CHECK(world.store.conversations.at(id).customers.empty());
    CHECK(shard.metrics.connections("customer").Value() == 0);
}

}  // namespace switchboard::test
