// SPDX-License-Identifier: Apache-2.0
#include "redis/gather.hpp"

#include <memory>
#include <optional>

namespace switchboard::redis {

namespace {

// Which of them it was: a key of another type has to be found by a person.
Error told_with(const Words& command, Error error) {
    if (error.code == ErrorCode::internal && command.size() > 1) error.message = command[0] + ' ' + command[1] + ": " + error.message;
    return error;
}

}  // namespace

void gather(Caller& caller, std::vector<Words> commands, std::function<void(Result<std::vector<Reply>>)> done) {
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
        caller.command(state->commands[i], [state, i](Result<Reply> reply) {
            if (reply)
                state->replies[i] = std::move(*reply);
            else if (!state->error)
                state->error = told_with(state->commands[i], reply.error());
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
