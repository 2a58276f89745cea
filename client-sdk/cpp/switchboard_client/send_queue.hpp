// SPDX-License-Identifier: Apache-2.0
// The messages and notes of one conversation that are not acknowledged yet, with the numbers under which the server takes each
// of them exactly once. They go out in order, again under the same number after a lost connection, and are renumbered only when
// the server has said that their number was never used. Pure. Thread: any one.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace switchboard::client {

struct OutgoingMessage {
    std::uint64_t id = 0;       // names the entry for as long as it waits, whatever its number becomes
    std::uint32_t number = 0;
    bool note = false;
    bool in_flight = false;
    std::uint32_t attempt = 0;  // answers to an earlier attempt say nothing about this one
    std::string text;
};

class SendQueue {
public:
    // Returns the id of the entry.
    std::uint64_t push(std::string text, bool note);
    // Number 1 was used by the text of StartConversation.
    void first_number_used();

    // The next entries to be sent, in order; they count as in flight from now on. At most `window` are in flight at a time.
    std::vector<const OutgoingMessage*> take_unsent(std::size_t window);

    // The connection is gone, or the server asked to wait: everything goes out again.
    void rewind();
    // Nothing: the entry was settled before.
    std::optional<OutgoingMessage> accepted(std::uint64_t id);
    // OUT_OF_SEQUENCE: resend from `expected`, giving the tail new numbers when nobody holds that one. False: an answer to an
    // earlier attempt, ignored.
    bool out_of_sequence(std::uint64_t id, std::uint32_t attempt, std::uint32_t expected);
    // A temporary refusal of this attempt: this entry and all after it go out again. False: ignored.
    bool postponed(std::uint64_t id, std::uint32_t attempt);
    // Refused for good. `number_used`: the number belongs to another message now (CONFLICT); otherwise it is free and the
    // tail moves up. Nothing: ignored.
    std::optional<OutgoingMessage> refused(std::uint64_t id, std::uint32_t attempt, bool number_used);
    // Refused because the conversation takes nothing more from here: so would be everything after it. Empty: ignored.
    std::vector<OutgoingMessage> refused_with_tail(std::uint64_t id, std::uint32_t attempt);

    // The conversation has gone to somebody else: what was not acknowledged is not said. The numbers go on from here.
    std::vector<OutgoingMessage> give_up();

    bool empty() const { return entries_.empty(); }
    std::size_t size() const { return entries_.size(); }
    std::uint32_t next_number() const { return next_number_; }

private:
    std::deque<OutgoingMessage>::iterator find(std::uint64_t id);
    bool current(std::deque<OutgoingMessage>::iterator entry, std::uint32_t attempt) const;
    void rewind_from(std::deque<OutgoingMessage>::iterator entry);
    void renumber_from(std::deque<OutgoingMessage>::iterator entry, std::uint32_t number);

    std::deque<OutgoingMessage> entries_;
    std::size_t in_flight_ = 0;
    std::uint64_t next_id_ = 1;
    std::uint32_t next_number_ = 1;
};

}  // namespace switchboard::client
