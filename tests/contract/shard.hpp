// SPDX-License-Identifier: Apache-2.0
// One shard's stores on a real redis-server, and short ways to use them: every call here waits for its answer. The server is shared
// by a program's tests and is empty when the first Shard of a test is made. Thread: one.
#pragma once

#include "redis/redis_archive_outbox.hpp"
#include "redis/redis_bus.hpp"
#include "redis/redis_conversation_store.hpp"
#include "redis/redis_routing_store.hpp"
#include "redis/redis_tenant_store.hpp"
#include "support/doctest_text.hpp"
#include "support/redis_server.hpp"
#include "support/run_until.hpp"
#include "switchboard/v1/event.pb.h"

#include <optional>
#include <string>
#include <vector>

namespace switchboard::test {

inline const TenantId tenant("t1");
inline const redis::Keys key(tenant);

inline RedisServer& shared_redis() {
    static RedisServer server({.appendfsync = ""});
    return server;
}

inline ports::EventDraft event(const std::string& text = "x", ports::Audience audience = ports::Audience::all, std::uint64_t instance = 0,
                               std::uint32_t number = 0) {
    v1::Event made;
    if (instance != 0) made.mutable_sender()->set_role(v1::CUSTOMER);
    made.set_client_instance(instance);
    made.set_number(number);
    made.mutable_message()->set_text(text);
    return {audience, random_u64(), made.SerializeAsString()};
}
inline ports::EventDraft staff_event(const std::string& text = "x") { return event(text, ports::Audience::staff); }

inline redis::ConnectionOptions connection_options() {
    redis::ConnectionOptions made;
    made.link.address = redis::parse_redis_url(shared_redis().url()).value();
    return made;
}

struct EmptyRedis {
    EmptyRedis() { shared_redis().command({"FLUSHALL"}); }
};

// The stores, without a bus; several may share a loop.
struct Stores {
    explicit Stores(asio::io_context& loop_, redis::ConnectionOptions options = connection_options())
        : loop(loop_), connection(loop.get_executor(), metrics, std::move(options)), caller(connection),
          conversations(loop.get_executor(), caller),
          routing(loop.get_executor(), caller, clock,
                  [this] { return std::make_unique<redis::Connection>(loop.get_executor(), metrics, connection_options()); }),
          tenants(caller), outbox(caller) {}

    template <class T, class Begin>
    Result<T> wait(Begin begin) {
        auto answer = std::make_shared<std::optional<Result<T>>>();
        begin(Callback<T>([answer](Result<T> result) {
            CHECK_FALSE(answer->has_value());
            answer->emplace(std::move(result));
        }));
        CHECK_FALSE(answer->has_value());  // never from inside the call
        REQUIRE(run_until(loop, [&] { return answer->has_value(); }));
        return std::move(**answer);
    }

    static ports::StartConversation start_request(const std::string& id, const std::string& visitor = "v1") {
        ports::StartConversation request;
        request.id = ConversationId(id);
        request.visitor = VisitorId(visitor);
        request.customer_name = "Jo";
        request.topic = "Phones";
        request.preview = "My phone";
        request.requirement = {DepartmentId("sales"), {{"phones", 3}, {"vip", 1}}};
        request.weight = 2;
        request.epoch = 99;
        request.started = event("started");
        request.message = event("first", ports::Audience::all, 77, 1);
        request.instance = 77;
        request.body_digest = 501;
        return request;
    }
    Result<ports::StartedConversation> start(const std::string& id, const std::string& visitor = "v1") {
        return wait<ports::StartedConversation>([&](auto done) { conversations.start(tenant, start_request(id, visitor), done); });
    }
    Result<ports::ConversationRecord> load(const std::string& id) {
        return wait<ports::ConversationRecord>([&](auto done) { conversations.load(tenant, ConversationId(id), done); });
    }
    static ports::AppendMessage message(const std::string& id, std::uint32_t number, const std::string& text = "hello",
                                        const std::string& visitor = "v1", std::uint64_t instance = 77) {
        return {ConversationId(id), domain::Role::customer, visitor, 0, instance, number, std::hash<std::string>()(text),
                event(text, ports::Audience::all, instance, number)};
    }
    Result<ports::AppendedMessage> append(ports::AppendMessage sent) {
        return wait<ports::AppendedMessage>([&](auto done) { conversations.append(tenant, std::move(sent), done); });
    }
    Result<ports::LogPage> read_log(const std::string& id, std::uint64_t after, std::size_t limit = 1000) {
        return wait<ports::LogPage>([&](auto done) { conversations.read_log(tenant, ConversationId(id), after, limit, done); });
    }
    static ports::CustomerSession customer_session(const std::string& id, const std::string& session = "s1", const std::string& node = "n1",
                                                   const std::string& visitor = "v1") {
        return {ConversationId(id), VisitorId(visitor), SessionId(session), Incarnation(node), Endpoint(node + ".0")};
    }
    Result<ports::ConversationRecord> attach(const ports::CustomerSession& session) {
        return wait<ports::ConversationRecord>([&](auto done) { conversations.attach_customer(tenant, session, done); });
    }
    Result<void> detach(const ports::CustomerSession& session) {
        return wait<void>([&](auto done) { conversations.detach_customer(tenant, session, done); });
    }
    Result<bool> join(const std::string& node, Duration lease = Duration{100'000}) {
        return wait<bool>([&](auto done) { routing.renew_node(tenant, Incarnation(node), lease, done); });
    }

    static ports::AgentSession agent_session(const std::string& agent, const std::string& session = "sa", const std::string& node = "n1") {
        return {AgentId(agent), SessionId(session), Incarnation(node), Endpoint(node + ".0")};
    }
    Result<ports::AgentSnapshot> open_agent(const ports::AgentSession& session) {
        return wait<ports::AgentSnapshot>([&](auto done) { routing.open_agent_session(tenant, session, done); });
    }
    Result<void> close_agent(const ports::AgentSession& session) {
        return wait<void>([&](auto done) { routing.close_agent_session(tenant, session, done); });
    }
    Result<domain::Agent> choose(const std::string& agent, domain::AgentChoice choice = domain::AgentChoice::available) {
        return wait<domain::Agent>([&](auto done) { routing.set_agent_choice(tenant, AgentId(agent), choice, "", done); });
    }
    Result<ports::AgentSnapshot> load_agent(const std::string& agent) {
        return wait<ports::AgentSnapshot>([&](auto done) { routing.load_agent(tenant, AgentId(agent), done); });
    }
    Result<ports::RouterLease> acquire(const std::string& holder, Duration lease = Duration{100'000}) {
        return wait<ports::RouterLease>([&](auto done) { routing.acquire_router(tenant, Incarnation(holder), lease, done); });
    }
    // Under lease_, with the version as it is now.
    Result<bool> offer(const std::string& id, const std::string& agent, const std::string& offer_id = "o1", unsigned capacity = 10) {
        const auto record = load(id);
        REQUIRE(record);
        ports::OfferRequest request{ConversationId(id), record->routing.version, AgentId(agent), capacity, OfferId(offer_id),
                                    from_ms(2'000'000'000'000), staff_event("offer")};
        return wait<bool>([&](auto done) { routing.make_offer(tenant, lease, std::move(request), done); });
    }
    Result<ports::ConversationRecord> accept(const std::string& id, const std::string& agent, const std::string& offer_id = "o1") {
        return wait<ports::ConversationRecord>([&](auto done) {
            routing.accept_offer(tenant, {ConversationId(id), OfferId(offer_id), AgentId(agent)}, staff_event("ended"), event("joined"), done);
        });
    }
    static ports::CloseRequest close_request(const std::string& id, const std::string& agent, std::uint64_t epoch = 1) {
        return {ConversationId(id), AgentId(agent), epoch, domain::ClosedReason::resolved, "sold", {staff_event("disposition"), event("closed")}};
    }
    Result<void> close(const ports::CloseRequest& request) {
        return wait<void>([&](auto done) { routing.close(tenant, request, done); });
    }
    Result<void> end(const std::string& id, bool wrap_up = false, const std::string& visitor = "v1") {
        ports::EndByCustomer request{event("abandoned"), event("ended"), std::nullopt, Duration{0}};
        if (wrap_up) request.wrap_up_started = event("wrap-up");
        return wait<void>([&](auto done) { conversations.end_by_customer(tenant, ConversationId(id), VisitorId(visitor), std::move(request), done); });
    }

    // A node, a router's lease, an agent that is ready.
    void staff(const std::string& agent = "ann") {
        REQUIRE(join("n1").value());
        if (lease.epoch == 0) lease = acquire("r1").value();
        REQUIRE(open_agent(agent_session(agent)));
        REQUIRE(choose(agent));
    }
    void active(const std::string& id, const std::string& agent = "ann") {
        staff(agent);
        REQUIRE(start(id));
        REQUIRE(offer(id, agent).value());
        REQUIRE(accept(id, agent));
    }

    asio::io_context& loop;
    Metrics metrics;
    RedisClock clock;
    redis::Connection connection;
    redis::Caller caller;
    redis::RedisConversationStore conversations;
    redis::RedisRoutingStore routing;
    redis::RedisTenantStore tenants;
    redis::RedisArchiveOutbox outbox;
    ports::RouterLease lease;
};

struct Shard : EmptyRedis, private std::unique_ptr<asio::io_context>, Stores {
    explicit Shard(redis::ConnectionOptions options = connection_options())
        : std::unique_ptr<asio::io_context>(new asio::io_context(1)), Stores(**this, std::move(options)) {}
};

template <class T>
ErrorCode code_of(const Result<T>& result) {
    REQUIRE(result.has_error());
    return result.error().code;
}

inline std::string redis_command(const std::vector<std::string>& words) { return shared_redis().command(words); }

}  // namespace switchboard::test
