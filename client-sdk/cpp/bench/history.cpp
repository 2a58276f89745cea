// SPDX-License-Identifier: Apache-2.0
#include "bench/history.hpp"

#include <boost/json/serialize.hpp>
#include <sodium.h>

#include <array>
#include <cstdio>
#include <stdexcept>

namespace switchboard::client {

namespace json = boost::json;

namespace {

// The first 16 hexadecimal digits of SHA-256.
std::string digest_of(const std::string& text) {
    std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
    crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
    char digits[17];
    for (int i = 0; i < 8; ++i) std::snprintf(digits + 2 * i, 3, "%02x", hash[static_cast<std::size_t>(i)]);
    return digits;
}

}  // namespace

HistoryFile::HistoryFile(const std::string& path) : out_(path, std::ios::binary) {
    if (!out_) throw std::runtime_error("cannot write " + path);
}

void HistoryFile::write(const std::string& process, const char* operation, const char* type, json::object arguments, Moment when) {
    const double seconds = std::chrono::duration<double>(when.time_since_epoch()).count();
    out_ << json::serialize(json::object{{"t_mono", seconds}, {"proc", process}, {"op", operation}, {"type", type}, {"args", std::move(arguments)}})
         << '\n';
}

json::object ClientHistory::arguments(const std::string& conversation, const OutgoingMessage& message) const {
    return {{"conversation", conversation},
            {"instance", instance_},
            {"number", message.number},
            {"digest", digest_of(message.text)},
            {"message", message.id}};
}

void ClientHistory::on_send(const std::string& conversation, const OutgoingMessage& message) {
    if (file_) file_->write(process_, "send", "invoke", arguments(conversation, message));
}

void ClientHistory::on_send_accepted(const OutgoingMessage& message, const v1::MessageAccepted& accepted) {
    if (!file_) return;
    json::object told = arguments(accepted.conversation_id(), message);
    told["number"] = accepted.number();
    told["seq"] = accepted.seq();
    told["event_id"] = accepted.event_id();
    file_->write(process_, "send", "ok", std::move(told));
}

void ClientHistory::on_send_refused(const std::string& conversation, const OutgoingMessage& message) {
    if (file_) file_->write(process_, "send", "fail", arguments(conversation, message));
}

void ClientHistory::started(const std::string& conversation, const std::string& text, HistoryFile::Moment when) {
    if (!file_ || text.empty()) return;
    start_text_ = text;
    file_->write(process_, "send", "invoke", arguments(conversation, {.number = 1, .text = text}), when);
}

void ClientHistory::event(const std::string& conversation, const v1::Event& event) {
    if (!file_ || closed_.contains(conversation)) return;
    json::object told{{"conversation", conversation}, {"role", staff_ ? "staff" : "customer"}, {"seq", event.seq()}, {"event_id", event.event_id()}};
    file_->write(process_, "event", "info", told);
    if (!start_text_.empty() && event.has_message() && event.client_instance() == instance_ && event.number() == 1) {
        json::object ok = arguments(conversation, {.number = 1, .text = std::exchange(start_text_, {})});
        ok["seq"] = event.seq();
        ok["event_id"] = event.event_id();
        file_->write(process_, "send", "ok", std::move(ok));
    }
    if (!event.has_closed()) return;
    left(conversation);
    closed_.insert(conversation);
}

void ClientHistory::assigned(const v1::Conversation& conversation) {
    if (!file_) return;
    file_->write(process_, "assigned", "info",
                 {{"conversation", conversation.id()}, {"agent", process_}, {"epoch", conversation.assign_epoch()}});
}

void ClientHistory::about(const std::string& conversation, const char* operation) {
    if (file_ && !closed_.contains(conversation)) file_->write(process_, operation, "info", {{"conversation", conversation}});
}

}  // namespace switchboard::client
