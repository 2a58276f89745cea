// SPDX-License-Identifier: Apache-2.0
// HTTP on the wire: requests good and bad, limits per address and for all, and the listener itself.
#include "base/log.hpp"
#include "integration/net/rig.hpp"

#include <doctest/doctest.h>

#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <ctime>
#include <thread>

using namespace rig;

namespace {

unsigned answer_to(Server& server, const std::string& request) {
    Client client(server);
    client.send(request);
    return client.status();
}

std::string upgrade_request(const std::string& more = {}) {
    return "GET /v1/ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: switchboard.v1+proto\r\n" +
           more + "\r\n";
}

}  // namespace

TEST_CASE("requests are answered one after the other on one connection") {
    Server server;
    Client client(server);
    client.send("GET /livez HTTP/1.1\r\nHost: x\r\n\r\nGET /readyz?verbose HTTP/1.1\r\nHost: x\r\n\r\nGET /nothing HTTP/1.1\r\nHost: x\r\n\r\n");
    std::string body;
    const std::string first = client.response(&body);
    CHECK(first.starts_with("HTTP/1.1 200 OK"));
    CHECK(body == "ok\n");
    CHECK(first.find("X-Content-Type-Options: nosniff") != std::string::npos);
    CHECK(first.find("Cache-Control: no-store") != std::string::npos);
    CHECK(first.find("Content-Type: text/plain") != std::string::npos);
    CHECK(client.status() == 200);
    const std::string missing = client.response(&body);
    CHECK(missing.starts_with("HTTP/1.1 404"));
    CHECK(body.find("NOT_FOUND") != std::string::npos);
    CHECK(missing.find("Content-Type: application/json") != std::string::npos);
    client.open();  // and a WebSocket after all
}

TEST_CASE("a sign-in reaches the application") {
    Server server;
    const std::string body = R"({"login":"a","password":"b"})";
    CHECK(answer_to(server, "POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: " +
                                std::to_string(body.size()) + "\r\n\r\n" + body) == 401);
    CHECK(answer_to(server, "POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                            "1c\r\n" + body + "\r\n0\r\n\r\n") == 401);
}

TEST_CASE("readiness is asked each time") {
    Server server;
    CHECK(answer_to(server, "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n") == 200);
    server.readiness = {false, {"redis"}};
    CHECK(answer_to(server, "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n") == 503);
}

TEST_CASE("malformed requests are refused") {
    Server server;
    CHECK(answer_to(server, "nonsense\r\n\r\n") == 400);
    CHECK(answer_to(server, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n") == 400);  // TLS
    CHECK(answer_to(server, "GET /livez HTTP/1.1\r\n\r\n") == 400);                             // no Host
    CHECK(answer_to(server, "GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n") == 400);
    CHECK(answer_to(server, "GET /livez HTTP/1.0\r\n\r\n") == 200);
    CHECK(answer_to(server, "GET /livez HTTP/9.9\r\nHost: x\r\n\r\n") == 400);
    CHECK(answer_to(server, "GET /livez HTTP/1.1\r\nHost: x\r\nX: " + std::string(9000, 'a') + "\r\n\r\n") == 431);
    CHECK(answer_to(server, "GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n") == 431);
    std::string many = "GET /livez HTTP/1.1\r\nHost: x\r\n";
    for (int i = 0; i < 64; ++i) many += "X" + std::to_string(i) + ": 1\r\n";
    CHECK(answer_to(server, many + "\r\n") == 431);
    CHECK(answer_to(server, "POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n") == 413);
    CHECK(answer_to(server, "POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == 400);
    CHECK(answer_to(server, "POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n") == 400);
    CHECK(answer_to(server, "POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef") == 400);
    CHECK(answer_to(server, "POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n") == 400);
}

TEST_CASE("upgrades that are none") {
    Server server;
    CHECK(answer_to(server, "GET /v1/ws HTTP/1.1\r\nHost: x\r\n\r\n") == 426);
    CHECK(answer_to(server, "POST /v1/ws HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n") == 405);
    CHECK(answer_to(server, upgrade_request("Content-Length: 3\r\n") + "abc") == 400);
    CHECK(answer_to(server, upgrade_request("Host: y\r\n")) == 400);
    CHECK(answer_to(server, upgrade_request() + binary("early")) == 400);  // before the 101
    CHECK(answer_to(server, upgrade_request("Sec-WebSocket-Protocol: " + std::string(6000, 'a') + "\r\n")) == 101);
    CHECK(server.run_until([&] { return server.shard().connections() == 0; }));
}

TEST_CASE("slow and silent clients are dropped") {
    net::Options options;
    options.request_deadline = 200ms;
    Server server(options);
    Client silent(server), slow(server), kept(server), session(server);
    session.open();
    slow.send("GET /livez HT");
    kept.send("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(kept.status() == 200);
    CHECK(silent.closed());
    CHECK(slow.closed());
    CHECK(kept.closed());
    session.say(hello());
    CHECK(session.hear()->has_welcome());
}

TEST_CASE("limits per address") {
    net::AdmissionLimits limits = Server::generous();
    SUBCASE("connections, agents not counted") {
        limits.per_address.connections = 3;
        Server server({}, limits);
        Client agent(server), first(server), second(server);
        agent.open();
        agent.say(hello("agent"));
        REQUIRE(agent.hear().has_value());
        first.open();
        second.open();
        Client third(server);
        third.open();
        CHECK(answer_to(server, upgrade_request()) == 429);
        first.reset();
        REQUIRE(server.run_until([&] { return server.shard().connections() == 3; }));
        CHECK(answer_to(server, upgrade_request()) == 101);
    }
    SUBCASE("handshakes") {
        limits.per_address = {.connections = 0, .handshakes_per_second = 0.001, .handshake_burst = 2};
        Server server({}, limits);
        CHECK(answer_to(server, upgrade_request()) == 101);
        CHECK(answer_to(server, upgrade_request()) == 101);
        CHECK(answer_to(server, upgrade_request()) == 429);
        CHECK(answer_to(server, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n") == 200);
    }
    SUBCASE("behind a trusted proxy each client has its own") {
        limits.per_address = {.connections = 1, .handshakes_per_second = 0.001, .handshake_burst = 1};
        net::Options options;
        options.trusted_proxies = {net::Network::parse("127.0.0.0/8").value()};
        Server server(options, limits);
        Client one(server), two(server);
        one.open(ports::Encoding::protobuf, "X-Forwarded-For: 203.0.113.1\r\n");
        two.open(ports::Encoding::protobuf, "X-Forwarded-For: 203.0.113.2\r\n");
        CHECK(server.record.connections.at(1).address == "203.0.113.2");
        CHECK(answer_to(server, upgrade_request("X-Forwarded-For: 203.0.113.1\r\n")) == 429);
    }
    SUBCASE("nobody else's word is taken") {
        Server server({}, limits);
        Client client(server);
        client.open(ports::Encoding::protobuf, "X-Forwarded-For: 203.0.113.1\r\n");
        CHECK(server.record.connections.at(0).address == "127.0.0.1");
    }
}

TEST_CASE("limits for all") {
    net::AdmissionLimits limits = Server::generous();
    SUBCASE("connections") {
        limits.connections = 2;
        Server server({}, limits);
        Client first(server), second(server);
        first.open();
        REQUIRE(server.run_until([&] { return server.shard().connections() == 2; }));
        Client third(server);
        std::string body;
        CHECK(third.response(&body).starts_with("HTTP/1.1 503"));
        CHECK(body.find("the server is full") != std::string::npos);
        CHECK(third.closed());
        second.reset();
        REQUIRE(server.run_until([&] { return server.shard().connections() == 1; }));
        CHECK(answer_to(server, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n") == 200);
    }
    SUBCASE("handshakes") {
        limits.handshakes_per_second = 1;
        Server server({}, limits);
        CHECK(answer_to(server, upgrade_request()) == 101);
        CHECK(answer_to(server, upgrade_request()) == 503);
    }
}

TEST_CASE("listening fails with a sentence") {
    Server server;
    net::Listener second(server.io().get_executor(), server.admission, {&server.shard()});
    const auto busy = second.listen("127.0.0.1", server.port);
    REQUIRE_FALSE(busy.has_value());
    CHECK(busy.error().message ==
          "cannot listen on 127.0.0.1:" + std::to_string(server.port) + ": Address already in use; choose another --port");
    CHECK(second.listen("localhost", 0).error().message == "cannot listen on \"localhost\": not an IP address");
    CHECK_FALSE(second.listen("192.0.2.1", 0).has_value());
    CHECK(second.listen("127.0.0.1", 0).value() > 0);
}

TEST_CASE("out of descriptors the listener says so, pauses, serves who is here and recovers") {
    Server server;
    Client client(server);
    client.open();
    client.say(hello());
    REQUIRE(client.hear().has_value());
    rlimit before{};
    getrlimit(RLIMIT_NOFILE, &before);
    auto late = std::make_unique<Client>(server);  // has its own descriptor already, the server needs one more
    // The first line of a log makes the logger, and sanitizers look into new objects through a pipe: while there are descriptors.
    log::warn("test.out_of_descriptors");
    const int next_free = dup(0);
    close(next_free);
    rlimit tight = before;
    const auto limit_to = [&](int descriptors) {
        tight.rlim_cur = static_cast<rlim_t>(descriptors);
        REQUIRE(setrlimit(RLIMIT_NOFILE, &tight) == 0);
    };
    const auto serves = [&] {
        client.say(ping(2));
        return client.hear()->reply_to() == 2;
    };
    SUBCASE("one is held for those who come") {
        limit_to(next_free);
        std::string body;
        late->send("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(late->response(&body).starts_with("HTTP/1.1 503"));
        CHECK(body.find("the server is full") != std::string::npos);
        CHECK(late->closed());
        CHECK(serves());
        setrlimit(RLIMIT_NOFILE, &before);
        CHECK(answer_to(server, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n") == 200);
    }
    SUBCASE("none even for that") {
        limit_to(3);
        const auto cpu_before = std::clock();
        CHECK_FALSE(server.run_until([&] { return server.shard().connections() == 2; }, 500ms));
        CHECK(static_cast<double>(std::clock() - cpu_before) / CLOCKS_PER_SEC < 0.25);
        CHECK(serves());
        setrlimit(RLIMIT_NOFILE, &before);
        CHECK(server.run_until([&] { return server.shard().connections() == 2; }, 2s));
    }
}

TEST_CASE("connections are dealt out to shards on their own threads") {
    struct Shard {
        asio::io_context io{1};
        std::unique_ptr<net::ShardServer> server;
        std::atomic<int> upgraded{0};
        std::thread thread;
    };
    struct Silent final : net::FrameHandler {
        void handle(const v1::ClientFrame&) override {}
        bool authenticated() const override { return true; }
        bool staff() const override { return false; }
        void disconnected() override {}
    };
    Server unused;  // lends its fakes
    Metrics metrics;
    const app::SessionLimits limits;
    const auto admission = net::Admission::create(Server::generous());
    std::array<Shard, 2> shards;
    for (Shard& shard : shards) {
        const auto make = [&shard](ports::ClientLink&, app::Connection) {
            ++shard.upgraded;
            return std::make_unique<Silent>();
        };
        shard.server = std::make_unique<net::ShardServer>(
            net::Services{shard.io.get_executor(), metrics, limits, unused.sign_in(), make, [] { return net::Readiness{}; }}, net::Options{});
    }
    net::Listener listener(shards[0].io.get_executor(), admission, {shards[0].server.get(), shards[1].server.get()});
    unused.port = listener.listen("127.0.0.1", 0).value();
    for (Shard& shard : shards) shard.thread = std::thread([&shard] { shard.io.run(); });

    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 40; ++i) {
        clients.push_back(std::make_unique<Client>(unused));
        clients.back()->open();
    }
    clients.resize(20);
    std::atomic<int> gone{0};
    asio::post(shards[0].io, [&] {
        listener.stop();
        for (Shard& shard : shards)
            asio::post(shard.io, [&] { shard.server->shut_down(300ms, [&gone] { ++gone; }); });
    });
    CHECK(unused.run_until([&] { return gone == 2; }));
    for (Shard& shard : shards) {
        asio::post(shard.io, [&shard] { shard.server.reset(); });
        shard.thread.join();
        CHECK(shard.upgraded == 20);
    }
    CHECK(admission->connections() == 0);
}
