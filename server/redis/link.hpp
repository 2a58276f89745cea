// SPDX-License-Identifier: Apache-2.0
// One socket to Redis that is made again whenever it is lost: resolve, connect, handshake, read; between attempts a full-jitter
// back-off. The only file that knows what kind of socket it is (TCP, unix; TLS would go here). What the bytes mean is the
// listener's. Owns itself while operations are under way. Thread: the executor's; nothing is called from inside start() or write().
#pragma once

#include "base/task.hpp"
#include "redis/handshake.hpp"
#include "redis/resp.hpp"
#include "redis/topology.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace switchboard::redis {

struct LinkOptions {
    RedisAddress address;
    bool load_scripts = false;
    std::chrono::milliseconds connect_timeout{2000};  // up to the end of the handshake
    std::chrono::milliseconds first_back_off{50};
    std::chrono::milliseconds longest_back_off{1000};
};

class LinkListener {
public:
    virtual void on_up() = 0;
    // Once per attempt that ended; `was_up` tells a lost connection from one that was never made.
    virtual void on_down(const std::string& reason, bool was_up) = 0;
    virtual void on_reply(Reply& reply) = 0;
    virtual void on_written() = 0;
    virtual void on_turn() = 0;
    virtual void on_tick(std::chrono::steady_clock::time_point now) = 0;

protected:
    ~LinkListener() = default;
};

class Link : public std::enable_shared_from_this<Link> {
public:
    static constexpr std::chrono::milliseconds tick_period{100};

    Link(Executor executor, LinkOptions options, LinkListener& listener);

    // Runs until stop().
    void start();
    // The listener hears nothing any more.
    void stop();
    bool up() const { return phase_ == Phase::up; }
    // on_turn() once, after the handlers that are ready now.
    void request_turn();
    // While up, one at a time: on_written() comes first, unless on_down() does.
    void write(std::shared_ptr<const std::string> bytes);
    // Ends the current attempt or connection and makes a new one; on_down() is called inside.
    void drop(const std::string& reason);

private:
    using Socket = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol, Executor>;
    using Endpoint = boost::asio::generic::stream_protocol::endpoint;
    using Resolver = boost::asio::ip::basic_resolver<boost::asio::ip::tcp, Executor>;
    enum class Phase { idle, connecting, handshake, up, stopped };

    void begin();
    void resolve();
    void connect(std::vector<Endpoint> endpoints, std::size_t index);
    void greet();
    void read();
    void consume(std::size_t bytes);
    void take_greeting();
    void schedule_attempt();
    void tick();

    Socket socket_;
    Resolver resolver_;
    Timer attempt_timer_;
    Timer tick_timer_;
    const LinkOptions options_;
    LinkListener* listener_;
    Phase phase_ = Phase::idle;
    std::uint64_t generation_ = 0;  // of the connection; handlers of an older one do nothing
    unsigned failures_ = 0;         // in a row
    std::chrono::steady_clock::time_point up_since_{};
    std::optional<Handshake> handshake_;
    ReplyReader reader_;
    Reply reply_;
    std::array<char, 32 * 1024> input_;
};

}  // namespace switchboard::redis
