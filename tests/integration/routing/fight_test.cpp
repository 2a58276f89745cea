// SPDX-License-Identifier: Apache-2.0
// Two servers share one Redis and fight for the right to route one tenant: the lease is taken away, the one who routes is stopped for
// longer than the lease and goes on as if nothing had happened, or is killed and started again. Meanwhile customers and agents do
// anything at any time. A witness beside them checks every change, and everything again whenever there is rest.
#include "integration/routing/people.hpp"
#include "support/server_process.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>

namespace switchboard::test {

using namespace std::chrono_literals;

namespace {

const std::string router_key = "sb:{t1}:router";

domain::Department department(const std::string& id, domain::Strategy strategy) {
    domain::Department made;
    made.id = DepartmentId(id);
    made.name = id;
    made.strategy = strategy;
    made.offer_timeout = 1s;
    made.decline_cooldown = 1500ms;
    made.agent_grace = 1s;
    made.transfer_wait = 1500ms;
    made.abandon_after = 1s;
    return made;
}

domain::TenantConfig desk() {
    domain::TenantConfig config;
    config.id = tenant;
    config.name = "Desk";
    config.departments = {department("d0", domain::Strategy::longest_idle), department("d1", domain::Strategy::least_loaded),
                          department("d2", domain::Strategy::most_skilled)};
    config.departments[1].steps = {{1s, {{"s0", 1}}, {}}, {2s, {{"*", 0}}, {DepartmentId("d0")}}};
    config.departments[2].conversation_weight = config.departments[2].idle_weight = 2;
    for (int i = 0; i < 6; ++i) {
        domain::AgentProfile agent;
        agent.id = AgentId("a" + std::to_string(i));
        agent.login = agent.name = agent.id.value;
        agent.capacity = static_cast<unsigned>(1 + i % 4);
        for (int j = 0; j < 3; ++j)
            if ((i + j) % 3 != 0) agent.departments.emplace_back("d" + std::to_string(j));
        agent.skills = {{"s0", 1 + i % 5}};
        if (i % 2 == 0) agent.skills["s1"] = 5 - i;
        config.agents.push_back(agent);
    }
    return config;
}

// Both nodes, and who routes.
class Nodes {
public:
    Nodes() {
        for (auto& node : nodes_) {
            ServerSettings settings;
            settings.program = server_program();
            settings.flags = {"--redis-url", shared_redis().url(), "--durability", "memory", "--threads", "1", "--log-level", "warn"};
            node = std::make_unique<ServerProcess>(std::move(settings));
            const auto started = node->start();
            REQUIRE_MESSAGE(started.has_value(), started.error().message);
        }
    }
    ~Nodes() { wake(); }

    void take_lease_away() { redis_command({"HSET", router_key, "holder", "nobody", "expires", "0"}); }
    void stop(unsigned which) {
        ::kill(nodes_[which]->pid(), SIGSTOP);
        stopped_ = true;
    }
    void wake() {
        if (stopped_)
            for (auto& node : nodes_) ::kill(node->pid(), SIGCONT);
        stopped_ = false;
    }
    void kill_and_start(unsigned which) {
        nodes_[which]->kill();
        REQUIRE(nodes_[which]->launch().has_value());
    }
    static std::uint64_t epoch() { return std::strtoull(redis_command({"HGET", router_key, "epoch"}).c_str(), nullptr, 10); }

    // Ends both in order; all that their routers did is repeated.
    std::size_t repeat_journals(std::vector<std::string>& violations) {
        wake();
        std::size_t files = 0;
        for (auto& node : nodes_) {
            node->terminate();
            for (const auto& file : std::filesystem::directory_iterator(node->data_dir() + "/journal/" + tenant.value)) {
                ++files;
                const Ended repeated = run_program({"simulate", "--journal", file.path().string()});
                if (repeated.status != 0) violations.push_back("a journal does not repeat: " + repeated.output + repeated.error);
            }
        }
        return files;
    }

private:
    std::array<std::unique_ptr<ServerProcess>, 2> nodes_;
    bool stopped_ = false;
};

// People do as they like for a while.
void live(Stores& stores, People& people, std::chrono::milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) {
        people.act();
        stores.loop.run_for(std::chrono::milliseconds(people.below(8)));
    }
}

// Until nothing has changed for longer than any deadline; what is offered is accepted.
bool rest(Stores& stores, People& people, const Witness& witness) {
    return run_until(
        stores.loop,
        [&] {
            people.accept_all();
            return std::chrono::steady_clock::now() - witness.last_change() > 5s;
        },
        60s);
}

void disturb(Nodes& nodes, Stores& stores, People& people) {
    const unsigned which = people.below(2);
    switch (people.below(4)) {
        case 0:
            nodes.stop(which);
            live(stores, people, std::chrono::milliseconds(500 + people.below(4500)));
            return nodes.wake();
        case 1:
            return nodes.kill_and_start(which);
        default:
            return nodes.take_lease_away();
    }
}

unsigned rounds() {
    const char* wanted = std::getenv("SWITCHBOARD_LONG_TESTS");
    return wanted && *wanted == '1' ? 20 : 2;
}

}  // namespace

TEST_CASE("two routers that fight for the lease break no promise") {
    const std::uint64_t seed = random_u64();
    MESSAGE("seed " << seed);
    Shard shard;
    const auto config = std::make_shared<const domain::TenantConfig>(desk());
    REQUIRE(shard.wait<std::uint64_t>([&](auto done) { shard.tenants.save(*config, {"test", {}}, done); }));
    REQUIRE(shard.join("n1"));
    Nodes nodes;
    Witness witness(shard, config);
    witness.read();
    People people(shard, witness, config, seed);
    for (unsigned round = 0; round < rounds() && witness.violations.empty(); ++round) {
        for (int fault = 0; fault < 6; ++fault) {
            REQUIRE(shard.join("n1"));
            live(shard, people, std::chrono::milliseconds(600 + people.below(1500)));
            disturb(nodes, shard, people);
        }
        live(shard, people, 3s);
        REQUIRE(rest(shard, people, witness));
        const auto snapshot = shard.wait<ports::RoutingSnapshot>([&](auto done) { shard.routing.snapshot(tenant, done); });
        REQUIRE(snapshot);
        witness.check_rest(*snapshot);
    }
    const std::size_t journals = nodes.repeat_journals(witness.violations);
    for (const std::string& violation : witness.violations) FAIL_CHECK(violation);
    MESSAGE(witness.changes() << " changes, " << witness.offers() << " offers, " << Nodes::epoch() << " leases, " << journals << " journals repeated");
    CHECK(witness.offers() > 50);
    CHECK(Nodes::epoch() >= 3);
    CHECK(journals >= 3);
}

TEST_CASE("the witness sees what it should") {
    Shard shard;
    domain::TenantConfig told = desk();
    REQUIRE(shard.wait<std::uint64_t>([&](auto done) { shard.tenants.save(told, {"test", {}}, done); }));
    REQUIRE(shard.join("n1"));
    for (domain::AgentProfile& agent : told.agents) {
        if (agent.id == AgentId("a1")) agent.capacity = 0;
        if (agent.id == AgentId("a2")) agent.skills.clear();
        if (agent.id == AgentId("a3")) agent.departments.clear();
    }
    Nodes nodes;
    const auto config = std::make_shared<const domain::TenantConfig>(told);
    Witness witness(shard, config);
    witness.read();
    People people(shard, witness, config, 1);
    const auto seen = [&](const std::string& what) {
        return std::any_of(witness.violations.begin(), witness.violations.end(),
                           [&](const std::string& violation) { return violation.find(what) != std::string::npos; });
    };
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    const auto all = [&] { return seen("to a1: no room") && seen("to a2: has not s") && seen("to a3: does not serve"); };
    while (!all() && std::chrono::steady_clock::now() < deadline) live(shard, people, 200ms);
    CHECK(seen("to a1: no room"));
    CHECK(seen("to a2: has not s"));
    CHECK(seen("to a3: does not serve"));
}

}  // namespace switchboard::test
