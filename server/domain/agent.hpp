// SPDX-License-Identifier: Apache-2.0
// An agent as routing sees it at this moment. What does not change from minute to minute is in TenantConfig. Pure values.
#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace switchboard::domain {

// What the agent chose. Offline is not chosen: it follows from having no session.
enum class AgentChoice : std::uint8_t { available, away };

std::string_view to_string(AgentChoice choice);
std::optional<AgentChoice> parse_choice(std::string_view text);

struct Agent {
    AgentId id;
    std::uint64_t version = 0;
    AgentChoice choice = AgentChoice::away;
    std::string reason;                       // of being away
    unsigned load = 0;                        // conversation units offered, active or in wrap-up
    Timestamp idle_since{};                   // when its last conversation was accepted or ended, or when it signed in
    Timestamp asked_at{};                     // when its last offer was made
    std::optional<Timestamp> offline_since;   // no session lives since then
    unsigned misses = 0;                      // offers not answered in a row

    bool online() const { return !offline_since.has_value(); }
};

}  // namespace switchboard::domain
