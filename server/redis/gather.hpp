// SPDX-License-Identifier: Apache-2.0
// Several commands sent together, their answers taken together. Thread: one shard.
#pragma once

#include "redis/caller.hpp"
#include "redis/entities.hpp"

#include <vector>

namespace switchboard::redis {

// All replies in the order of the commands, or the first error. No commands: an empty answer, at once.
void gather(Caller& caller, std::vector<Words> commands, std::function<void(Result<std::vector<Reply>>)> done);

// Name, value, name, value ...
Fields fields_of(ReplyView reply);
// The values of HMGET under the names that were asked for, which must live as long as the result.
Fields fields_of(const std::vector<std::string>& names, ReplyView values);
Fields fields_of(std::vector<std::string>&& names, ReplyView values) = delete;

}  // namespace switchboard::redis
