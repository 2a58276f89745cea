// SPDX-License-Identifier: Apache-2.0
// What still has to go to one client, bounded in bytes. A client that reads too slowly is found here: too much at once (hard
// limit), or more than half of it for too long (soft limit). What is being written still counts. Pure: time is an argument.
// Thread: its shard.
#pragma once

#include "net/time.hpp"
#include "ports/client_link.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace switchboard::net {

class Outbox {
public:
    // One WebSocket message. A lone protobuf frame is shared, everything else is gathered once.
    class Batch {
    public:
        std::string_view bytes() const { return shared_ ? std::string_view(*shared_) : std::string_view(gathered_); }

    private:
        friend class Outbox;
        ports::EncodedFrame shared_;
        std::string gathered_;
    };

    explicit Outbox(std::size_t hard_limit) : hard_limit_(hard_limit) {}

    // closed: the hard limit is broken, the frame was not taken and slow() holds from now on.
    ports::SendStatus push(ports::EncodedFrame frame, TimePoint now);
    // The oldest frames, up to about 64 KiB; at least one. Not to be called while empty.
    Batch take_batch(ports::Encoding encoding);
    // The last batch is with the kernel.
    void written();

    // The client must be let go: replay after a resume is cheaper than memory here.
    bool slow(TimePoint now) const { return overflowed_ || now >= slow_from_; }
    // When slow() would become true by itself.
    TimePoint slow_from() const { return slow_from_; }

    void set_limit(std::size_t hard_limit) { hard_limit_ = hard_limit; }
    // Forgets what is queued, not what is being written.
    void clear();
    bool empty() const { return head_ == frames_.size(); }
    std::size_t bytes() const { return bytes_; }

private:
    void relieve();

    std::size_t hard_limit_;
    std::size_t bytes_ = 0;      // queued and in flight
    std::size_t in_flight_ = 0;
    TimePoint slow_from_ = never;
    bool overflowed_ = false;
    std::size_t head_ = 0;
    std::vector<ports::EncodedFrame> frames_;  // a deque would cost every idle session half a kilobyte
};

}  // namespace switchboard::net
