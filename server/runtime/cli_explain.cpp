// SPDX-License-Identifier: Apache-2.0
// What people ask about a tenant that runs: why a conversation waits, and who changed what.
#include "app/config_admin.hpp"
#include "app/explanations.hpp"
#include "domain/config_changes.hpp"
#include "runtime/cli_commands.hpp"

#include <iomanip>
#include <iostream>

namespace switchboard::runtime {

namespace {

struct Given : TenantFlags {
    std::string conversation;
    std::size_t last = 100;
    bool json = false;
};
using GivenPtr = std::shared_ptr<Given>;

void print(const v1::Explanation& explanation) {
    std::cout << explanation.summary() << '\n';
    if (explanation.has_place() && explanation.place().position() > 0)
        std::cout << "place      " << explanation.place().position() << " of " << explanation.place().waiting() << '\n';
    if (explanation.steps() > 0) std::cout << "ladder     step " << explanation.step() << " of " << explanation.steps() << '\n';
    if (explanation.required_size() > 0) {
        std::cout << "asks for  ";
        for (const auto& skill : explanation.required()) std::cout << ' ' << skill.name() << ':' << skill.level();
        std::cout << '\n';
    }
    if (explanation.agents_size() > 0) std::cout << "agents\n";
    for (const auto& verdict : explanation.agents()) {
        const std::string name = verdict.agent().name().empty() ? verdict.agent().id() : verdict.agent().name();
        std::cout << "  " << std::left << std::setw(24) << name << ' ' << std::setw(12) << verdict.test() << ' ' << verdict.detail() << '\n';
    }
}

Result<void> explain(TenantEditor& editor, const Given& given) {
    const auto explanation = editor.explain(TenantId(given.tenant), ConversationId(given.conversation));
    if (!explanation) return explanation.error();
    if (given.json)
        std::cout << app::explanation_json(*explanation) << '\n';
    else
        print(*explanation);
    return {};
}

Result<void> audit(TenantEditor& editor, const Given& given) {
    const auto entries = editor.audit(TenantId(given.tenant), given.last);
    if (!entries) return entries.error();
    if (given.json) {
        std::cout << app::audit_json(*entries) << '\n';
        return {};
    }
    for (const ports::AuditEntry& entry : *entries) {
        std::cout << app::utc_text(entry.at) << "  version " << entry.version << "  " << entry.edit.who << '\n';
        for (const domain::ConfigChange& change : entry.edit.changes) std::cout << "    " << domain::to_line(change) << '\n';
    }
    return {};
}

CLI::App* add(CLI::App& app, Action& action, const char* name, const char* description, const GivenPtr& given,
              Result<void> (*work)(TenantEditor&, const Given&)) {
    CLI::App* command = add_tenant_command(app, action, name, description, given, work);
    command->add_flag("--json", given->json, "As JSON.");
    return command;
}

}  // namespace

void add_explain_commands(CLI::App& app, Action& action) {
    const auto explained = std::make_shared<Given>();
    CLI::App* command = add(app, action, "explain", "Say why a conversation waits, or where it went and why.", explained, explain);
    command->add_option("conversation", explained->conversation, "Its id.")->required();

    const auto audited = std::make_shared<Given>();
    command = add(app, action, "audit", "Show who changed what in the configuration of a tenant.", audited, audit);
    command->add_option("--last", audited->last, "So many changes at most [100].")->check(CLI::Range(1, 1000));
}

}  // namespace switchboard::runtime
