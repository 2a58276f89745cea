// SPDX-License-Identifier: Apache-2.0
// REST for admins, with the agent's access token as Bearer; ?tenant=ID or ?site=KEY names the tenant, else it is `default`:
//   GET    /v1/departments
//   GET    /v1/departments/ID   the version of the configuration as ETag
//   PUT    /v1/departments/ID   adds or replaces; If-Match: "VERSION" makes it 412 when somebody else was faster
//   DELETE /v1/departments/ID   likewise; only when it is not open
//   GET    /v1/audit?last=N     at most 1000, else 100
//   GET    /v1/conversations/ID/explain   for supervisors too: the message Explanation as JSON
// Thread: its shard.
#pragma once

#include "net/http_routes.hpp"

namespace switchboard::net {

// Whether this path belongs here; only then may answer_config() be called.
bool is_config_path(const ShardState& shard, std::string_view path);
// Calls `respond` exactly once, at once or later. The request is not needed after the return.
void answer_config(ShardState& shard, const HttpRequest& request, Respond respond);

}  // namespace switchboard::net
