// SPDX-License-Identifier: Apache-2.0
#include "archive/sqlite.hpp"

#include "archive/conversation_rows.hpp"
#include "base/log.hpp"

#include <boost/asio/post.hpp>

#include <mutex>
#include <vector>

namespace switchboard::archive {

namespace {

constexpr std::size_t max_waiting = 1024;
constexpr std::size_t max_batch = 64;
constexpr std::uint32_t retry_after_ms = 1000;

Error busy() { return Error{ErrorCode::unavailable, "the archive is busy", retry_after_ms}; }
Error failed(const char* why) { return Error{ErrorCode::unavailable, std::string("archive: ") + why, retry_after_ms}; }

struct Write {
    ports::ArchivedConversation conversation;
    Executor home;
    Callback<void> done;
};

void answer(Write& write, const Result<void>& result) {
    asio::post(write.home, [done = std::move(write.done), result] { done(result); });
}

}  // namespace

struct SqliteStore::State : std::enable_shared_from_this<State> {
    State(std::unique_ptr<SqliteDatabase> opened, WorkerPool& workers) : pool(workers), database(std::move(opened)) {}

    bool schedule(Executor home);
    void drain();
    Result<void> store(const std::vector<Write>& batch);

    WorkerPool& pool;
    std::mutex connection;  // the connection is used by one worker at a time
    std::unique_ptr<SqliteDatabase> database;

    std::mutex mutex;  // of what follows
    std::vector<Write> waiting;
    bool draining = false;
};

// Called with `mutex` held. One job drains the list, however many writes come meanwhile.
bool SqliteStore::State::schedule(Executor home) {
    if (draining) return true;
    draining = pool.run(home, [self = shared_from_this()] { self->drain(); }, [] {});
    return draining;
}

Result<void> SqliteStore::State::store(const std::vector<Write>& batch) {
    const std::lock_guard lock(connection);
    try {
        database->execute("BEGIN IMMEDIATE");
        for (const Write& write : batch) write_conversation(*database, write.conversation);
        database->execute("COMMIT");
        return {};
    } catch (const std::exception& error) {
        log::error("archive.failed", {{"error", error.what()}});
        try {
            database->execute("ROLLBACK");
        } catch (const std::exception&) {
            // SQLite has rolled back by itself; there is nothing left to undo.
        }
        return failed(error.what());
    }
}

void SqliteStore::State::drain() {
    for (;;) {
        std::vector<Write> batch;
        {
            const std::lock_guard lock(mutex);
            if (waiting.empty()) {
                draining = false;
                return;
            }
            const std::size_t count = std::min(waiting.size(), max_batch);
            std::move(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(count), std::back_inserter(batch));
            waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(count));
        }
        const Result<void> result = store(batch);
        for (Write& write : batch) answer(write, result);
    }
}

Result<std::shared_ptr<SqliteStore>> SqliteStore::open(const std::string& path, WorkerPool& pool) {
    Result<std::unique_ptr<SqliteDatabase>> database = SqliteDatabase::open(path);
    if (!database) return database.error();
    return std::shared_ptr<SqliteStore>(new SqliteStore(std::make_shared<State>(std::move(*database), pool)));
}

SqliteStore::SqliteStore(std::shared_ptr<State> state) : state_(std::move(state)) {}
SqliteStore::~SqliteStore() = default;

void SqliteStore::write(ports::ArchivedConversation conversation, Executor home, Callback<void> done) {
    Write write{std::move(conversation), home, std::move(done)};
    const std::lock_guard lock(state_->mutex);
    if (state_->waiting.size() >= max_waiting || !state_->schedule(home)) return answer(write, busy());
    state_->waiting.push_back(std::move(write));
}

void SqliteStore::read(TenantId tenant, ConversationId id, Executor home, Callback<ports::ArchivedConversation> done) {
    using Found = Result<ports::ArchivedConversation>;
    const auto found = std::make_shared<Found>(failed("read did not run"));
    auto work = [state = state_, found, tenant = std::move(tenant), id = std::move(id)] {
        const std::lock_guard lock(state->connection);
        try {
            auto conversation = read_conversation(*state->database, tenant, id);
            *found = conversation ? Found(std::move(*conversation)) : Found(Error{ErrorCode::not_found, "not in the archive"});
        } catch (const std::exception& error) {
            *found = failed(error.what());
        }
    };
    const auto shared_done = std::make_shared<Callback<ports::ArchivedConversation>>(std::move(done));
    if (state_->pool.run(home, std::move(work), [found, shared_done] { (*shared_done)(std::move(*found)); })) return;
    asio::post(home, [shared_done] { (*shared_done)(busy()); });
}

}  // namespace switchboard::archive
