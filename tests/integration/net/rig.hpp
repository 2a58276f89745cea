// SPDX-License-Identifier: Apache-2.0
// A shard server on a loopback port with fake use cases, and raw clients that may send anything. Everything runs on the test's own
// thread: waiting for something means turning the server's loop until it has happened.
#pragma once

#include "app/sign_in.hpp"
#include "net/listener.hpp"
#include "net/shard_server.hpp"
#include "switchboard/v1/client.pb.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rig {

using namespace switchboard;
using namespace std::chrono_literals;

// What the handlers of all sessions have seen and done.
struct Record {
    int created = 0;
    int disconnected = 0;
    int destroyed = 0;
    std::vector<v1::ClientFrame> frames;
    std::vector<app::Connection> connections;
    std::vector<ports::ClientLink*> links;
    std::vector<ports::SendStatus> statuses;  // of big frames sent for ReadLog
};

class Server {
public:
    explicit Server(net::Options options = {}, net::AdmissionLimits admission = generous(), app::SessionLimits limits = {});
    ~Server();

    static net::AdmissionLimits generous();
    // Turns the loop until `done` holds. False: it did not within `limit`.
    bool run_until(const std::function<bool()>& done, std::chrono::milliseconds limit = 10s);
    void turn();
    std::string metrics() const { return metrics_.expose(); }

    Record record;
    net::Readiness readiness;
    std::uint16_t port = 0;
    std::shared_ptr<net::Admission> admission;
    net::ShardServer& shard() { return *shard_; }
    net::Listener& listener() { return *listener_; }
    asio::io_context& io() { return io_; }
    app::SignIn& sign_in() { return sign_in_; }
    void destroy_shard() { shard_.reset(); }

private:
    struct NoSignIn final : app::SignIn {
        explicit NoSignIn(asio::io_context& loop) : io(loop) {}
        void login(app::LoginRequest, Callback<app::SignedIn> done) override;
        void refresh(std::string, Callback<app::SignedIn> done) override;
        asio::io_context& io;
    };

    asio::io_context io_{1};
    Metrics metrics_;
    app::SessionLimits limits_;
    NoSignIn sign_in_{io_};
    std::unique_ptr<net::ShardServer> shard_;
    std::unique_ptr<net::Listener> listener_;
};

struct Frame {
    unsigned opcode = 0;
    bool final = true;
    std::string payload;
};

// Masked client frame; `first` is the whole first byte.
std::string frame(unsigned first, std::string_view payload, bool masked = true);
std::string text(std::string_view payload);
std::string binary(std::string_view payload);
std::string close_frame(unsigned code, std::string_view reason = {});
std::string batch(const std::vector<v1::ClientFrame>& frames);
v1::ClientFrame hello(const std::string& who = "customer");
v1::ClientFrame ping(unsigned request_id = 1);
v1::ClientFrame read_log(unsigned big_frames);

class Client {
public:
    explicit Client(Server& server);
    ~Client();
    Client(const Client&) = delete;

    void send(std::string_view bytes);  // all of it, or until the server closes
    // Asks for the upgrade and waits for 101.
    void open(ports::Encoding encoding = ports::Encoding::protobuf, const std::string& more_headers = {});
    void say(const v1::ClientFrame& frame) { send(binary(batch({frame}))); }

    // The next response head; its body goes to `body`.
    std::string response(std::string* body = nullptr);
    unsigned status();
    std::optional<Frame> next();           // the next WebSocket frame; nullopt: closed
    std::optional<v1::ServerFrame> hear();  // the next server frame of any batch
    // The code of the close frame that comes, however much comes before it. 0: closed without one.
    unsigned close_code();
    bool closed();  // waits for the end of the stream
    bool input_waiting();  // anything unread has come
    std::string close_reason;
    bool reading = true;  // false: a client that never reads
    void finish();        // closes as one should
    void reset();         // closes with RST

private:
    bool fill();  // false: closed
    bool wait_for(const std::function<bool()>& done);

    Server& server_;
    int fd_ = -1;
    std::string input_;
    std::vector<v1::ServerFrame> heard_;
    bool eof_ = false;
};

}  // namespace rig
