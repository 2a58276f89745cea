// SPDX-License-Identifier: Apache-2.0
#include "base/worker_pool.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <thread>

namespace switchboard {

TEST_SUITE("worker pool") {
    TEST_CASE("work runs on a worker, done on the home thread") {
        asio::io_context context;
        WorkerPool pool(2, 16);
        std::thread::id worker, home;
        auto guard = asio::make_work_guard(context);
        REQUIRE(pool.run(
            context.get_executor(), [&] { worker = std::this_thread::get_id(); },
            [&] {
                home = std::this_thread::get_id();
                guard.reset();
            }));
        context.run();
        CHECK(home == std::this_thread::get_id());
        CHECK(worker != std::thread::id{});
        CHECK(worker != home);
    }

    TEST_CASE("a full queue refuses, and everything accepted is finished") {
        asio::io_context context;
        std::atomic<int> worked{0};
        int accepted = 0;
        std::promise<void> started, gate;
        const std::shared_future<void> opened = gate.get_future().share();
        {
            WorkerPool pool(1, 3);
            REQUIRE(pool.run(
                context.get_executor(),
                [&] {
                    started.set_value();
                    opened.wait();
                    ++worked;
                },
                [] {}));
            started.get_future().wait();
            for (int i = 0; i < 10; ++i)
                accepted += pool.run(
                                context.get_executor(), [&] { ++worked; }, [] {})
                                ? 1
                                : 0;
            CHECK(accepted >= 2);
            CHECK(accepted <= 3);
            gate.set_value();
        }
        CHECK(worked == accepted + 1);
    }
}

}  // namespace switchboard
