// SPDX-License-Identifier: Apache-2.0
#include "redis/redis_audit_store.hpp"

#include "redis/entities.hpp"
#include "redis/gather.hpp"
#include "redis/keys.hpp"
#include "redis/stamp.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_set>

namespace switchboard::redis {

namespace {

constexpr int max_attempts = 5;
constexpr const char* page_size = "500";

Error restless() { return Error{ErrorCode::unavailable, "it changes while it is looked at", 100}; }

std::uint64_t seq_of(std::string_view stream_id) {
    std::uint64_t seq = 0;
    std::from_chars(stream_id.data(), stream_id.data() + stream_id.size(), seq);
    return seq;
}

// From `first` on: session, "incarnation endpoint", node known.
std::vector<domain::AuditedSession> sessions_from(const Reply& reply, std::size_t first) {
    std::vector<domain::AuditedSession> sessions;
    for (std::size_t i = first; i + 2 < reply.size(); i += 3) {
        const std::string_view value = reply[i + 1].text();
        sessions.push_back({SessionId(reply[i].text()), Incarnation(value.substr(0, value.find(' '))), reply[i + 2].integer() == 1});
    }
    return sessions;
}

domain::AuditedConversation conversation_facts(const ConversationId& id, const Reply& reply) {
    const Fields fields = fields_of(reply[1]);
    domain::AuditedConversation facts;
    facts.id = id;
    facts.exists = !fields.empty();
    facts.status = fields.text("status");
    facts.agent = AgentId(fields.text("agent"));
    facts.offer = fields.text("offer");
    facts.deadline = fields.text("deadline");
    facts.absent = fields.text("absent");
    facts.version = fields.number("version");
    facts.head_seq = fields.number("seq");
    facts.head_all_seq = fields.number("all");
    facts.listed_live = reply[2].integer() == 1;
    facts.in_hand = reply[3].integer() == 1;
    facts.log_length = static_cast<std::uint64_t>(reply[4].integer());
    facts.log_first = seq_of(reply[5].text());
    facts.log_last = seq_of(reply[6].text());
    facts.sessions = sessions_from(reply, 7);
    return facts;
}

domain::AuditedAgent agent_facts(const AgentId& id, const Reply& reply) {
    const Fields fields = fields_of(reply[1]);
    domain::AuditedAgent facts;
    facts.id = id;
    facts.version = fields.number("version");
    facts.load = std::int64_t(fields.number("load"));
    facts.offline = !fields.text("offline").empty();
    const ReplyView held = reply[2];
    for (std::size_t i = 0; i + 3 < held.size(); i += 4)
        facts.held.push_back({ConversationId(held[i].text()), AgentId(held[i + 1].text()), std::string(held[i + 2].text()), held[i + 3].integer()});
    facts.sessions = sessions_from(reply, 3);
    return facts;
}

// The name of the key to whose owner this one belongs; empty: it is nobody's.
std::string owner_of(const std::string& name) {
    switch (name.front()) {
        case 'n': return name;
        case 'p': case 'l': return "c" + name.substr(1);
        case 's': case 'h': case 'k': return "a" + name.substr(1);
        default: return {};
    }
}

}  // namespace

struct RedisAuditStore::Listing {
    ports::AuditObjects objects;
    std::unordered_set<std::string> owners;  // names of conversations, agents and nodes
    std::vector<std::string> owned;          // names of what must belong to one of them
};

void RedisAuditStore::list(const TenantId& tenant, Callback<ports::AuditObjects> done) {
    const Keys key(tenant);
    std::vector<Words> lists = {{"SMEMBERS", key.live()}, {"SMEMBERS", key.agents()}, {"ZRANGE", key.nodes(), "0", "-1"}};
    gather(caller_, std::move(lists), [this, tenant, done](Result<std::vector<Reply>> replies) {
        if (!replies) return done(replies.error());
        auto listing = std::make_shared<Listing>();
        for (std::size_t i = 0; i < (*replies)[0].size(); ++i) listing->objects.conversations.emplace_back((*replies)[0][i].text());
        for (std::size_t i = 0; i < (*replies)[1].size(); ++i) listing->objects.agents.emplace_back((*replies)[1][i].text());
        for (std::size_t i = 0; i < (*replies)[2].size(); ++i) listing->owners.insert("n:" + std::string((*replies)[2][i].text()));
        scan(tenant, listing, "0", done);
    });
}

void RedisAuditStore::scan(const TenantId& tenant, std::shared_ptr<Listing> listing, std::string cursor, Callback<ports::AuditObjects> done) {
    const std::string prefix = Keys(tenant).prefix();
    caller_.command({"SCAN", cursor, "MATCH", prefix + "[a-z]:*", "COUNT", page_size}, [this, tenant, listing, prefix, done](Result<Reply> reply) {
        if (!reply) return done(reply.error());
        ports::AuditObjects& objects = listing->objects;
        for (std::size_t i = 0; i < (*reply)[1].size(); ++i) {
            const std::string name((*reply)[1][i].text().substr(prefix.size()));
            if (name.front() == 'c') objects.conversations.emplace_back(name.substr(2));
            if (name.front() == 'c' || name.front() == 'a') listing->owners.insert(name);
            if (!owner_of(name).empty()) listing->owned.push_back(name);
        }
        const std::string next((*reply)[0].text());
        if (next != "0") return scan(tenant, listing, next, done);
        std::ranges::sort(objects.conversations);
        const auto repeated = std::ranges::unique(objects.conversations);
        objects.conversations.erase(repeated.begin(), repeated.end());
        for (std::string& name : listing->owned)
            if (!listing->owners.contains(owner_of(name))) objects.strays.push_back(std::move(name));
        done(std::move(objects));
    });
}

void RedisAuditStore::look_at_stray(const TenantId& tenant, const std::string& name, bool remove, Callback<bool> done) {
    const Keys key(tenant);
    const std::string owner = name.front() == 'n' ? key.nodes() : key.prefix() + owner_of(name);
    caller_.decision("audit_stray", {key.prefix() + name, owner, key.nodes()}, {name.substr(0, 1), name.substr(2), remove ? "1" : ""}, std::move(done));
}

void RedisAuditStore::read_conversation(const TenantId& tenant, const ConversationId& id, Callback<domain::AuditedConversation> done) {
    look_at_conversation(tenant, id, "", max_attempts, std::move(done));
}

void RedisAuditStore::look_at_conversation(const TenantId& tenant, const ConversationId& id, const std::string& agent, int attempts,
                                           Callback<domain::AuditedConversation> done) {
    if (attempts == 0) return done(restless());
    const Keys key(tenant);
    caller_.script("audit_conversation", {key.conversation(id), key.log(id), key.customer_sessions(id), key.live(), key.nodes(), key.held(AgentId(agent))},
                   {id.value, agent}, [this, tenant, id, attempts, done](Result<Reply> reply) {
        if (!reply) return done(reply.error());
        if (word_of(*reply) == "retry") return look_at_conversation(tenant, id, std::string((*reply)[1].text()), attempts - 1, done);
        done(conversation_facts(id, *reply));
    });
}

void RedisAuditStore::read_agent(const TenantId& tenant, const AgentId& id, Callback<domain::AuditedAgent> done) {
    look_at_agent(tenant, id, {}, max_attempts, std::move(done));
}

void RedisAuditStore::look_at_agent(const TenantId& tenant, const AgentId& id, const Words& in_hand, int attempts, Callback<domain::AuditedAgent> done) {
    if (attempts == 0) return done(restless());
    const Keys key(tenant);
    Words keys = {key.agent(id), key.agent_sessions(id), key.held(id), key.nodes()};
    for (const std::string& conversation : in_hand) keys.push_back(key.conversation(ConversationId(conversation)));
    caller_.script("audit_agent", keys, in_hand, [this, tenant, id, attempts, done](Result<Reply> reply) {
        if (!reply) return done(reply.error());
        if (word_of(*reply) != "retry") return done(agent_facts(id, *reply));
        Words now;
        for (std::size_t i = 1; i < reply->size(); ++i) now.emplace_back((*reply)[i].text());
        look_at_agent(tenant, id, now, attempts - 1, done);
    });
}

void RedisAuditStore::read_log(const TenantId& tenant, const ConversationId& id, Callback<std::vector<domain::AuditedEntry>> done) {
    read_page(tenant, id, std::make_shared<std::vector<domain::AuditedEntry>>(), std::move(done));
}

void RedisAuditStore::read_page(const TenantId& tenant, const ConversationId& id, std::shared_ptr<std::vector<domain::AuditedEntry>> entries,
                                Callback<std::vector<domain::AuditedEntry>> done) {
    const std::string after = entries->empty() ? "-" : "(" + std::to_string(entries->back().seq) + "-0";
    caller_.command({"XRANGE", Keys(tenant).log(id), after, "+", "COUNT", page_size}, [this, tenant, id, entries, done](Result<Reply> reply) {
        if (!reply) return done(reply.error());
        for (std::size_t i = 0; i < reply->size(); ++i) {
            const auto stamp = read_stamp((*reply)[i][1][1].text());
            const std::uint64_t seq = seq_of((*reply)[i][0].text());
            entries->push_back(stamp ? domain::AuditedEntry{seq, stamp->prev, stamp->event_id, stamp->audience == ports::Audience::all}
                                     : domain::AuditedEntry{seq});
        }
        if (reply->size() == 0) return done(std::move(*entries));
        read_page(tenant, id, entries, done);
    });
}

void RedisAuditStore::mend(const TenantId& tenant, const domain::AuditedConversation& c, domain::Mend mend, Callback<bool> done) {
    const Keys key(tenant);
    switch (mend) {
        case domain::Mend::list_live:
        case domain::Mend::unlist_live: return caller_.decision("mend_live", {key.conversation(c.id), key.live()}, {c.id.value}, std::move(done));
        case domain::Mend::hold: return recount(tenant, c.agent, std::move(done));
        case domain::Mend::end_sessions:
            return end_sessions(tenant, "customer_detach", {key.conversation(c.id), key.customer_sessions(c.id), "", key.nodes(), key.routing_stream()},
                                c.id.value, c.sessions, std::move(done));
        case domain::Mend::recount:
        case domain::Mend::remove:
        case domain::Mend::nothing: break;
    }
    done(false);
}

void RedisAuditStore::mend(const TenantId& tenant, const domain::AuditedAgent& a, domain::Mend mend, Callback<bool> done) {
    const Keys key(tenant);
    if (mend == domain::Mend::recount) return recount(tenant, a.id, std::move(done));
    if (mend != domain::Mend::end_sessions) return done(false);
    end_sessions(tenant, "agent_close",
                 {key.agent(a.id), key.agent_sessions(a.id), "", key.nodes(), key.held(a.id), key.routing_stream(), key.consults(a.id)}, a.id.value,
                 a.sessions, std::move(done));
}

// Every conversation that is live or in hand is named, so that none of the agent's is missed.
void RedisAuditStore::recount(const TenantId& tenant, const AgentId& agent, Callback<bool> done) {
    const Keys key(tenant);
    caller_.command({"SUNION", key.live(), key.held(agent)}, [this, tenant, agent, done](Result<Reply> reply) {
        if (!reply) return done(reply.error());
        const Keys named(tenant);
        Words keys = {named.agent(agent), named.held(agent), named.routing_stream()}, arguments = {agent.value};
        for (std::size_t i = 0; i < reply->size(); ++i) {
            keys.push_back(named.conversation(ConversationId((*reply)[i].text())));
            arguments.emplace_back((*reply)[i].text());
        }
        caller_.decision("mend_agent", keys, arguments, done);
    });
}

// The verbs by which the router ends the sessions of dead nodes; the third key is the node's.
void RedisAuditStore::end_sessions(const TenantId& tenant, const std::string& script, const Words& keys, const std::string& owner,
                                   const std::vector<domain::AuditedSession>& sessions, Callback<bool> done) {
    auto left = std::make_shared<std::size_t>(1);
    auto ended = std::make_shared<bool>(false);
    const auto finish = [left, ended, done] {
        if (--*left == 0) done(*ended);
    };
    for (const auto& session : sessions) {
        if (session.node_known) continue;
        ++*left;
        Words named = keys;
        named[2] = Keys(tenant).node_sessions(session.node);
        caller_.script(script, named, {"", owner, session.id.value, session.node.value}, [ended, finish](Result<Reply> reply) {
            if (reply && word_of(*reply) == "ok") *ended = true;
            finish();
        });
    }
    finish();
}

}  // namespace switchboard::redis
