// SPDX-License-Identifier: Apache-2.0
// The archive's schema as a list of steps; step n leads from user_version n to n + 1. Never change a step that was released:
// add one.
#pragma once

#include <array>
#include <string_view>

namespace switchboard::archive {

inline constexpr std::array<std::string_view, 1> schema_steps = {R"sql(
    CREATE TABLE conversations (
        row INTEGER PRIMARY KEY,
        tenant TEXT NOT NULL,
        id TEXT NOT NULL,
        visitor TEXT NOT NULL,
        customer_name TEXT NOT NULL,
        department TEXT NOT NULL,
        topic TEXT NOT NULL,
        skills TEXT NOT NULL,            -- "name:level" separated by newlines
        weight INTEGER NOT NULL,
        agent TEXT NOT NULL,
        started INTEGER NOT NULL,        -- times are milliseconds since 1970
        queued INTEGER NOT NULL,
        arrival INTEGER NOT NULL,
        closed INTEGER NOT NULL,
        reason TEXT NOT NULL,
        disposition TEXT NOT NULL,
        rating INTEGER NOT NULL,
        preview TEXT NOT NULL,
        version INTEGER NOT NULL,
        assign_epoch INTEGER NOT NULL,
        epoch INTEGER NOT NULL,
        head_seq INTEGER NOT NULL,
        head_all_seq INTEGER NOT NULL,
        customer_delivered INTEGER NOT NULL,
        customer_read INTEGER NOT NULL,
        agent_delivered INTEGER NOT NULL,
        agent_read INTEGER NOT NULL,
        UNIQUE (tenant, id)
    );
    CREATE INDEX conversations_by_closed ON conversations (tenant, closed);
    CREATE INDEX conversations_by_visitor ON conversations (tenant, visitor, closed);
    CREATE INDEX conversations_by_agent ON conversations (tenant, agent, closed);
    CREATE INDEX conversations_by_department ON conversations (tenant, department, closed);

    CREATE TABLE events (
        conversation INTEGER NOT NULL REFERENCES conversations (row) ON DELETE CASCADE,
        seq INTEGER NOT NULL,
        prev INTEGER NOT NULL,
        event_id INTEGER NOT NULL,
        audience INTEGER NOT NULL,       -- 0 all, 1 staff
        bytes BLOB NOT NULL,             -- a complete encoded proto Event
        PRIMARY KEY (conversation, seq)
    ) WITHOUT ROWID;
)sql"};

}  // namespace switchboard::archive
