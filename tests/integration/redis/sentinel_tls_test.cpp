// SPDX-License-Identifier: Apache-2.0
// A primary, its replica and a Sentinel that speak nothing but TLS, also with each other; the Sentinel tells names, not addresses.
#include "connection_fixture.hpp"
#include "support/certificates.hpp"

#include <doctest/doctest.h>

using namespace switchboard;
using namespace switchboard::redis;
using namespace switchboard::test;
using namespace std::chrono_literals;

namespace {

class SecuredSentinel {
public:
    SecuredSentinel() : primary_(options(primary_port_)), replica_(options(replica_port_, primary_port_)), sentinel_(watcher()) {}

    RedisServer& replica() { return replica_; }
    std::string url(const std::string& parameters) const { return "rediss+sentinel://localhost:" + std::to_string(sentinel_port_) + "/main?" + parameters; }
    std::string ca() const { return "ca=" + certificates_.certificate("ca"); }
    bool fail_over() { return sentinel_.command({"SENTINEL", "FAILOVER", "main"}) == "OK"; }
    std::uint16_t replica_port() const { return replica_port_; }

private:
    struct ForLocalhost : Certificates {
        ForLocalhost() { sign("server", "localhost"); }
    };
    std::vector<std::string> secured(std::uint16_t port) const {
        return {"--tls-port", std::to_string(port), "--tls-replication", "yes", "--tls-auth-clients", "no", "--tls-ca-cert-file", certificates_.certificate("ca"),
                "--tls-cert-file", certificates_.certificate("server"), "--tls-key-file", certificates_.key("server")};
    }
    RedisServerOptions options(std::uint16_t port, std::uint16_t primary = 0) const {
        RedisServerOptions made{.arguments = secured(port)};
        std::vector<std::string> more = {"--repl-diskless-sync-delay", "0", "--replica-announce-ip", "localhost"};
        if (primary != 0) more.insert(more.end(), {"--replicaof", "localhost", std::to_string(primary)});
        made.arguments.insert(made.arguments.end(), more.begin(), more.end());
        return made;
    }
    RedisServerOptions watcher() const {
        RedisServerOptions made{.arguments = secured(sentinel_port_)};
        made.arguments.emplace_back("--sentinel");
        made.config = "sentinel resolve-hostnames yes\nsentinel announce-hostnames yes\nsentinel monitor main localhost " + std::to_string(primary_port_) +
                      " 1\nsentinel down-after-milliseconds main 500\nsentinel failover-timeout main 3000\n";
        return made;
    }

    const std::uint16_t primary_port_ = free_port(), replica_port_ = free_port(), sentinel_port_ = free_port();
    const ForLocalhost certificates_;
    RedisServer primary_, replica_, sentinel_;
};

}  // namespace

TEST_CASE("with TLS everywhere: the Sentinel is asked, and the connection follows a fail-over") {
    SecuredSentinel redis;
    ConnectionFixture fixture;
    const auto connection = fixture.connect(fixture.options(redis.url(redis.ca())));
    REQUIRE(fixture.ask(*connection, {"SET", "before", "kept"}, {.deadline = 10s}) == "OK");
    REQUIRE(fixture.until([&] { return redis.replica().command({"GET", "before"}) == "kept"; }));
    // Not before the Sentinel has heard from the replica itself.
    REQUIRE(fixture.until([&] { return redis.fail_over(); }, 20s));
    const std::string moved = "tcp_port:" + std::to_string(redis.replica_port()) + "\r";
    REQUIRE(fixture.until([&] { return fixture.ask(*connection, {"INFO", "server"}, {.deadline = 500ms}).find(moved) != std::string::npos; }, 30s));
    CHECK(fixture.ask(*connection, {"GET", "before"}) == "kept");
    CHECK(fixture.ask(*connection, {"SET", "after", "written"}) == "OK");
    CHECK(redis.replica().command({"GET", "after"}) == "written");
}

TEST_CASE("a Sentinel whose certificate another authority signed is not believed") {
    SecuredSentinel redis;
    const Certificates others;
    ConnectionFixture fixture;
    const auto connection = fixture.connect(fixture.options(redis.url("ca=" + others.certificate("ca"))));
    CHECK(fixture.ask(*connection, {"PING"}, {.deadline = 1s}) == "error: redis: no connection within the deadline, not sent");
    REQUIRE(fixture.until([&] { return !fixture.states.empty(); }));
    CHECK_MESSAGE(fixture.last_reason().find("certificate verify failed") != std::string::npos, fixture.last_reason());
}
