// SPDX-License-Identifier: Apache-2.0
// How often something failed within the last window, per key; bounded in keys. Not thread-safe: the owner locks.
#pragma once

#include "base/clock.hpp"

#include <deque>
#include <string>
#include <unordered_map>

namespace switchboard::auth {

class FailureWindow {
public:
    FailureWindow(unsigned limit, Duration window, std::size_t tracked) : limit_(limit), window_(window), tracked_(tracked) {}

    // 0: one more may be tried. Otherwise the time until the oldest failure is forgotten.
    Duration blocked_for(const std::string& key, Timestamp now);
    void add(const std::string& key, Timestamp now);
    // Takes back one add() of the same key and time: the attempt succeeded after all.
    void remove(const std::string& key, Timestamp when);
    void forget(const std::string& key) { failures_.erase(key); }

private:
    void make_room(Timestamp now);

    const unsigned limit_;
    const Duration window_;
    const std::size_t tracked_;
    std::unordered_map<std::string, std::deque<Timestamp>> failures_;
};

}  // namespace switchboard::auth
