// SPDX-License-Identifier: Apache-2.0
// A third of RedisRoutingStore: leases, and what the router reads.
#include "redis/redis_routing_store.hpp"

#include "base/ids.hpp"
#include "redis/entities.hpp"
#include "redis/gather.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace switchboard::redis {

namespace {

constexpr std::size_t dead_sessions_per_call = 256;
constexpr std::size_t changes_per_read = 1000;
constexpr std::size_t entities_per_slice = 1000;
constexpr std::uint64_t highest_epoch_step = 1 << 20;

Words texts_of(const Reply& reply) {
    Words texts;
    texts.reserve(reply.size());
    for (std::size_t i = 0; i < reply.size(); ++i) texts.emplace_back(reply[i].text());
    return texts;
}

Words read_fields(std::string key, const std::vector<std::string>& fields) {
    Words command = {"HMGET", std::move(key)};
    command.insert(command.end(), fields.begin(), fields.end());
    return command;
}

void take_change(ports::RoutingChanges& changes, const Fields& fields) {
    const std::string_view kind = fields.text("t");
    if (kind == "c") changes.changes.emplace_back(conversation_from(ConversationId(fields.text("id")), fields));
    if (kind == "a") changes.changes.emplace_back(agent_from(AgentId(fields.text("id")), fields));
    if (kind == "g") changes.config_changed = true;
}

// "a AGENT SESSION" or "c CONVERSATION SESSION".
ports::NodeSession node_session_from(std::string_view listed) {
    const std::size_t space = listed.find(' '), last = listed.rfind(' ');
    return {listed.starts_with("a "), std::string(listed.substr(space + 1, last - space - 1)), SessionId(listed.substr(last + 1))};
}

// Stream ids are "ms-n".
bool id_less(std::string_view left, std::string_view right) {
    const auto parts = [](std::string_view id) {
        Fields fields;
        const std::size_t dash = id.find('-');
        fields.add("ms", id.substr(0, dash));
        fields.add("n", dash == std::string_view::npos ? "0" : id.substr(dash + 1));
        return std::pair(fields.number("ms"), fields.number("n"));
    };
    return parts(left) < parts(right);
}

}  // namespace

void RedisRoutingStore::renew_node(const TenantId& tenant, const Incarnation& node, Duration lease, Callback<bool> done) {
    const Keys key(tenant);
    const std::string joined = tenant.value + ' ' + node.value;
    const auto sent = std::chrono::steady_clock::now();
    caller_.script("node_renew", {key.nodes()}, {"", node.value, std::to_string(lease.count()), joined_.contains(joined) ? "1" : "0"},
                   [this, joined, sent, done](Result<Reply> reply) {
                       if (!reply) return done(reply.error());
                       Fields fields;
                       fields.add("now", (*reply)[1].text());
                       clock_.observe(fields.time("now"), sent, std::chrono::steady_clock::now());
                       const bool alive = word_of(*reply) == "ok";
                       if (alive)
                           joined_.insert(joined);
                       else
                           joined_.erase(joined);
                       done(alive);
                   });
}

void RedisRoutingStore::expire_nodes(const TenantId& tenant, const ports::RouterLease& lease, Callback<std::size_t> done) {
    const std::string now = std::to_string(to_ms(clock_.now()));
    caller_.command({"ZRANGEBYSCORE", Keys(tenant).nodes(), "-inf", now}, [this, tenant, lease, done](Result<Reply> reply) {
        if (!reply) return done(reply.error());
        if (reply->size() == 0) return done(std::size_t{0});
        // Any of them: one whose sessions cannot be ended, because a key is of another type, must not stand before the others.
        const Incarnation node((*reply)[random_u64() % reply->size()].text());
        const Keys key(tenant);
        caller_.decision("node_condemn", {key.router(), key.nodes()}, {"", std::to_string(lease.epoch), node.value},
                         [this, tenant, node, others = reply->size() - 1, done](Result<bool> condemned) {
                             if (!condemned) return done(condemned.error());
                             if (!*condemned) return done(others);
                             expire_node(tenant, node, others, done);
                         });
    });
}

void RedisRoutingStore::expire_node(const TenantId& tenant, const Incarnation& node, std::size_t others, Callback<std::size_t> done) {
    const Keys key(tenant);
    caller_.command({"SRANDMEMBER", key.node_sessions(node), std::to_string(dead_sessions_per_call)},
                    [this, tenant, node, others, done](Result<Reply> reply) {
        if (!reply) return done(reply.error());
        const Words sessions = texts_of(*reply);
        const auto forget = [this, tenant, node, others, done] {
            const Keys named(tenant);
            caller_.decision("node_forget", {named.nodes(), named.node_sessions(node)}, {"", node.value, "0"}, [done, others](Result<bool> gone) {
                if (!gone) return done(gone.error());
                done(others + (*gone ? 0 : 1));
            });
        };
        if (sessions.empty()) return forget();
        auto missing = std::make_shared<std::size_t>(sessions.size());
        for (const std::string& session : sessions)
            detach_dead(tenant, node, session, [missing, forget] {
                if (--*missing == 0) forget();
            });
    });
}

void RedisRoutingStore::detach_dead(const TenantId& tenant, const Incarnation& node, const std::string& session, std::function<void()> done) {
    const ports::NodeSession listed = node_session_from(session);
    if (listed.staff)
        return end_agent_session(tenant, {AgentId(listed.owner), listed.session, node, Endpoint()}, node, [done](Result<void>) { done(); });
    const Keys key(tenant);
    const ConversationId conversation(listed.owner);
    caller_.verb("customer_detach",
                 {key.conversation(conversation), key.customer_sessions(conversation), key.node_sessions(node), key.nodes(), key.routing_stream()},
                 {"", listed.owner, listed.session.value, node.value}, [done](Result<void>) { done(); });
}

void RedisRoutingStore::leave_node(const TenantId& tenant, const Incarnation& node, Callback<void> done) {
    const Keys key(tenant);
    joined_.erase(tenant.value + ' ' + node.value);
    caller_.decision("node_forget", {key.nodes(), key.node_sessions(node)}, {"", node.value, "1"}, [done](Result<bool> gone) {
        if (!gone) return done(gone.error());
        done({});
    });
}

void RedisRoutingStore::list_node_sessions(const TenantId& tenant, const Incarnation& node, Callback<std::vector<ports::NodeSession>> done) {
    caller_.command({"SMEMBERS", Keys(tenant).node_sessions(node)}, [done](Result<Reply> reply) {
        if (!reply) return done(reply.error());
        std::vector<ports::NodeSession> sessions;
        sessions.reserve(reply->size());
        for (std::size_t i = 0; i < reply->size(); ++i) sessions.push_back(node_session_from((*reply)[i].text()));
        done(std::move(sessions));
    });
}

void RedisRoutingStore::acquire_router(const TenantId& tenant, const Incarnation& holder, Duration lease, Callback<ports::RouterLease> done) {
    // What reads the stream may still be with a primary that was replaced; it looks for the present one again.
    drop_blocking(tenant);
    const std::string step = std::to_string(1 + random_u64() % highest_epoch_step);
    caller_.script("router_acquire", {Keys(tenant).router()}, {"", holder.value, std::to_string(lease.count()), step}, [done](Result<Reply> reply) {
        if (!reply) return done(reply.error());
        Fields fields;
        fields.add("epoch", (*reply)[0].text());
        fields.add("expires", (*reply)[1].text());
        done(ports::RouterLease{fields.number("epoch"), fields.time("expires")});
    });
}

void RedisRoutingStore::renew_router(const TenantId& tenant, const ports::RouterLease& lease, const Incarnation& holder, Duration duration,
                                     Callback<bool> done) {
    caller_.decision("router_renew", {Keys(tenant).router()},
                     {"", holder.value, std::to_string(duration.count()), std::to_string(lease.epoch), Keys(tenant).channel_prefix()},
                     std::move(done));
}

void RedisRoutingStore::release_router(const TenantId& tenant, const ports::RouterLease& lease, const Incarnation& holder, Callback<void> done) {
    drop_blocking(tenant);
    const Words arguments = {"", holder.value, "0", std::to_string(lease.epoch), Keys(tenant).channel_prefix()};
    caller_.decision("router_renew", {Keys(tenant).router()}, arguments, [done](Result<bool> given) {
        if (!given) return done(given.error());
        done({});
    });
}

struct RedisRoutingStore::Scan {
    TenantId tenant;
    Words conversations;
    Words agents;
    std::size_t done_conversations = 0;
    std::size_t done_agents = 0;
    ports::RoutingSnapshot snapshot;
    Callback<ports::RoutingSnapshot> done;
};

void RedisRoutingStore::snapshot(const TenantId& tenant, Callback<ports::RoutingSnapshot> done) {
    const Keys key(tenant);
    // The stream's end is read first: what changes afterwards is seen in the entities, on the stream, or in both.
    std::vector<Words> heads = {{"XREVRANGE", key.routing_stream(), "+", "-", "COUNT", "1"}, {"SMEMBERS", key.live()}, {"SMEMBERS", key.agents()}};
    gather(caller_, std::move(heads), [this, tenant, done](Result<std::vector<Reply>> replies) {
        if (!replies) return done(replies.error());
        auto scan = std::make_shared<Scan>();
        scan->tenant = tenant;
        scan->conversations = texts_of((*replies)[1]);
        scan->agents = texts_of((*replies)[2]);
        scan->snapshot.stream_id = (*replies)[0].size() == 0 ? "0-0" : std::string((*replies)[0][0][0].text());
        scan->done = done;
        scan_more(std::move(scan));
    });
}

void RedisRoutingStore::scan_more(std::shared_ptr<Scan> scan) {
    const Keys key(scan->tenant);
    const std::size_t first = scan->done_conversations, first_agent = scan->done_agents;
    const std::size_t last = std::min(scan->conversations.size(), first + entities_per_slice);
    const std::size_t last_agent = std::min(scan->agents.size(), first_agent + entities_per_slice - (last - first));
    if (first == last && first_agent == last_agent) return scan->done(std::move(scan->snapshot));
    scan->done_conversations = last;
    scan->done_agents = last_agent;
    std::vector<Words> commands;
    for (std::size_t i = first; i < last; ++i)
        commands.push_back(read_fields(key.conversation(ConversationId(scan->conversations[i])), routing_fields_of_conversation()));
    for (std::size_t i = first_agent; i < last_agent; ++i)
        commands.push_back(read_fields(key.agent(AgentId(scan->agents[i])), routing_fields_of_agent()));
    gather(caller_, std::move(commands), [this, scan, first, last, first_agent](Result<std::vector<Reply>> values) {
        if (!values) return scan->done(values.error());
        for (std::size_t i = 0; i < values->size(); ++i) {
            if (first + i < last) {
                const Fields fields = fields_of(routing_fields_of_conversation(), (*values)[i]);
                // Between the two reads it may have been closed, archived and expired.
                if (fields.text("status").empty()) continue;
                scan->snapshot.conversations.push_back(conversation_from(ConversationId(scan->conversations[first + i]), fields));
            } else {
                const AgentId agent(scan->agents[first_agent + i - (last - first)]);
                scan->snapshot.agents.push_back(agent_from(agent, fields_of(routing_fields_of_agent(), (*values)[i])));
            }
        }
        scan_more(scan);
    }, Unreadable::is_empty);
}

Caller& RedisRoutingStore::blocking_caller(const TenantId& tenant) {
    Blocking& blocking = blocking_[tenant];
    if (!blocking.connection) {
        blocking.connection = connect_();
        blocking.caller = std::make_unique<Caller>(*blocking.connection);
    }
    return *blocking.caller;
}

void RedisRoutingStore::drop_blocking(const TenantId& tenant) {
    const auto found = blocking_.find(tenant);
    if (found == blocking_.end()) return;
    // This may be running inside one of its callbacks, so it can only be stopped here.
    auto blocking = std::make_shared<Blocking>(std::move(found->second));
    blocking_.erase(found);
    blocking->connection->stop();
    asio::post(executor_, [blocking] {});
}

void RedisRoutingStore::read_changes(const TenantId& tenant, const std::string& stream_id, Duration wait, Callback<ports::RoutingChanges> done) {
    const Keys key(tenant);
    Caller& caller = blocking_caller(tenant);
    auto read = std::make_shared<Result<Reply>>(Reply());
    Words command = {"XREAD", "COUNT", std::to_string(changes_per_read)};
    // BLOCK 0 would wait for ever.
    if (wait.count() > 0) command.insert(command.end(), {"BLOCK", std::to_string(wait.count())});
    command.insert(command.end(), {"STREAMS", key.routing_stream(), stream_id});
    caller.command(command, [read](Result<Reply> reply) { *read = std::move(reply); }, Repeat::harmless, wait);
    // Has the stream lost what comes after stream_id? Asked after the reading, so nothing can be lost between the two answers.
    caller.command({"XRANGE", key.routing_stream(), "-", "+", "COUNT", "1"}, [stream_id, read, done](Result<Reply> oldest) {
        if (!*read) return done(read->error());
        if (!oldest) return done(oldest.error());
        ports::RoutingChanges changes;
        changes.stream_id = stream_id;
        changes.gone = stream_id != "0-0" && oldest->size() == 1 && id_less(stream_id, (*oldest)[0][0].text());
        const ReplyView entries = (**read)[0][1];
        for (std::size_t i = 0; i < entries.size(); ++i) {
            changes.stream_id = entries[i][0].text();
            take_change(changes, fields_of(entries[i][1]));
        }
        done(std::move(changes));
    }, Repeat::harmless, wait);
}

}  // namespace switchboard::redis
