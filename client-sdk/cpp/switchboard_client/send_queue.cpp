// SPDX-License-Identifier: Apache-2.0
#include "switchboard_client/send_queue.hpp"

#include <algorithm>
#include <utility>

namespace switchboard::client {

std::uint64_t SendQueue::push(std::string text, bool note) {
    entries_.push_back({next_id_, next_number_++, note, false, 0, std::move(text)});
    return next_id_++;
}

void SendQueue::first_number_used() {
    if (next_number_ == 1 + entries_.size()) renumber_from(entries_.begin(), 2);
}

std::vector<const OutgoingMessage*> SendQueue::take_unsent(std::size_t window) {
    std::vector<const OutgoingMessage*> taken;
    // Acknowledgements come in order, so what is in flight is a prefix.
    for (std::size_t i = in_flight_; i < entries_.size() && in_flight_ < window; ++i) {
        entries_[i].in_flight = true;
        ++entries_[i].attempt;
        ++in_flight_;
        taken.push_back(&entries_[i]);
    }
    return taken;
}

std::deque<OutgoingMessage>::iterator SendQueue::find(std::uint64_t id) {
    const auto entry = std::lower_bound(entries_.begin(), entries_.end(), id,
                                        [](const OutgoingMessage& message, std::uint64_t wanted) { return message.id < wanted; });
    return entry != entries_.end() && entry->id == id ? entry : entries_.end();
}

bool SendQueue::current(std::deque<OutgoingMessage>::iterator entry, std::uint32_t attempt) const {
    return entry != entries_.end() && entry->in_flight && entry->attempt == attempt;
}

void SendQueue::rewind_from(std::deque<OutgoingMessage>::iterator entry) {
    for (; entry != entries_.end(); ++entry) {
        if (entry->in_flight) --in_flight_;
        entry->in_flight = false;
    }
}

void SendQueue::renumber_from(std::deque<OutgoingMessage>::iterator entry, std::uint32_t number) {
    rewind_from(entry);
    for (; entry != entries_.end(); ++entry) entry->number = number++;
    next_number_ = number;
}

void SendQueue::rewind() { rewind_from(entries_.begin()); }

std::optional<OutgoingMessage> SendQueue::accepted(std::uint64_t id) {
    const auto entry = find(id);
    if (entry == entries_.end()) return std::nullopt;
    // What stands before it was sent before it and is therefore stored too, but its own answer tells its seq: keep it.
    OutgoingMessage message = std::move(*entry);
    if (message.in_flight) --in_flight_;
    entries_.erase(entry);
    return message;
}

bool SendQueue::out_of_sequence(std::uint64_t id, std::uint32_t attempt, std::uint32_t expected) {
    const auto entry = find(id);
    if (!current(entry, attempt)) return false;
    const auto holder = std::find_if(entries_.begin(), entries_.end(),
                                     [expected](const OutgoingMessage& message) { return message.number == expected; });
    if (holder != entries_.end()) {
        rewind_from(holder);
    } else {
        renumber_from(entries_.begin(), expected);
    }
    return true;
}

bool SendQueue::postponed(std::uint64_t id, std::uint32_t attempt) {
    const auto entry = find(id);
    if (!current(entry, attempt)) return false;
    rewind_from(entry);
    return true;
}

std::optional<OutgoingMessage> SendQueue::refused(std::uint64_t id, std::uint32_t attempt, bool number_used) {
    const auto entry = find(id);
    if (!current(entry, attempt)) return std::nullopt;
    OutgoingMessage message = *entry;
    rewind_from(entry);
    const auto after = entries_.erase(entry);
    if (!number_used) renumber_from(after, message.number);
    return message;
}

std::vector<OutgoingMessage> SendQueue::refused_with_tail(std::uint64_t id, std::uint32_t attempt) {
    const auto entry = find(id);
    if (!current(entry, attempt)) return {};
    rewind_from(entry);
    next_number_ = entry->number;
    std::vector<OutgoingMessage> given_up(std::make_move_iterator(entry), std::make_move_iterator(entries_.end()));
    entries_.erase(entry, entries_.end());
    return given_up;
}

std::vector<OutgoingMessage> SendQueue::give_up() {
    in_flight_ = 0;
    const auto all = std::exchange(entries_, {});
    return {all.begin(), all.end()};
}

}  // namespace switchboard::client
