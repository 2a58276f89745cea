// SPDX-License-Identifier: Apache-2.0
#include "domain/agent.hpp"

namespace switchboard::domain {

std::string_view to_string(AgentChoice choice) {
    return choice == AgentChoice::available ? "available" : "away";
}

std::optional<AgentChoice> parse_choice(std::string_view text) {
    if (text == "available") return AgentChoice::available;
    if (text == "away") return AgentChoice::away;
    return std::nullopt;
}

}  // namespace switchboard::domain
