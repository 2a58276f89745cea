// SPDX-License-Identifier: Apache-2.0
// What must still be told to the store after a client has gone, however long the store is away: repeated until it is done or
// refused for good. A bounded number is in flight; at most one task per session exists. Thread: its shard.
#pragma once

#include "app/context.hpp"

#include <deque>
#include <functional>
#include <optional>

namespace switchboard::app {

class Cleanup {
public:
    using Task = std::function<void(Callback<void>)>;

    explicit Cleanup(Context& context) : context_(context) {}

    void run(Task task);
    // Nothing is repeated any more.
    void stop();
    bool idle() const { return in_flight_ == 0 && tasks_.empty(); }

private:
    void pump();
    void pause();

    Context& context_;
    std::optional<Timer> timer_;
    std::deque<Task> tasks_;
    std::size_t in_flight_ = 0;
    bool pausing_ = false;
    bool stopped_ = false;
};

}  // namespace switchboard::app
