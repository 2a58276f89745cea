// SPDX-License-Identifier: Apache-2.0
// The demo tenant: put into an empty store by `serve --demo`, with one password for all, and told on standard output.
// Blocks; main thread, before the server listens.
#pragma once

#include "base/error.hpp"
#include "runtime/tenant_editor.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace switchboard::runtime {

inline constexpr std::string_view demo_password = "demo";

// deploy/demo/tenant.json, as it was at build time.
std::string_view demo_document();

// Does nothing when its tenant exists.
Result<void> seed_demo(TenantEditor& editor);

// The addresses and logins, for the person who started it. `pages`: there are some to open.
std::string demo_greeting(const std::string& address, std::uint16_t port, bool pages);

}  // namespace switchboard::runtime
