// SPDX-License-Identifier: Apache-2.0
// Shows, under AddressSanitizer, that this compiler gets right what tests/lint/check_coroutines.py allows: owning values across
// a suspension, arguments by value, exceptions through awaits, coroutines that are destroyed while they wait. A compiler that
// doubles or drops a destructor fails here and not in a session at night.
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/log.hpp"
#include "base/task.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>

// The canary brings its own log, so that it is built from two files: an exception that escapes a task kills it.
void switchboard::log::error(std::string_view event, Fields) {
    std::printf("FAILED: %.*s\n", static_cast<int>(event.size()), event.data());
    std::exit(1);
}

namespace {

using namespace switchboard;

int alive = 0;

struct Counted {
    std::string text;
    explicit Counted(std::string value) : text(std::move(value)) { ++alive; }
    Counted(const Counted& other) : text(other.text) { ++alive; }
    Counted(Counted&& other) noexcept : text(std::move(other.text)) { ++alive; }
    Counted& operator=(const Counted&) = default;
    ~Counted() { --alive; }
};

Task<void> pause_once(Executor executor) {
    Timer timer(executor, std::chrono::milliseconds(0));
    co_await timer.async_wait(use_task);
}

Task<std::string> join(Executor executor, Counted left, std::shared_ptr<Counted> right) {
    co_await pause_once(executor);
    std::string joined = left.text + right->text;
    co_return joined;
}

Task<std::string> fail(Executor executor, Counted value) {
    co_await pause_once(executor);
    if (!value.text.empty()) throw std::runtime_error(value.text);
    co_return value.text;
}

Task<std::string> rescue(Executor executor) {
    std::string told;
    Counted value("a text that is too long for the small string optimisation");
    try {
        auto unreachable = co_await fail(executor, value);
        told = "not thrown: " + unreachable;
    } catch (const std::runtime_error& error) {
        told = error.what();
    }
    co_return told;
}

Task<void> wait_for_ever(Executor executor, Counted value) {
    Timer timer(executor, std::chrono::hours(1));
    boost::system::error_code error;
    auto token = asio::redirect_error(use_task, error);
    co_await timer.async_wait(token);
    std::printf("woke up with %s\n", value.text.c_str());
}

int failures = 0;

void expect(bool holds, const char* what) {
    if (holds) return;
    ++failures;
    std::printf("FAILED: %s\n", what);
}

Task<void> everything(Executor executor) {
    for (int round = 0; round < 100; ++round) {
        Counted left("left, and long enough to live on the heap, ");
        auto right = std::make_shared<Counted>("right");
        auto joined = co_await join(executor, left, right);
        expect(joined == "left, and long enough to live on the heap, right", "arguments survive a suspension");
        expect(right.use_count() == 1, "a shared argument is released once");
    }
    auto told = co_await rescue(executor);
    expect(told == "a text that is too long for the small string optimisation", "an exception passes through two awaits");
}

}  // namespace

int main() {
    {
        asio::io_context context{1};
        spawn_logged(context.get_executor(), "canary", everything(context.get_executor()));
        context.run();
        expect(alive == 0, "every value was destroyed exactly once");
        context.restart();
        spawn_logged(context.get_executor(), "canary.waiting", wait_for_ever(context.get_executor(), Counted("never")));
        context.poll();
        expect(alive > 0, "the waiting coroutine holds its argument");
    }
    expect(alive == 0, "a destroyed coroutine destroys its argument exactly once");
    std::printf("%s\n", failures == 0 ? "canary alive" : "canary dead");
    return failures == 0 ? 0 : 1;
}
