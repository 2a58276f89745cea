// SPDX-License-Identifier: Apache-2.0
// Three servers fight for the right to route while a rush goes through the desk, as fast as they can: two thousand assignments, or a
// hundred thousand in the long version. The witness checks each of them.
#include "integration/routing/routers.hpp"

#include <cstdlib>

namespace switchboard::test {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t waiting = 60;
constexpr auto between_blows = 3s;

std::size_t wanted() {
    const char* long_tests = std::getenv("SWITCHBOARD_LONG_TESTS");
    return long_tests && *long_tests == '1' ? 100'000 : 2'000;
}

void rush_for(People& people, std::chrono::milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) people.rush(waiting);
}

}  // namespace

TEST_CASE("a rush through three routers that fight: no agent twice, none beyond its room, none without the skill") {
    const std::uint64_t seed = random_u64();
    MESSAGE("seed " << seed);
    Shard shard;
    const auto config = std::make_shared<const domain::TenantConfig>(desk(60));
    REQUIRE(shard.wait<std::uint64_t>([&](auto done) { shard.tenants.save(*config, {"test", {}}, done); }));
    REQUIRE(shard.join("n1"));
    Routers nodes(3);
    Witness witness(shard, config);
    witness.read();
    People people(shard, witness, config, seed);
    people.everybody_comes();
    while (witness.assignments() < wanted() && witness.violations.empty()) {
        REQUIRE(shard.join("n1"));
        rush_for(people, between_blows);
        nodes.disturb(people, [&](std::chrono::milliseconds time) { rush_for(people, time); });
    }
    people.rush(0);
    check_at_rest(shard, people, witness);
    const std::size_t journals = nodes.repeat_journals(witness.violations);
    for (const std::string& violation : witness.violations) FAIL_CHECK(violation);
    MESSAGE(witness.assignments() << " assignments, " << witness.offers() << " offers, " << journals << " journals repeated");
    CHECK(witness.assignments() >= wanted());
}

}  // namespace switchboard::test
