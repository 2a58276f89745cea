// SPDX-License-Identifier: Apache-2.0
// The figures of simulation/routing_bench for `switchboard bench routing`.
#pragma once

#include <boost/json/object.hpp>

#include <cstddef>

namespace switchboard::runtime {

boost::json::object bench_router(std::size_t agents, std::size_t queued, std::size_t classes);

}  // namespace switchboard::runtime
