// SPDX-License-Identifier: Apache-2.0
// Puts what arrives of one conversation's log into order: every event is handed out once, in order, without a hole, whatever
// is repeated, late or missing on the way. Customers see the events of audience ALL, chained by `prev`; staff sees every seq.
// Pure. Thread: any one.
#pragma once

#include "switchboard/v1/event.pb.h"

#include <cstdint>
#include <map>
#include <vector>

namespace switchboard::client {

class EventStream {
public:
    explicit EventStream(bool staff) : staff_(staff) {}

    // Appends to `ready` what may be handed out now. False: the event contradicts what was handed out before (the log was
    // replaced), so the caller must resume and take the snapshot.
    bool push(const v1::Event& event, std::vector<v1::Event>& ready);
    // Events are waiting for others that have not arrived: read the log after last_seq().
    bool has_hole() const { return !waiting_.empty(); }
    // Forgets everything; the log follows from its first event.
    void reset();

    std::uint64_t last_seq() const { return last_seq_; }
    std::uint64_t last_event_id() const { return last_event_id_; }
    std::uint64_t duplicates() const { return duplicates_; }

private:
    bool follows(const v1::Event& event) const;
    void hand_out(const v1::Event& event, std::vector<v1::Event>& ready);

    // What is dropped beyond this limit is read from the log again.
    static constexpr std::size_t waiting_limit = 1000;

    bool staff_;
    std::uint64_t last_seq_ = 0;
    std::uint64_t last_event_id_ = 0;
    std::uint64_t duplicates_ = 0;
    std::map<std::uint64_t, v1::Event> waiting_;
};

}  // namespace switchboard::client
