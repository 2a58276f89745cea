// SPDX-License-Identifier: Apache-2.0
// How the stores of one shard talk to Redis: scripts by name, commands by words, and the words of the scripts' answers as
// errors of the product. Thread: that shard.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "redis/connection.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace switchboard::redis {

using Words = std::vector<std::string>;
using ReplyCallback = std::function<void(Result<Reply>)>;

// May it be sent again when the connection was lost before the answer came?
enum class Repeat { harmless, never };

class Caller {
public:
    explicit Caller(Connection& connection) : connection_(connection) {}

    void script(std::string_view name, const Words& keys, const Words& arguments, ReplyCallback done, Repeat repeat = Repeat::harmless);
    // `blocks`: how long Redis itself may take over it (BLOCK), on top of the deadline.
    void command(const Words& words, ReplyCallback done, Repeat repeat = Repeat::harmless, Duration blocks = Duration{0});

    // Scripts that answer {'ok', ...} or {error word}: success or the error.
    void verb(std::string_view name, const Words& keys, const Words& arguments, Callback<void> done, Repeat repeat = Repeat::harmless);
    // Scripts that answer {'ok'} or {'no'}.
    void decision(std::string_view name, const Words& keys, const Words& arguments, Callback<bool> done);
    // Changes nothing; answers when all that Redis holds by now is as durable as the answer to a script is.
    void confirm(Callback<void> done);

private:
    Connection& connection_;
};

// An error word of a script as an Error.
Error error_from_word(std::string_view word);
// The first element of an array reply, or the reply itself.
std::string_view word_of(const Reply& reply);

}  // namespace switchboard::redis
