// SPDX-License-Identifier: Apache-2.0
#include "world.hpp"

#include "redis/stamp.hpp"
#include "support/run_until.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace switchboard::test {

namespace {

redis::ConnectionOptions options() {
    redis::ConnectionOptions made;
    made.link.address = redis::parse_redis_url(shared_redis().url()).value();
    return made;
}

std::string text_of(redis::ReplyView reply) {
    if (reply.is_nil()) return "(nil)";
    return reply.type() == redis::ReplyType::integer ? std::to_string(reply.integer()) : std::string(reply.text());
}

void flatten(redis::ReplyView reply, Words& into) {
    if (!reply.is_array()) {
        into.push_back(text_of(reply));
        return;
    }
    for (std::size_t i = 0; i < reply.size(); ++i) flatten(reply[i], into);
}

// The words of a reply, arrays flattened.
redis::ReplyCallback collect(std::shared_ptr<Words> into, std::shared_ptr<bool> done) {
    return [into, done](Result<redis::Reply> reply) {
        if (!reply)
            into->push_back("error: " + reply.error().message);
        else
            flatten(*reply, *into);
        *done = true;
    };
}

std::vector<BusRecord> records(const std::string& endpoint, std::string_view message) {
    std::vector<BusRecord> all;
    while (!message.empty()) {
        std::uint16_t id_size = 0;
        std::uint32_t payload_size = 0;
        if (message.size() < 7) throw std::runtime_error("a bus message ends inside a header");
        std::memcpy(&id_size, message.data() + 1, sizeof id_size);
        std::memcpy(&payload_size, message.data() + 3, sizeof payload_size);
        if (message.size() < 7u + id_size + payload_size) throw std::runtime_error("a bus message ends inside a record");
        all.push_back({endpoint, message[0], std::string(message.substr(7, id_size)), std::string(message.substr(7 + id_size, payload_size))});
        message.remove_prefix(7u + id_size + payload_size);
    }
    return all;
}

}  // namespace

RedisServer& shared_redis() {
    static RedisServer server({.appendfsync = ""});
    return server;
}

std::string draft(const std::string& text, ports::Audience audience) {
    v1::Event event;
    event.mutable_message()->set_text(text);
    return redis::complete_draft({audience, random_u64(), event.SerializeAsString()});
}

std::string decimal(std::uint64_t number) { return std::to_string(number); }

World::World(const std::string& tenant)
    : key(TenantId(tenant)), connection_(loop_.get_executor(), metrics_, options()), caller_(connection_),
      tap_(redisConnectUnix(shared_redis().socket_path().c_str()), redisFree), tenant_(tenant) {
    ask({"FLUSHALL"});
    redisSetTimeout(tap_.get(), timeval{10, 0});
    freeReplyObject(redisCommand(tap_.get(), "PSUBSCRIBE *"));
    renew_node("n1", 1'000'000);
    renew_node("n2", 1'000'000);
    acquire_router("r1", 1'000'000);
}

Words World::call(std::string_view script, const Words& keys, const Words& arguments) {
    auto words = std::make_shared<Words>();
    auto done = std::make_shared<bool>(false);
    last_keys = keys;
    caller_.script(script, keys, arguments, collect(words, done));
    if (!run_until(loop_, [&] { return *done; })) throw std::runtime_error("no answer");
    return *words;
}

Words World::list(const Words& command) {
    auto words = std::make_shared<Words>();
    auto done = std::make_shared<bool>(false);
    caller_.command(command, collect(words, done));
    if (!run_until(loop_, [&] { return *done; })) throw std::runtime_error("no answer");
    return *words;
}

std::string World::ask(const Words& command) {
    const Words words = list(command);
    return words.empty() ? "" : words.front();
}

Hash World::hash(const std::string& name) {
    const Words words = list({"HGETALL", name});
    Hash fields;
    for (std::size_t i = 0; i + 1 < words.size(); i += 2) fields[words[i]] = words[i + 1];
    return fields;
}

Words World::held(const std::string& agent) {
    Words members = list({"SMEMBERS", key.held(AgentId(agent))});
    std::sort(members.begin(), members.end());
    return members;
}

std::vector<v1::Event> World::log(const std::string& id) {
    const Words words = list({"XRANGE", key.log(ConversationId(id)), "-", "+"});
    std::vector<v1::Event> events;
    for (std::size_t i = 0; i + 2 < words.size(); i += 3) {
        v1::Event& event = events.emplace_back();
        if (words[i + 1] != "e" || !event.ParseFromString(words[i + 2])) throw std::runtime_error("the log holds what is no event");
        if (words[i] != std::to_string(event.seq()) + "-0") throw std::runtime_error("entry " + words[i] + " holds seq " + std::to_string(event.seq()));
    }
    return events;
}

std::map<std::string, std::string> World::dump() {
    std::map<std::string, std::string> all;
    for (const std::string& name : list({"KEYS", "*"})) all[name] = ask({"DUMP", name});
    return all;
}

std::vector<BusRecord> World::published() {
    ask({"PUBLISH", "fence", ""});
    std::vector<BusRecord> all;
    const std::string prefix = key.channel_prefix();
    for (;;) {
        void* raw = nullptr;
        if (redisGetReply(tap_.get(), &raw) != REDIS_OK) throw std::runtime_error("the tap is broken");
        const std::unique_ptr<redisReply, void (*)(void*)> reply(static_cast<redisReply*>(raw), freeReplyObject);
        const std::string channel(reply->element[2]->str, reply->element[2]->len);
        if (channel == "fence") return all;
        if (!channel.starts_with(prefix)) throw std::runtime_error("published to " + channel);
        for (BusRecord& record : records(channel.substr(prefix.size()), {reply->element[3]->str, static_cast<std::size_t>(reply->element[3]->len)}))
            all.push_back(std::move(record));
    }
}

std::vector<Hash> World::stream_after(const std::string& id) {
    auto answer = std::make_shared<std::vector<Hash>>();
    auto done = std::make_shared<bool>(false);
    caller_.command({"XRANGE", key.routing_stream(), "(" + id, "+"}, [this, answer, done](Result<redis::Reply> reply) {
        *done = true;
        for (std::size_t i = 0; reply && i < reply->size(); ++i) {
            const redis::ReplyView fields = (*reply)[i][1];
            Hash& entry = answer->emplace_back();
            for (std::size_t f = 0; f + 1 < fields.size(); f += 2) entry[std::string(fields[f].text())] = fields[f + 1].text();
            routed_until_ = (*reply)[i][0].text();
        }
    });
    if (!run_until(loop_, [&] { return *done; })) throw std::runtime_error("no answer");
    return *answer;
}

std::vector<Hash> World::routed() { return stream_after(routed_until_); }
std::vector<Hash> World::all_routed() { return stream_after("0-0"); }

std::vector<std::string> World::outboxed() {
    const Words words = list({"XRANGE", key.outbox(), "-", "+"});
    std::vector<std::string> ids;
    for (std::size_t i = 0; i + 4 < words.size(); i += 5) ids.push_back(words[i + 2]);
    return ids;
}

}  // namespace switchboard::test
