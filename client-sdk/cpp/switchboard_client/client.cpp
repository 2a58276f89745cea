// SPDX-License-Identifier: Apache-2.0
#include "switchboard_client/client.hpp"

#include "base/ids.hpp"

#include <boost/asio/post.hpp>

namespace switchboard::client {

Client::Client(Executor executor, ClientOptions options, ClientListener& listener)
    : executor_(executor),
      options_(std::move(options)),
      listener_(&listener),
      backoff_(options_.backoff_base, options_.backoff_limit),
      timer_(executor),
      retry_timer_(executor) {
    if (options_.instance == 0) options_.instance = random_u64();
}

Client::~Client() = default;

// ---- conversations

Client::Tracked* Client::find(const std::string& conversation) {
    const auto found = tracked_.find(conversation);
    return found == tracked_.end() ? nullptr : &found->second;
}
const Client::Tracked* Client::find(const std::string& conversation) const {
    const auto found = tracked_.find(conversation);
    return found == tracked_.end() ? nullptr : &found->second;
}

Client::Tracked& Client::track(const std::string& conversation) { return tracked_.try_emplace(conversation, staff()).first->second; }

Client::Tracked& Client::track(const v1::Conversation& conversation) {
    Tracked& tracked = track(conversation.id());
    tracked.epoch = conversation.epoch();
    tracked.assign_epoch = conversation.assign_epoch();
    tracked.over = conversation.status() == v1::CLOSED;
    return tracked;
}

std::uint64_t Client::last_seq(const std::string& conversation) const {
    const Tracked* tracked = find(conversation);
    return tracked ? tracked->stream.last_seq() : 0;
}
std::uint64_t Client::assign_epoch(const std::string& conversation) const {
    const Tracked* tracked = find(conversation);
    return tracked ? tracked->assign_epoch : 0;
}
std::size_t Client::unacknowledged(const std::string& conversation) const {
    const Tracked* tracked = find(conversation);
    return tracked ? tracked->queue.size() : 0;
}
std::uint64_t Client::repeated_events() const {
    std::uint64_t sum = old_repeats_;
    for (const auto& [id, tracked] : tracked_) sum += tracked.stream.duplicates();
    return sum;
}

void Client::override_resume_point(v1::ResumePoint point) { overridden_[point.conversation_id()] = std::move(point); }

// ---- messages

bool Client::queue_message(const std::string& conversation, std::string text, bool note) {
    Tracked* tracked = find(conversation);
    if (!tracked) return false;
    tracked->queue.push(std::move(text), note);
    flush_queue(conversation, *tracked);
    return true;
}

bool Client::send_text(const std::string& conversation, std::string text) { return queue_message(conversation, std::move(text), false); }
bool Client::send_note(const std::string& conversation, std::string text) { return queue_message(conversation, std::move(text), true); }

void Client::flush_queue(const std::string& conversation, Tracked& tracked) {
    if (state_ != State::ready || tracked.paused) return;
    for (const OutgoingMessage* message : tracked.queue.take_unsent(options_.window)) {
        v1::ClientFrame frame;
        frame.set_request_id(next_request_++);
        if (message->note) {
            v1::SendNote& send = *frame.mutable_send_note();
            send.set_conversation_id(conversation);
            send.set_number(message->number);
            send.mutable_note()->set_text(message->text);
            send.set_assign_epoch(tracked.assign_epoch);
        } else {
            v1::SendMessage& send = *frame.mutable_send_message();
            send.set_conversation_id(conversation);
            send.set_number(message->number);
            send.mutable_message()->set_text(message->text);
            if (staff()) send.set_assign_epoch(tracked.assign_epoch);
        }
        sends_.emplace(frame.request_id(), SentMessage{conversation, message->id, message->attempt});
        if (options_.trace) options_.trace->on_send(conversation, *message);
        send_frame(frame);
    }
}

// ---- commands

void Client::send_frame(const v1::ClientFrame& frame) {
    if (!link_) return;
    last_sent_ = std::chrono::steady_clock::now();
    link_->send(encode_piece(frame, options_.encoding));
}

void Client::request(v1::ClientFrame frame, Reply reply, Repeat repeat) {
    const std::uint32_t id = next_request_++;
    frame.set_request_id(id);
    if (state_ == State::stopped || (state_ != State::ready && repeat == Repeat::never))
        return fail_later(std::move(reply), "not connected");
    if (state_ == State::ready) send_frame(frame);
    requests_.emplace(id, Pending{std::move(frame), std::move(reply), repeat});
}

void Client::fail_later(Reply reply, const char* message) {
    if (!reply) return;
    asio::post(executor_, [reply = std::move(reply), message] {
        v1::ServerFrame frame;
        frame.mutable_error()->set_code(v1::UNAVAILABLE);
        frame.mutable_error()->set_message(message);
        reply(frame);
    });
}

void Client::tell(v1::ClientFrame frame) {
    frame.set_request_id(0);
    if (state_ == State::ready) send_frame(frame);
}

void Client::start_conversation(v1::StartConversation command, Reply reply) {
    v1::ClientFrame frame;
    if (command.start_id() == 0) command.set_start_id(static_cast<std::uint32_t>(random_u64() | 1));
    *frame.mutable_start_conversation() = std::move(command);
    request(std::move(frame), std::move(reply), Repeat::until_answered);
}
void Client::leave_queue(const std::string& conversation, Reply reply) {
    v1::ClientFrame frame;
    frame.mutable_leave_queue()->set_conversation_id(conversation);
    request(std::move(frame), std::move(reply), Repeat::until_answered);
}
void Client::end_conversation(const std::string& conversation, Reply reply) {
    v1::ClientFrame frame;
    frame.mutable_end_conversation()->set_conversation_id(conversation);
    request(std::move(frame), std::move(reply), Repeat::until_answered);
}
void Client::rate(const std::string& conversation, unsigned score, const std::string& comment, Reply reply) {
    v1::ClientFrame frame;
    v1::RateConversation& rate = *frame.mutable_rate_conversation();
    rate.set_conversation_id(conversation);
    rate.set_score(score);
    rate.set_comment(comment);
    request(std::move(frame), std::move(reply), Repeat::until_answered);
}

void Client::set_typing(const std::string& conversation, bool typing) {
    v1::ClientFrame frame;
    frame.mutable_set_typing()->set_conversation_id(conversation);
    frame.mutable_set_typing()->set_typing(typing);
    tell(std::move(frame));
}
void Client::advance_horizons(const std::string& conversation, std::uint64_t delivered_seq, std::uint64_t read_seq) {
    v1::ClientFrame frame;
    v1::AdvanceHorizons& horizons = *frame.mutable_advance_horizons();
    horizons.set_conversation_id(conversation);
    horizons.set_delivered_seq(delivered_seq);
    horizons.set_read_seq(read_seq);
    tell(std::move(frame));
}

void Client::set_agent_state(v1::AgentState state, const std::string& reason, Reply reply) {
    v1::ClientFrame frame;
    frame.mutable_set_agent_state()->set_state(state);
    frame.mutable_set_agent_state()->set_reason(reason);
    request(std::move(frame), std::move(reply), Repeat::until_answered);
}
void Client::accept(const v1::Offer& offer, Reply reply) {
    v1::ClientFrame frame;
    frame.mutable_accept_offer()->set_offer_id(offer.id());
    frame.mutable_accept_offer()->set_conversation_id(offer.conversation().id());
    request(std::move(frame), std::move(reply), Repeat::until_answered);
}
void Client::decline(const v1::Offer& offer, const std::string& reason, Reply reply) {
    v1::ClientFrame frame;
    v1::DeclineOffer& decline = *frame.mutable_decline_offer();
    decline.set_offer_id(offer.id());
    decline.set_conversation_id(offer.conversation().id());
    decline.set_reason(reason);
    request(std::move(frame), std::move(reply), Repeat::until_answered);
}
void Client::transfer(v1::TransferConversation command, Reply reply) {
    v1::ClientFrame frame;
    if (command.assign_epoch() == 0) command.set_assign_epoch(assign_epoch(command.conversation_id()));
    *frame.mutable_transfer_conversation() = std::move(command);
    request(std::move(frame), std::move(reply), Repeat::until_answered);
}
void Client::close_conversation(v1::CloseConversation command, Reply reply) {
    v1::ClientFrame frame;
    if (command.assign_epoch() == 0) command.set_assign_epoch(assign_epoch(command.conversation_id()));
    *frame.mutable_close_conversation() = std::move(command);
    request(std::move(frame), std::move(reply), Repeat::until_answered);
}
void Client::finish_wrap_up(v1::FinishWrapUp command, Reply reply) {
    v1::ClientFrame frame;
    if (command.assign_epoch() == 0) command.set_assign_epoch(assign_epoch(command.conversation_id()));
    *frame.mutable_finish_wrap_up() = std::move(command);
    request(std::move(frame), std::move(reply), Repeat::until_answered);
}

// ---- what was refused for a time

void Client::retry_later(std::uint32_t after_ms) {
    if (retry_armed_) return;
    retry_armed_ = true;
    // Without a hint: a moment, spread so that clients refused together do not return together.
    const std::uint64_t wait = after_ms ? after_ms + random_u64() % (after_ms / 4 + 1) : 100 + random_u64() % 400;
    retry_timer_.expires_after(std::chrono::milliseconds(wait));
    retry_timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
        const auto self = weak.lock();
        if (self && !cancelled) self->retry();
    });
}

void Client::retry() {
    retry_armed_ = false;
    if (state_ != State::ready) return;
    resend_commands(false);
}

}  // namespace switchboard::client
