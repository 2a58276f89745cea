// SPDX-License-Identifier: Apache-2.0
#include "net/ws_session.hpp"

#include "app/frames.hpp"
#include "base/log.hpp"
#include "net/command_gate.hpp"
#include "net/frame_meter.hpp"
#include "net/metered_socket.hpp"
#include "net/outbox.hpp"
#include "switchboard/v1/client.pb.h"
#include "switchboard/v1/error.pb.h"

#include <boost/beast/websocket.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <optional>
#include <utility>

namespace switchboard::net {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;

constexpr std::size_t longest_reason = 120;  // a close frame holds 123 bytes
constexpr Duration teardown_time = 2s;       // for the client to read our close frame and close as well
constexpr std::uint16_t unsupported_data = 1003;
constexpr std::uint16_t policy_violation = 1008;

TimePoint now() { return std::chrono::steady_clock::now(); }

std::string close_label(std::uint16_t code) {
    if (v1::CloseCode_IsValid(code)) return v1::CloseCode_Name(static_cast<v1::CloseCode>(code));
    return std::to_string(code);
}

class WsSession final : public ports::ClientLink,
                        public Peer,
                        public Flushable,
                        public ReceiveObserver,
                        public std::enable_shared_from_this<WsSession> {
public:
    WsSession(std::shared_ptr<ShardState> shard, Socket socket, Upgrade upgrade, std::string address, Admission::Slot slot)
        : shard_(std::move(shard)),
          ws_(std::move(socket), static_cast<ReceiveObserver&>(*this)),
          slot_(std::move(slot)),
          outbox_(limits().customer_outbox_bytes),
          connection_{std::move(address), std::move(upgrade.origin), upgrade.own_origin},
          encoding_(upgrade.encoding) {
        shard_->peer_opened();
        ++shard_->sessions;
    }
    ~WsSession() {
        release_handler();
        DeadlineWheel::remove(*this);
        --shard_->sessions;
        shard_->peer_gone();
    }

    void start(const std::string& key, TimePoint deadline);

    // ---- ports::ClientLink
    ports::Encoding encoding() const override { return encoding_; }
    ports::SendStatus send(ports::EncodedFrame frame) override;
    void close(std::uint16_t code, const std::string& reason) override;

    // ---- from the shard
    TimePoint check(TimePoint at) override;
    void flush() override;
    bool shut_down() override;
    void drop() override { gone("DROPPED"); }
    void close_session(std::uint16_t code, const std::string& reason) override { close(code, reason); }

    // ---- from the socket
    void received(const unsigned char* bytes, std::size_t size) override { meter_.observe(bytes, size); }
    void chunk_received() override;
    void teardown_started() override { hasten_close(now() + teardown_time); }

private:
    const app::SessionLimits& limits() const { return shard_->services.limits; }
    const Options& options() const { return shard_->options; }
    TimePoint heartbeat_deadline() const { return last_received_ + Duration(limits().heartbeat_ms) + options().heartbeat_grace; }

    void accepted(boost::system::error_code failure);
    void read();
    void on_read(boost::system::error_code failure, std::size_t size);
    void deliver(std::string_view bytes);
    void handle(const v1::ClientFrame& frame, TimePoint at);
    void refuse(const v1::ClientFrame& frame);
    void note_authenticated();
    void write();
    void on_written(boost::system::error_code failure);
    void send_close();
    void close_slow();
    void enforce_deadlines(TimePoint at);
    TimePoint next_deadline() const;
    void set_deadline(TimePoint& deadline, TimePoint when);
    void hasten_close(TimePoint when);
    void request_flush();
    void release_handler();
    void gone(const std::string& why);

    std::shared_ptr<ShardState> shard_;
    websocket::stream<MeteredSocket, false> ws_;
    Admission::Slot slot_;
    std::unique_ptr<FrameHandler> handler_;
    Outbox outbox_;
    Outbox::Batch writing_batch_;
    CommandGate gate_;
    TokenBucket pings_;
    FrameMeter meter_;
    app::Connection connection_;
    std::string close_reason_;
    std::string message_;      // of a message that did not fit into small_
    std::size_t filled_ = 0;   // of message_
    TimePoint last_received_ = now();
    TimePoint open_deadline_ = never;     // 101, then Hello
    TimePoint message_deadline_ = never;
    TimePoint write_deadline_ = never;
    TimePoint close_deadline_ = never;
    std::uint32_t messages_seen_ = 0;
    std::uint32_t pings_seen_ = 0;
    std::uint16_t close_code_ = 0;
    ports::Encoding encoding_;
    bool open_ = false;           // 101 is sent
    bool authenticated_ = false;
    bool staff_ = false;
    bool writing_ = false;
    bool flush_requested_ = false;
    bool closing_ = false;
    bool close_sent_ = false;
    bool gone_ = false;
    std::array<char, 128> small_;  // a pending read pins this much and no more
};

void WsSession::start(const std::string& key, TimePoint deadline) {
    set_deadline(open_deadline_, deadline);
    ws_.auto_fragment(false);
    ws_.binary(encoding_ == ports::Encoding::protobuf);
    ws_.read_message_max(limits().customer_frame_bytes);
    ws_.set_option(websocket::stream_base::decorator([encoding = encoding_](websocket::response_type& response) {
        const auto name = subprotocol(encoding);
        response.set(http::field::sec_websocket_protocol, beast::string_view(name.data(), name.size()));
        response.set(http::field::server, "switchboard");
    }));
    // Checked by check_upgrade() already; this is what Beast wants to see again.
    http::request<http::empty_body> request{http::verb::get, "/", 11};
    request.set(http::field::host, "switchboard");
    request.set(http::field::upgrade, "websocket");
    request.set(http::field::connection, "upgrade");
    request.set(http::field::sec_websocket_key, key);
    request.set(http::field::sec_websocket_version, "13");
    ws_.async_accept(request, [self = shared_from_this()](boost::system::error_code failure) { self->accepted(failure); });
}

void WsSession::accepted(boost::system::error_code failure) {
    if (gone_) return;
    if (failure) return gone("LOST");
    open_ = true;
    if (closing_) return flush();
    set_deadline(open_deadline_, now() + Duration(limits().hello_ms));
    handler_ = shard_->services.make_handler(*this, std::exchange(connection_, {}));
    if (shard_->shutting_down) shut_down();
    else read();
}

void WsSession::read() {
    auto buffer = asio::buffer(small_);
    if (!message_.empty()) {
        const std::size_t chunk = std::clamp<std::size_t>(filled_, 512, 16 * 1024);
        message_.resize(filled_ + chunk);
        buffer = asio::buffer(message_.data() + filled_, chunk);
    }
    ws_.async_read_some(buffer, [self = shared_from_this()](boost::system::error_code failure, std::size_t size) { self->on_read(failure, size); });
}

void WsSession::on_read(boost::system::error_code failure, std::size_t size) {
    if (gone_) return;
    if (failure == websocket::error::closed) return gone("CLIENT");
    if (failure) return gone(failure == websocket::condition::protocol_violation ? "PROTOCOL_VIOLATION" : "LOST");
    if (closing_) return;
    if (ws_.got_text() != (encoding_ == ports::Encoding::json)) return close(unsupported_data, "this subprotocol uses the other kind of message");
    if (!ws_.is_message_done()) {
        if (message_.empty()) {
            message_.assign(small_.data(), size);
            filled_ = 0;
        }
        filled_ += size;
    } else if (message_.empty()) {
        deliver({small_.data(), size});
    } else {
        const std::string whole = std::exchange(message_, {});
        deliver({whole.data(), filled_ + size});
    }
    if (!closing_) read();
}

void WsSession::deliver(std::string_view bytes) {
    const auto batch = shard_->decoder.decode(bytes, encoding_);
    if (!batch) return close(v1::PROTOCOL_ERROR, batch.error().message);
    const TimePoint at = now();
    // An empty message costs a token too, or it would be a way around the limit.
    if ((*batch)->frames_size() == 0) return handle(v1::ClientFrame::default_instance(), at);
    for (const v1::ClientFrame& frame : (*batch)->frames()) {
        shard_->frames.count(frame);
        handle(frame, at);
        if (closing_) return;
    }
}

void WsSession::handle(const v1::ClientFrame& frame, TimePoint at) {
    switch (gate_.take(staff_, limits(), options().customer_commands_per_minute, at)) {
    case CommandGate::Verdict::allowed: break;
    case CommandGate::Verdict::refused: return refuse(frame);
    case CommandGate::Verdict::abuse: return close(v1::ABUSE, "far too many commands");
    }
    try {
        handler_->handle(frame);
    } catch (const std::exception& failure) {
        log::error("session.failed", {{"error", failure.what()}});
        close(ports::internal_error, "internal error");
    }
}

void WsSession::refuse(const v1::ClientFrame& frame) {
    v1::ServerFrame answer;
    answer.set_reply_to(frame.request_id());
    v1::Error& error = *answer.mutable_error();
    error.set_code(v1::RATE_LIMITED);
    error.set_message("too many commands");
    error.set_temporary(true);
    error.set_retry_after_ms(std::max(1U, gate_.retry_after_ms(staff_, limits(), options().customer_commands_per_minute)));
    shard_->services.metrics.error_replies("RATE_LIMITED").Increment();
    shard_->services.metrics.rate_limited("commands").Increment();
    send(app::encode(answer, encoding_));
}

ports::SendStatus WsSession::send(ports::EncodedFrame frame) {
    if (closing_) return ports::SendStatus::closed;
    const auto status = outbox_.push(std::move(frame), now());
    if (status == ports::SendStatus::closed) {
        close_slow();
        return status;
    }
    if (outbox_.slow_from() != never) shard_->wheel.schedule(*this, outbox_.slow_from());
    request_flush();
    return status;
}

void WsSession::close(std::uint16_t code, const std::string& reason) {
    if (closing_) return;
    closing_ = true;
    close_code_ = code;
    close_reason_ = reason.substr(0, longest_reason);
    hasten_close(now() + options().close_deadline);
    request_flush();
}

void WsSession::close_slow() {
    if (closing_) return;
    outbox_.clear();
    shard_->services.metrics.slow_consumer_closes.Increment();
    close(v1::SLOW_CONSUMER, "output is not read");
}

void WsSession::request_flush() {
    if (std::exchange(flush_requested_, true)) return;
    shard_->request_flush(shared_from_this());
}

void WsSession::flush() {
    flush_requested_ = false;
    if (gone_) return;
    note_authenticated();
    if (closing_) release_handler();
    if (writing_ || !open_) return;
    if (!outbox_.empty()) return write();
    if (closing_) send_close();
}

// Welcome comes some time after Hello; it is always sent, so the turn that sends it is the one to look.
void WsSession::note_authenticated() {
    if (authenticated_ || !handler_ || !handler_->authenticated()) return;
    authenticated_ = true;
    open_deadline_ = never;
    if (!handler_->staff()) return;
    staff_ = true;
    gate_ = {};  // an agent's allowance, not what is left of a customer's
    slot_.stop_counting_address();
    outbox_.set_limit(limits().agent_outbox_bytes);
    ws_.read_message_max(limits().agent_frame_bytes);
}

void WsSession::write() {
    writing_ = true;
    set_deadline(write_deadline_, now() + options().write_stall);
    shard_->services.metrics.send_queue_bytes.Observe(static_cast<double>(outbox_.bytes()));
    writing_batch_ = outbox_.take_batch(encoding_);
    const auto bytes = writing_batch_.bytes();
    ws_.async_write(asio::buffer(bytes.data(), bytes.size()),
                    [self = shared_from_this()](boost::system::error_code failure, std::size_t) { self->on_written(failure); });
}

void WsSession::on_written(boost::system::error_code failure) {
    writing_ = false;
    write_deadline_ = never;
    writing_batch_ = {};
    outbox_.written();
    if (gone_) return;
    // While Beast closes on its own, it is the read that tells why.
    if (failure && failure != asio::error::operation_aborted) return gone("LOST");
    if (!failure) flush();
}

void WsSession::send_close() {
    if (std::exchange(close_sent_, true)) return;
    const websocket::close_reason reason(static_cast<websocket::close_code>(close_code_), close_reason_);
    ws_.async_close(reason, [self = shared_from_this()](boost::system::error_code) { self->gone(close_label(self->close_code_)); });
}

bool WsSession::shut_down() {
    if (closing_) return false;
    if (!open_) {
        drop();
        return true;
    }
    v1::ServerFrame frame;
    const auto spread = static_cast<std::uint64_t>(options().reconnect_spread.count());
    frame.mutable_go_away()->set_reconnect_after_ms(static_cast<std::uint32_t>(random_u64() % (spread + 1)));
    send(app::encode(frame, encoding_));
    close(v1::SERVICE_RESTART, "the node stops");
    return true;
}

void WsSession::chunk_received() {
    const TimePoint at = now();
    last_received_ = at;
    if (meter_.idle()) {
        message_deadline_ = never;
    } else if (message_deadline_ == never || meter_.messages() != messages_seen_) {
        set_deadline(message_deadline_, at + options().message_deadline);
    }
    messages_seen_ = meter_.messages();
    if (meter_.most_fragments() > options().fragments_per_message) close(policy_violation, "too many fragments");
    const std::uint32_t pings = meter_.pings() - std::exchange(pings_seen_, meter_.pings());
    if (pings > 0 && !pings_.take(options().pings_per_second, 2 * options().pings_per_second, at, pings)) close(policy_violation, "too many pings");
}

TimePoint WsSession::check(TimePoint at) {
    const auto self = shared_from_this();
    if (gone_) return never;
    note_authenticated();
    enforce_deadlines(at);
    return gone_ ? never : next_deadline();
}

void WsSession::enforce_deadlines(TimePoint at) {
    if (close_deadline_ <= at) return gone(close_code_ ? close_label(close_code_) : "LOST");
    if (write_deadline_ <= at) return gone("WRITE_STALL");
    if (open_deadline_ <= at && !open_) return gone("LOST");
    if (closing_) return;
    if (open_deadline_ <= at) return close(v1::HELLO_TIMEOUT, "Hello did not come in time");
    if (message_deadline_ <= at) return close(policy_violation, "a message took too long");
    if (outbox_.slow(at)) return close_slow();
    if (heartbeat_deadline() <= at) return close(v1::HEARTBEAT_TIMEOUT, "nothing was received");
}

TimePoint WsSession::next_deadline() const {
    const TimePoint forced = std::min(close_deadline_, write_deadline_);
    if (closing_) return forced;
    return std::min({forced, open_deadline_, message_deadline_, outbox_.slow_from(), heartbeat_deadline()});
}

void WsSession::set_deadline(TimePoint& deadline, TimePoint when) {
    deadline = when;
    shard_->wheel.schedule(*this, when);
}

void WsSession::hasten_close(TimePoint when) {
    if (!gone_ && when < close_deadline_) set_deadline(close_deadline_, when);
}

void WsSession::release_handler() {
    if (!handler_) return;
    handler_->disconnected();
    handler_.reset();
}

void WsSession::gone(const std::string& why) {
    if (gone_) return;
    gone_ = true;
    closing_ = true;
    release_handler();
    DeadlineWheel::remove(*this);
    slot_ = {};
    boost::system::error_code ignored;
    ws_.next_layer().next_layer().close(ignored);
    shard_->services.metrics.connection_closes(why).Increment();
}

}  // namespace

void start_ws_session(std::shared_ptr<ShardState> shard, Socket socket, Upgrade upgrade, std::string address, Admission::Slot slot,
                      TimePoint deadline) {
    const std::string key = upgrade.key;
    std::make_shared<WsSession>(std::move(shard), std::move(socket), std::move(upgrade), std::move(address), std::move(slot))
        ->start(key, deadline);
}

}  // namespace switchboard::net
