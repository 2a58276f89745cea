// SPDX-License-Identifier: Apache-2.0
#include "domain/config_changes.hpp"
#include "domain/config_check.hpp"
#include "runtime/cli_commands.hpp"

#include <iostream>

namespace switchboard::runtime {

Result<void> modify_and_tell(TenantEditor& editor, const TenantId& tenant, const std::function<Result<void>(domain::TenantConfig&)>& change) {
    domain::TenantConfig before, after;
    const auto saved = editor.modify(tenant, [&](domain::TenantConfig& config) -> Result<void> {
        before = config;
        if (const auto done = change(config); !done) return done;
        after = config;
        return {};
    });
    if (!saved) return saved.error();
    const auto changes = domain::changes_between(&before, after);
    for (const domain::ConfigChange& each : changes) std::cout << domain::to_line(each) << '\n';
    if (changes.empty()) std::cout << "nothing changes\n";
    for (const std::string& warning : domain::warnings(after)) std::cerr << "warning: " << warning << '\n';
    return {};
}

}  // namespace switchboard::runtime
