// SPDX-License-Identifier: Apache-2.0
#include "app/local_session.hpp"

#include "switchboard/v1/client.pb.h"

namespace switchboard::app {

ports::SendStatus LocalSession::send(SharedFrame& frame) {
    if (!link_) return ports::SendStatus::closed;
    const auto& encoded = frame.get(link_->encoding());
    // Bytes that nobody can decode are not worth a session: the log still has them.
    if (!encoded) return ports::SendStatus::queued;
    return note(link_->send(encoded));
}

ports::SendStatus LocalSession::send(const v1::ServerFrame& frame) {
    if (!link_) return ports::SendStatus::closed;
    const auto encoded = encode(frame, link_->encoding());
    return encoded ? note(link_->send(encoded)) : ports::SendStatus::queued;
}

void LocalSession::close(int code, const std::string& reason) {
    if (!link_) return;
    // net answers with disconnected(), possibly at once; nothing may be sent in between.
    auto* link = std::exchange(link_, nullptr);
    link->close(static_cast<std::uint16_t>(code), reason);
}

}  // namespace switchboard::app
