// SPDX-License-Identifier: Apache-2.0
#include "redis/link.hpp"

#include "base/ids.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <utility>

namespace switchboard::redis {

using boost::system::error_code;

namespace {
// A connection that lived this long was a good one: its loss starts the back-off from the beginning.
constexpr std::chrono::seconds good_life{1};
}  // namespace

Link::Link(Executor executor, LinkOptions options, LinkListener& listener)
    : socket_(executor),
      resolver_(executor),
      attempt_timer_(executor),
      tick_timer_(executor),
      options_(std::move(options)),
      listener_(&listener) {}

void Link::start() {
    tick();
    asio::post(socket_.get_executor(), [self = shared_from_this()] { self->begin(); });
}

void Link::stop() {
    listener_ = nullptr;
    phase_ = Phase::stopped;
    ++generation_;
    error_code ignored;
    socket_.close(ignored);
    resolver_.cancel();
    attempt_timer_.cancel();
    tick_timer_.cancel();
}

void Link::begin() {
    if (phase_ != Phase::idle) return;
    phase_ = Phase::connecting;
    ++generation_;
    attempt_timer_.expires_after(options_.connect_timeout);
    attempt_timer_.async_wait([self = shared_from_this(), generation = generation_](error_code) {
        if (self->generation_ != generation || self->phase_ == Phase::up) return;
        self->drop(self->phase_ == Phase::handshake ? "no answer within the connect timeout" : "connect timed out");
    });
    if (options_.address.socket_path.empty()) return resolve();
    connect({Endpoint(asio::local::stream_protocol::endpoint(options_.address.socket_path))}, 0);
}

void Link::resolve() {
    resolver_.async_resolve(options_.address.host, std::to_string(options_.address.port),
                            [self = shared_from_this(), generation = generation_](error_code failure, const Resolver::results_type& found) {
                                if (self->generation_ != generation) return;
                                if (failure) return self->drop("cannot resolve the host: " + failure.message());
                                std::vector<Endpoint> endpoints;
                                for (const auto& entry : found) endpoints.emplace_back(entry.endpoint());
                                self->connect(std::move(endpoints), 0);
                            });
}

void Link::connect(std::vector<Endpoint> endpoints, std::size_t index) {
    const Endpoint endpoint = endpoints[index];
    socket_.async_connect(endpoint, [self = shared_from_this(), generation = generation_, endpoints = std::move(endpoints),
                                     index](error_code failure) mutable {
        if (self->generation_ != generation) return;
        if (!failure) return self->greet();
        error_code ignored;
        self->socket_.close(ignored);
        if (index + 1 < endpoints.size()) return self->connect(std::move(endpoints), index + 1);
        self->drop("cannot connect: " + failure.message());
    });
}

void Link::greet() {
    error_code ignored;
    if (options_.address.socket_path.empty()) socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    phase_ = Phase::handshake;
    reader_.reset();
    handshake_.emplace(options_.address, options_.load_scripts);
    asio::async_write(socket_, asio::buffer(handshake_->bytes()),
                      [self = shared_from_this(), generation = generation_](error_code failure, std::size_t) {
                          if (failure && self->generation_ == generation) self->drop("write failed: " + failure.message());
                      });
    read();
}

void Link::read() {
    const auto buffer = asio::buffer(input_);
    socket_.async_read_some(buffer, [self = shared_from_this(), generation = generation_](error_code failure, std::size_t bytes) {
        if (self->generation_ != generation) return;
        if (failure) return self->drop(failure == asio::error::eof ? "closed by Redis" : "read failed: " + failure.message());
        self->consume(bytes);
        if (self->generation_ == generation) self->read();
    });
}

void Link::consume(std::size_t bytes) {
    const std::uint64_t generation = generation_;
    reader_.feed({input_.data(), bytes});
    while (true) {
        const ReplyReader::Next next = reader_.next(reply_);
        if (next == ReplyReader::Next::more) return;
        if (next == ReplyReader::Next::broken) return drop("unreadable reply: " + std::string(reader_.error()));
        if (phase_ == Phase::up) listener_->on_reply(reply_);
        else take_greeting();
        if (generation_ != generation) return;
    }
}

void Link::take_greeting() {
    switch (handshake_->on_reply(reply_)) {
        case Handshake::Progress::more: return;
        case Handshake::Progress::failed: return drop(handshake_->failure());
        case Handshake::Progress::done: break;
    }
    phase_ = Phase::up;
    up_since_ = std::chrono::steady_clock::now();
    attempt_timer_.cancel();
    listener_->on_up();
}

void Link::write(std::shared_ptr<const std::string> bytes) {
    const asio::const_buffer view = asio::buffer(*bytes);
    asio::async_write(socket_, view,
                      [self = shared_from_this(), generation = generation_, bytes = std::move(bytes)](error_code failure, std::size_t) {
                          if (self->generation_ != generation) return;
                          if (failure) return self->drop("write failed: " + failure.message());
                          self->listener_->on_written();
                      });
}

void Link::request_turn() {
    asio::post(socket_.get_executor(), [self = shared_from_this()] {
        if (self->listener_) self->listener_->on_turn();
    });
}

void Link::drop(const std::string& reason) {
    if (phase_ == Phase::idle || phase_ == Phase::stopped) return;
    const auto keep = shared_from_this();
    const bool was_up = phase_ == Phase::up;
    if (was_up && std::chrono::steady_clock::now() - up_since_ >= good_life) failures_ = 0;
    phase_ = Phase::idle;
    ++generation_;
    error_code ignored;
    socket_.close(ignored);
    schedule_attempt();
    listener_->on_down(reason, was_up);
}

void Link::schedule_attempt() {
    // Full jitter: shards and nodes that lost the same Redis do not come back in step.
    const std::uint64_t ceiling = static_cast<std::uint64_t>(
        std::min(options_.longest_back_off, options_.first_back_off * (std::int64_t{1} << std::min(failures_, 10U))).count());
    ++failures_;
    attempt_timer_.expires_after(std::chrono::milliseconds(random_u64() % (ceiling + 1)));
    attempt_timer_.async_wait([self = shared_from_this(), generation = generation_](error_code) {
        if (self->generation_ == generation) self->begin();
    });
}

void Link::tick() {
    tick_timer_.expires_after(tick_period);
    tick_timer_.async_wait([self = shared_from_this()](error_code) {
        if (!self->listener_) return;
        self->tick();
        self->listener_->on_tick(std::chrono::steady_clock::now());
    });
}

}  // namespace switchboard::redis
