// SPDX-License-Identifier: Apache-2.0
#include "archive/sqlite_database.hpp"

#include "archive/schema.hpp"

#include <stdexcept>
#include <unordered_map>

namespace switchboard::archive {

namespace {

constexpr std::int64_t application_id = 0x53774264;  // "SwBd": tells our file from another program's

std::runtime_error failure(sqlite3* handle) { return std::runtime_error(sqlite3_errmsg(handle)); }

std::string advice(const std::string& path, int code, const std::string& message) {
    switch (code) {
        case SQLITE_CANTOPEN:
            return "cannot open the archive " + path + ": check that its directory exists and may be written to";
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return "the archive " + path + " may not be written to: change its owner or its mode";
        case SQLITE_NOTADB:
        case SQLITE_CORRUPT:
            return "the archive " + path + " is damaged (" + message + "): move it away or restore a backup, then start again";
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return "the archive " + path + " is in use by another program: stop it, then start again";
        default:
            return "cannot use the archive " + path + ": " + message;
    }
}

}  // namespace

struct SqliteDatabase::Prepared {
    std::unordered_map<const char*, sqlite3_stmt*> statements;
    ~Prepared() {
        for (const auto& [sql, statement] : statements) sqlite3_finalize(statement);
    }
};

Statement::~Statement() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

Statement& Statement::bind(int index, std::int64_t value) {
    sqlite3_bind_int64(statement_, index, value);
    return *this;
}

Statement& Statement::bind_text(int index, std::string_view value) {
    sqlite3_bind_text64(statement_, index, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    return *this;
}

Statement& Statement::bind_bytes(int index, std::string_view value) {
    // A null pointer would bind NULL; an empty event is an empty blob.
    sqlite3_bind_blob64(statement_, index, value.empty() ? "" : value.data(), value.size(), SQLITE_TRANSIENT);
    return *this;
}

bool Statement::step() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) throw failure(sqlite3_db_handle(statement_));
    return false;
}

std::int64_t Statement::number(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Statement::text(int column) const {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return bytes == nullptr ? std::string() : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::open(const std::string& path) {
    sqlite3* handle = nullptr;
    const int opened = sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    std::unique_ptr<SqliteDatabase> database(new SqliteDatabase(handle));
    try {
        if (opened != SQLITE_OK) throw failure(handle);
        sqlite3_busy_timeout(handle, 2000);
        database->execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
        database->migrate();
    } catch (const std::exception& error) {
        return Error{ErrorCode::unavailable, advice(path, sqlite3_errcode(handle) & 0xff, error.what())};
    }
    return database;
}

SqliteDatabase::SqliteDatabase(sqlite3* handle) : handle_(handle), prepared_(std::make_unique<Prepared>()) {}

SqliteDatabase::~SqliteDatabase() {
    prepared_.reset();
    sqlite3_close(handle_);
}

void SqliteDatabase::migrate() {
    const auto read = [this](const char* pragma) {
        Statement statement = prepare(pragma);
        statement.step();
        return statement.number(0);
    };
    const auto version = static_cast<std::size_t>(read("PRAGMA user_version"));
    const std::int64_t owner = read("PRAGMA application_id");
    if (owner != application_id && (owner != 0 || version != 0 || read("SELECT count(*) FROM sqlite_schema") != 0))
        throw std::runtime_error("it is a database of another program");
    if (version > schema_steps.size()) throw std::runtime_error("it was written by a newer version of switchboard");
    for (std::size_t step = version; step < schema_steps.size(); ++step) {
        execute("BEGIN IMMEDIATE;" + std::string(schema_steps[step]) + "; PRAGMA application_id = " + std::to_string(application_id) +
                "; PRAGMA user_version = " + std::to_string(step + 1) + "; COMMIT");
    }
}

Statement SqliteDatabase::prepare(const char* sql) {
    sqlite3_stmt*& statement = prepared_->statements[sql];
    if (statement == nullptr && sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK)
        throw failure(handle_);
    return Statement(statement);
}

void SqliteDatabase::execute(const std::string& sql) {
    if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) throw failure(handle_);
}

std::int64_t SqliteDatabase::changes() const { return sqlite3_changes64(handle_); }

}  // namespace switchboard::archive
