// SPDX-License-Identifier: Apache-2.0
// ports::QueueBoard on Redis: a value and a list, both of which expire. One per shard; thread: that shard.
#pragma once

#include "ports/queue_board.hpp"
#include "redis/caller.hpp"

namespace switchboard::redis {

class RedisQueueBoard final : public ports::QueueBoard {
public:
    explicit RedisQueueBoard(Caller& caller) : caller_(caller) {}

    void write(const TenantId&, const std::string& snapshot, Callback<void>) override;
    void keep(const TenantId& tenant, const std::string& snapshot, Callback<void> done) override;
    void read(const TenantId&, Callback<std::string>) override;
    void read_history(const TenantId&, Callback<std::vector<std::string>>) override;

private:
    void send(std::vector<Words> commands, Callback<void> done);

    Caller& caller_;
};

}  // namespace switchboard::redis
