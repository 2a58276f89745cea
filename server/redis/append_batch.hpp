// SPDX-License-Identifier: Apache-2.0
// Messages on their way into logs: what arrives in one turn of the loop travels in one script call per tenant, in the order in
// which it came. Thread: one shard.
#pragma once

#include "base/task.hpp"
#include "ports/conversation_store.hpp"
#include "redis/caller.hpp"
#include "redis/keys.hpp"

#include <memory>
#include <unordered_map>
#include <vector>

namespace switchboard::redis {

class AppendBatch {
public:
    AppendBatch(Executor executor, Caller& caller) : executor_(executor), caller_(caller) {}

    void add(const TenantId& tenant, ports::AppendMessage message, Callback<ports::AppendedMessage> done);

private:
    struct Item {
        ports::AppendMessage message;
        Callback<ports::AppendedMessage> done;
    };
    using Items = std::vector<Item>;

    void flush();
    void send(const TenantId& tenant, Items items);
    void answer(const TenantId& tenant, Item& item, std::string_view word);
    // Which place an earlier message has that its client sends again: looks at `window` entries, from seq `newest` backwards.
    void find_older(const TenantId& tenant, Item item, std::uint64_t newest, std::size_t window);
    void find_repeated(const TenantId& tenant, Item item, std::uint64_t seq);

    Executor executor_;
    Caller& caller_;
    std::unordered_map<TenantId, Items> waiting_;
    bool flush_posted_ = false;
    const std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace switchboard::redis
