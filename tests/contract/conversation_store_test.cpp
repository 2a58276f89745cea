// SPDX-License-Identifier: Apache-2.0
// What ports::ConversationStore promises: starting, appending, reading.
#include "shard.hpp"

using namespace switchboard;
using namespace switchboard::test;

namespace {

int calls_of(const std::string& command) {
    const std::string info = redis_command({"INFO", "commandstats"}), name = "cmdstat_" + command + ":calls=";
    const auto at = info.find(name);
    return at == std::string::npos ? 0 : std::stoi(info.substr(at + name.size()));
}

}  // namespace

TEST_CASE("start: the record, and the visitor's open conversation wins") {
    Shard shard;
    const auto started = shard.start("c1");
    REQUIRE(started);
    CHECK_FALSE(started->existing);
    const ports::ConversationRecord& record = started->record;
    CHECK(record.routing.id == ConversationId("c1"));
    CHECK(record.routing.status == domain::ConversationStatus::queued);
    CHECK(record.routing.requirement == domain::Requirement{DepartmentId("sales"), {{"phones", 3}, {"vip", 1}}});
    CHECK(record.routing.weight == 2);
    CHECK(record.routing.version == 1);
    CHECK(record.routing.arrival == record.started);
    CHECK(record.routing.customer_absent_since == record.started);
    CHECK(record.epoch == 99);
    CHECK(record.visitor == VisitorId("v1"));
    CHECK(record.customer_name == "Jo");
    CHECK(record.topic == "Phones");
    CHECK(record.preview == "My phone");
    CHECK(record.head_seq == 2);
    CHECK(record.head_all_seq == 2);
    CHECK(to_ms(record.started) > 1'700'000'000'000);

    const auto again = shard.start("c1");
    CHECK_FALSE(again->existing);
    CHECK(again->record.head_seq == 2);
    const auto other = shard.start("c2");
    CHECK(other->existing);
    CHECK(other->record.routing.id == ConversationId("c1"));
    CHECK(code_of(shard.load("c2")) == ErrorCode::not_found);
    CHECK(code_of(shard.start("c1", "v2")) == ErrorCode::illegal_state);

    REQUIRE(shard.end("c1"));
    const auto next = shard.start("c2");
    CHECK_FALSE(next->existing);
    CHECK(next->record.routing.id == ConversationId("c2"));
    // The first message stands under number 1 of its instance.
    auto first = Stores::message("c2", 1, "first");
    first.body_digest = 501;
    CHECK(shard.append(first)->seq == 2);
    CHECK(shard.append(first)->repeated);
}

TEST_CASE("start with its session: present at once; a node without a lease cannot") {
    Shard shard;
    auto request = Stores::start_request("c1");
    request.session = Stores::customer_session("c1");
    request.message.reset();
    const auto begin = [&](auto done) { shard.conversations.start(tenant, request, done); };
    CHECK(code_of(shard.wait<ports::StartedConversation>(begin)) == ErrorCode::unavailable);
    CHECK(code_of(shard.load("c1")) == ErrorCode::not_found);
    shard.join("n1");
    const auto started = shard.wait<ports::StartedConversation>(begin);
    REQUIRE(started);
    CHECK_FALSE(started->record.routing.customer_absent_since);
    CHECK(started->record.head_seq == 1);
    REQUIRE(shard.detach(Stores::customer_session("c1")));
    CHECK(shard.load("c1")->routing.customer_absent_since);
}

TEST_CASE("append: one turn of the loop is one script call per 128 messages, answered in order") {
    Shard shard;
    shard.start("c1");
    const int before = calls_of("evalsha");
    std::vector<std::uint64_t> seqs;
    for (std::uint32_t number = 2; number <= 301; ++number)
        shard.conversations.append(tenant, Stores::message("c1", number), [&](Result<ports::AppendedMessage> result) {
            REQUIRE(result);
            seqs.push_back(result->seq);
        });
    CHECK(seqs.empty());
    REQUIRE(run_until(shard.loop, [&] { return seqs.size() == 300; }));
    for (std::size_t i = 0; i < seqs.size(); ++i) CHECK(seqs[i] == i + 3);
    CHECK(calls_of("evalsha") - before <= 4);
}

TEST_CASE("append: repeats get the first answer, however long ago") {
    Shard shard;
    shard.start("c1");
    std::vector<ports::AppendMessage> sent;
    std::vector<ports::AppendedMessage> answers;
    for (std::uint32_t number = 2; number <= 140; ++number) {
        sent.push_back(Stores::message("c1", number, "text " + std::to_string(number)));
        shard.conversations.append(tenant, sent.back(), [&](Result<ports::AppendedMessage> result) { answers.push_back(*result); });
    }
    REQUIRE(run_until(shard.loop, [&] { return answers.size() == sent.size(); }));
    for (const std::size_t i : {sent.size() - 1, sent.size() - 2, std::size_t{60}, std::size_t{0}}) {
        auto copy = sent[i];
        copy.event.event_id = random_u64();
        const auto repeated = shard.append(copy);
        REQUIRE(repeated);
        CHECK(repeated->repeated);
        CHECK(repeated->seq == answers[i].seq);
        CHECK(repeated->event_id == sent[i].event.event_id);
        CHECK(repeated->time == answers[i].time);
        CHECK_FALSE(answers[i].repeated);
    }
    CHECK(shard.load("c1")->head_seq == 141);
}

TEST_CASE("append: an older repeat is found behind what others wrote meanwhile; one that is gone is a conflict, not a guess") {
    Shard shard;
    shard.start("c1");
    std::size_t answered = 0;
    const auto count = [&](Result<ports::AppendedMessage> result) { answered += result.has_value(); };
    for (std::uint32_t number = 1; number <= 120; ++number)
        shard.conversations.append(tenant, Stores::message("c1", number, "other page", "v1", 78), count);
    shard.conversations.append(tenant, Stores::message("c1", 2), count);
    shard.conversations.append(tenant, Stores::message("c1", 3), count);
    REQUIRE(run_until(shard.loop, [&] { return answered == 122; }));
    const auto first = shard.append(Stores::message("c1", 1));  // 121 entries before number 2
    REQUIRE(first);
    CHECK(first->seq == 2);
    CHECK(first->repeated);
    redis_command({"XDEL", key.log(ConversationId("c1")), "2-0"});
    CHECK(code_of(shard.append(Stores::message("c1", 1))) == ErrorCode::conflict);
}

TEST_CASE("append: the errors") {
    Shard shard;
    shard.active("c1");
    CHECK(code_of(shard.append(Stores::message("c9", 2))) == ErrorCode::not_found);
    CHECK(code_of(shard.append(Stores::message("c1", 2, "x", "v2"))) == ErrorCode::not_found);
    const auto skipped = shard.append(Stores::message("c1", 5));
    CHECK(code_of(skipped) == ErrorCode::out_of_sequence);
    CHECK(skipped.error().expected_number == 2);
    REQUIRE(shard.append(Stores::message("c1", 2, "two")));
    CHECK(code_of(shard.append(Stores::message("c1", 2, "other"))) == ErrorCode::conflict);
    ports::AppendMessage from_agent{ConversationId("c1"), domain::Role::agent, "ann", 7, 5, 1, 1, event()};
    CHECK(code_of(shard.append(from_agent)) == ErrorCode::stale_assignment);
    from_agent.assign_epoch = 1;
    CHECK(shard.append(from_agent));
    REQUIRE(shard.close(Stores::close_request("c1", "ann")));
    CHECK(code_of(shard.append(Stores::message("c1", 3))) == ErrorCode::conversation_closed);
    CHECK(shard.append(Stores::message("c1", 2, "two"))->repeated);
}

TEST_CASE("read_log: pages without holes, an empty one at the end, not_found when the log is gone") {
    Shard shard;
    shard.start("c1");
    for (std::uint32_t number = 2; number <= 9; ++number) REQUIRE(shard.append(Stores::message("c1", number)));
    std::uint64_t after = 0;
    std::vector<std::size_t> sizes;
    bool more = true;
    while (more) {
        const auto page = shard.read_log("c1", after, 4);
        REQUIRE(page);
        for (const ports::LogEntry& entry : page->entries) {
            CHECK(entry.seq == ++after);
            CHECK(entry.prev == after - 1);
            v1::Event parsed;
            REQUIRE(parsed.ParseFromString(entry.bytes));
            CHECK(parsed.seq() == entry.seq);
            CHECK(parsed.event_id() == entry.event_id);
        }
        sizes.push_back(page->entries.size());
        more = page->more;
    }
    CHECK(sizes == std::vector<std::size_t>{4, 4, 2});
    CHECK(shard.read_log("c1", 10)->entries.empty());
    CHECK(shard.read_log("c1", 1'000'000)->entries.empty());
    CHECK(code_of(shard.read_log("c2", 0)) == ErrorCode::not_found);
}

TEST_CASE("a visitor's generation is raised once per generation seen") {
    Shard shard;
    const auto raise = [&](std::uint64_t from) {
        return shard.wait<ports::VisitorRecord>([&](auto done) { shard.conversations.raise_visitor_generation(tenant, VisitorId("v1"), from, done); }).value();
    };
    const auto load = [&] {
        return shard.wait<ports::VisitorRecord>([&](auto done) { shard.conversations.load_visitor(tenant, VisitorId("v1"), done); }).value();
    };
    CHECK(load().generation == 0);
    CHECK(load().open_conversation.empty());
    const auto first = raise(0);
    CHECK(first.generation == 1);
    CHECK(to_ms(first.generation_since) == 0);
    const auto presented = shard.wait<ports::VisitorRecord>([&](auto done) {
        shard.conversations.present_visitor_generation(tenant, VisitorId("v1"), 1, done);
    }).value();
    CHECK(to_ms(presented.generation_since) > 0);
    CHECK(raise(0).generation == 1);
    CHECK(raise(1).generation == 2);
    shard.start("c1");
    CHECK(load().generation == 2);
    CHECK(load().open_conversation == ConversationId("c1"));
}

TEST_CASE("the order in which conversations were started holds within a millisecond too") {
    Shard shard;
    std::vector<std::string> started, ranked;
    for (int i = 20; i > 0; --i) {
        started.push_back("c" + std::to_string(i));
        shard.start(started.back(), "v" + std::to_string(i));
    }
    auto snapshot = shard.wait<ports::RoutingSnapshot>([&](auto done) { shard.routing.snapshot(tenant, done); }).value();
    std::ranges::sort(snapshot.conversations, domain::came_before);
    for (const auto& conversation : snapshot.conversations) ranked.push_back(conversation.id.value);
    CHECK(ranked == started);
}
