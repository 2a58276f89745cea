// SPDX-License-Identifier: Apache-2.0
// What ports::ArchiveOutbox promises: at least once, also when the one who took it died; finished is finished.
#include "shard.hpp"

using namespace switchboard;
using namespace switchboard::test;
using Entries = std::vector<ports::ArchiveOutbox::Entry>;

namespace {

Entries take(Stores& shard, const std::string& consumer, std::size_t limit = 10) {
    return shard.wait<Entries>([&](auto done) { shard.outbox.take(tenant, Incarnation(consumer), limit, done); }).value();
}

void finish(Stores& shard, const ports::ArchiveOutbox::Entry& entry) {
    REQUIRE(shard.wait<void>([&](auto done) { shard.outbox.finish(tenant, entry, Duration{60'000}, done); }));
}

void close_some(Stores& shard, int count) {
    for (int i = 0; i < count; ++i) {
        const std::string id = "c" + std::to_string(i), visitor = "v" + std::to_string(i);
        REQUIRE(shard.start(id, visitor));
        REQUIRE(shard.end(id, false, visitor));
    }
}

// As if the one who took them had been silent for a minute.
void make_old(const Entries& entries, const std::string& consumer) {
    for (const auto& entry : entries) redis_command({"XCLAIM", key.outbox(), "archive", consumer, "0", entry.id, "IDLE", "60000", "JUSTID"});
}

}  // namespace

TEST_CASE("an outbox without anything gives nothing") {
    Shard shard;
    CHECK(take(shard, "n1").empty());
    CHECK(take(shard, "n1").empty());
}

TEST_CASE("closed conversations are taken once, no more than asked for, and finished") {
    Shard shard;
    shard.join("n1");
    close_some(shard, 5);
    const auto first = take(shard, "n1", 2), second = take(shard, "n2", 2), third = take(shard, "n1", 2);
    REQUIRE(first.size() == 2);
    REQUIRE(second.size() == 2);
    REQUIRE(third.size() == 1);
    CHECK(take(shard, "n3").empty());
    CHECK(first[0].conversation == ConversationId("c0"));
    CHECK(third[0].conversation == ConversationId("c4"));
    CHECK(first[0].closed == from_ms(std::stoll(redis_command({"HGET", key.conversation(ConversationId("c0")), "closed"}))));
    redis_command({"HSET", key.customer_sessions(ConversationId("c0")), "s", "n1 n1.0"});
    finish(shard, first[0]);
    finish(shard, first[0]);
    CHECK(redis_command({"XLEN", key.outbox()}) == "4");
    for (const std::string name : {key.conversation(ConversationId("c0")), key.log(ConversationId("c0"))}) {
        const long ttl = std::stol(redis_command({"PTTL", name}));
        CHECK(ttl > 0);
        CHECK(ttl <= 60'000);
    }
    CHECK(redis_command({"EXISTS", key.customer_sessions(ConversationId("c0"))}) == "0");
    CHECK(redis_command({"TTL", key.log(ConversationId("c1"))}) == "-1");
    CHECK(shard.load("c0")->routing.status == domain::ConversationStatus::closed);
}

TEST_CASE("what a dead consumer had is taken by another one, within the same limit") {
    Shard shard;
    close_some(shard, 4);
    const auto lost = take(shard, "dead", 3);
    REQUIRE(lost.size() == 3);
    make_old(lost, "dead");
    const auto first = take(shard, "n2", 2), rest = take(shard, "n2", 5);
    REQUIRE(first.size() == 2);
    CHECK(first[0].id == lost[0].id);
    CHECK(rest.size() == 2);
    for (const auto& entry : first) finish(shard, entry);
    for (const auto& entry : rest) finish(shard, entry);
    CHECK(redis_command({"XLEN", key.outbox()}) == "0");
    CHECK(take(shard, "n3").empty());
}

TEST_CASE("a finished entry that a slow consumer still holds does not come back") {
    Shard shard;
    close_some(shard, 1);
    const auto slow = take(shard, "slow");
    make_old(slow, "slow");
    const auto other = take(shard, "n2");
    REQUIRE(other.size() == 1);
    finish(shard, other[0]);
    finish(shard, slow[0]);
    CHECK(take(shard, "n3").empty());
}

TEST_CASE("two shards that begin at once share one group") {
    EmptyRedis empty;
    asio::io_context loop{1};
    Stores left(loop), right(loop);
    std::vector<Entries> answers;
    for (Stores* shard : {&left, &right})
        shard->outbox.take(tenant, Incarnation("n1"), 10, [&](Result<Entries> result) { answers.push_back(result.value()); });
    REQUIRE(run_until(loop, [&] { return answers.size() == 2; }));
}

TEST_CASE("a rating after the end sends the conversation to the archive again") {
    Shard shard;
    close_some(shard, 1);
    finish(shard, take(shard, "n1").at(0));
    REQUIRE(shard.wait<void>([&](auto done) { shard.conversations.rate(tenant, ConversationId("c0"), VisitorId("v0"), 4, event(), done); }));
    const auto again = take(shard, "n1");
    REQUIRE(again.size() == 1);
    CHECK(again[0].conversation == ConversationId("c0"));
    CHECK(again[0].closed == from_ms(std::stoll(redis_command({"HGET", key.conversation(ConversationId("c0")), "closed"}))));
}

TEST_CASE("a rating after the end brings a conversation again, and says so, also before the first time was finished") {
    Shard shard;
    close_some(shard, 1);
    REQUIRE(shard.wait<void>([&](auto done) { shard.conversations.rate(tenant, ConversationId("c0"), VisitorId("v0"), 5, event("rated"), done); }));
    const auto entries = take(shard, "n1");
    REQUIRE(entries.size() == 2);
    CHECK_FALSE(entries[0].rated);
    CHECK(entries[1].rated);
    CHECK(entries[1].conversation == ConversationId("c0"));
}
