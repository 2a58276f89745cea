// SPDX-License-Identifier: Apache-2.0
// The Lua scripts inside the program: name, text and SHA1. Thread: any, read only after start.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace switchboard::redis {

struct ScriptSource {
    std::string_view name;  // of the file, without .lua
    std::string_view text;  // the prelude and the script
};

// Generated at build time from lua/*.lua.
const std::vector<ScriptSource>& script_sources();

struct Script {
    std::string_view name;
    std::string_view text;
    std::string sha;  // 40 hexadecimal digits
};

// Throws for a name that does not exist: a defect.
const Script& script(std::string_view name);

}  // namespace switchboard::redis
