// SPDX-License-Identifier: Apache-2.0
#include "redis/caller.hpp"

#include "redis/redis_error.hpp"
#include "redis/scripts.hpp"

#include <algorithm>

namespace switchboard::redis {

namespace {

std::vector<std::string_view> views(const Words& words) { return {words.begin(), words.end()}; }

// What nobody has to find again after a fail-over.
constexpr std::string_view fleeting[] = {"latest_publish", "horizons_advance", "node_renew"};

RequestOptions options(Repeat repeat, Duration extra) {
    RequestOptions made;
    made.deadline += extra;
    made.resendable = repeat == Repeat::harmless;
    return made;
}

}  // namespace

void Caller::script(std::string_view name, const Words& keys, const Words& arguments, ReplyCallback done, Repeat repeat) {
    RequestOptions request = options(repeat, Duration{0});
    request.commits = std::ranges::find(fleeting, name) == std::end(fleeting);
    connection_.execute_script(redis::script(name), views(keys), views(arguments), request, std::move(done));
}

void Caller::command(const Words& words, ReplyCallback done, Repeat repeat, Duration blocks) {
    connection_.execute(views(words), options(repeat, blocks), std::move(done));
}

void Caller::verb(std::string_view name, const Words& keys, const Words& arguments, Callback<void> done, Repeat repeat) {
    script(name, keys, arguments, [done = std::move(done)](Result<Reply> reply) {
        if (!reply) return done(reply.error());
        if (word_of(*reply) != "ok") return done(error_from_word(word_of(*reply)));
        done({});
    }, repeat);
}

void Caller::decision(std::string_view name, const Words& keys, const Words& arguments, Callback<bool> done) {
    script(name, keys, arguments, [done = std::move(done)](Result<Reply> reply) {
        if (!reply) return done(reply.error());
        done(word_of(*reply) == "ok");
    });
}

void Caller::confirm(Callback<void> done) {
    connection_.execute({"PING"}, {.commits = true}, [done = std::move(done)](Result<Reply> reply) {
        if (!reply) return done(reply.error());
        done({});
    });
}

Error error_from_word(std::string_view word) {
    if (word == "not_found") return {ErrorCode::not_found, "no such conversation"};
    if (word == "conversation_closed") return {ErrorCode::conversation_closed, "the conversation is closed"};
    if (word == "stale_assignment") return {ErrorCode::stale_assignment, "the conversation is no longer yours"};
    if (word == "illegal_state") return {ErrorCode::illegal_state, "not possible in the conversation's present state"};
    if (word == "conflict") return {ErrorCode::conflict, "this number was used with another body"};
    if (word == "unavailable") return {ErrorCode::unavailable, "this node is joining again", 500};
    if (classify_error(word) != RedisErrorKind::other) return to_error(word);
    return {ErrorCode::internal, "unexpected answer of a script: " + std::string(word)};
}

std::string_view word_of(const Reply& reply) { return reply.is_array() ? reply[0].text() : reply.text(); }

}  // namespace switchboard::redis
