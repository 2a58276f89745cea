// SPDX-License-Identifier: Apache-2.0
#include "redis/handshake.hpp"

#include "base/log.hpp"
#include "redis/redis_error.hpp"
#include "redis/scripts.hpp"

namespace switchboard::redis {

namespace {

// HELLO answers fields and values in turn.
bool is_replica(ReplyView hello) {
    for (std::size_t i = 0; i + 1 < hello.size(); i += 2)
        if (hello[i].text() == "role") return hello[i + 1].text() != "master";
    return false;
}

}  // namespace

Handshake::Handshake(const RedisAddress& address, bool load_scripts) {
    if (!address.password.empty()) {
        if (address.user.empty()) ask(Step::auth, {"AUTH", address.password});
        else ask(Step::auth, {"AUTH", address.user, address.password});
    }
    if (address.database != 0) ask(Step::select, {"SELECT", std::to_string(address.database)});
    ask(Step::hello, {"HELLO", "2"});
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
    if (step == Step::hello) {
        // Who may not ask, or whose Redis does not know it, has to know himself.
        if (is_replica(reply)) return fail("a replica, not a primary");
    } else if (reply.is_error() && step == Step::load) {
        // Whoever calls this script is told; the others work.
        log::error("redis.script_refused", {{"error", to_error(reply.text()).message}});
    } else if (reply.is_error()) {
        const char* what = step == Step::auth ? "login refused: " : step == Step::select ? "database refused: " : "not ready: ";
        return fail(what + to_error(reply.text()).message);
    }
    return steps_.empty() ? Progress::done : Progress::more;
}

Handshake::Progress Handshake::fail(std::string why) {
    failure_ = std::move(why);
    return Progress::failed;
}

}  // namespace switchboard::redis
