// SPDX-License-Identifier: Apache-2.0
#include "domain/audit.hpp"

#include <algorithm>
#include <unordered_set>

namespace switchboard::domain {

namespace {

class Report {
public:
    Report(std::string object, std::uint64_t version) : object_(std::move(object)), version_(version) {}

    void add(bool wrong, std::string sentence, Mend mend = Mend::nothing) {
        if (wrong) findings_.push_back({object_, std::move(sentence), mend, version_});
    }
    std::vector<Finding> take() { return std::move(findings_); }

private:
    const std::string object_;
    const std::uint64_t version_;
    std::vector<Finding> findings_;
};

bool has_ghosts(const std::vector<AuditedSession>& sessions) {
    return std::any_of(sessions.begin(), sessions.end(), [](const AuditedSession& session) { return !session.node_known; });
}

void check_state(const AuditedConversation& c, Report& report) {
    const bool owned = c.status == "active" || c.status == "wrap_up";
    report.add(c.status == "queued" && (!c.agent.empty() || !c.offer.empty()), "waits and yet has an agent or an offer: it would never be offered");
    report.add(c.status == "offered" && (c.agent.empty() || c.offer.empty() || c.deadline.empty()), "is offered to nobody or for ever");
    report.add(owned && c.agent.empty(), "is " + c.status + " and has no owner");
    report.add(c.status != "closed" && !c.agent.empty() && !c.in_hand, "belongs to " + c.agent.value + ", who does not have it in hand", Mend::hold);
}

void check_head(const AuditedConversation& c, Report& report) {
    if (c.log_length == 0) return report.add(c.head_seq != 0, "its log is gone: what was said in it is lost");
    report.add(c.log_first != 1, "its log begins at " + std::to_string(c.log_first) + ": what stood before is lost");
    report.add(c.log_last != c.head_seq, "its log ends at " + std::to_string(c.log_last) + " and it believes in " + std::to_string(c.head_seq));
    report.add(c.log_last - c.log_first + 1 != c.log_length, "its log has a hole: an event is lost");
    report.add(c.head_all_seq > c.head_seq, "its last event for everybody stands after its last event");
}

}  // namespace

std::vector<Finding> audit(const AuditedConversation& c) {
    Report report("conversation " + c.id.value, c.version);
    if (!c.exists) {
        report.add(c.listed_live, "is listed as live and does not exist", Mend::unlist_live);
        return report.take();
    }
    const bool closed = c.status == "closed";
    report.add(closed && c.listed_live, "is closed and listed as live", Mend::unlist_live);
    report.add(!closed && !c.listed_live, "is open and not listed as live: a router that starts would not know it", Mend::list_live);
    check_state(c, report);
    check_head(c, report);
    if (closed) return report.take();
    report.add(has_ghosts(c.sessions), "its customer has a session on a node that is gone: it would never be given up", Mend::end_sessions);
    report.add(!c.sessions.empty() && !c.absent.empty(), "its customer is here and counts as gone");
    report.add(c.sessions.empty() && c.absent.empty(), "its customer is gone and counts as here: it would never be given up");
    return report.take();
}

std::vector<Finding> audit(const AuditedAgent& a) {
    Report report("agent " + a.id.value, a.version);
    std::int64_t held = 0;
    for (const AuditedHeld& one : a.held) {
        const bool his = one.agent == a.id && !one.status.empty() && one.status != "closed" && one.status != "queued";
        if (his) held += one.weight;
        report.add(!his, "has " + one.id.value + " in hand, which is " + (one.status.empty() ? "gone" : "not his"), Mend::recount);
    }
    report.add(held != a.load, "counts as having " + std::to_string(a.load) + " and has " + std::to_string(held) +
                                   (a.load > held ? ": gets less than there is room for" : ": gets more than there is room for"), Mend::recount);
    report.add(has_ghosts(a.sessions), "has a session on a node that is gone: gets offers that nobody sees", Mend::end_sessions);
    report.add(a.sessions.empty() && !a.offline, "has no session and counts as here: gets offers that nobody sees");
    report.add(!a.sessions.empty() && a.offline, "is here and counts as gone: gets nothing");
    return report.take();
}

Finding audit_unreadable(const ConversationId& id, const std::string& why) {
    return {"conversation " + id.value, "cannot be read, from its keys c:, l: and p: or those of its agent, and commands that need it are refused: " + why};
}

Finding audit_unreadable(const AgentId& id, const std::string& why) {
    return {"agent " + id.value, "cannot be read, from its keys a:, s: and h: or a conversation in hand, and commands that need it are refused: " + why};
}

Finding audit_unreadable(const std::string& key, const std::string& why) { return {"key " + key, "cannot be read: " + why}; }

Finding audit_unlisted(const std::string& why) {
    return {"everything", "could not be looked at, because live, agents or nodes cannot be read: " + why};
}

Finding audit_stray(const std::string& name) {
    const char kind = name.front();
    const std::string owner = kind == 'n' ? "node" : kind == 'p' || kind == 'l' ? "conversation" : "agent";
    return {"key " + name, "belongs to a" + std::string(owner == "agent" ? "n " : " ") + owner + " that does not exist: nobody would ever remove it", Mend::remove, 0};
}

std::vector<Finding> audit_log(const ConversationId& conversation, const std::vector<AuditedEntry>& entries) {
    Report report("conversation " + conversation.value, 0);
    std::unordered_set<std::uint64_t> ids;
    std::uint64_t last = 0, last_for_all = 0;
    for (const AuditedEntry& entry : entries) {
        report.add(entry.seq != last + 1, "after event " + std::to_string(last) + " comes " + std::to_string(entry.seq));
        report.add(entry.prev != last_for_all, "event " + std::to_string(entry.seq) + " names " + std::to_string(entry.prev) +
                                                   " as the one before it, which is " + std::to_string(last_for_all));
        report.add(!ids.insert(entry.event_id).second, "event " + std::to_string(entry.seq) + " has the id of an earlier one");
        last = entry.seq;
        if (entry.for_all) last_for_all = entry.seq;
    }
    return report.take();
}

}  // namespace switchboard::domain
