// SPDX-License-Identifier: Apache-2.0
// What a change of a configuration changed, for the audit. Pure; thread: any.
#pragma once

#include "domain/tenant_config.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace switchboard::domain {

// One place of the document. Values are JSON; of a long one the beginning and "...". Never a password hash or a key: there the values
// are "(secret)". Unset: it was not there, or is not there any more.
struct ConfigChange {
    std::string path;  // "departments[billing].steps", "agents[ann].skills.refunds"; elements of lists by their id or name
    std::optional<std::string> before, after;

    bool operator==(const ConfigChange&) const = default;
};

// In the order of the document, at most 200; one more without values then says how many were left out. Version and generations are not told.
// `before` null: the tenant is new, which is one change without a path.
std::vector<ConfigChange> changes_between(const TenantConfig* before, const TenantConfig& after);

// "steps: [] -> [{...}]": one line for people.
std::string to_line(const ConfigChange& change);

// As stored and told: [{"path", "before", "after"}].
std::string to_json(const std::vector<ConfigChange>& changes);
// What cannot be read is left out.
std::vector<ConfigChange> changes_from_json(std::string_view json);

}  // namespace switchboard::domain
