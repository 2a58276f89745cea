// SPDX-License-Identifier: Apache-2.0
// Chance that is the same at every run: everything is drawn from an explicit seed. The distributions are our own, because those of
// the standard library differ from one library to the next. Thread: one.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>

namespace switchboard::simulation {

class Random {
public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}

    // In (0, 1).
    double uniform() { return (static_cast<double>(engine_() >> 11) + 0.5) * 0x1.0p-53; }
    double exponential(double mean) { return -mean * std::log(uniform()); }
    // In [0, limit); limit > 0.
    std::size_t below(std::size_t limit) { return static_cast<std::size_t>(uniform() * static_cast<double>(limit)); }

private:
    std::mt19937_64 engine_;
};

}  // namespace switchboard::simulation
