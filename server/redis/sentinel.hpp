// SPDX-License-Identifier: Apache-2.0
// Asks all Sentinels at once where the primary is and believes the one that knows of the latest fail-over: a Sentinel that was cut
// off answers with what was true before. Thread: the executor's; the callback comes once, never from inside a call, and not at all
// after cancel().
#pragma once

#include "base/error.hpp"
#include "base/task.hpp"
#include "redis/resp.hpp"
#include "redis/topology.hpp"
#include "redis/wire.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace switchboard::redis {

struct Primary {
    HostPort place;
    std::uint64_t config_epoch = 0;  // rises with every fail-over
    std::size_t replicas = 0;        // that Sentinel knows of, those that are down too
    bool seen_up = false;            // by the Sentinel that says so
    std::size_t witnesses = 0;       // Sentinels that name the same one and see it up
};

// What a Sentinel answers to MASTER and to GET-MASTER-ADDR-BY-NAME. Only the second one names the new primary already while the
// fail-over goes on, only the first one its epoch. Nullopt: it does not know the primary.
std::optional<Primary> read_primary(ReplyView about, ReplyView address);

class SentinelLookup : public std::enable_shared_from_this<SentinelLookup> {
public:
    using Found = std::function<void(Result<Primary>)>;

    SentinelLookup(Executor executor, const RedisAddress& address, TlsContext tls);
    // Errors: unavailable, with what each of them said.
    void start(Found found);
    void cancel();

private:
    struct Question {
        HostPort sentinel;
        std::shared_ptr<Wire> wire;
        ReplyReader reader;
        std::array<char, 4096> input;
        std::deque<Reply> replies;
        std::size_t replies_to_skip = 0;
        bool over = false;
    };

    void ask(Question& question);
    void read(Question& question);
    void consume(Question& question, std::size_t bytes);
    void answered(Question& question, std::optional<Primary> primary, const std::string& failure);
    void finish();

    const RedisAddress& address_;
    const TlsContext tls_;
    Executor executor_;
    Timer patience_;
    std::vector<std::unique_ptr<Question>> questions_;
    std::vector<Primary> answers_;
    std::string failures_;
    Found found_;
};

}  // namespace switchboard::redis
