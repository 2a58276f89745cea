// SPDX-License-Identifier: Apache-2.0
// Which department takes a new conversation: the one that was asked for, or one that stands in for it. Pure.
#pragma once

#include "domain/tenant_config.hpp"

#include <functional>

namespace switchboard::domain {

// The department itself when it is open, its hours take conversations and it is not full; else the first of its overflow that does,
// then of their overflow, and so on; each is asked once. Null: none does, or there is no such department.
// `full`: the queue's limit is reached; without it no department is.
const Department* taking(const TenantConfig& config, const DepartmentId& department, Timestamp now,
                         const std::function<bool(const Department&)>& full = {});

// What is asked for in the department that stands in: skills that nobody there has at that level are not.
Requirement carried_over(const Requirement& requirement, const DepartmentId& to, const TenantConfig& config);

}  // namespace switchboard::domain
