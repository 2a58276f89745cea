// SPDX-License-Identifier: Apache-2.0
// Values of configuration keys as text: reading, checking, writing. Pure.
#pragma once

#include "runtime/config.hpp"

#include <optional>

namespace switchboard::runtime {

// Stores the value. Otherwise what is wrong with it: "must be a number from 0 to 65535, not \"x\"".
std::optional<std::string> set_value(const ConfigKey& key, Config& config, const std::string& text);

// "250ms", "20s", "15m", "1h", "30d"; nullopt for anything else.
std::optional<Duration> parse_duration(std::string_view text);
std::string format_duration(Duration duration);

// The name that is most like `name`, when one is like it at all.
std::optional<std::string> nearest_name(std::string_view name, const std::vector<std::string>& names);

}  // namespace switchboard::runtime
