// SPDX-License-Identifier: Apache-2.0
#include "app/session.hpp"

#include "app/greeting.hpp"
#include "app/session_commands.hpp"

#include <boost/asio/post.hpp>

#include <list>

namespace switchboard::app {

namespace {
constexpr std::size_t most_early_frames = 32;
}

struct Session::Impl : std::enable_shared_from_this<Impl> {
    enum class State { stranger, greeting, welcomed, gone };

    Impl(Context& context_of_shard, ports::ClientLink& client, Connection client_connection)
        : context(context_of_shard), link(&client), connection(std::move(client_connection)) {}

    void answer(std::uint32_t request_id, const Error& error);
    void hear_stranger(const v1::ClientFrame& frame);
    void hear_early(const v1::ClientFrame& frame);
    void welcomed();
    void refused(std::uint32_t request_id, const Error& error, int close_code);

    Context& context;
    ports::ClientLink* link;
    Connection connection;
    State state = State::stranger;
    std::shared_ptr<Greeting> greeting;
    SessionCommandsPtr commands;
    std::list<v1::ClientFrame> early;  // sent after Hello, before Welcome
};

void Session::Impl::answer(std::uint32_t request_id, const Error& error) {
    v1::ServerFrame frame;
    frame.set_reply_to(request_id);
    *frame.mutable_error() = to_proto(error);
    context.metrics.error_replies(v1::ErrorCode_Name(frame.error().code())).Increment();
    link->send(encode(frame, link->encoding()));
}

void Session::Impl::hear_stranger(const v1::ClientFrame& frame) {
    const auto request_id = frame.request_id();
    if (!frame.has_hello()) {
        return refused(request_id, {ErrorCode::unauthenticated, "Hello must be first"}, v1::PROTOCOL_ERROR);
    }
    state = State::greeting;
    Greeting::Outcome outcome;
    outcome.began = [self = shared_from_this()](SessionCommandsPtr session) { self->commands = std::move(session); };
    outcome.welcomed = [self = shared_from_this()] { self->welcomed(); };
    outcome.refused = [self = shared_from_this(), request_id](const Error& error, int code) { self->refused(request_id, error, code); };
    greeting = std::make_shared<Greeting>(context, *link, connection, frame.hello(), request_id, std::move(outcome));
    greeting->start();
}

void Session::Impl::hear_early(const v1::ClientFrame& frame) {
    if (frame.has_hello()) return answer(frame.request_id(), {ErrorCode::illegal_state, "Hello was said already"});
    if (early.size() >= most_early_frames) return answer(frame.request_id(), {ErrorCode::rate_limited, "too many commands before Welcome", 1000});
    early.push_back(frame);
}

void Session::Impl::welcomed() {
    if (state != State::greeting) return;
    state = State::welcomed;
    // Not now: the replays that follow Welcome come first.
    asio::post(context.executor, [self = shared_from_this()] {
        self->greeting.reset();
        while (self->state == State::welcomed && !self->early.empty()) {
            const v1::ClientFrame frame = std::move(self->early.front());
            self->early.pop_front();
            self->commands->handle(frame);
        }
    });
}

void Session::Impl::refused(std::uint32_t request_id, const Error& error, int close_code) {
    if (state == State::gone) return;
    state = State::gone;
    early.clear();
    answer(request_id, error);
    auto* client = link;
    client->close(static_cast<std::uint16_t>(close_code), error.message);
}

Session::Session(Context& context, ports::ClientLink& link, Connection connection)
    : impl_(std::make_shared<Impl>(context, link, std::move(connection))) {}

Session::~Session() { disconnected(); }

void Session::handle(const v1::ClientFrame& frame) {
    switch (impl_->state) {
        case Impl::State::stranger: return impl_->hear_stranger(frame);
        case Impl::State::greeting: return impl_->hear_early(frame);
        case Impl::State::welcomed:
            // Frames that waited for Welcome are older.
            if (!impl_->early.empty()) return impl_->hear_early(frame);
            return impl_->commands->handle(frame);
        case Impl::State::gone: return;
    }
}

bool Session::authenticated() const { return impl_->state == Impl::State::welcomed; }

bool Session::staff() const { return impl_->commands && impl_->commands->staff(); }

void Session::disconnected() {
    impl_->state = Impl::State::gone;
    impl_->early.clear();
    if (impl_->greeting) impl_->greeting->stop();
    impl_->greeting.reset();
    if (auto commands = std::exchange(impl_->commands, nullptr)) commands->disconnected();
}

}  // namespace switchboard::app
