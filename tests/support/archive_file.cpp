// SPDX-License-Identifier: Apache-2.0
#include "support/archive_file.hpp"

#include <sqlite3.h>

#include <memory>
#include <sstream>

namespace switchboard::test {

namespace {

struct Close {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, Close>;
using Statement = std::unique_ptr<sqlite3_stmt, Close>;

Statement prepare(sqlite3* database, const char* sql) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(database, sql, -1, &statement, nullptr);
    return Statement(statement);
}

std::string text(sqlite3_stmt* statement, int column) {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
    return bytes ? std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))) : std::string();
}

}  // namespace

ArchivedConversation read_archived(const std::string& file, const std::string& conversation) {
    ArchivedConversation record;
    sqlite3* opened = nullptr;
    const int status = sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READONLY, nullptr);
    const Database database(opened);
    if (status != SQLITE_OK) return record;
    sqlite3_busy_timeout(opened, 5000);
    const Statement head = prepare(opened, "SELECT row, reason, disposition, rating FROM conversations WHERE id = ?");
    if (!head) return record;
    sqlite3_bind_text(head.get(), 1, conversation.data(), static_cast<int>(conversation.size()), SQLITE_STATIC);
    if (sqlite3_step(head.get()) != SQLITE_ROW) return record;
    record.found = true;
    record.closed_reason = text(head.get(), 1);
    record.disposition = text(head.get(), 2);
    record.rating = static_cast<unsigned>(sqlite3_column_int(head.get(), 3));
    const Statement events = prepare(opened, "SELECT bytes FROM events WHERE conversation = ? ORDER BY seq");
    sqlite3_bind_int64(events.get(), 1, sqlite3_column_int64(head.get(), 0));
    while (sqlite3_step(events.get()) == SQLITE_ROW) {
        v1::Event event;
        if (event.ParseFromString(text(events.get(), 0))) record.events.push_back(std::move(event));
    }
    return record;
}

std::map<std::string, long> live_keys(const ServerProcess& server, const std::string& conversation) {
    std::istringstream answer(server.ask_redis("KEYS *" + conversation + "*"));
    std::map<std::string, long> keys;
    std::string line;
    while (std::getline(answer, line)) {
        if (line.find(conversation) == std::string::npos) continue;
        const std::string key = line.substr(0, line.find('\r'));
        const std::string ttl = server.ask_redis("TTL " + key);
        keys[key] = ttl.empty() || ttl.front() != ':' ? 0 : std::stol(ttl.substr(1));
    }
    return keys;
}

}  // namespace switchboard::test
