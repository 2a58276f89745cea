// SPDX-License-Identifier: Apache-2.0
// The steps in which a configuration is edited, the same for the command line and for REST. Pure; thread: any.
#pragma once

#include "base/error.hpp"
#include "domain/tenant_config.hpp"

namespace switchboard::domain {

// In the place of the one with its id, or behind the others.
void put_department(TenantConfig& config, Department department);

// With what its agents have to do with it. Errors: not_found; illegal_state: it is open, so that customers may be waiting in it.
Result<void> remove_department(TenantConfig& config, const DepartmentId& id);

// Agents whose password, role or departments differ from those of `before` get a higher generation, so that their older tokens
// end; nobody's generation ever falls.
void raise_generations(const TenantConfig& before, TenantConfig& after);

}  // namespace switchboard::domain
