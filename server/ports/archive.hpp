// SPDX-License-Identifier: Apache-2.0
// The truth about what is over: closed conversations with their whole log. Writing is idempotent by conversation id, a later
// write (a rating after the end) replaces an earlier one. Thread: one shard; the work itself runs on the worker pool.
#pragma once

#include "base/error.hpp"
#include "ports/conversation_store.hpp"

namespace switchboard::ports {

struct ArchivedConversation {
    TenantId tenant;
    ConversationRecord record;
    Timestamp closed{};
    std::vector<LogEntry> log;
};

class Archive {
public:
    virtual ~Archive() = default;
    virtual void write(ArchivedConversation, Callback<void>) = 0;
    virtual void read(const TenantId&, const ConversationId&, Callback<ArchivedConversation>) = 0;  // not_found
};

// What waits for the archive: at least once, in no promised order.
class ArchiveOutbox {
public:
    virtual ~ArchiveOutbox() = default;
    struct Entry {
        std::string id;
        ConversationId conversation;
        Timestamp closed{};
        bool rated = false;  // it is here for a rating after its end
    };
    // Entries that nobody has taken, or that somebody took long ago and did not finish.
    virtual void take(const TenantId&, const Incarnation& consumer, std::size_t limit, Callback<std::vector<Entry>>) = 0;
    // Written: removes the entry and lets the live keys expire after `keep`.
    virtual void finish(const TenantId&, const Entry&, Duration keep, Callback<void>) = 0;
};

}  // namespace switchboard::ports
