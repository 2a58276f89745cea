// SPDX-License-Identifier: Apache-2.0
#include "net/deadline_wheel.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <random>
#include <vector>

using namespace switchboard::net;
using namespace std::chrono_literals;

namespace {

const TimePoint start = TimePoint{} + 1000s + 300ms;

struct Probe final : Timed {
    TimePoint due = never;
    TimePoint next = never;
    int checks = 0;
    bool early = false;
    TimePoint last{};
    TimePoint check(TimePoint now) override {
        ++checks;
        last = now;
        early = early || now < due;
        return next;
    }
};

void run(DeadlineWheel& wheel, TimePoint from, std::chrono::milliseconds span) {
    for (auto at = from; at <= from + span; at += 1s) wheel.advance(at);
}

}  // namespace

TEST_CASE("everything is checked once, never early, within a tick or two") {
    DeadlineWheel wheel(start);
    std::mt19937 random(7);
    std::vector<std::unique_ptr<Probe>> probes;
    for (int i = 0; i < 500; ++i) {
        probes.push_back(std::make_unique<Probe>());
        probes.back()->due = start + std::chrono::milliseconds(random() % 200'000);
        wheel.schedule(*probes.back(), probes.back()->due);
    }
    run(wheel, start, 210s);
    for (const auto& probe : probes) {
        CHECK(probe->checks == 1);
        CHECK_FALSE(probe->early);
        CHECK(probe->last - probe->due <= 2s);
    }
}

TEST_CASE("an earlier appointment stands, a later one waits for the check") {
    DeadlineWheel wheel(start);
    Probe probe;
    wheel.schedule(probe, start + 5s);
    wheel.schedule(probe, start + 50s);
    run(wheel, start, 8s);
    CHECK(probe.checks == 1);
    wheel.schedule(probe, start + 50s);
    wheel.schedule(probe, start + 12s);
    run(wheel, start + 8s, 6s);
    CHECK(probe.checks == 2);
}

TEST_CASE("a check says when to look again") {
    DeadlineWheel wheel(start);
    Probe probe;
    probe.next = start + 20s;
    wheel.schedule(probe, start + 3s);
    run(wheel, start, 10s);
    CHECK(probe.checks == 1);
    probe.next = never;
    run(wheel, start + 10s, 15s);
    CHECK(probe.checks == 2);
    CHECK_FALSE(probe.is_linked());
}

TEST_CASE("what is long overdue, or due in the past, is found after a pause") {
    DeadlineWheel wheel(start);
    Probe late, past;
    wheel.schedule(late, start + 70s);
    wheel.advance(start + 1h);
    CHECK(late.checks == 1);
    wheel.schedule(past, start);
    wheel.advance(start + 1h + 1s);
    CHECK(past.checks == 1);
}

TEST_CASE("entries may vanish, also while others are checked") {
    DeadlineWheel wheel(start);
    struct Killer final : Timed {
        std::unique_ptr<Probe> victim;
        TimePoint check(TimePoint) override {
            victim.reset();
            return never;
        }
    } killer;
    killer.victim = std::make_unique<Probe>();
    wheel.schedule(killer, start + 1s);
    wheel.schedule(*killer.victim, start + 1s);
    run(wheel, start, 5s);
    CHECK(killer.victim == nullptr);
    {
        Probe gone;
        wheel.schedule(gone, start + 10s);
    }
    run(wheel, start + 5s, 10s);
}

TEST_CASE("the wheel lists everyone once") {
    DeadlineWheel wheel(start);
    std::vector<Probe> probes(100);
    for (std::size_t i = 0; i < probes.size(); ++i) wheel.schedule(probes[i], start + std::chrono::seconds(i));
    wheel.for_each([](Timed& entry) { ++static_cast<Probe&>(entry).checks; });
    for (const Probe& probe : probes) CHECK(probe.checks == 1);
    int left = 0;
    wheel.for_each([&](Timed& entry) {
        ++left;
        DeadlineWheel::remove(entry);
    });
    CHECK(left == 100);
    wheel.for_each([](Timed&) { FAIL("nobody is left"); });
}
