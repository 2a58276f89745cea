// SPDX-License-Identifier: Apache-2.0
#include "base/task.hpp"

#include "base/log.hpp"

#include <boost/asio/co_spawn.hpp>

#include <exception>

namespace switchboard {

void spawn_logged(Executor executor, const char* name, Task<void> task) {
    asio::co_spawn(executor, std::move(task), [name](std::exception_ptr failure) {
        if (!failure) return;
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& error) {
            log::error("task.failed", {{"task", name}, {"error", error.what()}});
        }
    });
}

}  // namespace switchboard
