// SPDX-License-Identifier: Apache-2.0
// What of a configuration fits its form (domain/tenant_document) and still cannot work. Agents and departments are edited one after the
// other, so some of it is a state that a person must be able to pass through: there it is a warning. Pure; thread: any.
#pragma once

#include "base/error.hpp"
#include "domain/tenant_config.hpp"

#include <string>
#include <vector>

namespace switchboard::domain {

struct ConfigProblem {
    enum class Kind : std::uint8_t {
        wrong,     // contradicts itself or names what is not there
        ladder,    // a step of relaxation that does nothing
        staffing,  // nobody serves it: right as soon as an agent is added
    };
    Kind kind = Kind::wrong;
    DepartmentId department;
    std::string path;  // "departments[billing].steps[1]": elements by their id or name, steps by their number from 0
    std::string reason;

    std::string text() const { return path + ": " + reason; }
};

// All of them, in the order of the departments. Departments that are not open have no problem of staffing.
std::vector<ConfigProblem> problems_of(const TenantConfig& config);

// For a document as a whole, when it is stored as one: none is allowed, but in a tenant without any agents those of staffing.
// Error: invalid_argument with the first one.
Result<void> check_document(const TenantConfig& config);

// For one change: what it did not bring is not held against it. What it brought is refused, but a problem of staffing only when it
// comes from changing a department that had been there: of a new department and of a change of agents it is a warning.
Result<void> check_change(const TenantConfig& before, const TenantConfig& after);

// What is not as it should be in a configuration that was stored, one line each.
std::vector<std::string> warnings(const TenantConfig& config);

}  // namespace switchboard::domain
