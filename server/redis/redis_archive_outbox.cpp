// SPDX-License-Identifier: Apache-2.0
#include "redis/redis_archive_outbox.hpp"

#include "redis/gather.hpp"
#include "redis/keys.hpp"

namespace switchboard::redis {

namespace {

constexpr const char* group = "archive";
// A consumer that has not finished an entry for so long is taken to be dead.
constexpr const char* abandoned_after_ms = "30000";

void take_entries(ReplyView entries, std::vector<ports::ArchiveOutbox::Entry>& into) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (entries[i].is_nil() || entries[i][1].is_nil()) continue;
        const Fields fields = fields_of(entries[i][1]);
        into.push_back({std::string(entries[i][0].text()), ConversationId(fields.text("c")), fields.time("t")});
    }
}

}  // namespace

void RedisArchiveOutbox::take(const TenantId& tenant, const Incarnation& consumer, std::size_t limit, Callback<std::vector<Entry>> done) {
    const std::string outbox = Keys(tenant).outbox(), count = std::to_string(limit);
    const Words create = {"XGROUP", "CREATE", outbox, group, "0", "MKSTREAM"};
    const Words claim = {"XAUTOCLAIM", outbox, group, consumer.value, abandoned_after_ms, "0", "COUNT", count};
    const Words read = {"XREADGROUP", "GROUP", group, consumer.value, "COUNT", count, "STREAMS", outbox, ">"};
    gather(caller_, {claim, read}, [this, create, done](Result<std::vector<Reply>> replies) {
        if (!replies && replies.error().message.starts_with("NOGROUP"))
            return caller_.command(create, [done](Result<Reply>) { done(std::vector<Entry>()); });
        if (!replies) return done(replies.error());
        std::vector<Entry> entries;
        take_entries((*replies)[0][1], entries);
        if ((*replies)[1].size() > 0) take_entries((*replies)[1][0][1], entries);
        done(std::move(entries));
    });
}

void RedisArchiveOutbox::finish(const TenantId& tenant, const Entry& entry, Duration keep, Callback<void> done) {
    const Keys key(tenant);
    const std::string ttl = std::to_string(keep.count());
    gather(caller_,
           {{"PEXPIRE", key.conversation(entry.conversation), ttl},
            {"PEXPIRE", key.log(entry.conversation), ttl},
            {"DEL", key.customer_sessions(entry.conversation)},
            {"XACK", key.outbox(), group, entry.id},
            {"XDEL", key.outbox(), entry.id}},
           [done](Result<std::vector<Reply>> replies) {
               if (!replies) return done(replies.error());
               done({});
           });
}

}  // namespace switchboard::redis
