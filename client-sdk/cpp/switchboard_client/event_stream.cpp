// SPDX-License-Identifier: Apache-2.0
#include "switchboard_client/event_stream.hpp"

namespace switchboard::client {

bool EventStream::follows(const v1::Event& event) const {
    return staff_ ? event.seq() == last_seq_ + 1 : event.prev() == last_seq_;
}

void EventStream::hand_out(const v1::Event& event, std::vector<v1::Event>& ready) {
    last_seq_ = event.seq();
    last_event_id_ = event.event_id();
    ready.push_back(event);
}

bool EventStream::push(const v1::Event& event, std::vector<v1::Event>& ready) {
    if (event.seq() <= last_seq_) {
        if (event.seq() == last_seq_ && event.event_id() != last_event_id_) return false;
        ++duplicates_;
        return true;
    }
    if (!follows(event)) {
        // A later event whose predecessor is one that this client never saw can only belong to another log.
        if (!staff_ && event.prev() < last_seq_) return false;
        if (waiting_.size() < waiting_limit) waiting_.emplace(event.seq(), event);
        return true;
    }
    hand_out(event, ready);
    while (!waiting_.empty()) {
        const auto next = waiting_.begin();
        if (next->first <= last_seq_) {
            ++duplicates_;
        } else if (follows(next->second)) {
            hand_out(next->second, ready);
        } else {
            break;
        }
        waiting_.erase(next);
    }
    return true;
}

void EventStream::reset() {
    last_seq_ = 0;
    last_event_id_ = 0;
    waiting_.clear();
}

}  // namespace switchboard::client
