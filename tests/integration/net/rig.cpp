// SPDX-License-Identifier: Apache-2.0
#include "integration/net/rig.hpp"

#include "app/frames.hpp"

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

namespace rig {

namespace {

// Does what the command asks for; what it means is up to the tests.
class FakeHandler final : public net::FrameHandler {
public:
    FakeHandler(Record& record, ports::ClientLink& link) : record_(record), link_(link) { ++record_.created; }
    ~FakeHandler() override { ++record_.destroyed; }

    void handle(const v1::ClientFrame& frame) override {
        record_.frames.push_back(frame);
        v1::ServerFrame answer;
        answer.set_reply_to(frame.request_id());
        if (frame.has_hello()) {
            authenticated_ = true;
            staff_ = frame.hello().client() == "agent";
            answer.mutable_welcome()->set_session_id("s");
        } else if (frame.has_ping()) {
            answer.mutable_pong()->set_server_time_ms(1);
        } else if (frame.has_read_log()) {
            answer.mutable_welcome()->set_session_id(std::string(10'000, 'x'));
            for (unsigned i = 0; i < frame.read_log().limit(); ++i) record_.statuses.push_back(link_.send(app::encode(answer, link_.encoding())));
            return;
        } else if (frame.has_leave_queue()) {
            link_.send(app::encode(answer, link_.encoding()));
            link_.close(4502, std::string(500, 'r'));
            CHECK(link_.send(app::encode(answer, link_.encoding())) == ports::SendStatus::closed);
            return;
        } else if (frame.has_set_typing()) {
            throw std::runtime_error("defect");
        }
        link_.send(app::encode(answer, link_.encoding()));
    }
    bool authenticated() const override { return authenticated_; }
    bool staff() const override { return staff_; }
    void disconnected() override { ++record_.disconnected; }

private:
    Record& record_;
    ports::ClientLink& link_;
    bool authenticated_ = false;
    bool staff_ = false;
};

}  // namespace

void Server::NoSignIn::login(app::LoginRequest, Callback<app::SignedIn> done) {
    asio::post(io, [done = std::move(done)] { done(Error{ErrorCode::unauthenticated, "wrong login or password"}); });
}
void Server::NoSignIn::refresh(std::string, Callback<app::SignedIn> done) { login({}, std::move(done)); }

net::AdmissionLimits Server::generous() {
    net::AdmissionLimits limits;
    limits.connections = 10'000;
    limits.handshakes_per_second = 0;
    limits.per_address = {.connections = 0, .handshakes_per_second = 0};
    return limits;
}

Server::Server(net::Options options, net::AdmissionLimits limits, app::SessionLimits session_limits)
    : admission(net::Admission::create(limits)), limits_(session_limits) {
    const auto make = [this](ports::ClientLink& link, app::Connection connection) {
        record.connections.push_back(std::move(connection));
        record.links.push_back(&link);
        return std::make_unique<FakeHandler>(record, link);
    };
    const net::Services services{io_.get_executor(), metrics_, limits_, sign_in_, make, [this] { return readiness; }};
    shard_ = std::make_unique<net::ShardServer>(services, std::move(options));
    listener_ = std::make_unique<net::Listener>(io_.get_executor(), admission, std::vector<net::ShardServer*>{shard_.get()});
    port = listener_->listen("127.0.0.1", 0).value();
}

Server::~Server() {
    listener_->stop();
    shard_.reset();
    io_.restart();
    io_.poll();
    CHECK(record.disconnected == record.created);
    CHECK(record.destroyed == record.created);
    CHECK(admission->connections() == 0);
}

void Server::turn() {
    io_.restart();
    io_.poll();
}

bool Server::run_until(const std::function<bool()>& done, std::chrono::milliseconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!done()) {
        if (std::chrono::steady_clock::now() >= end) return false;
        io_.restart();
        io_.run_one_for(1ms);
        io_.poll();
    }
    return true;
}

std::string frame(unsigned first, std::string_view payload, bool masked) {
    std::string out(1, static_cast<char>(first));
    const unsigned mask_bit = masked ? 0x80 : 0;
    const std::size_t size = payload.size();
    if (size < 126) {
        out += static_cast<char>(mask_bit | size);
    } else if (size < 65536) {
        out += static_cast<char>(mask_bit | 126);
        out += static_cast<char>(size >> 8);
        out += static_cast<char>(size);
    } else {
        out += static_cast<char>(mask_bit | 127);
        for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(static_cast<std::uint64_t>(size) >> shift);
    }
    static constexpr std::string_view key = "\x11\x22\x33\x44";
    if (masked) out += key;
    for (std::size_t i = 0; i < size; ++i) out += static_cast<char>(masked ? payload[i] ^ key[i % 4] : payload[i]);
    return out;
}
std::string text(std::string_view payload) { return frame(0x81, payload); }
std::string binary(std::string_view payload) { return frame(0x82, payload); }
std::string close_frame(unsigned code, std::string_view reason) {
    return frame(0x88, std::string{static_cast<char>(code >> 8), static_cast<char>(code)} + std::string(reason));
}
std::string batch(const std::vector<v1::ClientFrame>& frames) {
    v1::ClientBatch all;
    for (const auto& one : frames) *all.add_frames() = one;
    return all.SerializeAsString();
}
v1::ClientFrame hello(const std::string& who) {
    v1::ClientFrame out;
    out.set_request_id(1);
    out.mutable_hello()->set_client(who);
    return out;
}
v1::ClientFrame ping(unsigned request_id) {
    v1::ClientFrame out;
    out.set_request_id(request_id);
    out.mutable_ping();
    return out;
}
v1::ClientFrame read_log(unsigned big_frames) {
    v1::ClientFrame out;
    out.mutable_read_log()->set_limit(big_frames);
    return out;
}

Client::Client(Server& server) : server_(server), fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
}

Client::~Client() {
    if (fd_ >= 0) ::close(fd_);
}

void Client::finish() { ::close(std::exchange(fd_, -1)); }

void Client::reset() {
    const linger now{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(std::exchange(fd_, -1));
}

void Client::send(std::string_view bytes) {
    REQUIRE(server_.run_until([&] {
        const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
        return bytes.empty() || (sent < 0 && errno != EAGAIN);
    }));
}

bool Client::input_waiting() {
    fill();
    return !input_.empty() || eof_;
}

bool Client::fill() {
    char buffer[65536];
    while (!eof_ && reading) {
        const auto size = ::recv(fd_, buffer, sizeof buffer, MSG_DONTWAIT);
        if (size < 0 && errno == EAGAIN) break;
        if (size <= 0) eof_ = true;
        else input_.append(buffer, static_cast<std::size_t>(size));
    }
    return !eof_;
}

bool Client::wait_for(const std::function<bool()>& done) {
    return server_.run_until([&] { return done() || (!fill() && (done() || true)); }) && done();
}

std::string Client::response(std::string* body) {
    const auto head_end = [&] { return input_.find("\r\n\r\n"); };
    if (!wait_for([&] { return head_end() != std::string::npos; })) return {};
    const std::string head = input_.substr(0, head_end() + 2);
    input_.erase(0, head.size() + 2);
    const auto length = head.find("Content-Length: ");
    const std::size_t size = length == std::string::npos ? 0 : std::stoul(head.substr(length + 16));
    if (!wait_for([&] { return input_.size() >= size; })) return {};
    if (body) *body = input_.substr(0, size);
    input_.erase(0, size);
    return head;
}

unsigned Client::status() {
    const std::string head = response();
    return head.size() < 12 ? 0 : static_cast<unsigned>(std::stoul(head.substr(9, 3)));
}

void Client::open(ports::Encoding encoding, const std::string& more_headers) {
    send("GET /v1/ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: switchboard.v1+" +
         std::string(encoding == ports::Encoding::json ? "json" : "proto") + "\r\n" + more_headers + "\r\n");
    const std::string head = response();
    REQUIRE(head.starts_with("HTTP/1.1 101 "));
    CHECK(head.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") != std::string::npos);
    CHECK(head.find(encoding == ports::Encoding::json ? "switchboard.v1+json" : "switchboard.v1+proto") != std::string::npos);
}

std::optional<Frame> Client::next() {
    std::size_t size = 0, start = 0;
    const auto complete = [&] {
        if (input_.size() < 2) return false;
        const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(input_[i]); };
        size = byte(1);
        start = 2 + (size == 126 ? 2 : size == 127 ? 8 : 0);
        if (input_.size() < start) return false;
        if (size >= 126) {
            size = 0;
            for (std::size_t i = 2; i < start; ++i) size = size << 8 | byte(i);
        }
        return input_.size() >= start + size;
    };
    if (!wait_for(complete)) return std::nullopt;
    Frame out{static_cast<unsigned>(input_[0] & 0x0f), (input_[0] & 0x80) != 0, input_.substr(start, size)};
    input_.erase(0, start + size);
    return out;
}

std::optional<v1::ServerFrame> Client::hear() {
    while (heard_.empty()) {
        const auto got = next();
        if (!got || got->opcode != 2) return std::nullopt;
        v1::ServerBatch all;
        REQUIRE(all.ParseFromString(got->payload));
        heard_.assign(all.frames().begin(), all.frames().end());
    }
    const v1::ServerFrame first = heard_.front();
    heard_.erase(heard_.begin());
    return first;
}

unsigned Client::close_code() {
    while (const auto got = next()) {
        if (got->opcode != 8) continue;
        if (got->payload.size() < 2) return 1005;
        close_reason = got->payload.substr(2);
        return static_cast<unsigned>(static_cast<unsigned char>(got->payload[0])) << 8 | static_cast<unsigned char>(got->payload[1]);
    }
    return 0;
}

bool Client::closed() {
    return server_.run_until([&] { return !fill(); });
}

}  // namespace rig
