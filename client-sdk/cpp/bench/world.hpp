// SPDX-License-Identifier: Apache-2.0
// The tenant that a bench runs in: departments, topics and skills, agents who share them, and the keys by which agents and
// customers sign in without a password. Pure.
#pragma once

#include "switchboard_client/token.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace switchboard::client {

struct BenchAgent {
    std::string id;  // also the login
    std::string department;
    std::set<std::string> skills;
    unsigned capacity = 1;
};

struct BenchDepartment {
    std::string id;
    std::map<std::string, std::string> topics;  // topic -> skill
};

struct World {
    std::string site = "bench";
    std::vector<BenchDepartment> departments;
    std::vector<BenchAgent> agents;
    JwtSigner key{"bench", "switchboard-bench-secret-for-private-servers-only", "switchboard-bench", "switchboard"};
    double agent_grace_s = 60;
    double abandon_after_s = 60;
    double offer_time_s = 20;

    const BenchDepartment* department(const std::string& id) const;
    const BenchAgent* agent(const std::string& id) const;
    // What `switchboard tenant` seeds.
    std::string document() const;
};

// One department without topics, `agents` agents with room for one conversation each.
World pairs_world(std::size_t agents);

// The departments of a JSON file {"departments": {"name": ["topic", ...]}}; `room` units of capacity for each agent. Every topic
// is a skill that exactly two of the department's three agents have. Throws std::runtime_error for a file that is not so.
World retail_world(const std::string& departments_json, unsigned room);

}  // namespace switchboard::client
