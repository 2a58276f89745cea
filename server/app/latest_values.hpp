// SPDX-License-Identifier: Apache-2.0
// The pace of a session's latest values: per conversation one typing signal per 3 s and one advance of horizons per second, the newest
// value always goes out in the end. Pure: the time is an argument. Thread: its shard.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace switchboard::app {

class LatestValues {
public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::milliseconds typing_pace{3000};
    static constexpr std::chrono::milliseconds horizon_pace{1000};

    struct Horizons {
        std::uint64_t delivered = 0;
        std::uint64_t read = 0;
    };
    struct Due {
        std::string conversation;
        std::optional<bool> typing;
        std::optional<Horizons> horizons;
    };

    void set_typing(const std::string& conversation, bool typing) { entries_[conversation].typing = typing; }
    void advance(const std::string& conversation, Horizons horizons);
    // What may go out now.
    std::vector<Due> take(Time now);
    // When something will be due; nullopt: nothing waits.
    std::optional<Time> next() const;

private:
    struct Entry {
        std::optional<bool> typing;
        std::optional<Horizons> horizons;
        Time typing_from{};  // when the next one may go out
        Time horizons_from{};
    };
    std::map<std::string, Entry> entries_;
};

}  // namespace switchboard::app
