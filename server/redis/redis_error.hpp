// SPDX-License-Identifier: Apache-2.0
// What an error reply of Redis means to us: its kind is the first word of its text, its meaning is whether the same command
// may succeed later. Pure. Thread: any.
#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <string_view>

namespace switchboard::redis {

enum class RedisErrorKind : std::uint8_t {
    none,         // not an error
    noscript,     // EVALSHA of a script that this server does not hold
    loading,      // reading its data after a start
    readonly,     // a replica: the primary moved
    masterdown,   // a replica that lost its primary
    busy,         // a script runs too long
    oom,          // maxmemory reached
    misconf,      // cannot persist
    noreplicas,   // fewer good replicas than min-replicas-to-write
    moved,        // Cluster: the slot lives elsewhere
    ask,          // Cluster: the slot is being moved
    tryagain,     // Cluster: keys of one command on two nodes during a move
    clusterdown,  // Cluster: slots without an owner
    noauth,       // no password given, or a wrong one
    noperm,       // the ACL user may not do this
    wrongtype,    // the key holds something else
    execabort,    // EXEC after a command that was refused
    other,
};

// `text` is that of an error reply, or the message of an Error made by to_error().
RedisErrorKind classify_error(std::string_view text);
std::string_view name_of(RedisErrorKind kind);

// Redis refused and changed nothing; the same command may succeed later.
bool is_temporary(RedisErrorKind kind);

// unavailable when the kind is temporary, internal otherwise; the message is the text of Redis, shortened.
Error to_error(std::string_view text);

}  // namespace switchboard::redis
