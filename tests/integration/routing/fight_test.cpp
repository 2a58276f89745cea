// SPDX-License-Identifier: Apache-2.0
// Two servers share one Redis and fight for the right to route one tenant: the lease is taken away, the one who routes is stopped for
// longer than the lease and goes on as if nothing had happened, or is killed and started again. Meanwhile customers and agents do
// anything at any time. A witness beside them checks every change, and everything again whenever there is rest.
#include "integration/routing/people.hpp"
#include "integration/routing/routers.hpp"

#include <algorithm>
#include <cstdlib>

namespace switchboard::test {

using namespace std::chrono_literals;

namespace {

// People do as they like for a while.
void live(Stores& stores, People& people, std::chrono::milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) {
        people.act();
        stores.loop.run_for(std::chrono::milliseconds(people.below(8)));
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
    Routers nodes(2);
    Witness witness(shard, config);
    witness.read();
    People people(shard, witness, config, seed);
    for (unsigned round = 0; round < rounds() && witness.violations.empty(); ++round) {
        for (int fault = 0; fault < 6; ++fault) {
            REQUIRE(shard.join("n1"));
            live(shard, people, std::chrono::milliseconds(600 + people.below(1500)));
            nodes.disturb(people, [&](std::chrono::milliseconds time) { live(shard, people, time); });
        }
        live(shard, people, 3s);
        check_at_rest(shard, people, witness);
    }
    const std::size_t journals = nodes.repeat_journals(witness.violations);
    for (const std::string& violation : witness.violations) FAIL_CHECK(violation);
    MESSAGE(witness.changes() << " changes, " << witness.offers() << " offers, " << journals << " journals repeated");
    CHECK(witness.offers() > 50);
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
    Routers nodes(2);
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
