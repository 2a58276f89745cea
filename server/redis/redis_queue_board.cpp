// SPDX-License-Identifier: Apache-2.0
#include "redis/redis_queue_board.hpp"

#include "redis/gather.hpp"
#include "redis/keys.hpp"

#include <algorithm>

namespace switchboard::redis {

namespace {
const std::string good_for_ms = "15000", history_ms = "1800000";
const std::string last_kept = "119";  // of half an hour, one each 15 s
}  // namespace

void RedisQueueBoard::write(const TenantId& tenant, const std::string& snapshot, Callback<void> done) {
    send({{"SET", Keys(tenant).board(), snapshot, "PX", good_for_ms}}, std::move(done));
}

void RedisQueueBoard::keep(const TenantId& tenant, const std::string& snapshot, Callback<void> done) {
    const std::string key = Keys(tenant).board_history();
    send({{"LPUSH", key, snapshot}, {"LTRIM", key, "0", last_kept}, {"PEXPIRE", key, history_ms}}, std::move(done));
}

void RedisQueueBoard::send(std::vector<Words> commands, Callback<void> done) {
    gather(caller_, std::move(commands), [done = std::move(done)](Result<std::vector<Reply>> replies) {
        if (!replies) return done(replies.error());
        done({});
    });
}

void RedisQueueBoard::read(const TenantId& tenant, Callback<std::string> done) {
    caller_.command({"GET", Keys(tenant).board()}, [done = std::move(done)](Result<Reply> reply) {
        if (!reply) return done(reply.error());
        done(std::string(reply->text()));
    });
}

void RedisQueueBoard::read_history(const TenantId& tenant, Callback<std::vector<std::string>> done) {
    caller_.command({"LRANGE", Keys(tenant).board_history(), "0", "-1"}, [done = std::move(done)](Result<Reply> reply) {
        if (!reply) return done(reply.error());
        std::vector<std::string> history;
        for (std::size_t i = 0; i < reply->size(); ++i) history.emplace_back((*reply)[i].text());
        std::reverse(history.begin(), history.end());
        done(std::move(history));
    });
}

}  // namespace switchboard::redis
