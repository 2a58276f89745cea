// SPDX-License-Identifier: Apache-2.0
// Being connected: Hello and Welcome, the heartbeat, coming back.
#include "base/ids.hpp"
#include "switchboard_client/client.hpp"

#include <utility>

namespace switchboard::client {

namespace {

constexpr int most_resume_points = 64;  // the server refuses a Hello with more

}  // namespace

void Client::start() {
    if (state_ != State::idle) return;
    connect();
}

void Client::connect() {
    if (held_) {
        state_ = State::waiting;
        return;
    }
    state_ = State::connecting;
    link_ = std::make_unique<Link>(executor_, static_cast<LinkOwner&>(*this), options_.encoding);
    link_->connect(options_.server);
    timer_.expires_after(options_.welcome_within);
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
        const auto self = weak.lock();
        if (self && !cancelled && self->state_ == State::connecting) self->lose_connection(0, "no answer from the server");
    });
}

void Client::schedule_connect(Duration delay) {
    state_ = State::waiting;
    timer_.expires_after(delay);
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
        const auto self = weak.lock();
        if (self && !cancelled && self->state_ == State::waiting) self->connect();
    });
}

void Client::stop() {
    if (state_ == State::stopped || state_ == State::stopping) return;
    state_ = State::stopping;
    if (link_) link_->close(v1::NORMAL);
    timer_.expires_after(std::chrono::seconds(link_ ? 2 : 0));
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
        const auto self = weak.lock();
        if (self && !cancelled && self->state_ == State::stopping) self->lose_connection(0, "closed");
    });
}

void Client::abandon() {
    state_ = State::stopped;
    link_.reset();
    timer_.cancel();
    retry_timer_.cancel();
    requests_.clear();
}

void Client::cut() {
    if (link_) lose_connection(0, "cut");
}

void Client::stop_reading() {
    if (link_) link_->stop_reading();
}

void Client::hold(bool away) {
    held_ = away;
    if (!away && state_ == State::waiting) {
        timer_.cancel();
        connect();
    }
}

void Client::link_opened() { say_hello(); }

void Client::link_ended(const LinkEnd& end) { lose_connection(end.code, end.text); }

void Client::lose_connection(std::uint16_t code, const std::string& text) {
    link_.reset();
    Disconnect told{code, text, false, Duration{0}};
    told.final = state_ == State::stopping || !options_.reconnect || (code >= 4500 && code <= 4999);
    forget_unanswered(told.final);
    if (told.final) {
        state_ = State::stopped;
        timer_.cancel();
        retry_timer_.cancel();
    } else {
        told.retry_in = reconnect_hint_ + backoff_.next(random_u64());
        reconnect_hint_ = Duration{0};
        schedule_connect(told.retry_in);
    }
    const auto keep = shared_from_this();
    listener_->on_disconnected(told);
}

// What went out without an answer goes out again after the next Welcome, except what its sender wanted tried once.
void Client::forget_unanswered(bool final) {
    sends_.clear();
    for (auto& [id, tracked] : tracked_) {
        tracked.queue.rewind();
        tracked.reading = false;
        tracked.paused = false;
    }
    for (auto entry = requests_.begin(); entry != requests_.end();) {
        if (!final && entry->second.repeat == Repeat::until_answered) {
            ++entry;
            continue;
        }
        fail_later(std::move(entry->second.reply), "the connection broke before the answer");
        entry = requests_.erase(entry);
    }
}

void Client::say_hello() {
    v1::ClientFrame frame;
    frame.set_request_id(next_request_++);
    v1::Hello& hello = *frame.mutable_hello();
    hello.set_site_key(options_.site);
    switch (options_.credential.kind) {
        case Credential::Kind::visitor: hello.set_visitor_token(options_.credential.token); break;
        case Credential::Kind::customer_jwt: hello.set_customer_jwt(options_.credential.token); break;
        case Credential::Kind::agent_token: hello.set_agent_token(options_.credential.token); break;
    }
    hello.set_client_instance(options_.instance);
    hello.set_client(options_.program);
    for (const auto& [id, tracked] : tracked_) {
        // Without a point the log comes from its first event, and what is known is dropped here.
        if (tracked.over || hello.resume_size() >= most_resume_points) continue;
        const auto overridden = overridden_.find(id);
        if (overridden != overridden_.end()) {
            *hello.add_resume() = overridden->second;
            continue;
        }
        v1::ResumePoint& point = *hello.add_resume();
        point.set_conversation_id(id);
        point.set_epoch(tracked.epoch);
        point.set_seq(tracked.stream.last_seq());
        point.set_event_id(tracked.stream.last_event_id());
    }
    overridden_.clear();
    send_frame(frame);
}

void Client::handle_welcome(const v1::Welcome& welcome) {
    state_ = State::ready;
    backoff_.reset();
    self_ = welcome.self();
    limits_ = welcome.limits();
    if (limits_.frame_bytes() > 0) link_->set_message_limit(limits_.frame_bytes());
    if (welcome.heartbeat_ms() > 0) heartbeat_ = Duration{welcome.heartbeat_ms()};
    if (!welcome.visitor_token().empty()) options_.credential.token = welcome.visitor_token();
    last_received_ = std::chrono::steady_clock::now();
    arm_heartbeat();

    const auto keep = shared_from_this();
    listener_->on_welcome(welcome);
    for (const v1::Conversation& conversation : welcome.conversations()) {
        track(conversation);
        if (staff()) listener_->on_assigned(conversation);
    }
    if (welcome.has_agent_status()) listener_->on_agent_status(welcome.agent_status());
    for (const v1::OfferPushed& pushed : welcome.offers()) listener_->on_offer(pushed.offer());
    if (state_ == State::ready) resend_commands(true);
}

void Client::resend_commands(bool all) {
    for (auto& [id, pending] : requests_) {
        if (!all && !pending.postponed) continue;
        pending.postponed = false;
        send_frame(pending.frame);
    }
    for (auto& [conversation, tracked] : tracked_) {
        tracked.paused = false;
        flush_queue(conversation, tracked);
        if (tracked.stream.has_hole()) read_log(conversation, tracked);
    }
}

// Early enough for a slow network, and spread, so that thousands of clients do not speak in the same moment.
void Client::arm_heartbeat() {
    const auto wait = heartbeat_ * 6 / 10 + Duration{static_cast<std::int64_t>(random_u64() % (heartbeat_.count() * 2 / 10 + 1))};
    timer_.expires_after(wait);
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
        const auto self = weak.lock();
        if (self && !cancelled && self->state_ == State::ready) self->heartbeat();
    });
}

void Client::heartbeat() {
    const auto now = std::chrono::steady_clock::now();
    if (now - last_received_ > heartbeat_ * 2) return lose_connection(0, "the server is silent");
    v1::ClientFrame frame;
    frame.set_request_id(next_request_++);
    frame.mutable_ping();
    send_frame(frame);
    arm_heartbeat();
}

}  // namespace switchboard::client
