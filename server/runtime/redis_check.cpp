// SPDX-License-Identifier: Apache-2.0
#include "runtime/redis_check.hpp"

#include "base/log.hpp"
#include "redis/caller.hpp"

#include <map>
#include <optional>

namespace switchboard::runtime {

namespace {

// A setting's value; nothing when Redis does not say.
using Settings = std::map<std::string, std::string>;

struct Answers {
    Settings settings;
    std::string problem;
};

Answers ask(const redis::RedisAddress& address) {
    asio::io_context loop{1};
    Metrics metrics;
    redis::ConnectionOptions options;
    options.link.address = address;
    redis::Connection connection(loop.get_executor(), metrics, options);
    redis::Caller caller(connection);
    Answers answers;
    for (const char* name : {"maxmemory-policy", "appendonly", "appendfsync"}) {
        std::optional<Result<redis::Reply>> reply;
        caller.command({"CONFIG", "GET", name}, [&](Result<redis::Reply> result) { reply = std::move(result); });
        while (!reply) loop.run_one();
        if (!*reply) answers.problem = reply->error().message;
        else if ((*reply)->size() == 2) answers.settings[name] = (**reply)[1].text();
        if (!answers.problem.empty()) break;
    }
    connection.stop();
    return answers;
}

}  // namespace

Result<void> check_redis(const redis::RedisAddress& address, const std::string& durability) {
    Answers answers = ask(address);
    const std::string place = address.describe();
    if (!answers.problem.empty()) {
        log::warn("redis.not_verified", {{"redis", place}, {"reason", answers.problem}});
        return {};
    }
    const std::string policy = answers.settings["maxmemory-policy"];
    if (!policy.empty() && policy != "noeviction")
        return Error{ErrorCode::unavailable, "Redis at " + place + " has maxmemory-policy " + policy +
                                                 " and would throw conversations away: set it to noeviction"};
    const std::string file = answers.settings["appendonly"], sync = answers.settings["appendfsync"];
    if (durability == "fsync" && (file != "yes" || sync != "always"))
        return Error{ErrorCode::unavailable, "Redis at " + place + " has appendonly " + file + " and appendfsync " + sync +
                                                 ", so an acknowledged message could be lost: set yes and always, or give --durability memory"};
    return {};
}

}  // namespace switchboard::runtime
