// SPDX-License-Identifier: Apache-2.0
// The simulated router on a queue whose behaviour is known in closed form: M/M/n+M, the Erlang-A model. Poisson arrivals at rate
// lambda, exponential service at rate mu, exponential patience at rate theta, n agents. Formulas: Palm; as given by Mandelbaum and
// Zeltyn, "Service engineering in action: the Palm/Erlang-A queue" (2007), and Garnett, Mandelbaum and Reiman, "Designing a call
// center with impatient customers" (M&SOM 4, 2002):
//
//     B          = blocking of Erlang-B with n servers and load lambda/mu
//     A(x, y)    = 1 + sum over j >= 1 of y^j / ((x+1) ... (x+j)),   x = n mu / theta, y = lambda / theta
//     P(wait)    = A B / (1 + (A - 1) B)
//     P(ab|wait) = 1 / (rho A) + 1 - 1 / rho,   rho = lambda / (n mu)
//     P(ab)      = P(ab|wait) P(wait)
//     E[wait]    = P(ab) / theta                                 over all customers
#include "simulation/random.hpp"
#include "simulation/simulator.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace switchboard::simulation {

namespace {

struct Queue {
    unsigned agents;
    double arrivals_per_s, mean_service_s, mean_patience_s;
};
struct Expected {
    double waits, abandons, mean_wait_s;
};

double erlang_b(unsigned servers, double load) {
    double blocking = 1;
    for (unsigned i = 1; i <= servers; ++i) blocking = load * blocking / (i + load * blocking);
    return blocking;
}

Expected erlang_a(const Queue& queue) {
    const double mu = 1 / queue.mean_service_s, theta = 1 / queue.mean_patience_s, lambda = queue.arrivals_per_s;
    const double x = queue.agents * mu / theta, y = lambda / theta, rho = lambda / (queue.agents * mu);
    double sum = 1, term = 1;
    for (int j = 1; term > 1e-15 * sum; ++j) sum += term *= y / (x + j);
    const double blocking = erlang_b(queue.agents, lambda / mu);
    Expected expected;
    expected.waits = sum * blocking / (1 + (sum - 1) * blocking);
    expected.abandons = (1 / (rho * sum) + 1 - 1 / rho) * expected.waits;
    expected.mean_wait_s = expected.abandons / theta;
    return expected;
}

Duration seconds(double value) {
    return Duration{std::llround(value * 1000)};
}

domain::TenantConfigPtr config_with(unsigned agents) {
    auto config = std::make_shared<domain::TenantConfig>();
    config->departments.emplace_back();
    config->departments.back().id = DepartmentId{"all"};
    config->departments.back().wrap_up = domain::WrapUpMode::none;
    for (unsigned i = 0; i < agents; ++i) {
        domain::AgentProfile agent;
        agent.id = AgentId{"agent-" + std::to_string(i)};
        agent.departments = {DepartmentId{"all"}};
        agent.capacity = 1;
        config->agents.push_back(agent);
    }
    config->build_index();
    return config;
}

Expected simulated(const Queue& queue, std::size_t customers, std::uint64_t seed) {
    Random random(seed);
    Workload work;
    double at = 0;
    for (std::size_t i = 0; i < customers; ++i) {
        at += random.exponential(1 / queue.arrivals_per_s);
        Arrival arrival;
        arrival.at = from_ms(86'400'000) + seconds(at);
        arrival.requirement.department = DepartmentId{"all"};
        arrival.service = seconds(random.exponential(queue.mean_service_s));
        arrival.patience = seconds(random.exponential(queue.mean_patience_s));
        work.arrivals.push_back(arrival);
    }
    const auto config = config_with(queue.agents);
    for (const auto& agent : config->agents) work.shifts.push_back({agent.id, from_ms(1), from_ms(172'800'000) + seconds(at)});
    const RunResult run = simulate(config, work, {});
    const std::size_t warm_up = customers / 100;
    double waited = 0, abandoned = 0, wait = 0;
    for (std::size_t i = warm_up; i < customers; ++i) {
        waited += run.outcomes[i].wait > Duration{0};
        abandoned += run.outcomes[i].end == End::abandoned;
        wait += static_cast<double>(run.outcomes[i].wait.count()) / 1000;
    }
    const auto counted = static_cast<double>(customers - warm_up);
    return {waited / counted, abandoned / counted, wait / counted};
}

void check_close(double simulated, double expected) {
    CAPTURE(simulated);
    CAPTURE(expected);
    CHECK(std::fabs(simulated / expected - 1) < 0.02);
}

}  // namespace

TEST_CASE("the formulas give what is known: without patience limits Erlang-A becomes Erlang-C, with none at all Erlang-B") {
    // Erlang-C, 5 agents, load 4: 0.5541.
    const Expected patient = erlang_a({5, 4.0 / 180, 180, 1e9});
    CHECK(patient.waits == doctest::Approx(0.5541).epsilon(0.0005));
    // Nobody waits at all: lost is who finds all agents busy.
    const Expected hasty = erlang_a({5, 4.0 / 180, 180, 1e-6});
    CHECK(hasty.abandons == doctest::Approx(erlang_b(5, 4)).epsilon(0.0005));
}

// Waits of one customer resemble those of the next, so it takes many: over a dozen seeds the figures of runs of this length scatter by
// about 0.7 % (standard deviation) around the formulas.
TEST_CASE("an M/M/n+M queue behaves as the formulas of Erlang-A say") {
    const auto compare = [](const Queue& queue, std::size_t customers) {
        const Expected expected = erlang_a(queue);
        const Expected found = simulated(queue, customers, 7);
        check_close(found.waits, expected.waits);
        check_close(found.abandons, expected.abandons);
        check_close(found.mean_wait_s, expected.mean_wait_s);
    };
    compare({5, 4.75 / 180, 180, 120}, 150'000);
    compare({20, 22.0 / 180, 180, 300}, 450'000);
}

}  // namespace switchboard::simulation
