// SPDX-License-Identifier: Apache-2.0
// The router in virtual time: a day of work passes as fast as the processor decides. The same router as in production
// (domain/routing.hpp) meets a store in memory and people who do what a workload says. No clock and no chance: the same inputs give
// the same outcomes. Times: Timestamps of the workload. Thread: one.
//
// Not simulated: departments in pull mode (nobody would be offered anything), bots, agents who vanish in the middle of a talk.
#pragma once

#include "domain/routing.hpp"
#include "simulation/workload.hpp"

#include <functional>
#include <map>
#include <memory>

namespace switchboard::simulation {

// How the simulated people behave.
struct Behaviour {
    Duration answer_delay{0};  // from an offer until it is accepted
    Duration wrap_up{0};       // after each talk, in departments that have a wrap-up; their wrap_up_time may end it earlier
};

enum class End : std::uint8_t { answered, abandoned, turned_away, unanswered };  // unanswered: still waited when all was over

struct Outcome {
    std::size_t group = 0;
    End end = End::unanswered;
    Duration wait{0};  // until the first answer, or until it left
    Duration held{0};  // that agents had it in hand, from offer to the end of the wrap-up, times its weight
};

struct AgentUse {
    Duration capacity{0};  // time signed in, times the capacity
    Duration held{0};      // units in hand, times the time
};

struct RunResult {
    std::vector<Outcome> outcomes;  // in the order of the arrivals
    std::map<AgentId, AgentUse> agents;
    std::size_t offers = 0;
    std::size_t refused = 0;        // decisions that the store did not carry out
};

// Looks on while a run happens. Here belongs whatever is to be judged on history, such as an estimate of waits: `arrived` is when it
// would be told to the customer, `answered` is when it turns out. Conversations are named by id; the router is as it is at that moment.
class Observer {
public:
    virtual ~Observer() = default;
    // Each fact, before the router learns it.
    virtual void fact(const domain::Input&, Timestamp) {}
    // The router has taken it in and has done for it what can be done at once: it may have been answered already.
    virtual void arrived(const domain::Router&, const domain::Conversation&, Timestamp) {}
    // For the first time; `wait` since it arrived.
    virtual void answered(const domain::Router&, const domain::Conversation&, Duration /*wait*/, Timestamp) {}
    // Abandoned or turned away.
    virtual void left(const domain::Router&, const domain::Conversation&, Duration /*wait*/, Timestamp) {}
    // From time to time.
    virtual void progress(std::size_t /*arrived*/, std::size_t /*of*/) {}
};

// Why this cannot be simulated; empty: it can.
std::string obstacle(const domain::TenantConfig& config, const Behaviour& behaviour);

// Runs until nothing is left to happen. The configuration must have no obstacle, and must know the departments and agents.
RunResult simulate(const domain::TenantConfigPtr& config, const Workload& work, const Behaviour& behaviour, Observer* observer = nullptr);

}  // namespace switchboard::simulation
