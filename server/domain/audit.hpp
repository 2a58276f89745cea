// SPDX-License-Identifier: Apache-2.0
// Does what the store holds agree with itself? Facts about one object, read in one atomic moment, against what the verbs keep true. Pure.
#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace switchboard::domain {

// A session as it is listed under a conversation or an agent, and whether its node is known (alive or about to be expired).
struct AuditedSession {
    SessionId id;
    Incarnation node;
    bool node_known = false;
};

// One entry of a log, without its body.
struct AuditedEntry {
    std::uint64_t seq = 0;
    std::uint64_t prev = 0;
    std::uint64_t event_id = 0;
    bool for_all = true;
};

struct AuditedConversation {
    ConversationId id;
    bool exists = false;             // its hash; else only the list of live conversations names it
    std::string status;
    AgentId agent;
    std::string offer;
    std::string deadline;
    std::string absent;              // since when its customer is gone, or empty
    bool listed_live = false;
    bool in_hand = false;            // of its agent
    std::uint64_t version = 0;
    std::uint64_t head_seq = 0;      // as the hash has it
    std::uint64_t head_all_seq = 0;
    std::uint64_t log_length = 0;
    std::uint64_t log_first = 0, log_last = 0;  // seq; 0: the log is empty
    std::vector<AuditedSession> sessions;       // of its customer
};

struct AuditedHeld {
    ConversationId id;
    AgentId agent;                   // whose it is, says the conversation
    std::string status;              // empty: there is no such conversation
    std::int64_t weight = 1;
};
struct AuditedAgent {
    AgentId id;
    std::uint64_t version = 0;
    std::int64_t load = 0;
    bool offline = false;            // says its hash
    std::vector<AuditedHeld> held;
    std::vector<AuditedSession> sessions;
};

// How what is wrong can be put right; nothing: only people can say what is right.
enum class Mend : std::uint8_t { nothing, list_live, unlist_live, hold, recount, end_sessions, remove };

struct Finding {
    std::string object;   // "conversation ID", "agent ID", "key NAME"
    std::string sentence; // what is wrong and what it means
    Mend mend = Mend::nothing;
    std::uint64_t version = 0;  // of the object: the same finding at another version may be another one

    bool operator==(const Finding&) const = default;
};

std::vector<Finding> audit(const AuditedConversation& conversation);
std::vector<Finding> audit(const AuditedAgent& agent);
// What the store refuses to read, and its words: a key is of another type, most probably.
Finding audit_unreadable(const ConversationId& conversation, const std::string& why);
Finding audit_unreadable(const AgentId& agent, const std::string& why);
Finding audit_unreadable(const std::string& key, const std::string& why);
// The same of the lists that say what there is to look at.
Finding audit_unlisted(const std::string& why);
// A key (its name without the tenant's prefix) that nobody owns.
Finding audit_stray(const std::string& name);
// The whole log of a conversation, in order.
std::vector<Finding> audit_log(const ConversationId& conversation, const std::vector<AuditedEntry>& entries);

}  // namespace switchboard::domain
