// SPDX-License-Identifier: Apache-2.0
// How the commands of the command line are built: each adds itself to the CLI11 application and leaves what is to be done.
// Internal to runtime's cli files.
#pragma once

#include "runtime/config.hpp"
#include "runtime/tenant_editor.hpp"

#include <CLI/App.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace switchboard::runtime {

// Prints the line and gives the exit status.
int fail(const std::string& message, int status = 1);

// What was given as flags; filled while the command line is parsed.
using ConfigFlags = std::shared_ptr<ConfigSources>;
// Adds --config and a flag for each key; with `only`, for these keys.
ConfigFlags add_config_flags(CLI::App& command, const std::vector<std::string>& only = {});
// Where a tenant's documents are, and when a change to them counts as made.
inline const std::vector<std::string> store_keys = {"data_dir", "redis_url", "durability", "ack_replicas", "replica_degrade_after"};
// The configuration, or nothing after it was told what is wrong: exit with 2.
std::optional<LoadedConfig> load_or_complain(const ConfigFlags& flags);

// Runs work on the tenants of the Redis that the configuration names; tells what fails.
int with_editor(const ConfigFlags& flags, const std::function<Result<void>(TenantEditor&)>& work);

// The chosen command; its result is the exit status.
using Action = std::function<int()>;

// What every command on one tenant is given.
struct TenantFlags {
    ConfigFlags flags;
    std::string tenant = "default";
};
// Adds a command that works on a tenant; the rest of Given, which is a TenantFlags, is for the caller to add.
template <class Given>
CLI::App* add_tenant_command(CLI::App& parent, Action& action, const char* name, const char* description, const std::shared_ptr<Given>& given,
                             Result<void> (*work)(TenantEditor&, const Given&)) {
    CLI::App* command = parent.add_subcommand(name, description);
    given->flags = add_config_flags(*command, store_keys);
    command->add_option("--tenant", given->tenant, "The tenant [default].");
    command->callback([given, work, &action] {
        action = [given, work] { return with_editor(given->flags, [given, work](TenantEditor& editor) { return work(editor, *given); }); };
    });
    return command;
}

// Changes a tenant's configuration, prints what has changed, and on standard error what now is not as it should be.
Result<void> modify_and_tell(TenantEditor& editor, const TenantId& tenant, const std::function<Result<void>(domain::TenantConfig&)>& change);

void add_serve(CLI::App& app, Action& action);
void add_check_config(CLI::App& app, Action& action);
void add_tenant_commands(CLI::App& app, Action& action);
void add_agent_commands(CLI::App& app, Action& action);
void add_department_commands(CLI::App& app, Action& action);
void add_fsck(CLI::App& app, Action& action);
void add_explain_commands(CLI::App& app, Action& action);
void add_simulate(CLI::App& app, Action& action);
// Repeats a routing journal and reports; 1 when a decision differs.
int repeat_journal(const std::string& path, bool as_json);

}  // namespace switchboard::runtime
