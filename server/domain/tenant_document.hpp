// SPDX-License-Identifier: Apache-2.0
// A tenant's configuration as one JSON document: what Redis stores and what a seed file holds. Reading is strict: unknown keys,
// duplicates, dangling references and values out of bounds are refused, and the error names the place, for example
// "departments[2].topics[0].level: must be 1 to 5". Durations are seconds (`offer_timeout_s`), fractions down to a millisecond.
// Pure; thread: any.
#pragma once

#include "base/error.hpp"
#include "domain/tenant_config.hpp"

#include <string>
#include <string_view>

namespace switchboard::domain {

// Complete: parse_document() of it gives an equal value. Holds password hashes and keys: never to be logged.
std::string to_document(const TenantConfig& config);

// What the document leaves out has the default of the struct. The result is indexed. Error: invalid_argument.
Result<TenantConfig> parse_document(std::string_view json);

// The same checks for a value that was built or changed in memory, before it is saved.
Result<void> validate(const TenantConfig& config);

}  // namespace switchboard::domain
