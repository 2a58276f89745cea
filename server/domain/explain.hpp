// SPDX-License-Identifier: Apache-2.0
// Why a conversation went where it went, or still waits: every test of routing, told apart for every agent. Computed from facts
// alone, not from the router's indexes, so it can be asked anywhere - and can prove the router wrong. Pure. O(agents).
#pragma once

#include "domain/agent.hpp"
#include "domain/conversation.hpp"
#include "domain/relaxation.hpp"
#include "domain/tenant_config.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace switchboard::domain {

// The tests in the order in which they are made: an agent counts under the first one that it fails.
enum class Test : std::uint8_t {
    passed,
    department,    // does not serve it, at the current step
    kind,          // a person where a bot is wanted, or the other way round
    other_agent,   // it waits for one known agent, for a while
    skill,         // lacks a required skill
    level,         // has them all, one of them at too low a level
    offline,
    away,
    capacity,      // has no room for it
    cooldown,      // declined or missed it a moment ago
};
constexpr std::size_t test_count = 10;
std::string_view to_string(Test test);

struct AgentVerdict {
    AgentId agent;
    Test failed = Test::passed;
    std::string detail;     // "billing 2, needs 4"; "3 of 3 in use"; "lunch"; "for another 12 s"
    unsigned load = 0, capacity = 0;
};

struct ExplanationOfWait {
    Requirement required;                        // at the current step
    std::array<unsigned, test_count> counts{};   // by Test
    std::vector<AgentVerdict> agents;            // the nearest to passing first: those that passed, then by the last test reached; at most `most`
    unsigned step = 0, steps = 0;                // taken, and of the department
    std::optional<Timestamp> next_step;          // when the next one is due
    bool pull = false;                           // agents pick in this department
    bool open = true;                            // by its hours
    std::optional<Timestamp> opens;
    bool nobody_logged_in = false;               // who could ever serve it, at any step
    std::string summary;                         // one or two sentences for a team leader
};

// `agents`: what is known of them, in any order; an agent that is missing counts as offline.
ExplanationOfWait explain(const TenantConfig& config, const Conversation& conversation, const std::vector<Agent>& agents, Timestamp now,
                          std::size_t most = 50);

}  // namespace switchboard::domain
