// SPDX-License-Identifier: Apache-2.0
// Compares the router's memory with what the store holds. A change may be on its way, so only what is behind in two successive rounds,
// unmoved in between, is mended. Pure. Thread: its shard.
#pragma once

#include "domain/routing.hpp"
#include "ports/routing_store.hpp"

#include <string>
#include <unordered_map>
#include <vector>

namespace switchboard::app {

class Reconciler {
public:
    // What must be fed to the router; empty when all is well.
    std::vector<domain::Input> compare(const domain::Router& router, const ports::RoutingSnapshot& stored);
    void clear() { suspects_.clear(); }

private:
    std::unordered_map<std::string, std::uint64_t> suspects_;  // what was behind in the last round, and its version in memory
};

}  // namespace switchboard::app
