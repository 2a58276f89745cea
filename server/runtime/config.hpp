// SPDX-License-Identifier: Apache-2.0
// How the server is configured. One table of keys (config_keys.cpp) gives the file format, the environment variables, the
// flags, `serve --help`, the example file and `check-config`. A flag beats the environment, that the file, that the default.
// Thread: any; values after loading.
#pragma once

#include "app/context.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace switchboard::runtime {

using namespace std::chrono_literals;

using TextList = std::vector<std::string>;

// The members' initial values are the defaults.
struct Config {
    std::string listen = "127.0.0.1";
    std::uint64_t port = 8080;
    TextList trusted_proxies;
    bool cookie_secure = true;

    std::string web_dir;

    std::string data_dir = "switchboard-data";
    std::string redis_url;
    std::string durability = "fsync";
    std::string ack_replicas = "all";
    Duration replica_degrade_after = 0s;
    Duration closed_keep = 1h;
    Duration journal_keep = 7 * 24h;
    std::uint64_t journal_bytes = 512 << 20;
    std::string token_secret_file;

    std::uint64_t threads = 0;
    std::uint64_t workers = 4;
    Duration drain = 28s;
    std::string log_level = "info";
    std::string log_format = "text";
    bool demo = false;

    Duration heartbeat = Duration(app::SessionLimits{}.heartbeat_ms);
    Duration hello_timeout = Duration(app::SessionLimits{}.hello_ms);
    std::uint64_t text_bytes = app::SessionLimits{}.text_bytes;
    std::uint64_t customer_frame_bytes = app::SessionLimits{}.customer_frame_bytes;
    std::uint64_t agent_frame_bytes = app::SessionLimits{}.agent_frame_bytes;
    std::uint64_t customer_outbox_bytes = app::SessionLimits{}.customer_outbox_bytes;
    std::uint64_t agent_outbox_bytes = app::SessionLimits{}.agent_outbox_bytes;
    std::uint64_t customer_commands_per_second = app::SessionLimits{}.customer_commands_per_second;
    std::uint64_t customer_command_burst = app::SessionLimits{}.customer_command_burst;
    std::uint64_t customer_commands_per_minute = 100;
    std::uint64_t agent_commands_per_second = app::SessionLimits{}.agent_commands_per_second;
    std::uint64_t sessions_per_visitor = app::SessionLimits{}.sessions_per_visitor;
    std::uint64_t sessions_per_agent = app::SessionLimits{}.sessions_per_agent;
    std::uint64_t new_visitors_per_minute = app::SessionLimits{}.new_visitors_per_minute_per_address;
    std::uint64_t connections = 0;
    std::uint64_t connections_per_address = 20;
    std::uint64_t handshakes_per_second = 2000;
    std::uint64_t handshakes_per_second_per_address = 10;
};

// One line of the table.
struct ConfigKey {
    using Field = std::variant<std::string Config::*, std::uint64_t Config::*, bool Config::*, Duration Config::*, TextList Config::*>;
    // What is wrong with a value that has the right type, or empty.
    using Check = std::string (*)(const std::string& text);

    const char* group;
    const char* name;
    Field field;
    const char* description;
    std::int64_t least = 0;  // of numbers, and of durations in milliseconds
    std::int64_t most = 0;
    std::vector<std::string> choices = {};
    Check check = nullptr;   // of texts, and of each entry of a list
    bool secret = false;
};

const std::vector<ConfigKey>& config_keys();
std::string environment_name(const ConfigKey& key);  // SWITCHBOARD_<KEY>
std::string flag_name(const ConfigKey& key);         // --key-with-dashes
// What may be written, in words: "a number from 0 to 65535".
std::string expectation(const ConfigKey& key);
std::string format_value(const ConfigKey& key, const Config& config);

using NamedValues = std::vector<std::pair<std::string, std::string>>;

struct ConfigSources {
    std::string file;         // empty: none
    NamedValues environment;  // variables that begin with SWITCHBOARD_
    NamedValues flags;        // key and value
};

struct LoadedConfig {
    Config values;
    std::map<std::string, std::string> origins;  // key -> "FILE:LINE", "environment SWITCHBOARD_...", "--flag"; absent: default
    std::vector<std::string> warnings;

    bool is_default(const std::string& key) const { return !origins.contains(key); }
};

// invalid_argument: one line that names the place (file and line, variable or flag), the key and what is expected.
Result<LoadedConfig> load_config(const ConfigSources& sources);

// SWITCHBOARD_* of this process.
NamedValues config_environment();

std::string describe(const LoadedConfig& loaded);  // every value and where it comes from; secrets hidden
std::string example_file();

}  // namespace switchboard::runtime
