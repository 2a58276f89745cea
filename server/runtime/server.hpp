// SPDX-License-Identifier: Apache-2.0
// The running server: shards with their threads, the listener, and the way down. Built and stopped on the main thread; between
// start() and the end the main thread runs `main_loop`.
#pragma once

#include "net/listener.hpp"
#include "runtime/config.hpp"
#include "runtime/data_directory.hpp"
#include "runtime/shard.hpp"

#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace switchboard::runtime {

class Server {
public:
    // Everything but the listening socket. `archive_file` is opened here.
    static Result<std::unique_ptr<Server>> create(const Config& config, const redis::RedisAddress& redis, const auth::SigningKey& key,
                                                  const DataDirectory& data, Executor main_loop);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // The answer is the real port.
    Result<std::uint16_t> start(const std::string& address, std::uint16_t port);
    // Refuses new clients, sends the others away within `drain`, gives leases back; then calls `done` on the main loop.
    void shut_down(Duration drain, std::function<void()> done);
    // Ends the shards' threads. What they were doing stays undone.
    void join();

    std::size_t shards() const { return shards_.size(); }

private:
    explicit Server(Executor main_loop) : main_loop_(main_loop) {}
    // Calls `step` on every shard's thread and `done` on the main loop once all have called back.
    void on_all(std::function<void(Shard&, std::function<void()>)> step, std::function<void()> done);

    const Executor main_loop_;
    Node node_;
    std::vector<std::unique_ptr<Shard>> shards_;
    std::unique_ptr<net::Listener> listener_;
    std::vector<std::thread> threads_;
};

}  // namespace switchboard::runtime
