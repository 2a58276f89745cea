// SPDX-License-Identifier: Apache-2.0
#include "net/listener.hpp"

#include "base/log.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace switchboard::net {

namespace {

using asio::ip::tcp;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;

constexpr int backlog = 4096;
constexpr Duration pause_when_exhausted = 200ms;
constexpr std::string_view server_full =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n"
    "Retry-After: 10\r\nConnection: close\r\nContent-Length: 76\r\n\r\n"
    R"({"error":{"code":"UNAVAILABLE","message":"the server is full, try later"}}  )";

// Best effort: a fresh socket has room for it, and nobody waits for it to arrive.
void turn_away(int socket) {
    const auto ignored = ::send(socket, server_full.data(), server_full.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    (void)ignored;
    // What is closed with a request unread is reset, and the answer may be lost with it.
    std::array<char, 4096> request;
    ::shutdown(socket, SHUT_WR);
    for (int piece = 0; piece < 4 && ::recv(socket, request.data(), request.size(), MSG_DONTWAIT) > 0; ++piece) {}
}

// Held so that whoever comes when no descriptor is left can be told so.
int open_spare() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }

Error cannot_listen(const std::string& address, std::uint16_t port, const boost::system::error_code& failure) {
    const bool v6 = address.find(':') != std::string::npos;
    std::string message = "cannot listen on " + (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port) + ": " + failure.message();
    if (failure == asio::error::address_in_use) message += "; choose another --port";
    if (failure == asio::error::access_denied) message += "; choose a --port above 1023";
    return {ErrorCode::unavailable, message};
}

}  // namespace

struct Listener::Impl : std::enable_shared_from_this<Impl> {
    Impl(Executor executor, std::shared_ptr<Admission> who, std::vector<ShardServer*> given)
        : acceptor(executor), pause(executor), admission(std::move(who)), servers(std::move(given)) {}
    ~Impl() { ::close(spare); }

    Result<std::uint16_t> open(const std::string& address, std::uint16_t port);
    void accept();
    void accepted(boost::system::error_code failure, ShardServer& server, Socket socket);
    void accept_later();
    bool turn_away_one();

    Acceptor acceptor;
    Timer pause;
    std::shared_ptr<Admission> admission;
    std::vector<ShardServer*> servers;
    tcp::endpoint peer;
    std::size_t next = 0;
    bool stopped = false;
    int spare = open_spare();
};

Result<std::uint16_t> Listener::Impl::open(const std::string& address, std::uint16_t port) {
    boost::system::error_code failure;
    const auto literal = asio::ip::make_address(address, failure);
    if (failure) return Error{ErrorCode::invalid_argument, "cannot listen on \"" + address + "\": not an IP address"};
    const tcp::endpoint endpoint(literal, port);
    acceptor.open(endpoint.protocol(), failure);
    if (!failure) acceptor.set_option(Acceptor::reuse_address(true), failure);
    if (!failure) acceptor.bind(endpoint, failure);
    if (!failure) acceptor.listen(backlog, failure);
    if (!failure) acceptor.non_blocking(true, failure);
    if (failure) {
        boost::system::error_code ignored;
        acceptor.close(ignored);
        return cannot_listen(address, port, failure);
    }
    return acceptor.local_endpoint().port();
}

void Listener::Impl::accept() {
    ShardServer& server = *servers[next++ % servers.size()];
    acceptor.async_accept(server.executor(), peer, [self = shared_from_this(), &server](boost::system::error_code failure, Socket socket) {
        self->accepted(failure, server, std::move(socket));
    });
}

void Listener::Impl::accepted(boost::system::error_code failure, ShardServer& server, Socket socket) {
    if (stopped) return;
    if (failure == asio::error::no_descriptors || failure == asio::error::no_buffer_space || failure == asio::error::no_memory ||
        failure == boost::system::errc::too_many_files_open_in_system) {
        int told = 0;
        while (told < backlog && turn_away_one()) ++told;
        log::warn("listener.exhausted", {{"error", failure.message()}, {"turned_away", told}});
        return accept_later();
    }
    if (!failure) {
        if (auto slot = admission->open()) {
            asio::post(server.executor(), [&server, socket = std::move(socket), address = peer.address(), slot = std::move(slot)]() mutable {
                server.adopt(std::move(socket), std::move(address), std::move(slot));
            });
        } else {
            turn_away(socket.native_handle());
        }
    }
    accept();
}

// False: nobody waits, who waited has gone, or there is no descriptor even for this.
bool Listener::Impl::turn_away_one() {
    ::close(spare);
    const int socket = ::accept4(acceptor.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (socket >= 0) {
        turn_away(socket);
        ::close(socket);
    }
    spare = open_spare();
    return socket >= 0;
}

void Listener::Impl::accept_later() {
    pause.expires_after(pause_when_exhausted);
    pause.async_wait([self = shared_from_this()](boost::system::error_code failure) {
        if (!failure && !self->stopped) self->accept();
    });
}

Listener::Listener(Executor executor, std::shared_ptr<Admission> admission, std::vector<ShardServer*> servers)
    : impl_(std::make_shared<Impl>(executor, std::move(admission), std::move(servers))) {}

Listener::~Listener() { stop(); }

Result<std::uint16_t> Listener::listen(const std::string& address, std::uint16_t port) {
    const auto bound = impl_->open(address, port);
    if (bound) impl_->accept();
    return bound;
}

void Listener::stop() {
    impl_->stopped = true;
    impl_->pause.cancel();
    boost::system::error_code ignored;
    impl_->acceptor.close(ignored);
}

}  // namespace switchboard::net
