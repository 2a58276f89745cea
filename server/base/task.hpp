// SPDX-License-Identifier: Apache-2.0
// The one executor, the one coroutine type and the one way to start a coroutine. See DESIGN section 7 for the g++ 12 rules
// that tests/lint holds.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace switchboard {

namespace asio = boost::asio;

using Executor = asio::io_context::executor_type;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor>;

template <class T>
using Task = asio::awaitable<T, Executor>;
inline constexpr asio::use_awaitable_t<Executor> use_task{};

// Runs the task to its end; an exception that escapes it is logged under `name` as a defect, never swallowed.
void spawn_logged(Executor executor, const char* name, Task<void> task);

}  // namespace switchboard
