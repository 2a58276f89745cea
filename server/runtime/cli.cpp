// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli.hpp"

#include "base/log.hpp"
#include "runtime/cli_commands.hpp"
#include "runtime/config_values.hpp"
#include "runtime/serve.hpp"

#include <CLI/CLI.hpp>
#include <sodium.h>

#include <algorithm>
#include <iostream>

namespace switchboard::runtime {

namespace {

// CLI11 may explain over several lines.
std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::string nearest_flag(const CLI::App& app, const std::string& message) {
    const std::size_t dashes = message.find("--");
    if (dashes == std::string::npos) return {};
    const std::string given = message.substr(dashes, message.find_first_of("= ", dashes) - dashes);
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands())
        for (const CLI::Option* option : command->get_options()) names.push_back(option->get_name());
    const auto nearest = nearest_name(given, names);
    return nearest && *nearest != given ? "; did you mean " + *nearest + "?" : "";
}

// CLI11 would only say that a subcommand is missing.
std::optional<std::string> unknown_command(const CLI::App& app, const std::string& given) {
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) names.push_back(command->get_name());
    if (given.starts_with('-') || std::find(names.begin(), names.end(), given) != names.end()) return std::nullopt;
    const auto nearest = nearest_name(given, names);
    return "unknown command " + given + (nearest ? "; did you mean " + *nearest + "?" : "; --help lists the commands");
}

std::string shown_default(const ConfigKey& key) {
    std::string value = format_value(key, Config());
    std::erase(value, '"');
    return value.empty() || value == "[]" ? "" : " [" + value + "]";
}

int complain(const CLI::App& app, const CLI::ParseError& error) {
    return fail(first_line(error.what()) + nearest_flag(app, error.what()) + " (--help explains)", 2);
}

}  // namespace

int fail(const std::string& message, int status) {
    std::cerr << "switchboard: " << message << '\n';
    return status;
}

ConfigFlags add_config_flags(CLI::App& command, const std::vector<std::string>& only) {
    const auto sources = std::make_shared<ConfigSources>();
    command.add_option("--config", sources->file, "Configuration file (TOML); else the one that SWITCHBOARD_CONFIG names.")->option_text("FILE");
    for (const ConfigKey& key : config_keys()) {
        if (!only.empty() && std::find(only.begin(), only.end(), key.name) == only.end()) continue;
        const bool flag = std::holds_alternative<bool Config::*>(key.field);
        const auto take = [sources, &key, flag](const std::string& value) {
            sources->flags.emplace_back(key.name, flag && value.empty() ? "true" : value);
        };
        CLI::Option* option = command.add_option_function<std::string>(flag_name(key), take, key.description + shown_default(key));
        option->group(key.group)->option_text(flag ? "[true|false]" : "VALUE");
        if (flag) option->expected(0, 1);
    }
    return sources;
}

std::optional<LoadedConfig> load_or_complain(const ConfigFlags& flags) {
    ConfigSources sources = *flags;
    sources.environment = config_environment();
    Result<LoadedConfig> loaded = load_config(sources);
    if (!loaded) {
        fail(loaded.error().message);
        return std::nullopt;
    }
    for (const std::string& warning : loaded->warnings) std::cerr << "switchboard: warning: " << warning << '\n';
    return std::move(*loaded);
}

int with_editor(const ConfigFlags& flags, const std::function<Result<void>(TenantEditor&)>& work) {
    const auto loaded = load_or_complain(flags);
    if (!loaded) return 2;
    log::configure(log::Level::error, log::Format::text);
    const auto editor = TenantEditor::open(loaded->values);
    if (!editor) return fail(editor.error().message);
    const Result<void> done = work(**editor);
    return done ? 0 : fail(done.error().message);
}

void add_serve(CLI::App& app, Action& action) {
    CLI::App* command = app.add_subcommand("serve", "Run the server.");
    const ConfigFlags flags = add_config_flags(*command);
    command->callback([flags, &action] {
        action = [flags] {
            const auto loaded = load_or_complain(flags);
            if (!loaded) return 2;
            const Result<void> served = serve(*loaded);
            return served ? 0 : fail(served.error().message);
        };
    });
}

void add_check_config(CLI::App& app, Action& action) {
    CLI::App* command = app.add_subcommand("check-config", "Check the configuration and print every value with its source.");
    const ConfigFlags flags = add_config_flags(*command);
    const auto example = std::make_shared<bool>(false);
    command->add_flag("--example", *example, "Print a documented configuration file with the defaults instead.");
    command->callback([flags, example, &action] {
        action = [flags, example] {
            if (*example) {
                std::cout << example_file();
                return 0;
            }
            const auto loaded = load_or_complain(flags);
            if (!loaded) return 2;
            std::cout << describe(*loaded);
            return 0;
        };
    });
}

int run(int argc, char** argv, const std::vector<ForeignCommand>& foreign) {
    if (sodium_init() < 0) return fail("libsodium cannot be used on this machine");
    CLI::App app("Switchboard: live chat with routing to the right agent.", "switchboard");
    app.require_subcommand(1);
    Action action;
    app.add_subcommand("version", "Print the version.")->callback([&action] {
        action = [] {
            std::cout << "switchboard " SWITCHBOARD_VERSION "\n";
            return 0;
        };
    });
    add_serve(app, action);
    add_check_config(app, action);
    add_tenant_commands(app, action);
    add_agent_commands(app, action);
    add_department_commands(app, action);
    add_explain_commands(app, action);
    add_fsck(app, action);
    add_simulate(app, action);
    for (const ForeignCommand& command : foreign) {
        if (argc > 1 && command.name == argv[1]) return command.run(argc - 1, argv + 1);
        app.add_subcommand(command.name, command.description);
    }
    if (const auto unknown = argc > 1 ? unknown_command(app, argv[1]) : std::nullopt) return fail(*unknown, 2);
    try {
        app.parse(argc, argv);
        return action();
    } catch (const CLI::Success& help) {
        return app.exit(help);
    } catch (const CLI::ParseError& error) {
        return complain(app, error);
    } catch (const std::exception& error) {
        return fail(first_line(error.what()));
    }
}

}  // namespace switchboard::runtime
