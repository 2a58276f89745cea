// SPDX-License-Identifier: Apache-2.0
#include "archive/sqlite.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <stdlib.h>
#include <unistd.h>

using namespace switchboard;
using namespace switchboard::archive;
using namespace std::chrono_literals;

namespace {

struct TemporaryDirectory {
    TemporaryDirectory() {
        std::string pattern = (std::filesystem::temp_directory_path() / "switchboard-archive-XXXXXX").string();
        path = mkdtemp(pattern.data());
    }
    ~TemporaryDirectory() { std::filesystem::remove_all(path); }
    std::string file(const char* name = "archive.sqlite") const { return (path / name).string(); }
    std::filesystem::path path;
};

struct Fixture {
    explicit Fixture(const std::string& path) {
        auto opened = SqliteStore::open(path, pool);
        REQUIRE(opened.has_value());
        archive = std::make_unique<SqliteArchive>(*opened, loop.get_executor());
    }

    template <class Test>
    void run_until(Test test) {
        const auto deadline = std::chrono::steady_clock::now() + 120s;
        while (!test() && std::chrono::steady_clock::now() < deadline) loop.run_for(20ms), loop.restart();
        REQUIRE(test());
    }

    void write(const ports::ArchivedConversation& conversation) {
        bool done = false;
        archive->write(conversation, [&](const Result<void>& result) {
            CHECK(result.has_value());
            done = true;
        });
        CHECK_FALSE(done);
        run_until([&] { return done; });
    }

    Result<ports::ArchivedConversation> read(const char* id, const char* tenant = "acme") {
        std::optional<Result<ports::ArchivedConversation>> found;
        archive->read(TenantId(tenant), ConversationId(id), [&](Result<ports::ArchivedConversation> result) { found = std::move(result); });
        run_until([&] { return found.has_value(); });
        return std::move(*found);
    }

    asio::io_context loop{1};
    WorkerPool pool{2, 16};
    std::unique_ptr<SqliteArchive> archive;
};

ports::ArchivedConversation sample(const char* id = "c1") {
    ports::ArchivedConversation made;
    made.tenant = TenantId("acme");
    made.closed = from_ms(5000);
    ports::ConversationRecord& record = made.record;
    record.routing.id = ConversationId(id);
    record.routing.status = domain::ConversationStatus::closed;
    record.routing.version = 12;
    record.routing.requirement = {DepartmentId("billing"), {{"billing/refund", 3}, {"lang:de", 5}}};
    record.routing.agent = AgentId("ada");
    record.routing.weight = 2;
    record.routing.arrival = from_ms(1000);
    record.routing.assign_epoch = 4;
    record.visitor = VisitorId("v1");
    record.customer_name = "Zo\xc3\xab";
    record.topic = "refund";
    record.started = from_ms(1000);
    record.queued = from_ms(1500);
    record.epoch = 0xfedcba9876543210;
    record.head_seq = 2;
    record.head_all_seq = 1;
    record.routing.closed_reason = domain::ClosedReason::resolved;
    record.disposition = "refunded";
    record.preview = "Hello";
    record.customer_read = 1;
    record.agent_delivered = 2;
    made.log = {{1, 0, 0xffffffffffffffff, ports::Audience::all, std::string("a\0b", 3)}, {2, 1, 77, ports::Audience::staff, "note"}};
    return made;
}

}  // namespace

TEST_CASE("what was written is read, whole, after reopening too") {
    const TemporaryDirectory directory;
    Fixture(directory.file()).write(sample());
    Fixture fixture(directory.file());
    const auto found = fixture.read("c1");
    REQUIRE(found.has_value());
    const ports::ConversationRecord& record = found->record;
    const ports::ConversationRecord expected = sample().record;
    CHECK(found->closed == from_ms(5000));
    CHECK(record.routing.requirement == expected.routing.requirement);
    CHECK(record.routing.agent == expected.routing.agent);
    CHECK(record.routing.weight == 2);
    CHECK(record.routing.status == domain::ConversationStatus::closed);
    CHECK(record.routing.version == 12);
    CHECK(record.routing.assign_epoch == 4);
    CHECK(record.visitor == expected.visitor);
    CHECK(record.customer_name == expected.customer_name);
    CHECK(record.topic == "refund");
    CHECK(record.started == expected.started);
    CHECK(record.queued == expected.queued);
    CHECK(record.epoch == expected.epoch);
    CHECK(record.head_seq == 2);
    CHECK(record.head_all_seq == 1);
    CHECK(record.routing.closed_reason == domain::ClosedReason::resolved);
    CHECK(record.disposition == "refunded");
    CHECK(record.preview == "Hello");
    CHECK(record.customer_read == 1);
    CHECK(record.agent_delivered == 2);
    REQUIRE(found->log.size() == 2);
    CHECK(found->log[0].bytes == std::string("a\0b", 3));
    CHECK(found->log[0].event_id == 0xffffffffffffffff);
    CHECK(found->log[1].audience == ports::Audience::staff);
    CHECK(found->log[1].prev == 1);
}

TEST_CASE("writing again changes nothing; a later state replaces; an older one does not") {
    const TemporaryDirectory directory;
    Fixture fixture(directory.file());
    fixture.write(sample());
    fixture.write(sample());
    REQUIRE(fixture.read("c1")->log.size() == 2);

    ports::ArchivedConversation rated = sample();
    rated.record.rating = 5;
    rated.record.head_seq = 3;
    rated.log.push_back({3, 1, 78, ports::Audience::all, "rated"});
    fixture.write(rated);
    fixture.write(sample());
    const auto found = fixture.read("c1");
    CHECK(found->record.rating == 5);
    CHECK(found->log.size() == 3);
}

TEST_CASE("tenants do not see each other's conversations") {
    const TemporaryDirectory directory;
    Fixture fixture(directory.file());
    fixture.write(sample());
    const auto foreign = fixture.read("c1", "other");
    REQUIRE_FALSE(foreign.has_value());
    CHECK(foreign.error().code == ErrorCode::not_found);
    CHECK(fixture.read("c2").error().code == ErrorCode::not_found);
}

TEST_CASE("a burst of writes is stored, all of it") {
    const TemporaryDirectory directory;
    Fixture fixture(directory.file());
    std::size_t written = 0;
    for (int i = 0; i < 300; ++i)
        fixture.archive->write(sample(("c" + std::to_string(i)).c_str()), [&](const Result<void>& result) { written += result.has_value(); });
    fixture.run_until([&] { return written == 300; });
    CHECK(fixture.read("c0").has_value());
    CHECK(fixture.read("c299").has_value());
}

TEST_CASE("more than may wait is refused, for now") {
    const TemporaryDirectory directory;
    Fixture fixture(directory.file());
    std::size_t written = 0, refused = 0;
    for (int i = 0; i < 3000; ++i) {
        fixture.archive->write(sample(("c" + std::to_string(i)).c_str()), [&](const Result<void>& result) {
            result.has_value() ? ++written : ++refused;
            if (!result) CHECK(result.error().temporary());
        });
    }
    fixture.run_until([&] { return written + refused == 3000; });
    CHECK(written >= 1024);
}

TEST_CASE("files that cannot be used are told in one line") {
    const TemporaryDirectory directory;
    WorkerPool pool(1, 4);
    const auto error_of = [&](const std::string& path) {
        const auto opened = SqliteStore::open(path, pool);
        const std::string message = opened.has_value() ? "opened" : opened.error().message;
        CHECK(message.find('\n') == std::string::npos);
        return message;
    };
    CHECK(error_of((directory.path / "missing" / "a.sqlite").string()).find("check that its directory exists") != std::string::npos);

    std::ofstream(directory.file("damaged.sqlite")) << std::string(4096, 'x');
    CHECK(error_of(directory.file("damaged.sqlite")).find("is damaged") != std::string::npos);

    sqlite3* other = nullptr;
    REQUIRE(sqlite3_open(directory.file("other.sqlite").c_str(), &other) == SQLITE_OK);
    sqlite3_exec(other, "CREATE TABLE t (x)", nullptr, nullptr, nullptr);
    sqlite3_close(other);
    CHECK(error_of(directory.file("other.sqlite")).find("another program") != std::string::npos);

    { Fixture fixture(directory.file("newer.sqlite")); }
    REQUIRE(sqlite3_open(directory.file("newer.sqlite").c_str(), &other) == SQLITE_OK);
    sqlite3_exec(other, "PRAGMA user_version = 99", nullptr, nullptr, nullptr);
    sqlite3_close(other);
    CHECK(error_of(directory.file("newer.sqlite")).find("newer version") != std::string::npos);

    if (geteuid() == 0) return;  // root may write everywhere
    { Fixture fixture(directory.file("readonly.sqlite")); }
    std::filesystem::permissions(directory.file("readonly.sqlite"), std::filesystem::perms::owner_read);
    CHECK(error_of(directory.file("readonly.sqlite")).find("may not be written") != std::string::npos);
}
