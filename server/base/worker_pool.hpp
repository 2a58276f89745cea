// SPDX-License-Identifier: Apache-2.0
// The only place where work may block: password hashing, SQLite, files. Owns its threads; bounded, so a flood of slow work
// is refused instead of piling up.
#pragma once

#include "base/task.hpp"

#include <cstddef>
#include <functional>
#include <memory>

namespace switchboard {

class WorkerPool {
public:
    WorkerPool(std::size_t threads, std::size_t queue_limit);
    ~WorkerPool();  // finishes what was accepted
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    // Runs `work` on a worker, then `done` on `home`. False: the queue is full and nothing will run. Thread: any.
    bool run(Executor home, std::function<void()> work, std::function<void()> done);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace switchboard
