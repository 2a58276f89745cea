// SPDX-License-Identifier: Apache-2.0
#include "redis/link.hpp"

#include "base/ids.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace switchboard::redis {

using boost::system::error_code;

namespace {
// A connection that lived this long was a good one: its loss starts the back-off from the beginning.
constexpr std::chrono::seconds good_life{1};
constexpr unsigned ticks_between_looks = 10;
constexpr std::chrono::milliseconds confirmation_life{2000};
}  // namespace

Link::Link(Executor executor, LinkOptions options, LinkListener& listener)
    : executor_(executor), attempt_timer_(executor), tick_timer_(executor), options_(std::move(options)), listener_(&listener) {}

void Link::start() {
    tick();
    asio::post(executor_, [self = shared_from_this()] { self->begin(); });
}

void Link::stop() {
    listener_ = nullptr;
    phase_ = Phase::stopped;
    ++generation_;
    if (wire_) wire_->close();
    if (lookup_) lookup_->cancel();
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
    const RedisAddress& address = options_.address;
    if (address.tls && !tls_) {
        const auto made = make_tls_context(address);
        if (!made) return drop(made.error().message);
        tls_ = *made;
    }
    if (address.by_sentinel()) return find_primary();
    open({address.host, address.port});
}

void Link::find_primary() {
    lookup_ = std::make_shared<SentinelLookup>(executor_, options_.address, tls_);
    lookup_->start([self = shared_from_this(), generation = generation_](Result<Primary> found) {
        if (self->generation_ != generation) return;
        if (!found) return self->drop(found.error().message);
        self->learn(*found);
        self->open(found->place);
    });
}

void Link::learn(const Primary& primary) {
    primary_ = primary;
    if (2 * primary.witnesses > options_.address.sentinels.size()) confirmed_at_ = std::chrono::steady_clock::now();
}

bool Link::primary_confirmed(std::chrono::steady_clock::time_point now) const {
    return !options_.address.by_sentinel() || now - confirmed_at_ <= confirmation_life;
}

void Link::open(const HostPort& place) {
    wire_ = std::make_shared<Wire>(executor_, tls_);
    auto opened = [self = shared_from_this(), generation = generation_](const std::string& failure) {
        if (self->generation_ != generation) return;
        if (!failure.empty()) return self->drop(failure);
        self->greet();
    };
    if (options_.address.socket_path.empty()) wire_->open(place, std::move(opened));
    else wire_->open_socket(options_.address.socket_path, std::move(opened));
}

void Link::greet() {
    phase_ = Phase::handshake;
    reader_.reset();
    handshake_.emplace(options_.address, options_.load_scripts);
    // Who closes on us has mostly said why, as TLS does without a certificate that it asked for: the reading ends with the reason.
    wire_->write(std::make_shared<const std::string>(handshake_->bytes()), [](error_code, std::size_t) {});
    read();
}

void Link::read() {
    wire_->read_some(asio::buffer(input_), [self = shared_from_this(), generation = generation_](error_code failure, std::size_t bytes) {
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
    wire_->write(std::move(bytes), [self = shared_from_this(), generation = generation_](error_code failure, std::size_t) {
        if (self->generation_ != generation) return;
        if (failure) return self->drop("write failed: " + failure.message());
        self->listener_->on_written();
    });
}

void Link::request_turn() {
    asio::post(executor_, [self = shared_from_this()] {
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
    if (wire_) wire_->close();
    if (lookup_) lookup_->cancel();
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
        if (self->up() && self->options_.address.by_sentinel() && ++self->ticks_ % ticks_between_looks == 0) self->watch_primary();
        self->listener_->on_tick(std::chrono::steady_clock::now());
    });
}

void Link::watch_primary() {
    lookup_ = std::make_shared<SentinelLookup>(executor_, options_.address, tls_);
    lookup_->start([self = shared_from_this(), generation = generation_](const Result<Primary>& found) {
        if (self->generation_ != generation || !found) return;
        if (found->place == self->primary_.place) self->learn(*found);
        else if (found->config_epoch > self->primary_.config_epoch) self->drop("the primary is now " + found->place.describe());
    });
}

}  // namespace switchboard::redis
