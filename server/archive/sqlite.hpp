// SPDX-License-Identifier: Apache-2.0
// The port Archive over one SQLite file. SqliteStore owns the connection and is shared by the shards (thread: any);
// SqliteArchive is a shard's view of it. Writes that wait while one is on disk travel in one transaction, so a burst of
// closings costs one sync, not one each.
#pragma once

#include "archive/sqlite_database.hpp"
#include "base/task.hpp"
#include "base/worker_pool.hpp"
#include "ports/archive.hpp"

#include <memory>
#include <string>

namespace switchboard::archive {

class SqliteStore {
public:
    // Blocks; at start. `pool` must outlive every call.
    static Result<std::shared_ptr<SqliteStore>> open(const std::string& path, WorkerPool& pool);
    ~SqliteStore();

    void write(ports::ArchivedConversation conversation, Executor home, Callback<void> done);
    void read(TenantId tenant, ConversationId id, Executor home, Callback<ports::ArchivedConversation> done);

private:
    struct State;
    explicit SqliteStore(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

class SqliteArchive : public ports::Archive {
public:
    SqliteArchive(std::shared_ptr<SqliteStore> store, Executor home) : store_(std::move(store)), home_(home) {}

    void write(ports::ArchivedConversation conversation, Callback<void> done) override {
        store_->write(std::move(conversation), home_, std::move(done));
    }
    void read(const TenantId& tenant, const ConversationId& id, Callback<ports::ArchivedConversation> done) override {
        store_->read(tenant, id, home_, std::move(done));
    }

private:
    const std::shared_ptr<SqliteStore> store_;
    const Executor home_;
};

}  // namespace switchboard::archive
