// SPDX-License-Identifier: Apache-2.0
// What is said on a fresh connection before anybody may use it: AUTH, SELECT, HELLO (which tells whether this is a primary), PING
// (whether it is ready) and the loading of the scripts, all in one write. Pure. Thread: one.
#pragma once

#include "redis/resp.hpp"
#include "redis/topology.hpp"

#include <cstdint>
#include <deque>
#include <string>

namespace switchboard::redis {

class Handshake {
public:
    enum class Progress : std::uint8_t { more, done, failed };

    // `load_scripts` spares the first call of each script a NOSCRIPT, which would carry it out after later commands.
    Handshake(const RedisAddress& address, bool load_scripts);

    const std::string& bytes() const { return bytes_; }
    // Replies in order, until it is not `more`.
    Progress on_reply(ReplyView reply);
    // Why it failed, in words for the log.
    const std::string& failure() const { return failure_; }

private:
    enum class Step : std::uint8_t { auth, select, hello, ping, load };

    void ask(Step step, Arguments words);
    Progress fail(std::string why);

    std::string bytes_;
    std::deque<Step> steps_;
    std::string failure_;
};

}  // namespace switchboard::redis
