// SPDX-License-Identifier: Apache-2.0
// The clients of one shard: takes accepted sockets, speaks HTTP and WebSocket with them, and lets them go. Thread: its shard, but
// for the constructor. Wiring N shards, each with its io_context:
//
//     auto admission = net::Admission::create(limits);
//     net::ShardServer server(services, options);                 // one per shard; dies before the services, after its last turn
//     net::Listener listener(shard0, admission, {&server0, ...});  // one
//     listener.listen("127.0.0.1", 8080);
//     ...
//     listener.stop();  server.shut_down(20s, done);               // each on its own thread
#pragma once

#include "net/admission.hpp"
#include "net/shard_state.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <functional>
#include <memory>

namespace switchboard::net {

using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;

class ShardServer {
public:
    ShardServer(Services services, Options options);
    ~ShardServer();  // drops who is still here
    ShardServer(const ShardServer&) = delete;
    ShardServer& operator=(const ShardServer&) = delete;

    Executor executor() const;  // any thread
    // `socket` already belongs to this shard's executor.
    void adopt(Socket socket, asio::ip::address peer, Admission::Slot slot);
    std::size_t connections() const;
    std::size_t sessions() const;  // WebSockets

    // GoAway and close 1012 to every session, one after the other over the time, so that other nodes take them in at an even pace
    // and everybody is served until his turn; new sockets are refused. `done` is called once nobody is left; whoever has not gone at
    // `deadline` is dropped.
    void shut_down(Duration deadline, std::function<void()> done);
    // The node's lease is lost: every session is closed with 4002 and resumes elsewhere. New ones are welcome.
    void close_sessions(std::uint16_t code, const std::string& reason);

private:
    void send_away(std::chrono::steady_clock::time_point began, Duration time, std::size_t all);

    std::shared_ptr<ShardState> state_;
    std::shared_ptr<Timer> sweeper_;
    std::shared_ptr<Timer> deadline_;
    std::unique_ptr<Timer> farewell_;
    std::size_t sent_away_ = 0;
    const std::shared_ptr<int> alive_ = std::make_shared<int>();  // a wait that is over may come back after the cancelling
};

}  // namespace switchboard::net
