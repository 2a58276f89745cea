// SPDX-License-Identifier: Apache-2.0
// Several commands sent together, their answers taken together. Thread: one shard.
#pragma once

#include "redis/caller.hpp"
#include "redis/entities.hpp"

#include <vector>

namespace switchboard::redis {

// What becomes of a reply that will never come, because a key is of another type: the answer is this error, or the reply is empty, as if
// there were no such key, and the log names it.
enum class Unreadable { is_error, is_empty };

// All replies in the order of the commands, or the first error. No commands: an empty answer, at once.
void gather(Caller& caller, std::vector<Words> commands, std::function<void(Result<std::vector<Reply>>)> done,
            Unreadable unreadable = Unreadable::is_error);

// Name, value, name, value ...
Fields fields_of(ReplyView reply);
// The values of HMGET under the names that were asked for, which must live as long as the result.
Fields fields_of(const std::vector<std::string>& names, ReplyView values);
Fields fields_of(std::vector<std::string>&& names, ReplyView values) = delete;

}  // namespace switchboard::redis
