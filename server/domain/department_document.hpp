// SPDX-License-Identifier: Apache-2.0
// A department as an object of a tenant's document, for example
//   {"id": "billing", "name": "Billing", "topics": [{"name": "Refund", "skill": "refunds", "level": 3, "boost_s": 60, "urgent": false}],
//    "strategy": "most_skilled", "steps": [{"after_s": 30, "levels": {"refunds": 2, "*": 0}, "departments": ["sales"]}],
//    "limit": {"length": 50, "reopen_length": 40, "wait_s": 600, "reopen_wait_s": 480}, "overflow": ["sales"], "hours": {...}, ...}
// Reading checks the form only: what fits together is for domain/config_check. Pure; thread: any.
#pragma once

#include "base/error.hpp"
#include "domain/document_reader.hpp"
#include "domain/tenant_config.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace switchboard::domain {

// Every field, with its value or its default; of a topic boost_s and urgent only when they are set.
boost::json::object written(const Department& department);
// What is left out has its default: idle_weight that of conversation_weight, the lower marks of a limit four fifths of the upper ones.
Department read_department(const boost::json::value& value, const std::string& path, DocumentProblems& problems);

// One department alone, as text. Error: invalid_argument.
Result<Department> parse_department(std::string_view json);

}  // namespace switchboard::domain
