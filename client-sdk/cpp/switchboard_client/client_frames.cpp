// SPDX-License-Identifier: Apache-2.0
// What arrives: answers, events, pushes.
#include "switchboard_client/client.hpp"

#include <algorithm>
#include <utility>

namespace switchboard::client {

void Client::link_received(std::string_view message) {
    const auto keep = shared_from_this();
    // Its memory is used again for every message; nothing decodes while another message is being handled.
    static thread_local v1::ServerBatch batch;
    if (!decode_batch(message, options_.encoding, batch)) return lose_connection(0, "the server sent what is no batch of frames");
    last_received_ = std::chrono::steady_clock::now();
    for (const v1::ServerFrame& frame : batch.frames()) {
        if (!link_) return;
        handle(frame);
    }
}

void Client::handle(const v1::ServerFrame& frame) {
    switch (frame.body_case()) {
        case v1::ServerFrame::kWelcome: return handle_welcome(frame.welcome());
        case v1::ServerFrame::kConversationAssigned: handle_assigned(frame.conversation_assigned().conversation()); break;
        default: break;
    }
    if (frame.reply_to() != 0) {
        handle_reply(frame);
    } else {
        handle_push(frame);
    }
}

void Client::handle_reply(const v1::ServerFrame& frame) {
    const auto sent = sends_.find(frame.reply_to());
    if (sent != sends_.end()) {
        const SentMessage message = std::move(sent->second);
        sends_.erase(sent);
        return handle_message_reply(message, frame);
    }
    const auto found = requests_.find(frame.reply_to());
    if (found == requests_.end()) {
        if (frame.has_error()) listener_->on_error(frame.error());
        return;
    }
    if (frame.has_error() && frame.error().temporary() && found->second.repeat == Repeat::until_answered) {
        found->second.postponed = true;
        return retry_later(frame.error().retry_after_ms());
    }
    const Pending pending = std::move(found->second);
    requests_.erase(found);
    if (frame.has_conversation_opened()) handle_opened(pending.frame.start_conversation(), frame.conversation_opened());
    if (pending.reply) pending.reply(frame);
}

void Client::handle_push(const v1::ServerFrame& frame) {
    switch (frame.body_case()) {
        case v1::ServerFrame::kEvent: return handle_event(frame.event().conversation_id(), frame.event().event());
        case v1::ServerFrame::kResumed: return handle_resumed(frame.resumed());
        case v1::ServerFrame::kResumeGap: return handle_gap(frame.resume_gap());
        case v1::ServerFrame::kTyping: return listener_->on_typing(frame.typing());
        case v1::ServerFrame::kHorizonsAdvanced: return listener_->on_horizons(frame.horizons_advanced());
        case v1::ServerFrame::kQueuePosition: return listener_->on_queue_position(frame.queue_position());
        case v1::ServerFrame::kDepartmentsChanged: return listener_->on_departments(frame.departments_changed());
        case v1::ServerFrame::kQueueSnapshot: return listener_->on_queue_snapshot(frame.queue_snapshot());
        case v1::ServerFrame::kOffer: return listener_->on_offer(frame.offer().offer());
        case v1::ServerFrame::kOfferWithdrawn: return listener_->on_offer_withdrawn(frame.offer_withdrawn());
        case v1::ServerFrame::kAgentStatus: return listener_->on_agent_status(frame.agent_status());
        case v1::ServerFrame::kConversationReleased:
            return handle_released(frame.conversation_released().conversation_id(), frame.conversation_released().reason());
        case v1::ServerFrame::kConsultStarted: track(frame.consult_started().conversation()); return listener_->on_consult_started(frame.consult_started());
        case v1::ServerFrame::kConsultEnded: return handle_consult_ended(frame.consult_ended().conversation_id());
        case v1::ServerFrame::kGoAway: reconnect_hint_ = Duration{frame.go_away().reconnect_after_ms()}; return;
        case v1::ServerFrame::kTokenIssued: options_.credential.token = frame.token_issued().visitor_token(); return;
        case v1::ServerFrame::kError: return listener_->on_error(frame.error());
        default: return;
    }
}

// ---- answers to messages

void Client::handle_message_reply(const SentMessage& sent, const v1::ServerFrame& frame) {
    Tracked* tracked = find(sent.conversation);
    if (!tracked) return;
    if (frame.has_error()) return handle_message_error(sent, frame.error());
    if (!frame.has_message_accepted()) return;
    const auto accepted = tracked->queue.accepted(sent.message);
    if (!accepted) return;
    if (options_.trace) options_.trace->on_send_accepted(*accepted, frame.message_accepted());
    flush_queue(sent.conversation, *tracked);
    listener_->on_message_accepted(frame.message_accepted());
}

void Client::handle_message_error(const SentMessage& sent, const v1::Error& error) {
    Tracked& tracked = *find(sent.conversation);
    std::vector<OutgoingMessage> given_up;
    switch (error.code()) {
        case v1::OUT_OF_SEQUENCE:
            if (tracked.queue.out_of_sequence(sent.message, sent.attempt, error.expected_number())) flush_queue(sent.conversation, tracked);
            return;
        case v1::NOT_FOUND:
        case v1::CONVERSATION_CLOSED:
        case v1::STALE_ASSIGNMENT: given_up = tracked.queue.refused_with_tail(sent.message, sent.attempt); break;
        default:
            if (error.temporary()) {
                if (tracked.queue.postponed(sent.message, sent.attempt)) {
                    tracked.paused = true;
                    retry_later(error.retry_after_ms());
                }
                return;
            }
            if (auto message = tracked.queue.refused(sent.message, sent.attempt, error.code() == v1::CONFLICT))
                given_up.push_back(std::move(*message));
            flush_queue(sent.conversation, tracked);
    }
    give_up(sent.conversation, given_up, error);
}

void Client::give_up(const std::string& conversation, const std::vector<OutgoingMessage>& messages, const v1::Error& error) {
    for (const OutgoingMessage& message : messages) {
        if (options_.trace) options_.trace->on_send_refused(conversation, message);
        listener_->on_message_refused(conversation, message.text, error);
    }
}

// ---- the log

void Client::note_event(Tracked& tracked, const v1::Event& event) {
    if (event.has_closed()) tracked.over = true;
}

void Client::handle_event(const std::string& conversation, const v1::Event& event) {
    Tracked& tracked = track(conversation);
    std::vector<v1::Event> ready;
    if (!tracked.stream.push(event, ready)) return lose_connection(0, "the log of a conversation was replaced");
    if (tracked.stream.has_hole() && !tracked.reading) {
        ++holes_;
        read_log(conversation, tracked);
    }
    for (const v1::Event& next : ready) {
        // The listener may have forgotten the conversation.
        Tracked* still = find(conversation);
        if (!still) return;
        note_event(*still, next);
        listener_->on_event(conversation, next);
    }
}

void Client::read_log(const std::string& conversation, Tracked& tracked) {
    if (tracked.reading || state_ != State::ready) return;
    tracked.reading = true;
    v1::ClientFrame frame;
    frame.mutable_read_log()->set_conversation_id(conversation);
    frame.mutable_read_log()->set_after_seq(tracked.stream.last_seq());
    frame.mutable_read_log()->set_limit(500);
    request(std::move(frame), [weak = weak_from_this(), conversation](const v1::ServerFrame& reply) {
        if (const auto self = weak.lock()) self->handle_log(conversation, reply);
    });
}

void Client::handle_log(const std::string& conversation, const v1::ServerFrame& frame) {
    Tracked* tracked = find(conversation);
    if (!tracked) return;
    tracked->reading = false;
    if (frame.has_error()) {
        if (frame.error().temporary() || frame.error().code() == v1::UNAVAILABLE) return retry_later(frame.error().retry_after_ms());
        tracked_.erase(conversation);
        return listener_->on_log_lost(conversation);
    }
    const v1::Log log = frame.log();
    const std::uint64_t before = tracked->stream.last_seq();
    tracked->reading = true;  // one page may have holes against what waits; it is asked for below
    for (const v1::Event& event : log.events()) {
        handle_event(conversation, event);
        if (!link_ || !(tracked = find(conversation))) return;
    }
    tracked->reading = false;
    const bool progress = tracked->stream.last_seq() > before;
    if (log.more() || (tracked->stream.has_hole() && progress)) return read_log(conversation, *tracked);
    // The hole's events are not readable yet: ask again in a moment.
    if (tracked->stream.has_hole()) retry_later(0);
}

void Client::handle_resumed(const v1::Resumed& resumed) {
    Tracked* tracked = find(resumed.conversation_id());
    if (tracked && resumed.head_seq() > tracked->stream.last_seq()) {
        ++holes_;
        read_log(resumed.conversation_id(), *tracked);
    }
}

void Client::handle_gap(const v1::ResumeGap& gap) {
    const std::string& conversation = gap.snapshot().id();
    if (gap.snapshot().epoch() == 0) {
        // A snapshot of nothing: the log is gone.
        tracked_.erase(conversation);
        return listener_->on_log_lost(conversation);
    }
    Tracked& tracked = track(gap.snapshot());
    old_repeats_ += tracked.stream.duplicates();
    tracked.stream = EventStream(staff());
    listener_->on_log_reset(conversation);
}

// ---- conversations that come and go

void Client::handle_opened(const v1::StartConversation& command, const v1::ConversationOpened& opened) {
    Tracked& tracked = track(opened.conversation());
    if (command.text().empty()) return;
    if (!opened.existing()) return tracked.queue.first_number_used();
    // Either an answer to our own earlier attempt got lost, then number 1 is this text and repeating it changes nothing; or the
    // conversation was open already, then the text has not been said yet.
    tracked.queue.push(command.text(), false);
    flush_queue(opened.conversation().id(), tracked);
}

void Client::handle_assigned(const v1::Conversation& conversation) {
    Tracked& tracked = track(conversation);
    tracked.over = false;
    flush_queue(conversation.id(), tracked);
    listener_->on_assigned(conversation);
}

void Client::handle_released(const std::string& conversation, v1::LeaveReason reason) {
    stop_following(conversation);
    listener_->on_released(conversation, reason);
}

void Client::handle_consult_ended(const std::string& conversation) {
    stop_following(conversation);
    listener_->on_consult_ended(conversation);
}

// What is not closed may come back, and goes on with its numbers then: the server remembers which were used.
void Client::stop_following(const std::string& conversation) {
    Tracked* tracked = find(conversation);
    if (!tracked) return;
    old_repeats_ += tracked->stream.duplicates();
    tracked->stream = EventStream(staff());
    const std::vector<OutgoingMessage> given_up = tracked->queue.give_up();
    if (std::exchange(tracked->over, true)) tracked_.erase(conversation);
    v1::Error error;
    error.set_code(v1::STALE_ASSIGNMENT);
    error.set_message("the conversation is no longer yours");
    give_up(conversation, given_up, error);
}

}  // namespace switchboard::client
