// SPDX-License-Identifier: Apache-2.0
#include "net/shard_state.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace switchboard::net {

void ShardState::request_flush(std::shared_ptr<Flushable> peer) {
    flushing_.push_back(std::move(peer));
    // The list keeps its members alive and they hold this state, so the bare pointer is good.
    if (flushing_.size() == 1) asio::post(services.executor, [this] { flush_all(); });
}

void ShardState::flush_all() {
    const auto turn = std::exchange(flushing_, {});  // the last holder of this state may be among them
    for (const auto& peer : turn) peer->flush();
}

void ShardState::peer_gone() {
    --peers;
    if (peers == 0 && on_empty) asio::post(services.executor, std::exchange(on_empty, nullptr));
}

}  // namespace switchboard::net
