// SPDX-License-Identifier: Apache-2.0
#include "connection_fixture.hpp"
#include "redis/wire.hpp"
#include "support/certificates.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <optional>

using namespace switchboard;
using namespace switchboard::redis;
using namespace switchboard::test;
using namespace std::chrono_literals;

namespace {

// A server whose certificate, signed by the authority, names one host; it listens at 127.0.0.1 with TLS only.
struct Secured {
    explicit Secured(const std::string& host = "localhost", const std::string& clients = "no") {
        certificates.sign("server", host);
        server.emplace(RedisServerOptions{.arguments = {"--tls-port", std::to_string(port), "--tls-cert-file", certificates.certificate("server"),
                                                        "--tls-key-file", certificates.key("server"), "--tls-ca-cert-file",
                                                        certificates.certificate("ca"), "--tls-auth-clients", clients}});
    }
    std::string url(const std::string& parameters, const std::string& login = "", const std::string& host = "localhost") const {
        return "rediss://" + login + host + ":" + std::to_string(port) + "/0?" + parameters;
    }
    std::string ca() const { return "ca=" + certificates.certificate("ca"); }

    Certificates certificates;
    const std::uint16_t port = free_port();
    std::optional<RedisServer> server;
};

// Why a connection does not come about; nothing is answered meanwhile.
std::string refusal(const std::string& url) {
    ConnectionFixture fixture;
    const auto connection = fixture.connect(fixture.options(url));
    CHECK(fixture.ask(*connection, {"PING"}, {.deadline = 500ms}) == "error: redis: no connection within the deadline, not sent");
    CHECK_FALSE(connection->connected());
    REQUIRE(fixture.until([&] { return !fixture.states.empty(); }));
    return fixture.last_reason();
}

std::string greeting(const std::string& url) {
    ConnectionFixture fixture;
    const auto connection = fixture.connect(fixture.options(url));
    return fixture.ask(*connection, {"PING"});
}

std::string unusable(const std::string& url) {
    const auto made = make_tls_context(parse_redis_url(url).value());
    return made ? "" : made.error().message;
}

void contains(const std::string& text, const std::string& part) {
    INFO(text);
    CHECK(text.find(part) != std::string::npos);
}

}  // namespace

TEST_CASE("with TLS: commands and large values pass, and it comes back after a restart") {
    Secured redis;
    ConnectionFixture fixture;
    const auto connection = fixture.connect(fixture.options(redis.url(redis.ca())));
    REQUIRE(fixture.ask(*connection, {"PING"}) == "PONG");
    std::string value(3'000'000, '\0');
    for (std::size_t i = 0; i < value.size(); ++i) value[i] = static_cast<char>(i * 31 >> 3);
    REQUIRE(fixture.ask(*connection, {"SET", "k", value}, {.deadline = 10s}) == "OK");
    CHECK((fixture.ask(*connection, {"GET", "k"}, {.deadline = 10s}) == value));
    redis.server->kill_hard();
    REQUIRE(fixture.until([&] { return !connection->connected(); }));
    redis.server->start();
    CHECK(fixture.ask(*connection, {"PING"}, {.deadline = 10s}) == "PONG");
}

TEST_CASE("the certificate of another authority is refused, unless nobody verifies") {
    Secured redis;
    const Certificates others;
    const std::string wrong_ca = "ca=" + others.certificate("ca");
    contains(refusal(redis.url(wrong_ca)), "TLS: certificate verify failed");
    CHECK(greeting(redis.url("verify=no")) == "PONG");
    CHECK(greeting(redis.url(wrong_ca + "&verify=no")) == "PONG");
    CHECK(greeting(redis.url(redis.ca() + "&verify=yes")) == "PONG");
}

TEST_CASE("the certificate of another host is refused, unless nobody verifies") {
    Secured other("elsewhere.example");
    contains(refusal(other.url(other.ca())), "TLS: certificate verify failed");
    CHECK(greeting(other.url(other.ca() + "&verify=no")) == "PONG");
    // The name counts as it stands in the URL.
    Secured named;
    contains(refusal(named.url(named.ca(), "", "127.0.0.1")), "TLS: certificate verify failed");
}

TEST_CASE("a Redis that asks for a certificate gets ours, and refuses who has none") {
    Secured redis("localhost", "yes");
    redis.certificates.sign("client", "client.example");
    contains(refusal(redis.url(redis.ca())), "certificate required");
    const std::string own = "&cert=" + redis.certificates.certificate("client") + "&key=" + redis.certificates.key("client");
    CHECK(greeting(redis.url(redis.ca() + own)) == "PONG");
    Certificates others;
    others.sign("client", "client.example");
    const std::string foreign = "&cert=" + others.certificate("client") + "&key=" + others.key("client");
    contains(refusal(redis.url(redis.ca() + foreign)), "unknown ca");
}

TEST_CASE("user and password over TLS") {
    Secured redis;
    redis.server->command({"ACL", "SETUSER", "chat", "on", ">secret", "~*", "&*", "+@all"});
    ConnectionFixture fixture;
    const auto connection = fixture.connect(fixture.options(redis.url(redis.ca(), "chat:secret@")));
    CHECK(fixture.ask(*connection, {"ACL", "WHOAMI"}) == "chat");
    contains(refusal(redis.url(redis.ca(), "chat:guess@")), "login refused");
}

TEST_CASE("no TLS against TLS is no connection in either direction") {
    Secured redis;
    CHECK(refusal("redis://127.0.0.1:" + std::to_string(redis.port)) != "");
    RedisServer plain({.tcp = true});
    // A Redis without TLS waits for the end of a line that never comes.
    CHECK(refusal("rediss://localhost:" + std::to_string(plain.port()) + "?verify=no") == "connect timed out");
}

TEST_CASE("a file that cannot be used is named") {
    Certificates certificates;
    certificates.sign("client", "client.example");
    certificates.sign("other", "other.example");
    const std::string nonsense = certificates.file("nonsense.pem"), nowhere = certificates.file("nowhere.pem");
    std::ofstream(nonsense) << "this is not a certificate\n";
    const auto pair = [](const std::string& certificate, const std::string& key) { return "rediss://h?cert=" + certificate + "&key=" + key; };
    for (const std::string& file : {nonsense, nowhere}) {
        CHECK(unusable("rediss://h?ca=" + file).starts_with("redis url: cannot use " + file + ": "));
        CHECK(unusable(pair(file, certificates.key("client"))).starts_with("redis url: cannot use " + file + ": "));
        CHECK(unusable(pair(certificates.certificate("client"), file)).starts_with("redis url: cannot use " + file + ": "));
    }
    // A key that belongs to another certificate.
    contains(unusable(pair(certificates.certificate("client"), certificates.key("other"))), certificates.key("other"));
    CHECK(unusable(pair(certificates.certificate("client"), certificates.key("client"))) == "");
    CHECK(unusable("rediss://h") == "");
    CHECK(make_tls_context(parse_redis_url("redis://h").value()).value() == nullptr);
}
