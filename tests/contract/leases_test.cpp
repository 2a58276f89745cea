// SPDX-License-Identifier: Apache-2.0
// What ports::RoutingStore promises to the router: leases, snapshots, changes, and the sessions of nodes that died.
#include "redis/entities.hpp"
#include "shard.hpp"

#include <map>
#include <set>

using namespace switchboard;
using namespace switchboard::test;
using namespace std::chrono_literals;

namespace {

using Changes = Result<ports::RoutingChanges>;

Changes read(Stores& shard, const std::string& from, Duration wait = 0ms) {
    return shard.wait<ports::RoutingChanges>([&](auto done) { shard.routing.read_changes(tenant, from, wait, done); });
}

Result<ports::RoutingSnapshot> snapshot(Stores& shard) {
    return shard.wait<ports::RoutingSnapshot>([&](auto done) { shard.routing.snapshot(tenant, done); });
}

std::string text(const domain::Conversation& c) {
    std::string all = c.id.value + " v" + std::to_string(c.version) + " " + std::string(domain::to_string(c.status)) + " " +
                      c.requirement.department.value + " " + redis::skills_text(c.requirement) + " " + std::to_string(c.weight) + " " +
                      std::to_string(to_ms(c.arrival)) + " " + c.agent.value + " " + c.offer.value + " " + std::to_string(to_ms(c.deadline)) + " " +
                      std::to_string(c.assign_epoch) + " " + (c.customer_absent_since ? std::to_string(to_ms(*c.customer_absent_since)) : "here");
    for (const auto& cooldown : c.cooldowns) all += " " + cooldown.agent.value + std::to_string(to_ms(cooldown.until));
    return all;
}
std::string text(const domain::Agent& a) {
    return a.id.value + " v" + std::to_string(a.version) + " " + std::string(domain::to_string(a.choice)) + " " + a.reason + " " +
           std::to_string(a.load) + " " + std::to_string(to_ms(a.idle_since)) + " " + (a.online() ? "here" : std::to_string(to_ms(*a.offline_since))) +
           " " + std::to_string(a.misses);
}

// The last state of every entity that a router would know.
struct Memory {
    std::map<std::string, std::string> entities;
    bool config_changed = false;

    void take(const ports::RoutingSnapshot& from) {
        for (const auto& c : from.conversations) entities["c" + c.id.value] = text(c);
        for (const auto& a : from.agents) entities["a" + a.id.value] = text(a);
    }
    void take(const ports::RoutingChanges& from) {
        CHECK_FALSE(from.gone);
        config_changed |= from.config_changed;
        for (const auto& change : from.changes) {
            if (const auto* c = std::get_if<domain::Conversation>(&change)) entities["c" + c->id.value] = text(*c);
            if (const auto* a = std::get_if<domain::Agent>(&change)) entities["a" + a->id.value] = text(*a);
        }
    }
};

void some_history(Stores& shard) {
    shard.active("c1");
    shard.start("c2", "v2");
    shard.offer("c2", "ann", "o2");
    shard.wait<bool>([&](auto done) {
        shard.routing.end_offer(tenant, {}, {ConversationId("c2"), OfferId("o2"), AgentId("ann")}, domain::OfferOutcome::declined, 30s, false,
                                staff_event(), done);
    });
    shard.start("c3", "v3");
    shard.offer("c3", "ann", "o3");
    shard.attach(Stores::customer_session("c3", "s3", "n1", "v3"));
    shard.open_agent(Stores::agent_session("bob", "sb"));
    shard.close_agent(Stores::agent_session("bob", "sb"));
}

}  // namespace

TEST_CASE("a snapshot and the changes after it tell the same as the stream from its beginning") {
    Shard shard;
    const auto empty = snapshot(shard);
    REQUIRE(empty);
    CHECK(empty->conversations.empty());
    CHECK(empty->stream_id == "0-0");
    some_history(shard);
    Memory from_stream, from_snapshot;
    from_stream.take(*read(shard, empty->stream_id));
    const auto now = snapshot(shard);
    from_snapshot.take(*now);
    CHECK(from_snapshot.entities.size() == 5);
    CHECK(from_stream.entities == from_snapshot.entities);
    CHECK(from_snapshot.entities["cc1"].find("sales phones=3,vip=1 2") != std::string::npos);

    shard.close(Stores::close_request("c1", "ann"));
    shard.choose("ann", domain::AgentChoice::away);
    from_snapshot.take(*read(shard, now->stream_id));
    CHECK(from_snapshot.entities["cc1"] == text(shard.load("c1")->routing));
    CHECK(from_snapshot.entities["aann"] == text(shard.load_agent("ann")->agent));
    const auto later = snapshot(shard);
    for (const auto& c : later->conversations) CHECK(c.id != ConversationId("c1"));
}

TEST_CASE("read_changes waits for the first change, and no longer than it was told") {
    Shard shard;
    shard.start("c1");
    const auto from = snapshot(shard)->stream_id;
    const auto nothing = read(shard, from, 30ms);
    REQUIRE(nothing);
    CHECK(nothing->changes.empty());
    CHECK(nothing->stream_id == from);
    CHECK(read(shard, from, 0ms)->changes.empty());
    std::optional<Changes> answer;
    shard.routing.read_changes(tenant, from, 5s, [&](Changes result) { answer = std::move(result); });
    shard.start("c2", "v2");  // not behind the read: that has a connection of its own
    REQUIRE(run_until(shard.loop, [&] { return answer.has_value(); }, 2s));
    REQUIRE((*answer)->changes.size() == 1);
    CHECK(std::get<domain::Conversation>((*answer)->changes[0]).id == ConversationId("c2"));
}

TEST_CASE("read_changes says when the stream no longer reaches back") {
    Shard shard;
    shard.start("c1");
    const auto from = snapshot(shard)->stream_id;
    for (int i = 0; i < 5; ++i) shard.start("d" + std::to_string(i), "w" + std::to_string(i));
    CHECK_FALSE(read(shard, from)->gone);
    redis_command({"XTRIM", key.routing_stream(), "MAXLEN", "2"});
    CHECK(read(shard, from)->gone);
    CHECK_FALSE(read(shard, snapshot(shard)->stream_id)->gone);
}

TEST_CASE("a snapshot of more entities than the pipeline takes at once") {
    auto options = connection_options();
    options.limits.requests = 1500;
    Shard shard(options);
    redis_command({"EVAL",
                   "for i = 1, 4500 do redis.call('HSET', 'sb:{t1}:c:' .. i, 'version', i, 'status', 'queued') redis.call('SADD', 'sb:{t1}:live', i) end "
                   "for i = 1, 2500 do redis.call('HSET', 'sb:{t1}:a:' .. i, 'version', i) redis.call('SADD', 'sb:{t1}:agents', i) end",
                   "0"});
    redis_command({"SADD", key.live(), "expired"});
    const auto taken = snapshot(shard);
    REQUIRE(taken);
    CHECK(taken->conversations.size() == 4500);
    CHECK(taken->agents.size() == 2500);
    for (const auto& c : taken->conversations) REQUIRE(c.id.value == std::to_string(c.version));
    for (const auto& a : taken->agents) REQUIRE(a.id.value == std::to_string(a.version));
}

TEST_CASE("release_router inside a callback of read_changes is safe, and so is going on") {
    Shard shard;
    shard.lease = shard.acquire("r1").value();
    shard.start("c1");
    bool released = false;
    std::optional<Changes> next;
    shard.routing.read_changes(tenant, "0-0", 1s, [&](const Changes& result) {
        CHECK(result);
        shard.routing.release_router(tenant, shard.lease, Incarnation("r1"), [&](Result<void> done) { released = done.has_value(); });
        shard.routing.read_changes(tenant, "0-0", 1s, [&](Changes again) { next = std::move(again); });
    });
    REQUIRE(run_until(shard.loop, [&] { return released && next; }));
    CHECK((*next)->changes.size() == 1);
    // A read that is under way is answered, not forgotten.
    std::optional<Changes> pending;
    shard.routing.read_changes(tenant, (*next)->stream_id, 10s, [&](Changes result) { pending = std::move(result); });
    shard.routing.release_router(tenant, shard.lease, Incarnation("r1"), [](Result<void>) {});
    REQUIRE(run_until(shard.loop, [&] { return pending.has_value(); }, 2s));
    CHECK(code_of(*pending) == ErrorCode::unavailable);
}

TEST_CASE("the router's lease: one holder, a higher epoch for the next") {
    Shard shard;
    const auto first = shard.acquire("r1");
    CHECK(first->epoch > 0);
    CHECK(shard.acquire("r2")->epoch == 0);
    const auto renew = [&](const std::string& holder, const ports::RouterLease& lease) {
        return shard.wait<bool>([&](auto done) { shard.routing.renew_router(tenant, lease, Incarnation(holder), 100s, done); }).value();
    };
    CHECK(renew("r1", *first));
    CHECK_FALSE(renew("r2", *first));
    REQUIRE(shard.wait<void>([&](auto done) { shard.routing.release_router(tenant, *first, Incarnation("r1"), done); }));
    CHECK_FALSE(renew("r1", *first));
    CHECK(shard.acquire("r2")->epoch > first->epoch);
}

TEST_CASE("expire_nodes: the sessions of dead incarnations go, customers become absent and agents offline") {
    Shard shard;
    shard.active("c1");
    for (const std::string node : {"dead1", "dead2"}) REQUIRE(shard.join(node).value());
    REQUIRE(shard.attach(Stores::customer_session("c1", "s1", "dead1")));
    REQUIRE(shard.open_agent(Stores::agent_session("bob", "sb", "dead2")));
    REQUIRE(shard.open_agent(Stores::agent_session("ann", "far", "dead2")));
    for (int i = 0; i < 300; ++i) shard.open_agent(Stores::agent_session("bob", "more" + std::to_string(i), "dead2"));
    for (const std::string node : {"dead1", "dead2"}) redis_command({"ZADD", key.nodes(), "1", node});  // their leases are over
    std::size_t left = 1, rounds = 0;
    REQUIRE(run_until(shard.loop, [&] {
        left = shard.wait<std::size_t>([&](auto done) { shard.routing.expire_nodes(tenant, shard.lease, done); }).value();
        ++rounds;
        return left == 0 && redis_command({"ZCARD", key.nodes()}) == "1";
    }));
    CHECK(rounds >= 3);
    CHECK(shard.load("c1")->routing.customer_absent_since);
    CHECK_FALSE(shard.load_agent("bob")->agent.online());
    CHECK(shard.load_agent("ann")->agent.online());
    CHECK(redis_command({"HGET", key.conversation(ConversationId("c1")), "ea"}) == "n1.0");
    CHECK(redis_command({"EXISTS", key.node_sessions(Incarnation("dead1")), key.node_sessions(Incarnation("dead2"))}) == "0");
    CHECK_FALSE(shard.join("dead1").value());  // it believed that it lived
    CHECK(shard.join("dead1").value());
}

TEST_CASE("expire_nodes: a session that cannot be ended does not keep those of other nodes") {
    Shard shard;
    shard.lease = *shard.acquire("r1");
    for (const std::string id : {"c1", "c2"}) REQUIRE(shard.start(id, "v-" + id));
    for (const std::string node : {"dead1", "dead2"}) REQUIRE(shard.join(node).value());
    REQUIRE(shard.attach(Stores::customer_session("c1", "s1", "dead1", "v-c1")));
    REQUIRE(shard.attach(Stores::customer_session("c2", "s2", "dead2", "v-c2")));
    const std::string sessions = key.customer_sessions(ConversationId("c1"));
    redis_command({"DEL", sessions});
    redis_command({"SET", sessions, "something else"});
    for (const std::string node : {"dead1", "dead2"}) redis_command({"ZADD", key.nodes(), node == "dead1" ? "0" : "1", node});
    REQUIRE(run_until(shard.loop, [&] {
        CHECK(shard.wait<std::size_t>([&](auto done) { shard.routing.expire_nodes(tenant, shard.lease, done); }).value() > 0);
        return redis_command({"ZSCORE", key.nodes(), "dead2"}) == "(nil)";
    }));
    CHECK(shard.load("c2")->routing.customer_absent_since);
    CHECK(redis_command({"ZSCORE", key.nodes(), "dead1"}) == "0");
}

TEST_CASE("an agent signs in although one of the conversations in hand cannot be read") {
    Shard shard;
    shard.active("c1");
    redis_command({"SET", key.conversation(ConversationId("c1")), "something else"});
    const auto opened = shard.open_agent(Stores::agent_session("ann", "second"));
    REQUIRE(opened);
    CHECK(opened->conversations.empty());
}

TEST_CASE("a snapshot without what cannot be read: everybody else is routed") {
    Shard shard;
    for (const std::string id : {"c1", "c2"}) REQUIRE(shard.start(id, "v-" + id));
    redis_command({"SET", key.conversation(ConversationId("c1")), "something else"});
    const auto told = snapshot(shard);
    REQUIRE(told);
    REQUIRE(told->conversations.size() == 1);
    CHECK(told->conversations[0].id == ConversationId("c2"));
}

TEST_CASE("expire_nodes leaves the living alone, and says how much is left") {
    Shard shard;
    shard.lease = *shard.acquire("r1");
    REQUIRE(shard.join("n1").value());
    REQUIRE(shard.open_agent(Stores::agent_session("ann")));
    const auto expire = [&] { return shard.wait<std::size_t>([&](auto done) { shard.routing.expire_nodes(tenant, shard.lease, done); }).value(); };
    CHECK(expire() == 0);
    CHECK(shard.load_agent("ann")->agent.online());
    for (const std::string node : {"d1", "d2", "d3"}) redis_command({"ZADD", key.nodes(), "1", node});
    CHECK(expire() == 2);
    CHECK(expire() == 1);
    CHECK(expire() == 0);
    CHECK(shard.load_agent("ann")->agent.online());
    // Who does not route any more condemns nobody.
    redis_command({"ZADD", key.nodes(), "1", "d4"});
    shard.lease.epoch -= 1;
    CHECK(expire() == 0);
    CHECK(redis_command({"ZSCORE", key.nodes(), "d4"}) == "1");
}

TEST_CASE("list_node_sessions: who is there, under this node") {
    Shard shard;
    shard.start("c1");
    shard.join("n1");
    shard.join("n2");
    const auto listed = [&](const std::string& node) {
        const auto sessions = shard.wait<std::vector<ports::NodeSession>>(
            [&](auto done) { shard.routing.list_node_sessions(tenant, Incarnation(node), done); });
        std::set<std::string> texts;
        for (const auto& one : sessions.value()) texts.insert((one.staff ? "staff " : "customer ") + one.owner + ' ' + one.session.value);
        return texts;
    };
    CHECK(listed("n1").empty());
    REQUIRE(shard.attach(Stores::customer_session("c1", "s1", "n1")));
    REQUIRE(shard.attach(Stores::customer_session("c1", "s2", "n2")));
    REQUIRE(shard.open_agent(Stores::agent_session("ann", "sa", "n1")));
    CHECK(listed("n1") == std::set<std::string>{"customer c1 s1", "staff ann sa"});
    CHECK(listed("n2") == std::set<std::string>{"customer c1 s2"});
    REQUIRE(shard.detach(Stores::customer_session("c1", "s1", "n1")));
    CHECK(listed("n1") == std::set<std::string>{"staff ann sa"});
}

TEST_CASE("leave_node: gone at once without sessions, otherwise expired at once") {
    Shard shard;
    shard.lease = *shard.acquire("r1");
    REQUIRE(shard.join("n1").value());
    REQUIRE(shard.open_agent(Stores::agent_session("ann")));
    const auto leave = [&] { return shard.wait<void>([&](auto done) { shard.routing.leave_node(tenant, Incarnation("n1"), done); }); };
    REQUIRE(leave());
    CHECK_FALSE(shard.join("n1").value());
    CHECK(shard.wait<std::size_t>([&](auto done) { shard.routing.expire_nodes(tenant, shard.lease, done); }).value() == 0);
    CHECK_FALSE(shard.load_agent("ann")->agent.online());
    REQUIRE(shard.join("n1").value());
    REQUIRE(leave());
    CHECK(redis_command({"ZCARD", key.nodes()}) == "0");
}
