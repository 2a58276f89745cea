// SPDX-License-Identifier: Apache-2.0
// The pages for people - widget, console, demo shop - and who may frame them. Thread: its shard.
#pragma once

#include "net/http_routes.hpp"

namespace switchboard::net {

// Whether this path belongs to a page; only then may answer_page() be called, with GET or HEAD.
bool is_page(const ShardState& shard, std::string_view path);
// Calls `respond` exactly once, at once or later: the widget's document asks which pages may embed its site.
void answer_page(ShardState& shard, const HttpRequest& request, Respond respond);

// The policy of the widget's document: only our own pages and those of the site may frame it. Pure.
std::string widget_policy(const std::vector<std::string>& origins);

}  // namespace switchboard::net
