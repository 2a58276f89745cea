// SPDX-License-Identifier: Apache-2.0
#include "runtime/bench_router.hpp"

#include "simulation/routing_bench.hpp"

namespace switchboard::runtime {

boost::json::object bench_router(std::size_t agents, std::size_t queued, std::size_t classes) {
    simulation::RoutingBenchSize size;
    size.agents = agents;
    size.queued = queued;
    size.classes = classes;
    const simulation::RoutingBenchFigures figures = simulation::bench_routing(size);
    return {{"agents", agents},
            {"queued", queued},
            {"classes", classes},
            {"decisions", figures.decisions},
            {"events", figures.events},
            {"decision_p50_us", figures.decision_us},
            {"decision_p99_us", figures.decision_p99_us},
            {"cpu_us_per_decision", figures.cpu_us_per_decision},
            {"bytes_per_conversation", figures.bytes_per_conversation},
            {"bytes_per_agent", figures.bytes_per_agent}};
}

}  // namespace switchboard::runtime
