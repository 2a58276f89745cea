// SPDX-License-Identifier: Apache-2.0
#include "domain/config_check.hpp"
#include "domain/tenant_document.hpp"
#include "runtime/cli_commands.hpp"
#include "runtime/tenant_editor.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>

namespace switchboard::runtime {

namespace {

// What the command line said; lives until the action has run.
struct Given {
    ConfigFlags flags;
    std::string tenant;
    std::string name;
    std::string site;
    std::string file;
    bool replace = false;
};
using GivenPtr = std::shared_ptr<Given>;

Result<std::string> read_all(const std::string& path) {
    std::stringstream content;
    if (path == "-") {
        content << std::cin.rdbuf();
        return content.str();
    }
    std::ifstream input(path, std::ios::binary);
    if (!input) return Error{ErrorCode::invalid_argument, "cannot read " + path + ": " + std::strerror(errno)};
    content << input.rdbuf();
    return content.str();
}

Result<void> list_tenants(TenantEditor& editor) {
    auto tenants = editor.list();
    if (!tenants) return tenants.error();
    std::ranges::sort(*tenants);
    for (const TenantId& tenant : *tenants) std::cout << tenant.value << '\n';
    return {};
}

Result<void> add_tenant(TenantEditor& editor, const Given& given) {
    domain::TenantConfig config;
    config.id = TenantId(given.tenant);
    config.name = given.name.empty() ? given.tenant : given.name;
    config.sites.push_back({given.site.empty() ? given.tenant : given.site, {}, {}});
    const auto saved = editor.save(nullptr, config);
    if (saved) return {};
    if (saved.error().code != ErrorCode::conflict) return saved.error();
    return Error{ErrorCode::conflict, "the tenant or its site key exists already; `switchboard tenant list` shows all tenants"};
}

Result<void> show_tenant(TenantEditor& editor, const Given& given) {
    const auto config = editor.load(TenantId(given.tenant));
    if (!config) return config.error();
    std::cout << "tenant       " << config->id.value << "  " << config->name << "  (version " << config->version << ")\n";
    for (const domain::Site& site : config->sites) {
        std::cout << "site         " << site.key << "  origins:";
        for (const std::string& origin : site.origins) std::cout << ' ' << origin;
        std::cout << (site.origins.empty() ? " our own only" : "") << '\n';
    }
    for (const domain::Department& one : config->departments)
        std::cout << "department   " << one.id.value << "  " << one.name << "  " << one.topics.size() << " topics\n";
    for (const domain::AgentProfile& one : config->agents)
        std::cout << "agent        " << one.login << "  " << one.name << "  " << to_string(one.role) << "  capacity " << one.capacity << '\n';
    return {};
}

Result<void> import_tenant(TenantEditor& editor, const Given& given) {
    const auto text = read_all(given.file);
    if (!text) return text.error();
    Result<domain::TenantConfig> config = domain::parse_document(*text);
    if (!config) return Error{ErrorCode::invalid_argument, given.file + ": " + config.error().message};
    config->version = 0;
    const auto stored = editor.load(config->id);
    if (!stored && stored.error().code != ErrorCode::not_found) return stored.error();
    if (stored && !given.replace)
        return Error{ErrorCode::conflict, "the tenant \"" + config->id.value + "\" exists already: give --replace to overwrite its configuration"};
    if (const auto good = domain::check_document(*config); !good) return Error{ErrorCode::invalid_argument, given.file + ": " + good.error().message};
    if (stored) config->version = stored->version;
    const auto saved = editor.save(stored ? &*stored : nullptr, *config);
    if (!saved) return saved.error();
    std::cout << "tenant " << config->id.value << " is at version " << *saved << '\n';
    return {};
}

int check_tenant(const Given& given) {
    const auto text = read_all(given.file);
    if (!text) return fail(text.error().message);
    const Result<domain::TenantConfig> config = domain::parse_document(*text);
    if (!config) return fail(given.file + ": " + config.error().message);
    if (const auto good = domain::check_document(*config); !good) return fail(given.file + ": " + good.error().message);
    for (const std::string& warning : domain::warnings(*config)) std::cerr << "warning: " << warning << '\n';
    std::cout << given.file << " is good: " << config->departments.size() << " departments, " << config->agents.size() << " agents\n";
    return 0;
}

Result<void> export_tenant(TenantEditor& editor, const Given& given) {
    const auto config = editor.load(TenantId(given.tenant));
    if (!config) return config.error();
    std::cout << domain::to_document(*config) << '\n';
    return {};
}

// A subcommand that works on the store.
CLI::App* add(CLI::App& parent, Action& action, const char* name, const char* description, const GivenPtr& given,
              std::function<Result<void>(TenantEditor&)> work) {
    CLI::App* command = parent.add_subcommand(name, description);
    given->flags = add_config_flags(*command, store_keys);
    command->callback([given, work, &action] { action = [given, work] { return with_editor(given->flags, work); }; });
    return command;
}

}  // namespace

void add_tenant_commands(CLI::App& app, Action& action) {
    CLI::App* parent = app.add_subcommand("tenant", "Look at tenants and change them, on a running server too.");
    parent->require_subcommand(1);

    add(*parent, action, "list", "List the tenants, by id.", std::make_shared<Given>(), list_tenants);

    const auto added = std::make_shared<Given>();
    CLI::App* command = add(*parent, action, "add", "Add an empty tenant.", added, [added](TenantEditor& editor) { return add_tenant(editor, *added); });
    command->add_option("id", added->tenant, "Its id.")->required();
    command->add_option("--name", added->name, "Its name; else the id.");
    command->add_option("--site", added->site, "The public key of its first site; else the id.");

    const auto shown = std::make_shared<Given>();
    command = add(*parent, action, "show", "Summarise a tenant.", shown, [shown](TenantEditor& editor) { return show_tenant(editor, *shown); });
    command->add_option("id", shown->tenant, "Its id.")->required();

    const auto imported = std::make_shared<Given>();
    command = add(*parent, action, "import", "Store a tenant from a JSON document.", imported,
                  [imported](TenantEditor& editor) { return import_tenant(editor, *imported); });
    command->add_option("file", imported->file, "The document; - reads standard input.")->required();
    command->add_flag("--replace", imported->replace, "Overwrite the configuration of a tenant that exists.");

    const auto checked = std::make_shared<Given>();
    command = parent->add_subcommand("check", "Say what is wrong with a JSON document, without storing it.");
    command->add_option("file", checked->file, "The document; - reads standard input.")->required();
    command->callback([checked, &action] { action = [checked] { return check_tenant(*checked); }; });

    const auto exported = std::make_shared<Given>();
    command = add(*parent, action, "export", "Print a tenant as a JSON document, with password hashes and keys.", exported,
                  [exported](TenantEditor& editor) { return export_tenant(editor, *exported); });
    command->add_option("id", exported->tenant, "Its id.")->required();
}

}  // namespace switchboard::runtime
