// SPDX-License-Identifier: Apache-2.0
// How an archived conversation becomes rows and a conversation again. Blocks; inside a transaction of the caller.
// Throws std::runtime_error with SQLite's words.
#pragma once

#include "archive/sqlite_database.hpp"
#include "ports/archive.hpp"

#include <optional>

namespace switchboard::archive {

// Replaces an earlier write of the same conversation; an older state than the stored one changes nothing.
void write_conversation(SqliteDatabase& database, const ports::ArchivedConversation& conversation);
std::optional<ports::ArchivedConversation> read_conversation(SqliteDatabase& database, const TenantId& tenant, const ConversationId& id);

}  // namespace switchboard::archive
