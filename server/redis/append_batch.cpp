// SPDX-License-Identifier: Apache-2.0
#include "redis/append_batch.hpp"

#include "base/log.hpp"
#include "redis/deliver.hpp"
#include "redis/stamp.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <charconv>
#include <memory>

namespace switchboard::redis {

namespace {

// Enough to gather what one turn brings, short enough to keep Redis responsive to the others (about 2 ms).
constexpr std::size_t messages_per_call = 128;
// How far back a client may repeat a message that is not its last one.
constexpr std::size_t older_window = 1000;
// Most older repeats are found at once: a client that comes back repeats its last few messages.
constexpr std::size_t older_page = 50;

// Whoever speaks to the customer must be the owner, a supervisor too; notes are open to those who may read.
std::string role_word(const ports::AppendMessage& message) {
    if (message.role == domain::Role::customer) return "c";
    const bool supervises = message.role == domain::Role::supervisor || message.role == domain::Role::admin;
    return supervises && message.event.audience == ports::Audience::staff ? "s" : "a";
}

std::string_view author_of(const ports::AppendMessage& message) {
    return message.role == domain::Role::customer ? std::string_view() : std::string_view(message.sender);
}

void push_arguments(Words& arguments, const ports::AppendMessage& message) {
    arguments.push_back(message.conversation.value);
    arguments.push_back(role_word(message));
    arguments.push_back(message.sender);
    arguments.push_back(std::to_string(message.assign_epoch));
    arguments.push_back(std::to_string(message.instance));
    arguments.push_back(std::to_string(message.number));
    arguments.push_back(std::to_string(message.body_digest));
    arguments.emplace_back(message.event.audience == ports::Audience::all ? "A" : "S");
    arguments.push_back(complete_draft(message.event));
}

std::uint64_t take_number(std::string_view& text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    text.remove_prefix(std::min<std::size_t>(text.size(), end - text.data() + 1));
    return value;
}

ports::AppendedMessage repeated(const Stamp& stamp) { return {stamp.seq, stamp.event_id, stamp.time, true}; }

}  // namespace

void AppendBatch::add(const TenantId& tenant, ports::AppendMessage message, Callback<ports::AppendedMessage> done) {
    waiting_[tenant].push_back({std::move(message), std::move(done)});
    if (flush_posted_) return;
    flush_posted_ = true;
    asio::post(executor_, [this, alive = std::weak_ptr<int>(alive_)] {
        if (!alive.expired()) flush();
    });
}

void AppendBatch::flush() {
    flush_posted_ = false;
    for (auto& [tenant, items] : waiting_) {
        for (std::size_t begin = 0; begin < items.size(); begin += messages_per_call) {
            const std::size_t end = std::min(items.size(), begin + messages_per_call);
            send(tenant, Items(std::make_move_iterator(items.begin() + begin), std::make_move_iterator(items.begin() + end)));
        }
        items.clear();
    }
    if (waiting_.size() > 1024) waiting_.clear();
}

void AppendBatch::send(const TenantId& tenant, Items items) {
    const Keys key(tenant);
    Words keys, arguments = {"", key.channel_prefix()};
    keys.reserve(items.size() * 2);
    arguments.reserve(2 + items.size() * 9);
    for (const Item& item : items) {
        keys.push_back(key.conversation(item.message.conversation));
        keys.push_back(key.log(item.message.conversation));
        push_arguments(arguments, item.message);
    }
    auto shared = std::make_shared<Items>(std::move(items));
    caller_.script("message_append", keys, arguments, [this, tenant, shared](Result<Reply> reply) {
        if (!reply) {
            for (Item& item : *shared) deliver<ports::AppendedMessage>(item.done, reply.error());
            return;
        }
        for (std::size_t i = 0; i < shared->size(); ++i) answer(tenant, (*shared)[i], (*reply)[i].text());
    });
}

void AppendBatch::answer(const TenantId& tenant, Item& item, std::string_view word) {
    if (word.starts_with("ok ")) {
        word.remove_prefix(3);
        const std::uint64_t seq = take_number(word);
        const Timestamp time = from_ms(static_cast<std::int64_t>(take_number(word)));
        return deliver<ports::AppendedMessage>(item.done, ports::AppendedMessage{seq, item.message.event.event_id, time, false});
    }
    if (word.starts_with("repeat ")) {
        word.remove_prefix(7);
        return find_repeated(tenant, std::move(item), take_number(word));
    }
    if (word.starts_with("older ")) {
        word.remove_prefix(6);
        return find_older(tenant, std::move(item), take_number(word), older_window);
    }
    if (word.starts_with("next ")) {
        word.remove_prefix(5);
        Error error{ErrorCode::out_of_sequence, "numbers must follow each other"};
        error.expected_number = static_cast<std::uint32_t>(take_number(word));
        return deliver<ports::AppendedMessage>(item.done, error);
    }
    const Error error = error_from_word(word);
    if (error.code == ErrorCode::internal)
        log::error("store.message_refused", {{"tenant", tenant.value}, {"conversation", item.message.conversation.value}, {"error", error.message}});
    deliver<ports::AppendedMessage>(item.done, error);
}

void AppendBatch::find_repeated(const TenantId& tenant, Item item, std::uint64_t seq) {
    const std::string id = std::to_string(seq) + "-0";
    const std::string log = Keys(tenant).log(item.message.conversation);
    caller_.command({"XRANGE", log, id, id}, [item = std::move(item)](Result<Reply> reply) {
        if (!reply) return item.done(reply.error());
        if (reply->size() == 1)
            if (const auto stamp = read_stamp((*reply)[0][1][1].text())) return item.done(repeated(*stamp));
        item.done(Error{ErrorCode::internal, "an acknowledged message is not in its log"});
    });
}

void AppendBatch::find_older(const TenantId& tenant, Item item, std::uint64_t newest, std::size_t window) {
    const std::string log = Keys(tenant).log(item.message.conversation);
    const std::size_t count = std::min(window, older_page);
    caller_.command({"XREVRANGE", log, std::to_string(newest) + "-0", "-", "COUNT", std::to_string(count)},
                    [this, tenant, window, count, item = std::move(item)](Result<Reply> reply) mutable {
        if (!reply) return item.done(reply.error());
        std::uint64_t next = 0;
        for (std::size_t i = 0; i < reply->size(); ++i) {
            const std::string_view bytes = (*reply)[i][1][1].text();
            const auto stamp = read_stamp(bytes);
            if (!stamp) continue;
            if (comes_from(bytes, author_of(item.message), item.message.instance, item.message.number)) return item.done(repeated(*stamp));
            next = stamp->seq - 1;
        }
        if (next > 0 && window > count) return find_older(tenant, std::move(item), next, window - count);
        item.done(Error{ErrorCode::conflict, "this number was used, too long ago to say for what"});
    });
}

}  // namespace switchboard::redis
