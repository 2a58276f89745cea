// SPDX-License-Identifier: Apache-2.0
#include "runtime/config.hpp"

#include "runtime/config_file.hpp"
#include "runtime/config_values.hpp"

#include <algorithm>
#include <cctype>
#include <unistd.h>

namespace switchboard::runtime {

namespace {

constexpr std::string_view prefix = "SWITCHBOARD_";
constexpr std::string_view file_variable = "SWITCHBOARD_CONFIG";

const ConfigKey* find_key(std::string_view name) {
    const auto found = std::find_if(config_keys().begin(), config_keys().end(), [&](const ConfigKey& key) { return key.name == name; });
    return found == config_keys().end() ? nullptr : &*found;
}

std::string suggestion(std::string_view name, std::string (*spell)(const ConfigKey&)) {
    std::vector<std::string> names;
    for (const ConfigKey& key : config_keys()) names.push_back(spell(key));
    const auto nearest = nearest_name(name, names);
    return nearest ? "; did you mean " + *nearest + "?" : "; `switchboard check-config --example` shows all keys";
}

std::string file_name(const ConfigKey& key) { return key.name; }

Error invalid(std::string message) { return Error{ErrorCode::invalid_argument, std::move(message)}; }

// One value of any source; `place` begins the error.
Result<void> take(LoadedConfig& loaded, const ConfigKey& key, const std::string& value, const std::string& place, const std::string& origin) {
    if (const auto complaint = set_value(key, loaded.values, value)) return invalid(place + ": " + *complaint);
    loaded.origins[key.name] = origin;
    return {};
}

Result<void> take_file(LoadedConfig& loaded, const std::string& path) {
    const Result<std::vector<FileEntry>> entries = read_config_file(path);
    if (!entries) return entries.error();
    for (const FileEntry& entry : *entries) {
        const std::string place = path + ':' + std::to_string(entry.line);
        const ConfigKey* key = find_key(entry.key);
        if (key == nullptr) return invalid(place + ": unknown key " + entry.key + suggestion(entry.key, file_name));
        const Result<std::string> text = text_of(*key, entry);
        if (!text) return invalid(place + ": " + entry.key + ": " + text.error().message);
        const Result<void> taken = take(loaded, *key, *text, place + ": " + entry.key, place);
        if (!taken) return taken;
    }
    return {};
}

Result<void> take_environment(LoadedConfig& loaded, const NamedValues& variables) {
    for (const auto& [name, value] : variables) {
        if (name == file_variable) continue;
        const auto key = std::find_if(config_keys().begin(), config_keys().end(),
                                      [&, wanted = &name](const ConfigKey& one) { return environment_name(one) == *wanted; });
        if (key == config_keys().end()) {
            // Only a warning: platforms put variables of their own beside ours.
            loaded.warnings.push_back("environment " + name + " is no key" + suggestion(name, environment_name));
            continue;
        }
        const Result<void> taken = take(loaded, *key, value, "environment " + name, "environment " + name);
        if (!taken) return taken;
    }
    return {};
}

Result<void> take_flags(LoadedConfig& loaded, const NamedValues& flags) {
    for (const auto& [name, value] : flags) {
        const ConfigKey* key = find_key(name);
        if (key == nullptr) return invalid("unknown flag --" + name + suggestion("--" + name, flag_name));
        const Result<void> taken = take(loaded, *key, value, flag_name(*key), flag_name(*key));
        if (!taken) return taken;
    }
    return {};
}

}  // namespace

std::string environment_name(const ConfigKey& key) {
    std::string name(prefix);
    for (const char c : std::string_view(key.name)) name += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return name;
}

std::string flag_name(const ConfigKey& key) {
    std::string name = "--" + std::string(key.name);
    std::replace(name.begin(), name.end(), '_', '-');
    return name;
}

NamedValues config_environment() {
    NamedValues found;
    for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
        const std::string_view text = *variable;
        const std::size_t equals = text.find('=');
        if (!text.starts_with(prefix) || equals == std::string_view::npos) continue;
        found.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
    std::sort(found.begin(), found.end());
    return found;
}

Result<LoadedConfig> load_config(const ConfigSources& sources) {
    std::string path = sources.file;
    for (const auto& [name, value] : sources.environment)
        if (path.empty() && name == file_variable) path = value;

    LoadedConfig loaded;
    if (!path.empty()) {
        const Result<void> taken = take_file(loaded, path);
        if (!taken) return taken.error();
    }
    const Result<void> environment = take_environment(loaded, sources.environment);
    if (!environment) return environment.error();
    const Result<void> flags = take_flags(loaded, sources.flags);
    if (!flags) return flags.error();
    if (loaded.values.demo && loaded.is_default("cookie_secure")) loaded.values.cookie_secure = false;
    return loaded;
}

std::string describe(const LoadedConfig& loaded) {
    std::string text;
    for (const ConfigKey& key : config_keys()) {
        const auto origin = loaded.origins.find(key.name);
        const bool hidden = key.secret && origin != loaded.origins.end();
        std::string line = std::string(key.name) + " = " + (hidden ? "(hidden)" : format_value(key, loaded.values));
        line.resize(std::max<std::size_t>(line.size() + 2, 48), ' ');
        text += line + "# " + (origin == loaded.origins.end() ? "default" : origin->second) + '\n';
    }
    return text;
}

std::string example_file() {
    std::string text =
        "# Configuration of `switchboard serve`, made by `switchboard check-config --example`. Every key may also be given as an\n"
        "# environment variable (SWITCHBOARD_PORT) or as a flag (--port); a flag beats the environment, that beats this file.\n";
    const Config defaults;
    const char* group = "";
    for (const ConfigKey& key : config_keys()) {
        if (key.group != std::string_view(group)) text += "\n# ==== " + std::string(group = key.group) + '\n';
        text += "\n# " + std::string(key.description) + '\n';
        text += "# Value: " + expectation(key) + ".\n";
        text += "#" + std::string(key.name) + " = " + format_value(key, defaults) + '\n';
    }
    return text;
}

}  // namespace switchboard::runtime
