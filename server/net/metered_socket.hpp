// SPDX-License-Identifier: Apache-2.0
// The layer under Beast's WebSocket stream: a plain socket that shows every received byte to an observer, and that ends a
// connection without the reset which would throw away a close frame the client has not read yet. Internal to ws_session.cpp.
#pragma once

#include "net/shard_server.hpp"

#include <boost/asio/associator.hpp>
#include <boost/asio/buffers_iterator.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <utility>

namespace boost::beast {
enum class role_type;
}

namespace switchboard::net {

class ReceiveObserver {
public:
    virtual void received(const unsigned char* bytes, std::size_t size) = 0;
    virtual void chunk_received() = 0;  // after the last received() of one read
    virtual void teardown_started() = 0;

protected:
    ~ReceiveObserver() = default;
};

// Forwards the completion of a read after the observer has seen it; everything associated with the handler stays with it.
template <class Buffers, class Handler>
struct ObservedRead {
    ReceiveObserver& observer;
    Buffers buffers;
    Handler handler;

    void operator()(const boost::system::error_code& failure, std::size_t size) {
        std::size_t left = size;
        for (auto it = asio::buffer_sequence_begin(buffers); left > 0 && it != asio::buffer_sequence_end(buffers); ++it) {
            const asio::mutable_buffer buffer(*it);
            const std::size_t part = std::min(left, buffer.size());
            observer.received(static_cast<const unsigned char*>(buffer.data()), part);
            left -= part;
        }
        if (size > 0) observer.chunk_received();
        std::move(handler)(failure, size);
    }
};

class MeteredSocket {
public:
    using executor_type = Executor;
    using next_layer_type = Socket;

    MeteredSocket(Socket socket, ReceiveObserver& observer) : socket_(std::move(socket)), observer_(&observer) {}

    Executor get_executor() { return socket_.get_executor(); }
    Socket& next_layer() { return socket_; }
    const Socket& next_layer() const { return socket_; }
    ReceiveObserver& observer() { return *observer_; }

    template <class Buffers, class Handler>
    void async_read_some(const Buffers& buffers, Handler&& handler) {
        socket_.async_read_some(buffers, ObservedRead<Buffers, std::decay_t<Handler>>{*observer_, buffers, std::forward<Handler>(handler)});
    }
    template <class Buffers, class Handler>
    void async_write_some(const Buffers& buffers, Handler&& handler) {
        socket_.async_write_some(buffers, std::forward<Handler>(handler));
    }

private:
    Socket socket_;
    ReceiveObserver* observer_;
};

// Reads on until the client closes too; the observer's deadline ends it by closing the socket.
template <class Handler>
struct DrainThenClose {
    Socket& socket;
    std::unique_ptr<std::array<char, 1024>> scratch;
    Handler handler;

    void start() {
        auto& target = *scratch;
        Socket& from = socket;
        from.async_read_some(asio::buffer(target), std::move(*this));
    }
    void operator()(boost::system::error_code failure, std::size_t) {
        if (!failure) return start();
        socket.close(failure);
        std::move(handler)(boost::system::error_code{});
    }
};

template <class Handler>
void async_teardown(boost::beast::role_type, MeteredSocket& stream, Handler&& handler) {
    stream.observer().teardown_started();
    boost::system::error_code ignored;
    stream.next_layer().shutdown(Socket::shutdown_send, ignored);
    DrainThenClose<std::decay_t<Handler>>{stream.next_layer(), std::make_unique<std::array<char, 1024>>(), std::forward<Handler>(handler)}
        .start();
}

}  // namespace switchboard::net

template <template <class, class> class Associator, class Buffers, class Handler, class Default>
struct boost::asio::associator<Associator, switchboard::net::ObservedRead<Buffers, Handler>, Default> : Associator<Handler, Default> {
    static decltype(auto) get(const switchboard::net::ObservedRead<Buffers, Handler>& read) noexcept {
        return Associator<Handler, Default>::get(read.handler);
    }
    static decltype(auto) get(const switchboard::net::ObservedRead<Buffers, Handler>& read, const Default& fallback) noexcept {
        return Associator<Handler, Default>::get(read.handler, fallback);
    }
};

template <template <class, class> class Associator, class Handler, class Default>
struct boost::asio::associator<Associator, switchboard::net::DrainThenClose<Handler>, Default> : Associator<Handler, Default> {
    static decltype(auto) get(const switchboard::net::DrainThenClose<Handler>& drain) noexcept { return Associator<Handler, Default>::get(drain.handler); }
    static decltype(auto) get(const switchboard::net::DrainThenClose<Handler>& drain, const Default& fallback) noexcept {
        return Associator<Handler, Default>::get(drain.handler, fallback);
    }
};
