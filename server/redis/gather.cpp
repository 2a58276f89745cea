// SPDX-License-Identifier: Apache-2.0
#include "redis/gather.hpp"

#include "base/log.hpp"
#include "redis/redis_error.hpp"

#include <memory>
#include <optional>

namespace switchboard::redis {

void gather(Caller& caller, std::vector<Words> commands, std::function<void(Result<std::vector<Reply>>)> done, Unreadable unreadable) {
    struct State {
        std::vector<Words> commands;
        std::vector<Reply> replies;
        std::size_t missing;
        std::optional<Error> error;
        std::function<void(Result<std::vector<Reply>>)> done;
    };
    if (commands.empty()) return done(std::vector<Reply>());
    const std::size_t count = commands.size();
    const auto state = std::make_shared<State>(State{std::move(commands), std::vector<Reply>(count), count, std::nullopt, std::move(done)});
    for (std::size_t i = 0; i < count; ++i) {
        caller.command(state->commands[i], [state, i, unreadable](Result<Reply> reply) {
            if (reply)
                state->replies[i] = std::move(*reply);
            else if (unreadable == Unreadable::is_empty && classify_error(reply.error().message) == RedisErrorKind::wrongtype)
                log::error("store.unreadable", {{"key", state->commands[i].at(1)}, {"error", reply.error().message}});
            else if (!state->error)
                state->error = reply.error();
            if (--state->missing > 0) return;
            if (state->error) return state->done(*state->error);
            state->done(std::move(state->replies));
        });
    }
}

Fields fields_of(ReplyView reply) {
    Fields fields;
    for (std::size_t i = 0; i + 1 < reply.size(); i += 2) fields.add(reply[i].text(), reply[i + 1].text());
    return fields;
}

Fields fields_of(const std::vector<std::string>& names, ReplyView values) {
    Fields fields;
    for (std::size_t i = 0; i < names.size() && i < values.size(); ++i) fields.add(names[i], values[i].text());
    return fields;
}

}  // namespace switchboard::redis
