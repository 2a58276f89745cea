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
        const bool rated = !fields.text("r").empty();
        into.push_back({std::string(entries[i][0].text()), ConversationId(fields.text(rated ? "r" : "c")), fields.time("t"), rated});
    }
}

}  // namespace

void RedisArchiveOutbox::take(const TenantId& tenant, const Incarnation& consumer, std::size_t limit, Callback<std::vector<Entry>> done) {
    const std::string outbox = Keys(tenant).outbox();
    const Words claim = {"XAUTOCLAIM", outbox, group, consumer.value, abandoned_after_ms, "0", "COUNT", std::to_string(limit)};
    caller_.command(claim, [this, tenant, consumer, limit, outbox, done](Result<Reply> reply) {
        if (!reply && reply.error().message.starts_with("NOGROUP"))
            return caller_.command({"XGROUP", "CREATE", outbox, group, "0", "MKSTREAM"}, [this, tenant, consumer, limit, done](Result<Reply> made) {
                // Another shard may have been faster; that is as good.
                if (!made && !made.error().message.starts_with("BUSYGROUP")) return done(made.error());
                take(tenant, consumer, limit, done);
            });
        if (!reply) return done(reply.error());
        std::vector<Entry> entries;
        take_entries((*reply)[1], entries);
        if (entries.size() >= limit) return done(std::move(entries));
        take_new(tenant, consumer, limit, std::move(entries), done);
    });
}

void RedisArchiveOutbox::take_new(const TenantId& tenant, const Incarnation& consumer, std::size_t limit, std::vector<Entry> entries,
                                  Callback<std::vector<Entry>> done) {
    const Words read = {"XREADGROUP", "GROUP", group, consumer.value, "COUNT", std::to_string(limit - entries.size()), "STREAMS",
                        Keys(tenant).outbox(), ">"};
    caller_.command(read, [entries = std::move(entries), done](Result<Reply> reply) mutable {
        if (!reply) return done(reply.error());
        if (reply->size() > 0) take_entries((*reply)[0][1], entries);
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
