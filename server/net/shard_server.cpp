// SPDX-License-Identifier: Apache-2.0
#include "net/shard_server.hpp"

#include "net/http_session.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
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

// The last fifth of the time is for those who take long to leave.
constexpr int farewell_share_percent = 80;
// Nobody is overrun by so many.
constexpr std::int64_t farewells_per_second = 50;
constexpr std::chrono::milliseconds farewell_tick{20};

void for_each_peer(ShardState& shard, const std::function<void(Peer&)>& visit) {
    shard.wheel.for_each([&](Timed& entry) { visit(static_cast<Peer&>(entry)); });
}

}  // namespace

ShardServer::ShardServer(Services services, Options options)
    : state_(std::make_shared<ShardState>(std::move(services), std::move(options), std::chrono::steady_clock::now())),
      sweeper_(std::make_shared<Timer>(state_->services.executor)),
      deadline_(std::make_shared<Timer>(state_->services.executor)),
      farewell_(std::make_unique<Timer>(state_->services.executor)) {
    sweep_later(sweeper_, state_);
}

ShardServer::~ShardServer() {
    sweeper_->cancel();
    deadline_->cancel();
    farewell_->cancel();
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
    const Duration at_full_speed{static_cast<std::int64_t>(state_->peers) * 1000 / farewells_per_second};
    send_away(std::chrono::steady_clock::now(), std::min(deadline * farewell_share_percent / 100, at_full_speed), state_->peers);
    deadline_->expires_after(deadline);
    deadline_->async_wait([timer = deadline_, shard = std::weak_ptr(state_)](const boost::system::error_code& failure) {
        const auto state = shard.lock();
        if (failure || !state) return;
        for_each_peer(*state, [](Peer& peer) { peer.drop(); });
    });
}

// Evenly over the time, so that the nodes they go to are not overrun. What an upgrade in work becomes is told to leave by itself.
void ShardServer::send_away(std::chrono::steady_clock::time_point began, Duration time, std::size_t all) {
    const auto gone_for = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began);
    const std::size_t due = gone_for >= time ? all : all * static_cast<std::size_t>(gone_for.count()) / static_cast<std::size_t>(time.count());
    for_each_peer(*state_, [&](Peer& peer) {
        if ((sent_away_ < due || due == all) && peer.shut_down()) ++sent_away_;
    });
    if (state_->peers == 0) return;
    farewell_->expires_after(farewell_tick);
    farewell_->async_wait([this, alive = std::weak_ptr(alive_), began, time, all](const boost::system::error_code& cancelled) {
        if (!cancelled && !alive.expired()) send_away(began, time, all);
    });
}

void ShardServer::close_sessions(std::uint16_t code, const std::string& reason) {
    for_each_peer(*state_, [&](Peer& peer) { peer.close_session(code, reason); });
}

}  // namespace switchboard::net
