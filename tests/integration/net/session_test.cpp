// SPDX-License-Identifier: Apache-2.0
// The life of a WebSocket session: deadlines, rates, slow readers, closing and shutting down.
#include "integration/net/rig.hpp"

#include "app/frames.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace rig;

namespace {

void welcome(Client& client, const std::string& who = "customer") {
    client.open();
    client.say(hello(who));
    const auto answer = client.hear();
    REQUIRE(answer.has_value());
    CHECK(answer->has_welcome());
}

}  // namespace

TEST_CASE("frames reach the handler in order and answers come back") {
    Server server;
    Client client(server);
    welcome(client);
    client.send(binary(batch({ping(2), ping(3)})) + binary(batch({ping(4)})));
    for (unsigned id = 2; id <= 4; ++id) CHECK(client.hear()->reply_to() == id);
    CHECK(server.record.connections.at(0).address == "127.0.0.1");
    CHECK(server.shard().sessions() == 1);
}

TEST_CASE("what is ready in one turn leaves in one message") {
    Server server;
    Client client(server);
    welcome(client);
    client.say(read_log(4));
    const auto message = client.next();
    REQUIRE(message.has_value());
    v1::ServerBatch all;
    REQUIRE(all.ParseFromString(message->payload));
    CHECK(all.frames_size() == 4);
    CHECK(message->final);
}

TEST_CASE("JSON sessions get JSON batches") {
    Server server;
    Client client(server);
    client.open(ports::Encoding::json, "Origin: https://shop.example\r\n");
    client.send(text(R"({"frames":[{"requestId":5,"hello":{}},{"requestId":6,"ping":{}}]})"));
    const auto answer = client.next();
    REQUIRE(answer.has_value());
    CHECK(answer->payload.starts_with(R"({"frames":[{)"));
    CHECK(answer->payload.find(R"("pong":)") != std::string::npos);
    CHECK(server.record.connections.at(0).origin == "https://shop.example");
}

TEST_CASE("who does not say Hello is sent away with 4004, and may come again") {
    app::SessionLimits limits;
    limits.hello_ms = 100;
    Server server({}, Server::generous(), limits);
    Client silent(server), chatty(server), fine(server);
    welcome(fine);
    silent.open();
    chatty.open();
    chatty.say(ping());
    CHECK(silent.close_code() == 4004);
    CHECK(chatty.close_code() == 4004);
    fine.say(ping(7));
    CHECK(fine.hear()->reply_to() == 7);
}

TEST_CASE("who is silent for too long is sent away with 4001") {
    app::SessionLimits limits;
    limits.heartbeat_ms = 100;
    net::Options options;
    options.heartbeat_grace = 100ms;
    Server server(options, Server::generous(), limits);
    Client client(server);
    welcome(client);
    CHECK(client.close_code() == 4001);
    CHECK(server.metrics().find(R"(code="HEARTBEAT_TIMEOUT"} 1)") == std::string::npos);  // counted when it is gone
    client.send(close_frame(4001));
    client.finish();
    REQUIRE(server.run_until([&] { return server.shard().connections() == 0; }));
    CHECK(server.metrics().find(R"(code="HEARTBEAT_TIMEOUT"} 1)") != std::string::npos);
}

TEST_CASE("a client that ignores our close is dropped") {
    net::Options options;
    options.close_deadline = 300ms;
    Server server(options);
    Client client(server);
    welcome(client);
    server.record.links.at(0)->close(4502, "bye");
    CHECK(client.close_code() == 4502);
    CHECK(client.closed());
    CHECK(server.run_until([&] { return server.shard().connections() == 0; }));
}

TEST_CASE("the application closes: what was queued leaves first, nothing after") {
    Server server;
    Client client(server);
    welcome(client);
    v1::ClientFrame leave;
    leave.set_request_id(42);
    leave.mutable_leave_queue();
    client.send(binary(batch({leave, ping(43)})));
    CHECK(client.hear()->reply_to() == 42);
    CHECK(client.close_code() == 4502);
    CHECK(client.close_reason == std::string(120, 'r'));
    CHECK(server.record.disconnected == 1);
    CHECK(server.record.frames.size() == 2);
}

TEST_CASE("a handler that throws ends its own session only") {
    Server server;
    Client bystander(server), client(server);
    welcome(bystander);
    welcome(client);
    v1::ClientFrame bad;
    bad.mutable_set_typing();
    client.say(bad);
    CHECK(client.close_code() == 1011);
    bystander.say(ping(3));
    CHECK(bystander.hear()->reply_to() == 3);
}

TEST_CASE("too many commands are refused, far too many end in 4503") {
    Server server;
    Client client(server);
    welcome(client);
    for (unsigned i = 0; i < 30; ++i) client.say(ping(100 + i));
    unsigned pongs = 0, refused = 0;
    for (int i = 0; i < 30; ++i) {
        const auto answer = client.hear();
        REQUIRE(answer.has_value());
        pongs += answer->has_pong();
        if (!answer->has_error()) continue;
        ++refused;
        CHECK(answer->error().code() == v1::RATE_LIMITED);
        CHECK(answer->error().temporary());
        CHECK(answer->error().retry_after_ms() > 0);
        CHECK(answer->reply_to() >= 100);
    }
    CHECK(pongs >= 19);
    CHECK(pongs <= 25);
    CHECK(pongs + refused == 30);
    for (int i = 0; i < 40; ++i) client.send(binary(""));  // empty messages are not for free
    std::string flood;
    for (int i = 0; i < 200; ++i) flood += binary(batch({ping()}));
    client.send(flood);
    CHECK(client.close_code() == 4503);
}

TEST_CASE("agents may send more") {
    Server server;
    Client client(server);
    welcome(client, "agent");
    for (unsigned i = 0; i < 90; ++i) client.say(ping(i + 1));
    for (int i = 0; i < 90; ++i) CHECK(client.hear()->has_pong());
}

TEST_CASE("a client that never reads is let go at the hard limit, and costs no more than that") {
    net::Options options;
    options.close_deadline = 300ms;
    Server server(options);
    Client bystander(server), slow(server);
    welcome(bystander);
    welcome(slow);
    slow.reading = false;
    // The kernel takes some of it at each turn, so it goes on until the session is closed.
    const auto closed = [&] { return !server.record.statuses.empty() && server.record.statuses.back() == ports::SendStatus::closed; };
    v1::ServerFrame big;
    big.mutable_welcome()->set_session_id(std::string(20'000, 'x'));
    const auto encoded = app::encode(big, ports::Encoding::protobuf);
    ports::ClientLink* link = server.record.links.at(1);
    REQUIRE(server.run_until([&] {
        server.record.statuses.push_back(link->send(encoded));
        return closed();
    }));
    const auto count = [&](ports::SendStatus wanted) { return std::count(server.record.statuses.begin(), server.record.statuses.end(), wanted); };
    CHECK(count(ports::SendStatus::congested) > 0);
    CHECK(count(ports::SendStatus::closed) == 1);
    // What the kernel took on both sides counts too: by itself it would take megabytes.
    CHECK(server.record.statuses.size() * 20'000 < 1'000'000);
    CHECK(server.run_until([&] { return server.shard().sessions() == 1; }));
    CHECK(server.metrics().find(R"(code="SLOW_CONSUMER"} 1)") != std::string::npos);
    bystander.say(ping(5));
    CHECK(bystander.hear()->reply_to() == 5);
}

TEST_CASE("a burst beyond the limit closes with 4000 for a client that reads") {
    Server server;
    Client client(server);
    welcome(client);
    client.say(read_log(40));  // 400 KB in one turn, the limit is 256 KiB
    CHECK(client.close_code() == 4000);
    CHECK(server.record.statuses.back() == ports::SendStatus::closed);
}

TEST_CASE("a stalled write is dropped") {
    net::Options options;
    options.write_stall = 300ms;
    app::SessionLimits limits;
    limits.customer_outbox_bytes = 64 * 1024 * 1024;
    Server server(options, Server::generous(), limits);
    Client client(server);
    welcome(client);
    client.reading = false;
    client.say(read_log(1500));
    CHECK(server.run_until([&] { return server.shard().connections() == 0; }));
    CHECK(server.metrics().find(R"(code="WRITE_STALL"} 1)") != std::string::npos);
}

TEST_CASE("shutting down says GoAway, then 1012, and reports the end once") {
    Server server;
    Client first(server), second(server), idle_http(server);
    welcome(first);
    welcome(second, "agent");
    REQUIRE(server.run_until([&] { return server.shard().connections() == 3; }));
    server.listener().stop();
    int done = 0;
    server.shard().shut_down(5s, [&] { ++done; });
    for (Client* client : {&first, &second}) {
        const auto goodbye = client->hear();
        REQUIRE(goodbye.has_value());
        CHECK(goodbye->has_go_away());
        CHECK(goodbye->go_away().reconnect_after_ms() <= 20'000);
        CHECK(client->close_code() == 1012);
        CHECK(done == 0);
        client->send(close_frame(1012));
        client->finish();
    }
    CHECK(server.run_until([&] { return done == 1; }, 2s));
    CHECK(server.shard().connections() == 0);
    CHECK(idle_http.closed());
}

TEST_CASE("they are sent away one after the other, and served until then") {
    Server server;
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 30; ++i) {
        clients.push_back(std::make_unique<Client>(server));
        welcome(*clients.back());
    }
    server.listener().stop();
    int done = 0;
    server.shard().shut_down(5s, [&] { ++done; });
    std::size_t told = 0, last = 0, steps = 0;
    // Clients that answer the close leave at once, so who is left was not told yet.
    REQUIRE(server.run_until([&] {
        for (auto& client : clients)
            if (client && client->input_waiting()) {
                client->send(close_frame(1012));
                client->finish();
                client.reset();
                ++told;
            }
        if (told > last) ++steps;
        last = told;
        return done == 1;
    }, 5s));
    CHECK(steps >= 5);
}

TEST_CASE("who does not leave is dropped at the deadline of the shutdown") {
    Server server;
    Client client(server);
    welcome(client);
    server.listener().stop();
    int done = 0;
    server.shard().shut_down(200ms, [&] { ++done; });
    CHECK(server.run_until([&] { return done == 1; }, 2s));
    CHECK(server.shard().connections() == 0);
}

TEST_CASE("an empty shard shuts down at once") {
    Server server;
    int done = 0;
    server.shard().shut_down(5s, [&] { ++done; });
    CHECK(done == 0);
    CHECK(server.run_until([&] { return done == 1; }, 1s));
}

TEST_CASE("a fenced node sends its sessions away with 4002 and takes new ones") {
    Server server;
    Client client(server);
    welcome(client);
    server.shard().close_sessions(v1::NODE_FENCED, "the lease was lost");
    CHECK(client.close_code() == 4002);
    Client again(server);
    welcome(again);
}

TEST_CASE("a server that is destroyed lets go of everything") {
    Server server;
    Client session(server), half(server), http(server);
    welcome(session);
    half.send("GET /v1/ws HTTP/1.1\r\n");
    REQUIRE(server.run_until([&] { return server.shard().connections() == 3; }));
    server.listener().stop();
    server.destroy_shard();
    CHECK(server.record.disconnected == 1);
    CHECK(session.closed());
    CHECK(half.closed());
}
