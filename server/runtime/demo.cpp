// SPDX-License-Identifier: Apache-2.0
#include "runtime/demo.hpp"

#include "auth/passwords.hpp"
#include "domain/tenant_document.hpp"

#include <filesystem>

namespace switchboard::runtime {

namespace {

// How to call this very program from where the person stands.
std::string program_name() {
    std::error_code failure;
    const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", failure);
    if (failure) return "switchboard";
    const std::filesystem::path here = program.lexically_relative(std::filesystem::current_path(failure));
    return here.empty() || here.native().starts_with("..") ? program.string() : here.string();
}

}  // namespace

Result<void> seed_demo(TenantEditor& editor) {
    Result<domain::TenantConfig> config = domain::parse_document(demo_document());
    if (!config) return config.error();
    const auto stored = editor.load(config->id);
    if (stored) return {};
    if (stored.error().code != ErrorCode::not_found) return stored.error();
    const std::string hash = auth::hash_password(std::string(demo_password));
    for (domain::AgentProfile& agent : config->agents) agent.password_hash = hash;
    const auto saved = editor.save(nullptr, *config);
    // A second node may have been faster: then it is there, which is all that is wanted.
    if (!saved && saved.error().code != ErrorCode::conflict) return saved.error();
    return {};
}

std::string demo_greeting(const std::string& address, std::uint16_t port, bool pages) {
    const Result<domain::TenantConfig> config = domain::parse_document(demo_document());
    if (!config) return {};
    const std::string place = address + ':' + std::to_string(port);
    std::string text = "\nThe demo is ready. Site key: " + config->sites.front().key + '\n';
    if (pages) text += "  shop      http://" + place + "/demo/\n  console   http://" + place + "/console/\n";
    text += "  health    http://" + place + "/readyz\n  metrics   http://" + place + "/metrics\n  sockets   ws://" + place + "/v1/ws\n";
    const std::string chat = "\n  " + program_name() + " chat --url ws://" + place;
    text += "Try it in two terminals:" + chat + " --as customer" + chat + " --as agent --login anna\n";
    text += "Logins, all with the password \"" + std::string(demo_password) + "\":\n ";
    for (const domain::AgentProfile& agent : config->agents) {
        text += ' ' + agent.login;
        if (agent.role != domain::Role::agent) text += " (" + std::string(to_string(agent.role)) + ')';
    }
    return text + "\n\n";
}

}  // namespace switchboard::runtime
