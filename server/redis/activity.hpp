// SPDX-License-Identifier: Apache-2.0
// When both sides of a conversation wrote last, from the end of its log. Pure.
#pragma once

#include "domain/routing.hpp"

#include <string_view>
#include <vector>

namespace switchboard::redis {

// How much of the log is looked at; a message that is further back counts as none.
constexpr std::size_t activity_entries = 100;

// `newest_first`: encoded events of one log. Which conversation and assignment they belong to is for the caller to fill in.
domain::Activity activity_from(const std::vector<std::string_view>& newest_first);

}  // namespace switchboard::redis
