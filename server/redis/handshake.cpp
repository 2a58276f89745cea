// SPDX-License-Identifier: Apache-2.0
#include "redis/handshake.hpp"

#include "base/log.hpp"
#include "redis/redis_error.hpp"
#include "redis/scripts.hpp"

namespace switchboard::redis {

Handshake::Handshake(const RedisAddress& address, bool load_scripts) {
    if (!address.password.empty()) {
        if (address.user.empty()) ask(Step::auth, {"AUTH", address.password});
        else ask(Step::auth, {"AUTH", address.user, address.password});
    }
    if (address.database != 0) ask(Step::select, {"SELECT", std::to_string(address.database)});
    ask(Step::ping, {"PING"});
    if (!load_scripts) return;
    for (const ScriptSource& source : script_sources()) ask(Step::load, {"SCRIPT", "LOAD", source.text});
}

void Handshake::ask(Step step, Arguments words) {
    append_command(bytes_, words);
    steps_.push_back(step);
}

Handshake::Progress Handshake::on_reply(ReplyView reply) {
    const Step step = steps_.front();
    steps_.pop_front();
    if (reply.is_error() && step == Step::load) {
        // Whoever calls this script is told; the others work.
        log::error("redis.script_refused", {{"error", to_error(reply.text()).message}});
    } else if (reply.is_error()) {
        static constexpr const char* words[] = {"login refused: ", "database refused: ", "not ready: "};
        failure_ = words[static_cast<int>(step)] + to_error(reply.text()).message;
        return Progress::failed;
    }
    return steps_.empty() ? Progress::done : Progress::more;
}

}  // namespace switchboard::redis
