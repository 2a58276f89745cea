// SPDX-License-Identifier: Apache-2.0
#include "net/deadline_wheel.hpp"

#include <algorithm>

namespace switchboard::net {

std::size_t DeadlineWheel::slot_of(TimePoint when) {
    return static_cast<std::size_t>(std::chrono::duration_cast<std::chrono::seconds>(when.time_since_epoch()).count()) % slots;
}

void DeadlineWheel::schedule(Timed& entry, TimePoint when) {
    if (entry.is_linked() && entry.due_ <= when) return;
    entry.unlink();
    entry.due_ = when;
    // Slots up to swept_ have had their turn: an appointment in the past gets the next one.
    wheel_[slot_of(std::max(when, swept_))].push_back(entry);
}

void DeadlineWheel::advance(TimePoint now) {
    const auto turns = std::min<std::size_t>(
        slots, static_cast<std::size_t>(std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count() -
                                        std::chrono::floor<std::chrono::seconds>(swept_.time_since_epoch()).count()) + 1);
    const std::size_t first = slot_of(swept_);
    swept_ = now;
    for (std::size_t turn = 0; turn < turns; ++turn) {
        List& slot = wheel_[(first + turn) % slots];
        List due;  // moved out, so that a check may reschedule into this very slot
        due.splice(due.end(), slot);
        while (!due.empty()) {
            Timed& entry = due.front();
            due.pop_front();
            if (entry.due_ > now) {
                slot.push_back(entry);
                continue;
            }
            entry.due_ = never;
            const TimePoint next = entry.check(now);
            if (next != never) schedule(entry, next);
        }
    }
}

void DeadlineWheel::for_each(const std::function<void(Timed&)>& visit) {
    for (List& slot : wheel_) {
        List all;
        all.splice(all.end(), slot);
        while (!all.empty()) {
            Timed& entry = all.front();
            all.pop_front();
            slot.push_back(entry);
            visit(entry);
        }
    }
}

}  // namespace switchboard::net
