// SPDX-License-Identifier: Apache-2.0
// One tenant on a real redis-server, with every script as a verb: calls it through the program's own connection with a time that
// the test chooses, and shows what it wrote, routed and published. Every World begins with an empty Redis. Thread: one.
#pragma once

#include "ports/event.hpp"
#include "redis/caller.hpp"
#include "redis/keys.hpp"
#include "support/redis_server.hpp"
#include "switchboard/v1/event.pb.h"

#include <hiredis/hiredis.h>

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace switchboard::test {

using redis::Words;
using Hash = std::map<std::string, std::string>;

// The server that all tests of a program share.
RedisServer& shared_redis();

struct BusRecord {
    std::string endpoint;  // of the channel
    char kind = 0;
    std::string id;
    std::string payload;
};

// One message for message_append.
struct Sent {
    std::string conversation = "c1";
    std::string role = "c";
    std::string sender = "v1";
    std::uint64_t assign_epoch = 0;
    std::uint64_t number = 1;
    std::string text = "hello";
    std::string audience = "A";
    std::string instance = "77";
    std::string digest;  // empty: follows from the text
};

std::string draft(const std::string& text, ports::Audience audience = ports::Audience::all);
std::string decimal(std::uint64_t number);

class World {
public:
    explicit World(const std::string& tenant = "t1");

    // ---- Redis as it is
    Words call(std::string_view script, const Words& keys, const Words& arguments);
    Words list(const Words& command);                  // the elements of an array reply
    std::string ask(const Words& command);             // the first of them, or the only one
    Hash hash(const std::string& key);
    std::string field(const std::string& id, const std::string& name) { return ask({"HGET", key.conversation(ConversationId(id)), name}); }
    std::string agent_field(const std::string& id, const std::string& name) { return ask({"HGET", key.agent(AgentId(id)), name}); }
    Words held(const std::string& agent);              // sorted
    std::vector<v1::Event> log(const std::string& id);
    std::map<std::string, std::string> dump();         // every key of the server with its serialised value
    std::vector<BusRecord> published();                // since the last time
    std::vector<Hash> routed();                        // entries of the routing stream since the last time
    std::vector<Hash> all_routed();
    std::vector<std::string> outboxed();               // conversations on the archive's outbox
    bool holds(const std::string& set, const std::string& member) { return ask({"SISMEMBER", set, member}) == "1"; }

    // ---- the verbs
    Words start(const std::string& id, const std::string& visitor = "v1", const std::string& known = "", const std::string& session = "");
    Words attach(const std::string& id, const std::string& visitor = "v1", const std::string& session = "s1", const std::string& node = "n1");
    Words detach(const std::string& id, const std::string& session = "s1", const std::string& node = "n1", bool dead = false);
    Words open_agent(const std::string& agent, const std::string& session = "sa", const std::string& node = "n1");
    Words close_agent(const std::string& agent, const std::string& session = "sa", const std::string& node = "n1", bool dead = false);
    Words choose(const std::string& agent, const std::string& choice, const std::string& reason = "");
    Words offer(const std::string& id, const std::string& agent, unsigned capacity = 3, const std::string& offer = "o1");
    Words accept(const std::string& id, const std::string& agent, const std::string& offer = "o1");
    Words end_offer(const std::string& id, const std::string& agent, const std::string& outcome = "declined", const std::string& offer = "o1",
                    bool by_router = false, bool set_away = false);
    Words transfer(const std::string& id, const std::string& agent, std::uint64_t assign_epoch = 1, const std::string& weight = "1",
                   const std::string& to = "");
    Words wrap_up(const std::string& id, const std::string& agent, std::uint64_t assign_epoch = 1, const std::string& ms = "120000",
                  const std::string& head = "0");
    Words close(const std::string& id, const std::string& agent, std::uint64_t assign_epoch = 1, const std::string& disposition = "sold",
                const std::string& head = "0");
    Words end(const std::string& id, const std::string& visitor, const std::string& agent, bool wrap_up = false);
    Words abandon(const std::string& id, const std::string& agent = "", const std::string& version = "");
    Words requeue(const std::string& id, const std::string& agent, std::uint64_t assign_epoch = 1, const std::string& cooldown = "0");
    Words widen(const std::string& id, const std::string& version = "", unsigned step = 0, bool anyone = true);
    Words move(const std::string& id, const std::string& version = "");
    Words turn_away(const std::string& id, const std::string& version = "");
    Words warn(const std::string& id, std::uint64_t assign_epoch = 1, const std::string& head = "");
    Words prioritize(const std::string& id, const std::string& ms, const std::string& is_urgent = "");
    Words pick(const std::string& id, const std::string& agent, unsigned capacity = 3);
    Words consult(const std::string& id, const std::string& owner, const std::string& colleague, std::uint64_t assign_epoch = 1);
    Words complete_consult(const std::string& id, const std::string& owner, const std::string& colleague, std::uint64_t assign_epoch = 1,
                           unsigned capacity = 3);
    Words end_consult(const std::string& id, const std::string& by);
    Words endpoints(const std::string& id, const std::string& agent);
    Words rate(const std::string& id, const std::string& visitor = "v1", const std::string& score = "5");
    Words append(const std::vector<Sent>& messages);
    Words watch(const std::string& id, const std::string& endpoint, bool join = true);
    Words horizons(const std::string& id, const std::string& side, const std::string& who, std::uint64_t delivered, std::uint64_t read);
    Words latest(const std::string& id, const std::string& audience, const std::string& kind, const std::string& payload);
    Words renew_node(const std::string& node, std::int64_t lease = 3000, bool joined = false);
    Words forget_node(const std::string& node, bool leaves = false);
    Words acquire_router(const std::string& holder, std::int64_t lease = 3000);
    Words condemn_node(const std::string& node, const std::string& epoch);
    Words renew_router(const std::string& holder, std::int64_t lease, const std::string& epoch);

    // ---- common beginnings
    void ready(const std::string& agent, const std::string& node = "n1");           // a session and available
    void offered(const std::string& id, const std::string& agent);                  // started and offered as "o1"
    void active(const std::string& id, const std::string& agent);                   // and accepted

    const redis::Keys key;
    Words last_keys;                         // of the last script
    std::int64_t now = 1'700'000'000'000;
    std::string weight = "1";                // of conversations that start, like the next three
    std::int64_t boost = 0;
    std::string urgent, sticky = "0", start_id;
    std::string router_epoch = "1";

private:
    std::vector<Hash> stream_after(const std::string& id);
    std::string time() const { return std::to_string(now); }
    std::vector<std::string> conversation_keys(const std::string& id, const std::string& agent) const;

    boost::asio::io_context loop_{1};
    Metrics metrics_;
    redis::Connection connection_;
    redis::Caller caller_;
    std::unique_ptr<redisContext, void (*)(redisContext*)> tap_;
    std::string routed_until_ = "0-0";
    const std::string tenant_;
};

}  // namespace switchboard::test
