// SPDX-License-Identifier: Apache-2.0
// ports::ArchiveOutbox on Redis: a stream with one consumer group. One per shard; thread: that shard.
#pragma once

#include "ports/archive.hpp"
#include "redis/caller.hpp"

namespace switchboard::redis {

class RedisArchiveOutbox final : public ports::ArchiveOutbox {
public:
    explicit RedisArchiveOutbox(Caller& caller) : caller_(caller) {}

    void take(const TenantId&, const Incarnation& consumer, std::size_t limit, Callback<std::vector<Entry>>) override;
    void finish(const TenantId&, const Entry&, Duration keep, Callback<void>) override;

private:
    void take_new(const TenantId&, const Incarnation& consumer, std::size_t limit, std::vector<Entry> entries,
                  Callback<std::vector<Entry>> done);

    Caller& caller_;
};

}  // namespace switchboard::redis
