// SPDX-License-Identifier: Apache-2.0
#include "net/shard_server.hpp"

#include "net/http_session.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace switchboard::net {

namespace {

// Holds the timer, not the server: the server may be gone when a cancelled wait comes back.
void sweep_later(const std::shared_ptr<Timer>& timer, const std::weak_ptr<ShardState>& shard) {
    timer->expires_after(DeadlineWheel::tick);
    timer->async_wait([timer, shard](const boost::system::error_code& failure) {
        const auto state = shard.lock();
        if (failure || !state) return;
        state->wheel.advance(std::chrono::steady_clock::now());
        sweep_later(timer, shard);
    });
}

void for_each_peer(ShardState& shard, const std::function<void(Peer&)>& visit) {
    shard.wheel.for_each([&](Timed& entry) { visit(static_cast<Peer&>(entry)); });
}

}  // namespace

ShardServer::ShardServer(Services services, Options options)
    : state_(std::make_shared<ShardState>(std::move(services), std::move(options), std::chrono::steady_clock::now())),
      sweeper_(std::make_shared<Timer>(state_->services.executor)),
      deadline_(std::make_shared<Timer>(state_->services.executor)) {
    sweep_later(sweeper_, state_);
}

ShardServer::~ShardServer() {
    sweeper_->cancel();
    deadline_->cancel();
    state_->on_empty = nullptr;
    state_->shutting_down = true;
    for_each_peer(*state_, [](Peer& peer) { peer.drop(); });
}

Executor ShardServer::executor() const { return state_->services.executor; }

void ShardServer::adopt(Socket socket, asio::ip::address peer, Admission::Slot slot) {
    if (state_->shutting_down) return;
    boost::system::error_code ignored;
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    start_http_session(state_, std::move(socket), std::move(peer), std::move(slot));
}

std::size_t ShardServer::connections() const { return state_->peers; }
std::size_t ShardServer::sessions() const { return state_->sessions; }

void ShardServer::shut_down(Duration deadline, std::function<void()> done) {
    state_->shutting_down = true;
    if (state_->peers == 0) {
        asio::post(state_->services.executor, std::move(done));
        return;
    }
    state_->on_empty = [done = std::move(done), timer = deadline_] {
        timer->cancel();
        done();
    };
    for_each_peer(*state_, [](Peer& peer) { peer.shut_down(); });
    deadline_->expires_after(deadline);
    deadline_->async_wait([timer = deadline_, shard = std::weak_ptr(state_)](const boost::system::error_code& failure) {
        const auto state = shard.lock();
        if (failure || !state) return;
        for_each_peer(*state, [](Peer& peer) { peer.drop(); });
    });
}

void ShardServer::close_sessions(std::uint16_t code, const std::string& reason) {
    for_each_peer(*state_, [&](Peer& peer) { peer.close_session(code, reason); });
}

}  // namespace switchboard::net
