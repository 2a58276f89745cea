// SPDX-License-Identifier: Apache-2.0
// Where a router keeps what it was told and what it decided, to be repeated later (domain/routing_journal.hpp is the text). A record
// for people who ask why, not a truth: the newest second may be missing after a crash, and a journal that cannot be written stops
// nothing. One object per node; thread: any.
#pragma once

#include "base/ids.hpp"

#include <memory>
#include <string>

namespace switchboard::ports {

// One life of a router's memory, from what it was built of. Destroying it ends it;
// what was not flushed is lost.
class JournalSegment {
public:
    virtual ~JournalSegment() = default;
    // Never blocks.
    virtual void write(std::string line) = 0;
    // Hands over what was written; about once a second.
    virtual void flush() = 0;
    // Long enough, or lines of it are lost: whoever writes should begin anew.
    virtual bool full() const = 0;
};

class RoutingJournal {
public:
    virtual ~RoutingJournal() = default;
    // Null: nothing is recorded now.
    virtual std::unique_ptr<JournalSegment> begin(const TenantId& tenant) = 0;
};

}  // namespace switchboard::ports
