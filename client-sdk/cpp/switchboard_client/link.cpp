// SPDX-License-Identifier: Apache-2.0
#include "switchboard_client/link.hpp"

#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <deque>

namespace switchboard::client {

namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::system::error_code;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;

struct Link::Impl : std::enable_shared_from_this<Link::Impl> {
    struct Message {
        std::string bytes;
        bool text = false;
        bool open = false;  // a batch that still takes pieces
    };

    Impl(Executor e, LinkOwner& o, Encoding c) : executor(e), owner(&o), encoding(c), stream(Socket(e)) {}

    void connect(const ServerAddress& server);
    void upgrade();
    void opened(error_code failure);
    void read();
    void received(error_code failure);
    void schedule_flush();
    void flush();
    void written(error_code failure);
    void end(error_code failure);
    void append(std::string_view piece);

    Executor executor;
    LinkOwner* owner;
    Encoding encoding;
    websocket::stream<Socket, false> stream;
    websocket::response_type response;
    beast::flat_buffer buffer;
    std::string host;
    std::deque<Message> outgoing;
    std::size_t message_limit = 60 * 1024;
    std::uint16_t close_code = 0;
    bool is_open = false;
    bool writing = false;
    bool reads = true;
    bool flush_scheduled = false;
};

void Link::Impl::connect(const ServerAddress& server) {
    host = server.host;
    stream.next_layer().async_connect(server.endpoint, [self = shared_from_this()](error_code failure) {
        if (!self->owner) return;
        if (failure) return self->end(failure);
        self->upgrade();
    });
}

void Link::Impl::upgrade() {
    error_code ignored;
    stream.next_layer().set_option(asio::ip::tcp::no_delay(true), ignored);
    stream.set_option(websocket::stream_base::timeout{std::chrono::seconds(10), websocket::stream_base::none(), false});
    stream.set_option(websocket::stream_base::decorator([name = subprotocol(encoding)](websocket::request_type& request) {
        request.set(beast::http::field::sec_websocket_protocol, beast::string_view(name.data(), name.size()));
    }));
    stream.read_message_max(16 * 1024 * 1024);
    stream.auto_fragment(false);
    // The mask protects proxies from browsers' scripts; a native client needs no secret one.
    stream.secure_prng(false);
    stream.async_handshake(response, host, "/v1/ws", [self = shared_from_this()](error_code failure) { self->opened(failure); });
}

void Link::Impl::opened(error_code failure) {
    if (!owner) return;
    if (failure) return end(failure);
    if (response[beast::http::field::sec_websocket_protocol] !=
        beast::string_view(subprotocol(encoding).data(), subprotocol(encoding).size())) {
        LinkOwner* told = std::exchange(owner, nullptr);
        error_code ignored;
        stream.next_layer().close(ignored);
        return told->link_ended({0, "the server does not speak " + std::string(subprotocol(encoding)), false});
    }
    response = {};
    is_open = true;
    read();
    owner->link_opened();
    schedule_flush();
}

void Link::Impl::read() {
    stream.async_read(buffer, [self = shared_from_this()](error_code failure, std::size_t) { self->received(failure); });
}

void Link::Impl::received(error_code failure) {
    if (!owner) return;
    if (failure) return end(failure);
    owner->link_received({static_cast<const char*>(buffer.data().data()), buffer.size()});
    buffer.consume(buffer.size());
    if (owner && reads) read();
}

void Link::Impl::append(std::string_view piece) {
    const bool fits = !outgoing.empty() && outgoing.back().open && outgoing.back().bytes.size() + piece.size() + 3 <= message_limit;
    if (!fits) {
        if (!outgoing.empty() && outgoing.back().open) {
            finish_batch(outgoing.back().bytes, encoding);
            outgoing.back().open = false;
        }
        outgoing.push_back({{}, encoding == Encoding::json, true});
    }
    append_piece(outgoing.back().bytes, piece, encoding);
    schedule_flush();
}

void Link::Impl::schedule_flush() {
    if (!is_open || writing || flush_scheduled) return;
    flush_scheduled = true;
    asio::post(executor, [self = shared_from_this()] {
        self->flush_scheduled = false;
        self->flush();
    });
}

void Link::Impl::flush() {
    if (!owner || !is_open || writing) return;
    if (outgoing.empty()) {
        if (close_code == 0) return;
        writing = true;
        stream.async_close(static_cast<websocket::close_code>(close_code), [self = shared_from_this()](error_code) {});
        return;
    }
    Message& first = outgoing.front();
    if (first.open) {
        finish_batch(first.bytes, encoding);
        first.open = false;
    }
    writing = true;
    stream.text(first.text);
    stream.async_write(asio::buffer(first.bytes), [self = shared_from_this()](error_code failure, std::size_t) { self->written(failure); });
}

void Link::Impl::written(error_code failure) {
    writing = false;
    if (!owner) return;
    // The read that is always pending tells how the connection ended; a failed write only stops writing.
    if (failure) return;
    outgoing.pop_front();
    flush();
}

void Link::Impl::end(error_code failure) {
    LinkEnd told_end{0, failure.message(), is_open};
    if (failure == websocket::error::closed) {
        told_end.code = stream.reason().code;
        told_end.text = std::string(stream.reason().reason.data(), stream.reason().reason.size());
    } else if (failure == websocket::error::upgrade_declined) {
        told_end.text = "HTTP " + std::to_string(response.result_int()) + " " + response.body();
    }
    LinkOwner* told = std::exchange(owner, nullptr);
    error_code ignored;
    stream.next_layer().close(ignored);
    told->link_ended(told_end);
}

Link::Link(Executor executor, LinkOwner& owner, Encoding encoding) : impl_(std::make_shared<Impl>(executor, owner, encoding)) {}
Link::~Link() { abort(); }

void Link::connect(const ServerAddress& server) { impl_->connect(server); }
void Link::send(std::string_view piece) { impl_->append(piece); }
void Link::stop_reading() { impl_->reads = false; }
void Link::set_message_limit(std::size_t bytes) { impl_->message_limit = bytes; }

void Link::send_raw(std::string message, bool text) {
    impl_->outgoing.push_back({std::move(message), text, false});
    impl_->schedule_flush();
}

void Link::close(std::uint16_t code) {
    impl_->close_code = code;
    impl_->schedule_flush();
}

void Link::abort() {
    if (!impl_->owner) return;
    impl_->owner = nullptr;
    error_code ignored;
    Socket& socket = impl_->stream.next_layer();
    // Without waiting in TIME_WAIT: a generator that opens thousands of connections per second would run out of ports.
    socket.set_option(asio::socket_base::linger(true, 0), ignored);
    socket.close(ignored);
}

}  // namespace switchboard::client
