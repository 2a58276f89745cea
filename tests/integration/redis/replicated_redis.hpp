// SPDX-License-Identifier: Apache-2.0
// A primary, its replica and the Sentinels that watch them, all real and on the loopback interface. They know of each other when the
// constructor returns.
#pragma once

#include "connection_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace switchboard::test {

// Not to be waited for longer than needed: Redis collects replicas for five seconds unless told.
inline RedisServerOptions primary_options() { return {.tcp = true, .arguments = {"--repl-diskless-sync-delay", "0"}}; }

// Returns when what is written to the primary arrives: "link up" is said a second before that.
inline std::unique_ptr<RedisServer> replica_of(RedisServer& primary) {
    auto replica = std::make_unique<RedisServer>(
        RedisServerOptions{.tcp = true, .arguments = {"--replicaof", "127.0.0.1", std::to_string(primary.port())}});
    boost::asio::io_context loop;
    REQUIRE(run_until(loop, [&] { return replica->command({"INFO", "replication"}).find("master_link_status:up") != std::string::npos; }));
    REQUIRE(primary.command({"SET", "replicated", "yes"}) == "OK");
    REQUIRE(run_until(loop, [&] { return replica->command({"GET", "replicated"}) == "yes"; }));
    return replica;
}

class ReplicatedRedis {
public:
    explicit ReplicatedRedis(std::size_t count = 1, const std::string& password = "")
        : primary_(primary_options()), replica_(replica_of(primary_)) {
        for (std::size_t i = 0; i < count; ++i) add_sentinel(count / 2 + 1, password);
        boost::asio::io_context loop;
        REQUIRE(run_until(loop, [&] { return all_know(count - 1); }, std::chrono::seconds(20)));
    }
    RedisServer& primary() { return primary_; }
    RedisServer& replica() { return *replica_; }
    RedisServer& sentinel(std::size_t index = 0) { return *sentinels_[index]; }

    std::string url(const std::string& parameters = "", const std::vector<std::uint16_t>& others = {}) const {
        std::string list;
        for (const auto& sentinel : sentinels_) list += (list.empty() ? "" : ",") + place(sentinel->port());
        for (const std::uint16_t port : others) list += "," + place(port);
        return "redis+sentinel://" + list + "/main" + (parameters.empty() ? "" : "?" + parameters);
    }
    static std::string place(std::uint16_t port) { return "127.0.0.1:" + std::to_string(port); }

private:
    void add_sentinel(std::size_t quorum, const std::string& password) {
        RedisServerOptions options{.tcp = true, .arguments = {"--sentinel"}, .password = password};
        options.config = "sentinel monitor main 127.0.0.1 " + std::to_string(primary_.port()) + " " + std::to_string(quorum) +
                         "\nsentinel down-after-milliseconds main 500\nsentinel failover-timeout main 3000\n";
        if (!password.empty()) options.config += "requirepass " + password + "\n";
        sentinels_.push_back(std::make_unique<RedisServer>(options));
    }
    bool all_know(std::size_t others) {
        return std::all_of(sentinels_.begin(), sentinels_.end(), [&](const auto& sentinel) {
            const std::string told = sentinel->command({"SENTINEL", "MASTER", "main"}) + " ";
            return told.find(" flags master ") != std::string::npos && told.find(" num-slaves 1 ") != std::string::npos &&
                   told.find(" num-other-sentinels " + std::to_string(others) + " ") != std::string::npos;
        });
    }

    RedisServer primary_;
    std::unique_ptr<RedisServer> replica_;
    std::vector<std::unique_ptr<RedisServer>> sentinels_;
};

}  // namespace switchboard::test
