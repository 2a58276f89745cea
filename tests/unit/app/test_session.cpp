// SPDX-License-Identifier: Apache-2.0
// Every order of frames that is not legal, and what Hello decides.
#include "app/tenants.hpp"
#include "unit/app/world.hpp"

namespace switchboard::test {

using Frame = v1::ServerFrame;

namespace {
v1::ClientFrame ping() {
    v1::ClientFrame frame;
    frame.mutable_ping();
    return frame;
}
}  // namespace

TEST_CASE("before Hello nothing else is legal") {
    World world;
    Client client(world, world.shard());
    SUBCASE("ping") { client.send(ping()); }
    SUBCASE("message") { client.send(message(ConversationId{"c"}, 1, "x")); }
    SUBCASE("empty") { client.send({}); }
    world.run();
    REQUIRE(client.link.frames.size() == 1);
    CHECK(client.link.frames[0].error().code() == v1::UNAUTHENTICATED);
    CHECK(client.link.frames[0].reply_to() == 1);
    CHECK(client.link.close_code == v1::PROTOCOL_ERROR);
    CHECK_FALSE(client.session.authenticated());
    client.send(client.hello());
    world.run();
    CHECK(client.link.frames.size() == 1);
}

TEST_CASE("a second Hello is refused, the session lives on") {
    World world;
    auto client = world.customer(world.shard());
    CHECK(client->error_of(client->hello()) == v1::ILLEGAL_STATE);
    CHECK(client->ask(ping()).has_pong());
    CHECK(client->link.close_code == 0);
    Client eager(world, world.shards[0]);
    eager.send(eager.hello());
    eager.send(eager.hello());
    world.run();
    CHECK(eager.of(Frame::kError).size() == 1);
    CHECK(eager.session.authenticated());
}

TEST_CASE("commands sent right behind Hello are carried out after Welcome, in order") {
    World world;
    Client client(world, world.shard());
    client.send(client.hello());
    v1::ClientFrame start;
    start.mutable_start_conversation()->set_department("billing");
    client.send(start);
    client.send(ping());
    world.run();
    CHECK(client.link.frames[0].has_welcome());
    CHECK(client.of(Frame::kConversationOpened).size() == 1);
    CHECK(client.of(Frame::kPong).size() == 1);
}

TEST_CASE("an empty frame and an unknown command are told apart") {
    World world;
    auto client = world.customer(world.shard());
    CHECK(client->error_of({}) == v1::INVALID_ARGUMENT);
    v1::ClientFrame newer;
    newer.GetReflection()->MutableUnknownFields(&newer)->AddVarint(99, 1);
    CHECK(client->error_of(newer) == v1::UNSUPPORTED);
    CHECK(client->session.authenticated());
}

TEST_CASE("Hello: what is refused, and how the connection ends") {
    World world;
    auto& shard = world.shard();
    std::string origin;
    v1::ErrorCode code = v1::UNAUTHENTICATED;
    int close_code = v1::AUTHENTICATION_FAILED;
    auto hello = Client(world, shard).hello();
    SUBCASE("unknown site") { hello.mutable_hello()->set_site_key("nobody"); }
    SUBCASE("wrong visitor token") { hello.mutable_hello()->set_visitor_token("forged"); }
    SUBCASE("wrong agent token") { hello.mutable_hello()->set_agent_token("a:nobody"); }
    SUBCASE("wrong jwt") { hello.mutable_hello()->set_customer_jwt("forged"); }
    SUBCASE("no credential") { hello.mutable_hello()->clear_credential(); }
    SUBCASE("foreign origin") { origin = "https://evil.example"; }
    SUBCASE("no instance") {
        hello.mutable_hello()->set_client_instance(0);
        code = v1::INVALID_ARGUMENT;
    }
    SUBCASE("long client name") {
        hello.mutable_hello()->set_client(std::string(65, 'x'));
        code = v1::INVALID_ARGUMENT;
    }
    SUBCASE("too many resume points") {
        for (int i = 0; i < 65; ++i) hello.mutable_hello()->add_resume();
        code = v1::TOO_LARGE;
    }
    SUBCASE("store away") {
        world.store.down = true;
        code = v1::UNAVAILABLE;
        close_code = v1::SERVICE_RESTART;
    }
    Client client(world, shard, {"10.0.0.1", origin});
    client.send(hello);
    CHECK(world.wait_for([&] { return client.link.close_code != 0; }));
    REQUIRE(client.link.frames.size() == 1);
    CHECK(client.link.frames[0].error().code() == code);
    CHECK(client.link.close_code == close_code);
    CHECK_FALSE(client.session.authenticated());
}

TEST_CASE("a page may connect when we served it or when the site lists it") {
    World world;
    const auto welcomed = [&](const app::Connection& from) {
        Client client(world, world.shard(), from);
        client.send(client.hello());
        CHECK(world.wait_for([&] { return client.link.close_code != 0 || client.session.authenticated(); }));
        return client.session.authenticated();
    };
    CHECK(welcomed({"10.0.0.1", "https://shop.example"}));
    CHECK_FALSE(welcomed({"10.0.0.1", "https://shop.example.evil.example"}));
    CHECK(welcomed({"10.0.0.1", "https://chat.example", true}));
    CHECK(welcomed({"10.0.0.1"}));
}

TEST_CASE("Welcome tells the customer who he is and what there is") {
    World world;
    Client client(world, world.shard(), {"10.0.0.1", "https://shop.example"});
    CHECK_FALSE(client.session.authenticated());
    client.ask(client.hello());
    CHECK(client.session.authenticated());
    CHECK_FALSE(client.session.staff());
    const auto& welcome = client.welcome();
    CHECK(welcome.self().role() == v1::CUSTOMER);
    CHECK(welcome.visitor_token().starts_with("v:"));
    CHECK(welcome.limits().text_bytes() == 16 * 1024);
    CHECK(welcome.limits().frame_bytes() == 64 * 1024);
    CHECK(welcome.durability() == "memory");
    CHECK(welcome.departments_size() == 4);
    CHECK_FALSE(welcome.departments(0).staffed());
    CHECK(welcome.conversations_size() == 0);
    // Nothing is stored before the first message.
    CHECK(world.store.visitors.empty());
    CHECK(world.store.calls["load_visitor"] == 0);
}

TEST_CASE("departments with an available agent are told as staffed") {
    World world;
    v1::QueueSnapshot snapshot;
    snapshot.add_departments()->set_id("billing");
    snapshot.add_departments()->set_id("sales");
    snapshot.mutable_departments(1)->set_agents_available(1);
    world.store.board = snapshot.SerializeAsString();
    auto customer = world.customer(world.shard("node.1"));
    CHECK_FALSE(customer->welcome().departments(0).staffed());
    CHECK(customer->welcome().departments(1).staffed());
}

TEST_CASE("the first start raises the token's generation; the old token stays good for a minute") {
    World world;
    auto& shard = world.shard();
    auto client = world.customer(shard);
    const auto old_token = client->token;
    world.start(*client);
    REQUIRE(client->of(Frame::kTokenIssued).size() == 1);
    const auto new_token = client->of(Frame::kTokenIssued)[0].token_issued().visitor_token();
    CHECK(new_token.ends_with(":1"));

    auto with_old = world.customer(shard, old_token);
    CHECK(with_old->welcome().visitor_token() == new_token);
    auto& visitor = world.store.visitors.begin()->second;
    visitor.generation_since -= Duration{61'000};
    Client late(world, shard);
    late.token = old_token;
    CHECK(late.error_of(late.hello()) == v1::UNAUTHENTICATED);
    CHECK(late.link.close_code == v1::AUTHENTICATION_FAILED);
    CHECK(world.customer(shard, new_token)->welcome().conversations_size() == 1);
    // A second start is no second rotation.
    client->forget();
    world.start(*client);
    CHECK(client->of(Frame::kTokenIssued).empty());
}

TEST_CASE("a customer whom the site has identified needs no token of ours") {
    World world;
    Client client(world, world.shard());
    auto hello = client.hello();
    hello.mutable_hello()->set_customer_jwt("jwt:42");
    client.ask(hello);
    CHECK(client.welcome().visitor_token().empty());
    const auto id = world.start(client);
    CHECK(client.of(Frame::kTokenIssued).empty());
    CHECK(world.store.conversations.at(id).record.visitor.value == "user:42");
    CHECK(world.store.conversations.at(id).record.customer_name == "Known Person");
}

TEST_CASE("no more sessions of one person than allowed") {
    World world;
    auto& shard = world.shard();
    std::vector<std::unique_ptr<Client>> clients;
    clients.push_back(world.customer(shard));
    const auto token = clients[0]->token;
    for (std::uint32_t i = 1; i < shard.limits.sessions_per_visitor; ++i) clients.push_back(world.customer(shard, token));
    Client more(world, shard);
    more.token = token;
    CHECK(more.error_of(more.hello()) == v1::RATE_LIMITED);
    CHECK(more.link.close_code == v1::SESSION_LIMIT);
    clients.pop_back();
    world.run();
    CHECK(world.customer(shard, token)->session.authenticated());
}

TEST_CASE("new visitors of one address start only so many conversations") {
    World world;
    auto& shard = world.shard();
    shard.limits.new_visitors_per_minute_per_address = 2;
    auto one = world.customer(shard);
    world.start(*one);
    world.start(*world.customer(shard));
    auto three = world.customer(shard);
    v1::ClientFrame start;
    start.mutable_start_conversation()->set_department("billing");
    CHECK(three->error_of(start) == v1::RATE_LIMITED);
    // Who is no newcomer any more is not counted.
    one->forget();
    world.start(*one);
}

TEST_CASE("sessions end when the account changes, and when the node is fenced") {
    World world;
    auto& shard = world.shard();
    auto anna = world.agent(shard);
    auto sue = world.agent(shard, "sue");
    auto customer = world.customer(shard);
    auto config = shop();
    config.version = 2;
    for (auto& agent : config.agents) {
        if (agent.id.value == "anna") agent.generation = 2;
    }
    world.store.config = std::make_shared<domain::TenantConfig>(config);
    shard.hub.on_config(TenantId{"shop"});
    world.run();
    CHECK(anna->link.close_code == v1::CREDENTIALS_REVOKED);
    CHECK(sue->link.close_code == 0);
    CHECK(customer->link.close_code == 0);

    world.store.node_fenced = true;
    CHECK(world.wait_for([&] { return sue->link.close_code != 0; }));
    CHECK(sue->link.close_code == v1::NODE_FENCED);
    CHECK(customer->link.close_code == v1::NODE_FENCED);
}

TEST_CASE("a client that goes away at any moment of Hello leaves nothing behind") {
    World world;
    auto& shard = world.shard();
    auto first = world.customer(shard);
    const auto id = world.start(*first);
    const auto token = first->token;
    first->leave();
    world.run();
    for (int steps = 0; steps < 12; ++steps) {
        auto client = std::make_unique<Client>(world, shard);
        client->token = token;
        client->send(steps % 2 ? client->hello() : client->hello("anna"));
        for (int i = 0; i < steps; ++i) {
            world.io.restart();
            world.io.poll_one();
        }
        client->leave();
        client.reset();
        world.run();
        CHECK(shard.metrics.connections("customer").Value() == 0);
        CHECK(world.store.conversations.at(id).customers.empty());
        CHECK(world.store.agents[AgentId{"anna"}].sessions.empty());
        CHECK(shard.hub.channels().size() == 0);
    }
}

TEST_CASE("a command that is never answered ends its session, and no other one") {
    World world;
    auto& shard = world.shard();
    auto customer = world.customer(shard), other = world.customer(shard);
    const auto id = world.start(*customer);
    world.store.forgetful = true;
    customer->send(message(id, 2, "is anybody there?"));
    world.store.forgetful = false;
    world.run();
    CHECK(customer->link.close_code == ports::internal_error);
    CHECK(other->link.close_code == 0);
    world.start(*other);
}

TEST_CASE("sessions whose end a fail-over took back are ended again, and nobody else's") {
    World world;
    auto& shard = world.shard();
    shard.limits.hello_ms = 60;
    auto customer = world.customer(shard);
    const auto id = world.start(*customer);
    auto anna = world.agent(shard);
    auto& customers = world.store.conversations.at(id).customers;
    auto& agents = world.store.agents[AgentId{"anna"}].sessions;
    customers.insert(SessionId{"ghost"});
    agents.insert(SessionId{"ghost"});
    shard.bus.listener().on_gap();
    CHECK(world.wait_for([&] { return !customers.contains(SessionId{"ghost"}) && !agents.contains(SessionId{"ghost"}); }));
    CHECK(customers == std::set{SessionId{customer->welcome().session_id()}});
    CHECK(agents == std::set{SessionId{anna->welcome().session_id()}});
}

TEST_CASE("a session that is listed before anybody is welcomed is not taken for one that is gone") {
    World world;
    auto& shard = world.shard();
    shard.limits.hello_ms = 60;
    auto customer = world.customer(shard);
    const auto id = world.start(*customer);
    auto& customers = world.store.conversations.at(id).customers;
    shard.bus.listener().on_gap();
    CHECK(world.wait_for([&] { return world.store.calls["list_sessions"] == 1; }));
    customers.insert(SessionId{"greeted"});  // after this look: seen once at most when the next gap begins the count anew
    shard.bus.listener().on_gap();
    CHECK(world.wait_for([&] { return world.store.calls["list_sessions"] == 2; }));
    CHECK(customers.contains(SessionId{"greeted"}));
}

TEST_CASE("what the store could not be told at the end is told when it is back") {
    World world;
    auto customer = world.customer(world.shard());
    const auto id = world.start(*customer);
    world.store.down = true;
    customer->leave();
    world.run();
    CHECK(world.store.conversations.at(id).customers.size() == 1);
    world.store.down = false;
    CHECK(world.wait_for([&] { return world.store.conversations.at(id).customers.empty(); }));
}

TEST_CASE("sites and tenants that do not exist are not asked for again and again") {
    World world;
    auto& shard = world.shard();
    for (int i = 0; i < 5; ++i) {
        Client client(world, shard);
        auto hello = client.hello();
        hello.mutable_hello()->set_site_key("nobody");
        CHECK(client.error_of(hello) == v1::UNAUTHENTICATED);
    }
    CHECK(world.store.calls["find_by_site"] == 1);
    for (int i = 0; i < 5; ++i) world.customer(shard);
    CHECK(world.store.calls["find_by_site"] == 2);
    // Once to see that the tenant exists, and once when its changes are subscribed to.
    CHECK(world.store.calls["load_config"] == 2);
    CHECK(shard.tenants.cached(TenantId{"shop"})->version == 1);
}

TEST_CASE("asking for a tenant that does not exist, or could not, leaves nothing behind") {
    World world;
    auto& shard = world.shard();
    for (const char* name : {"nobody", "not a name", "x:y"}) {
        std::optional<ErrorCode> code;
        shard.tenants.by_id(TenantId{name}, [&](Result<domain::TenantConfigPtr> result) { code = result.error().code; });
        CHECK(world.wait_for([&] { return code.has_value(); }));
        CHECK(code == ErrorCode::not_found);
    }
    CHECK(world.store.calls["load_config"] == 1);
    CHECK(shard.bus.tenants.empty());
}

}  // namespace switchboard::test
