// SPDX-License-Identifier: Apache-2.0
// Runs the loop until a condition holds; false when it does not hold in time. Instead of sleeping in tests.
#pragma once

#include <boost/asio/io_context.hpp>

#include <chrono>

namespace switchboard::test {

template <class Condition>
bool run_until(boost::asio::io_context& loop, Condition condition, std::chrono::milliseconds timeout = std::chrono::seconds(10)) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= deadline) return false;
        if (loop.stopped()) loop.restart();
        loop.run_one_for(std::chrono::milliseconds(20));
    }
    return true;
}

}  // namespace switchboard::test
