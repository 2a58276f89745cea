// SPDX-License-Identifier: Apache-2.0
#include "net/http_session.hpp"

#include "net/config_routes.hpp"
#include "net/http_routes.hpp"
#include "net/upgrade.hpp"
#include "net/ws_session.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <iterator>
#include <optional>
#include <utility>

namespace switchboard::net {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;

constexpr std::uint32_t header_bytes = 8 * 1024;
constexpr std::size_t header_fields = 64;
constexpr std::uint64_t body_bytes = 16 * 1024;
constexpr std::uint64_t config_body_bytes = 256 * 1024;  // a department may have hundreds of topics
constexpr int send_buffer_bytes = 64 * 1024;  // Linux doubles it for its own bookkeeping
constexpr Duration drain_time = 2s;  // for the client to read our last answer and close

TimePoint now() { return std::chrono::steady_clock::now(); }

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

class HttpSession final : public Peer, public std::enable_shared_from_this<HttpSession> {
public:
    HttpSession(std::shared_ptr<ShardState> shard, Socket socket, asio::ip::address peer, Admission::Slot slot)
        : shard_(std::move(shard)), socket_(std::move(socket)), slot_(std::move(slot)), peer_(std::move(peer)) {
        shard_->peer_opened();
    }
    ~HttpSession() {
        DeadlineWheel::remove(*this);
        shard_->peer_gone();
    }

    void start();

    // ---- from the shard
    TimePoint check(TimePoint at) override;
    bool shut_down() override;
    void drop() override;

private:
    enum class Phase : std::uint8_t { reading, answering };

    void read_header();
    void on_header(boost::system::error_code failure);
    void on_body(boost::system::error_code failure);
    void on_bad_request(boost::system::error_code failure);
    void fill_request();
    void upgrade();
    void become_websocket(Upgrade accepted);
    void answer();
    void respond(HttpResponse response);
    void on_written(boost::system::error_code failure, bool close);
    void drain();
    void set_deadline(TimePoint when);

    std::shared_ptr<ShardState> shard_;
    Socket socket_;
    Admission::Slot slot_;
    asio::ip::address peer_;
    beast::flat_buffer buffer_{header_bytes + body_bytes};
    std::optional<http::request_parser<http::string_body>> parser_;
    HttpResponse answer_;  // the bytes that response_ looks at
    std::optional<http::response<http::span_body<const char>>> response_;
    HttpRequest request_;
    TimePoint deadline_ = never;
    Phase phase_ = Phase::reading;
    bool dropped_ = false;
};

void HttpSession::start() {
    // Behind a trusted proxy many clients share its address; theirs is known only from their requests.
    if (!trusted(shard_->options.trusted_proxies, peer_) && !slot_.attribute(peer_)) {
        phase_ = Phase::answering;
        set_deadline(now() + shard_->options.request_deadline);
        HttpResponse response = error_response(429, "RATE_LIMITED", "too many connections from this address");
        response.fields.emplace_back("Retry-After", "10");
        response.close = true;
        return respond(std::move(response));
    }
    set_deadline(now() + shard_->options.request_deadline);
    read_header();
}

void HttpSession::read_header() {
    phase_ = Phase::reading;
    request_ = {};  // it looks into the parser's message
    parser_.emplace();
    parser_->header_limit(header_bytes);
    parser_->body_limit(config_body_bytes);
    http::async_read_header(socket_, buffer_, *parser_,
                            [self = shared_from_this()](boost::system::error_code failure, std::size_t) { self->on_header(failure); });
}

void HttpSession::on_header(boost::system::error_code failure) {
    if (dropped_) return;
    if (failure) return on_bad_request(failure);
    fill_request();
    if (!is_config_path(*shard_, request_.path)) parser_->body_limit(body_bytes);
    const auto& fields = parser_->get().base();
    HttpResponse refusal;
    if (static_cast<std::size_t>(std::distance(fields.begin(), fields.end())) > header_fields)
        refusal = error_response(431, "TOO_LARGE", "too many header fields");
    else if (request_.version >= 11 && request_.fields.count("Host") != 1)
        refusal = error_response(400, "INVALID_ARGUMENT", "exactly one Host is needed");
    else if (!is_config_path(*shard_, request_.path) && parser_->content_length().value_or(0) > body_bytes)
        refusal = error_response(413, "TOO_LARGE", "the body is too large");
    else if (request_.path == websocket_path)
        return upgrade();
    else
        return http::async_read(socket_, buffer_, *parser_,
                                [self = shared_from_this()](boost::system::error_code error, std::size_t) { self->on_body(error); });
    refusal.close = true;
    respond(std::move(refusal));
}

void HttpSession::on_body(boost::system::error_code failure) {
    if (dropped_) return;
    if (failure) return on_bad_request(failure);
    request_.body = parser_->get().body();
    answer();
}

void HttpSession::on_bad_request(boost::system::error_code failure) {
    // Only what the parser objects to gets an answer; the rest is a socket that has gone.
    if (failure == http::error::end_of_stream || failure.category() != make_error_code(http::error::end_of_stream).category()) return drop();
    if (failure == http::error::partial_message) return drop();
    HttpResponse refusal = error_response(400, "INVALID_ARGUMENT", "malformed request");
    if (failure == http::error::header_limit || failure == http::error::buffer_overflow)
        refusal = error_response(431, "TOO_LARGE", "the header is too large");
    if (failure == http::error::body_limit) refusal = error_response(413, "TOO_LARGE", "the body is too large");
    refusal.close = true;
    respond(std::move(refusal));
}

void HttpSession::fill_request() {
    const auto& message = parser_->get();
    request_ = {};
    request_.method = view(message.method_string());
    const auto target = view(message.target());
    const auto question = target.find('?');
    request_.path = target.substr(0, question);
    if (question != std::string_view::npos) request_.query = target.substr(question + 1);
    request_.version = message.version();
    request_.fields.reserve(16);
    for (const auto& field : message.base()) request_.fields.add(view(field.name_string()), view(field.value()));
    const bool behind_proxy = trusted(shard_->options.trusted_proxies, peer_);
    request_.address =
        behind_proxy ? client_address(peer_, request_.fields.joined("X-Forwarded-For"), shard_->options.trusted_proxies) : peer_;
}

void HttpSession::upgrade() {
    auto checked = check_upgrade(request_);
    if (auto* refusal = std::get_if<HttpResponse>(&checked)) return respond(std::move(*refusal));

    const auto refuse = [this](unsigned status, std::string_view message) {
        HttpResponse response = error_response(status, status == 400 ? "INVALID_ARGUMENT" : "RATE_LIMITED", message);
        if (status != 400) response.fields.emplace_back("Retry-After", "2");
        response.close = true;
        respond(std::move(response));
    };
    const auto limited = [&](const char* scope, unsigned status, std::string_view message) {
        shard_->services.metrics.rate_limited(scope).Increment();
        refuse(status, message);
    };
    // Frames may follow only after the 101.
    if (buffer_.size() > 0) return refuse(400, "data before the upgrade was answered");
    if (shard_->shutting_down) return refuse(503, "the node stops");
    switch (slot_.handshake(request_.address)) {
    case Admission::Handshake::address_too_fast: return limited("handshakes", 429, "too many handshakes from this address");
    case Admission::Handshake::server_too_busy: return limited("handshakes", 503, "too many handshakes at the moment");
    case Admission::Handshake::admitted: break;
    }
    if (!slot_.attribute(request_.address)) return limited("connections", 429, "too many connections from this address");
    become_websocket(std::move(std::get<Upgrade>(checked)));
}

void HttpSession::become_websocket(Upgrade accepted) {
    DeadlineWheel::remove(*this);
    dropped_ = true;
    // By itself the kernel would hold megabytes for a client that does not read, before the outbox notices.
    boost::system::error_code ignored;
    socket_.set_option(asio::socket_base::send_buffer_size(send_buffer_bytes), ignored);
    start_ws_session(shard_, std::move(socket_), std::move(accepted), request_.address.to_string(), std::move(slot_), deadline_);
}

void HttpSession::answer() {
    phase_ = Phase::answering;
    set_deadline(now() + shard_->options.answer_deadline);
    handle_request(*shard_, request_, [self = shared_from_this()](HttpResponse response) { self->respond(std::move(response)); });
}

void HttpSession::respond(HttpResponse answer) {
    if (dropped_) return;
    phase_ = Phase::answering;
    const bool close = answer.close || shard_->shutting_down || !parser_ || !parser_->is_done() || !parser_->get().keep_alive();
    answer_ = std::move(answer);
    const std::string& body = answer_.shared_body ? *answer_.shared_body : answer_.body;
    response_.emplace(static_cast<http::status>(answer_.status), 11);
    response_->set(http::field::server, "switchboard");
    response_->set(http::field::content_type, answer_.content_type);
    response_->set(http::field::cache_control, answer_.cache_control);
    response_->set("X-Content-Type-Options", "nosniff");
    // Several cookies are several fields.
    for (const auto& [name, value] : answer_.fields) response_->insert(name, value);
    response_->keep_alive(!close);
    if (request_.method != "HEAD") response_->body() = {body.data(), body.size()};
    if (answer_.status != 304) response_->content_length(body.size());
    http::async_write(socket_, *response_,
                      [self = shared_from_this(), close](boost::system::error_code failure, std::size_t) { self->on_written(failure, close); });
}

void HttpSession::on_written(boost::system::error_code failure, bool close) {
    if (dropped_) return;
    response_.reset();
    answer_ = {};
    if (failure) return drop();
    if (!close) {
        set_deadline(now() + shard_->options.request_deadline);
        return read_header();
    }
    // Closing with unread input would reset the connection and could take the answer with it.
    boost::system::error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    set_deadline(now() + drain_time);
    drain();
}

void HttpSession::drain() {
    buffer_.clear();
    socket_.async_read_some(buffer_.prepare(1024), [self = shared_from_this()](boost::system::error_code failure, std::size_t) {
        if (self->dropped_) return;
        if (failure) return self->drop();
        self->drain();
    });
}

void HttpSession::set_deadline(TimePoint when) {
    deadline_ = when;
    shard_->wheel.schedule(*this, when);
}

TimePoint HttpSession::check(TimePoint at) {
    const auto self = shared_from_this();
    if (dropped_) return never;
    if (deadline_ > at) return deadline_;
    drop();
    return never;
}

bool HttpSession::shut_down() {
    if (dropped_ || phase_ != Phase::reading) return false;
    drop();
    return true;
}

void HttpSession::drop() {
    if (std::exchange(dropped_, true)) return;
    DeadlineWheel::remove(*this);
    slot_ = {};
    boost::system::error_code ignored;
    socket_.close(ignored);
}

}  // namespace

void start_http_session(std::shared_ptr<ShardState> shard, Socket socket, asio::ip::address peer, Admission::Slot slot) {
    std::make_shared<HttpSession>(std::move(shard), std::move(socket), std::move(peer), std::move(slot))->start();
}

}  // namespace switchboard::net
