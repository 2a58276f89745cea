// SPDX-License-Identifier: Apache-2.0
// What a decision of the pure router costs: a full house in which agents become free one after the other while new conversations
// arrive, so that the number that waits stays the same. Thread: one; for figures, on an otherwise idle core.
#pragma once

#include <cstddef>
#include <cstdint>

namespace switchboard::simulation {

struct RoutingBenchSize {
    std::size_t agents = 1000;
    std::size_t queued = 10'000;
    std::size_t classes = 50;      // routing classes: a skill and a level each, ten to a department
    std::size_t decisions = 100'000;
    std::uint64_t seed = 1;
};

struct RoutingBenchFigures {
    std::size_t decisions = 0;     // offers
    std::size_t events = 0;        // facts that the router took in for them
    double decision_us = 0;        // median, from the fact that frees an agent to the decision to offer
    double decision_p99_us = 0;
    double cpu_us_per_decision = 0;  // of all of its facts: freed, offered, claimed, accepted, the next arrival
    double bytes_per_conversation = 0;  // waiting
    double bytes_per_agent = 0;
};

RoutingBenchFigures bench_routing(const RoutingBenchSize& size);

}  // namespace switchboard::simulation
