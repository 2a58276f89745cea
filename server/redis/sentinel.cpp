// SPDX-License-Identifier: Apache-2.0
#include "redis/sentinel.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace switchboard::redis {

namespace {

// Sentinels answer from memory. Whoever takes longer is cut off, and the others' word counts.
constexpr std::chrono::milliseconds patience_for_all{500};

}  // namespace

std::optional<Primary> read_primary(ReplyView about, ReplyView address) {
    Primary primary{{std::string(address[0].text()), static_cast<std::uint16_t>(address[1].integer())}};
    for (std::size_t i = 0; i + 1 < about.size(); i += 2) {
        const std::string_view field = about[i].text();
        const std::int64_t value = about[i + 1].integer();
        if (field == "flags") primary.seen_up = about[i + 1].text() == "master";
        else if (field == "config-epoch") primary.config_epoch = static_cast<std::uint64_t>(value);
        else if (field == "num-slaves") primary.replicas = static_cast<std::size_t>(value);
    }
    if (primary.place.host.empty() || primary.place.port == 0) return std::nullopt;
    return primary;
}

SentinelLookup::SentinelLookup(Executor executor, const RedisAddress& address, TlsContext tls)
    : address_(address), tls_(std::move(tls)), executor_(executor), patience_(executor) {}

void SentinelLookup::start(Found found) {
    found_ = std::move(found);
    for (const HostPort& sentinel : address_.sentinels) {
        auto& question = *questions_.emplace_back(std::make_unique<Question>());
        question.sentinel = sentinel;
        question.wire = std::make_shared<Wire>(executor_, tls_);
        question.wire->open(sentinel, [self = shared_from_this(), &question](const std::string& failure) {
            if (failure.empty()) return self->ask(question);
            self->answered(question, std::nullopt, failure);
        });
    }
    patience_.expires_after(patience_for_all);
    patience_.async_wait([self = shared_from_this()](boost::system::error_code cancelled) {
        if (cancelled) return;
        for (const auto& question : self->questions_)
            if (!question->over) self->failures_ += "; " + question->sentinel.describe() + ": no answer in time";
        self->finish();
    });
}

void SentinelLookup::ask(Question& question) {
    std::string bytes;
    if (!address_.sentinel_password.empty()) {
        append_command(bytes, {"AUTH", address_.sentinel_password});
        question.replies_to_skip = 1;
    }
    append_command(bytes, {"SENTINEL", "MASTER", address_.primary_name});
    append_command(bytes, {"SENTINEL", "GET-MASTER-ADDR-BY-NAME", address_.primary_name});
    question.wire->write(std::make_shared<const std::string>(std::move(bytes)), [](boost::system::error_code, std::size_t) {});
    read(question);
}

void SentinelLookup::read(Question& question) {
    question.wire->read_some(asio::buffer(question.input), [self = shared_from_this(), &question](boost::system::error_code failure, std::size_t bytes) {
        if (failure) return self->answered(question, std::nullopt, failure.message());
        self->consume(question, bytes);
    });
}

void SentinelLookup::consume(Question& question, std::size_t bytes) {
    question.reader.feed({question.input.data(), bytes});
    Reply reply;
    while (true) {
        const ReplyReader::Next next = question.reader.next(reply);
        if (next == ReplyReader::Next::more) return read(question);
        if (next == ReplyReader::Next::broken) return answered(question, std::nullopt, "unreadable reply");
        if (reply.is_error()) return answered(question, std::nullopt, std::string(reply.text()));
        if (question.replies_to_skip > 0) {
            --question.replies_to_skip;
            continue;
        }
        question.replies.push_back(std::exchange(reply, Reply()));
        if (question.replies.size() < 2) continue;
        return answered(question, read_primary(question.replies[0], question.replies[1]), "an answer without an address");
    }
}

void SentinelLookup::answered(Question& question, std::optional<Primary> primary, const std::string& failure) {
    question.over = true;
    question.wire->close();
    if (!primary) failures_ += "; " + question.sentinel.describe() + ": " + failure;
    else answers_.push_back(std::move(*primary));
    if (std::all_of(questions_.begin(), questions_.end(), [](const auto& one) { return one->over; })) finish();
}

void SentinelLookup::finish() {
    const auto found = std::exchange(found_, nullptr);
    cancel();
    if (!found) return;
    if (answers_.empty()) return found(Error{ErrorCode::unavailable, "no Sentinel knows the primary " + address_.primary_name + failures_});
    Primary best = *std::ranges::max_element(answers_, {}, &Primary::config_epoch);
    best.witnesses = static_cast<std::size_t>(std::ranges::count_if(answers_, [&](const Primary& one) { return one.seen_up && one.place == best.place; }));
    found(best);
}

void SentinelLookup::cancel() {
    found_ = nullptr;
    patience_.cancel();
    for (const auto& question : questions_) question->wire->close();
}

}  // namespace switchboard::redis
