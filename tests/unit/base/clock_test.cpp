// SPDX-License-Identifier: Apache-2.0
#include "base/clock.hpp"

#include <doctest/doctest.h>

namespace switchboard {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

TEST_SUITE("clock") {
    TEST_CASE("before the first reply it is the machine's own clock") {
        const RedisClock clock;
        CHECK_FALSE(clock.known());
        const auto before = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
        const Timestamp told = clock.now();
        CHECK(told >= before);
        CHECK(told <= std::chrono::system_clock::now());
    }

    TEST_CASE("it follows Redis, read halfway between sending and receiving, however wrong the machine's clock is") {
        RedisClock clock;
        const auto received = Steady::now();
        clock.observe(from_ms(5'000'000), received - 200ms, received);
        CHECK(clock.known());
        const Timestamp told = clock.now();
        const Duration since = std::chrono::ceil<Duration>(Steady::now() - received);
        // Halfway lies 100 ms back; the rounding to milliseconds may take or give one.
        CHECK(told >= from_ms(5'000'000) + 99ms);
        CHECK(told <= from_ms(5'000'000) + 101ms + since);
    }

    TEST_CASE("it advances with the monotonic clock and takes each new observation") {
        RedisClock clock;
        const auto long_ago = Steady::now() - 10s;
        clock.observe(from_ms(1'000'000), long_ago, long_ago);
        CHECK(clock.now() >= from_ms(1'010'000) - 1ms);
        const auto now = Steady::now();
        clock.observe(from_ms(42), now, now);
        CHECK(clock.now() >= from_ms(41));
        CHECK(clock.now() < from_ms(1'000'000));
    }

    TEST_CASE("a slow reply moves it only as far as it proves it wrong") {
        RedisClock clock;
        const auto began = Steady::now();
        clock.observe(from_ms(1'000'000), began, began);
        Duration ahead{0};
        SUBCASE("it agrees") {
            clock.observe(from_ms(1'000'010), began, began + 400ms);  // halfway would be 190 ms behind
        }
        SUBCASE("it cannot have been so early") {
            clock.observe(from_ms(1'000'900), began, began + 400ms);
            ahead = 500ms;
        }
        const Duration least = std::chrono::floor<Duration>(Steady::now() - began);
        const Timestamp told = clock.now();
        const Duration most = std::chrono::ceil<Duration>(Steady::now() - began);
        CHECK(told >= from_ms(1'000'000) + ahead + least - 1ms);
        CHECK(told <= from_ms(1'000'000) + ahead + most + 1ms);
    }

    TEST_CASE("milliseconds are kept") {
        CHECK(to_ms(from_ms(1'700'000'000'123)) == 1'700'000'000'123);
        CHECK(to_ms(Timestamp{}) == 0);
    }
}

}  // namespace switchboard
