// SPDX-License-Identifier: Apache-2.0
// One SQLite connection with its schema: opened in WAL mode with synchronous=FULL, brought to the current schema by
// user_version. Blocks; one thread at a time (SqliteStore locks).
#pragma once

#include "base/error.hpp"

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace switchboard::archive {

// A prepared statement that is reset when it goes out of scope. Parameters and columns count from 1 and from 0, as in SQLite.
class Statement {
public:
    explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    Statement& bind(int index, std::int64_t value);
    Statement& bind(int index, std::uint64_t value) { return bind(index, static_cast<std::int64_t>(value)); }
    Statement& bind_text(int index, std::string_view value);
    Statement& bind_bytes(int index, std::string_view value);

    // True: a row is there. Throws std::runtime_error with SQLite's words on failure.
    bool step();
    std::int64_t number(int column) const;
    std::uint64_t unsigned_number(int column) const { return static_cast<std::uint64_t>(number(column)); }
    std::string text(int column) const;

private:
    sqlite3_stmt* statement_;
};

class SqliteDatabase {
public:
    // Creates the file when it is missing. The error is one line that names the file and says what to do.
    static Result<std::unique_ptr<SqliteDatabase>> open(const std::string& path);
    ~SqliteDatabase();
    SqliteDatabase(const SqliteDatabase&) = delete;
    SqliteDatabase& operator=(const SqliteDatabase&) = delete;

    // `sql` must live as long as the program: statements are prepared once.
    Statement prepare(const char* sql);
    void execute(const std::string& sql);
    std::int64_t changes() const;

private:
    explicit SqliteDatabase(sqlite3* handle);
    void migrate();

    struct Prepared;
    sqlite3* handle_;
    std::unique_ptr<Prepared> prepared_;
};

}  // namespace switchboard::archive
