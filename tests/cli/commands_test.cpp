// SPDX-License-Identifier: Apache-2.0
// The commands that look at tenants and change them, with no server, and beside one.
#include "cli/store.hpp"
#include "support/redis_server.hpp"

#include <chrono>
#include <fstream>

using namespace switchboard::test;

namespace {

const std::string document = R"({"id": "acme", "name": "Acme", "sites": [{"key": "acme-site"}],
    "departments": [{"id": "billing", "name": "Billing", "topics": [{"name": "refund", "skill": "refunds", "level": 2}]}],
    "agents": [{"id": "ada", "login": "ada", "name": "Ada", "departments": ["billing"], "skills": {"refunds": 3}}]})";

}  // namespace

TEST_CASE("a tenant is imported, shown, exported and imported again") {
    const Store store;
    CHECK(store.good({"tenant", "list"}).empty());
    CHECK(store.good({"tenant", "import", "-"}, document) == "tenant acme is at version 1\n");
    CHECK(store.good({"tenant", "list"}) == "acme\n");
    CHECK(contains(store.good({"tenant", "show", "acme"}), "acme-site"));
    const std::string exported = store.good({"tenant", "export", "acme"});
    CHECK(contains(store.bad({"tenant", "import", "-"}, exported), "give --replace"));
    CHECK(store.good({"tenant", "import", "--replace", "-"}, exported) == "tenant acme is at version 1\n");  // nothing changed
    std::string changed = exported;
    changed.replace(changed.find("\"Billing\""), 9, "\"Invoices\"");
    CHECK(store.good({"tenant", "import", "--replace", "-"}, changed) == "tenant acme is at version 2\n");
    CHECK(contains(store.good({"department", "list", "--tenant", "acme"}), "refund -> refunds:2"));
    CHECK(contains(store.bad({"tenant", "show", "other"}), "there is no tenant \"other\""));
}

TEST_CASE("a document that is wrong is refused with the place in it") {
    const Store store;
    CHECK(contains(store.bad({"tenant", "import", "-"}, "{"), "-: document: not JSON"));
    std::ofstream(store.directory.file("bad.json")) << R"({"id": "acme", "departments": [{"id": "a", "name": "A", "topics": [{"name": "t", "skill": "s", "level": 9}]}]})";
    CHECK(contains(store.bad({"tenant", "import", store.directory.file("bad.json")}), "departments[0].topics[0].level"));
    CHECK(contains(store.bad({"tenant", "import", "/nonexistent.json"}), "cannot read /nonexistent.json"));
}

TEST_CASE("an empty tenant is added once") {
    const Store store;
    store.good({"tenant", "add", "acme", "--name", "Acme", "--site", "shop"});
    CHECK(contains(store.good({"tenant", "show", "acme"}), "shop"));
    CHECK(contains(store.bad({"tenant", "add", "acme"}), "exists already"));
    CHECK(contains(store.bad({"tenant", "add", "Not An Id"}), "id"));
}

TEST_CASE("agents are added, given passwords and removed") {
    const Store store;
    store.good({"tenant", "import", "-"}, document);
    const Arguments add = {"agent", "add", "Bob@acme", "--tenant", "acme", "--department", "billing", "--skill", "refunds:4", "--password-stdin"};
    store.good(add, "a good password\n");
    const std::string exported = store.good({"tenant", "export", "acme"});
    CHECK(contains(exported, R"("id":"bob-acme")"));
    CHECK(contains(exported, "$argon2id$"));
    CHECK_FALSE(contains(exported, "a good password"));
    CHECK(contains(store.good({"agent", "list", "--tenant", "acme"}), "Bob@acme"));
    CHECK(contains(store.bad(add, "a good password\n"), "already"));

    store.good({"agent", "password", "Bob@acme", "--tenant", "acme", "--password-stdin"}, "another password\n");
    const std::string changed = store.good({"tenant", "export", "acme"});
    CHECK(contains(changed, R"("generation":2)"));
    store.good({"agent", "remove", "Bob@acme", "--tenant", "acme"});
    CHECK_FALSE(contains(store.good({"agent", "list", "--tenant", "acme"}), "Bob@acme"));
}

TEST_CASE("what an agent cannot be is told") {
    const Store store;
    store.good({"tenant", "import", "-"}, document);
    const auto refused = [&](const Arguments& more) {
        Arguments arguments = {"agent", "add", "bob", "--tenant", "acme", "--no-password"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return store.bad(arguments);
    };
    CHECK(contains(refused({"--department", "nowhere"}), "there is no department nowhere"));
    CHECK(contains(refused({"--role", "king"}), "must be agent, supervisor, admin or bot"));
    CHECK(contains(refused({"--role", "customer"}), "must be agent, supervisor, admin or bot"));
    CHECK(contains(refused({"--skill", "refunds:9"}), "a level from 1 to 5"));
    CHECK(contains(refused({"--id", "ada"}), "already"));
    CHECK(contains(store.bad({"agent", "password", "eve", "--tenant", "acme"}), "there is no agent with the login eve"));
    CHECK(contains(store.bad({"agent", "password", "ada", "--tenant", "acme", "--password-stdin"}, "short\n"), "at least 8 characters"));
    CHECK(contains(store.bad({"agent", "password", "ada", "--tenant", "acme"}), "give --password-stdin"));
    CHECK(contains(store.bad({"agent", "list"}), "there is no tenant \"default\""));
}

TEST_CASE("beside a running server the commands use its Redis") {
    const Store store;
    const Serving server({"--data-dir", store.directory.file("data")});
    CHECK(store.good({"tenant", "import", "-"}, document) == "tenant acme is at version 1\n");
    CHECK(store.good({"tenant", "list"}) == "acme\n");
    CHECK_FALSE(gone(server.redis_pid()));
}

TEST_CASE("a Redis that does not answer is named, its password is not") {
    const Ended ended = run_program({"tenant", "list", "--redis-url", "redis://:hunter2@127.0.0.1:1"});
    CHECK(ended.status == 1);
    CHECK(contains(ended.error, "cannot reach Redis at redis://127.0.0.1:1"));
    CHECK_FALSE(contains(ended.error, "hunter2"));
}

TEST_CASE("with durability replica a change is told as made when the replica has it") {
    RedisServer primary({.tcp = true, .arguments = {"--repl-diskless-sync-delay", "0"}});
    RedisServer replica({.arguments = {"--replicaof", "127.0.0.1", std::to_string(primary.port())}});
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    primary.command({"SET", "replicated", "yes"});  // "link up" is said a second before anything arrives
    while (replica.command({"GET", "replicated"}) != "yes") REQUIRE(std::chrono::steady_clock::now() < deadline);
    const auto with_replica = [&](Arguments arguments) {
        arguments.insert(arguments.end(), {"--redis-url", primary.url(), "--durability", "replica", "--ack-replicas", "1"});
        return run_program(arguments);
    };
    const Ended made = with_replica({"tenant", "add", "acme"});
    CHECK_MESSAGE(made.status == 0, made.error);
    CHECK(with_replica({"department", "add", "sales", "--tenant", "acme"}).status == 0);
    replica.freeze();
    const Ended missing = with_replica({"tenant", "add", "other"});
    CHECK(missing.status == 1);
    CHECK(contains(missing.error, "not on all replicas"));
    CHECK(with_replica({"tenant", "list"}).output == "acme\nother\n");
    const Arguments set = {"department", "set", "sales", "offer_timeout_s=30", "--tenant", "acme"};
    CHECK(contains(with_replica(set).error, "not on all replicas"));
    CHECK(contains(with_replica(set).error, "not on all replicas"));  // nothing changes any more, and still it is not there
    replica.thaw();
    Ended confirmed;
    const auto thawed = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while ((confirmed = with_replica(set)).status != 0) REQUIRE(std::chrono::steady_clock::now() < thawed);
    CHECK(confirmed.output == "nothing changes\n");
}
