// SPDX-License-Identifier: Apache-2.0
// From what a client asks for (department, topic, skills) to the routing class that it means. Pure. Thread: any.
#pragma once

#include "base/error.hpp"
#include "domain/conversation.hpp"
#include "domain/tenant_config.hpp"
#include "switchboard/v1/model.pb.h"

#include <google/protobuf/repeated_ptr_field.h>

namespace switchboard::app {

// Errors: invalid_argument naming the field, too_large.
Result<domain::Requirement> requirement_of(const domain::TenantConfig& config, const domain::Department& department, const std::string& topic,
                                           const google::protobuf::RepeatedPtrField<v1::Skill>& skills);

// Wishes, the most important one first, at most 4; a skill named twice counts once. The same errors.
Result<std::vector<domain::SkillRequirement>> preferred_of(const domain::TenantConfig& config,
                                                           const google::protobuf::RepeatedPtrField<v1::Skill>& skills);

}  // namespace switchboard::app
