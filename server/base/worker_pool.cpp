// SPDX-License-Identifier: Apache-2.0
#include "base/worker_pool.hpp"

#include "base/log.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>

namespace switchboard {

struct WorkerPool::State {
    State(std::size_t threads, std::size_t limit) : queue_limit(limit), pool(threads) {}
    const std::size_t queue_limit;
    std::atomic<std::size_t> queued{0};
    asio::thread_pool pool;
};

WorkerPool::WorkerPool(std::size_t threads, std::size_t queue_limit) : state_(std::make_unique<State>(threads, queue_limit)) {}

WorkerPool::~WorkerPool() { state_->pool.join(); }

bool WorkerPool::run(Executor home, std::function<void()> work, std::function<void()> done) {
    if (state_->queued.fetch_add(1) >= state_->queue_limit) {
        state_->queued.fetch_sub(1);
        return false;
    }
    // The guard keeps the home loop alive until `done` has been handed to it.
    auto guard = asio::make_work_guard(home);
    asio::post(state_->pool, [state = state_.get(), guard, work = std::move(work), done = std::move(done)]() mutable {
        try {
            work();
        } catch (const std::exception& failure) {
            log::error("worker.failed", {{"error", failure.what()}});
        }
        state->queued.fetch_sub(1);
        asio::post(guard.get_executor(), std::move(done));
    });
    return true;
}

}  // namespace switchboard
