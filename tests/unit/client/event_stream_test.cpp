// SPDX-License-Identifier: Apache-2.0
#include "switchboard_client/event_stream.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using switchboard::client::EventStream;
namespace v1 = switchboard::v1;

namespace {

// A log in which every third event is for staff only.
std::vector<v1::Event> make_log(std::uint64_t length) {
    std::vector<v1::Event> log;
    std::uint64_t last_all = 0;
    for (std::uint64_t seq = 1; seq <= length; ++seq) {
        v1::Event event;
        event.set_seq(seq);
        event.set_prev(last_all);
        event.set_event_id(1000 + seq);
        event.set_audience(seq % 3 == 0 ? v1::STAFF : v1::ALL);
        if (event.audience() == v1::ALL) last_all = seq;
        log.push_back(event);
    }
    return log;
}

std::vector<v1::Event> visible(const std::vector<v1::Event>& log, bool staff) {
    std::vector<v1::Event> seen;
    std::copy_if(log.begin(), log.end(), std::back_inserter(seen),
                 [staff](const v1::Event& event) { return staff || event.audience() == v1::ALL; });
    return seen;
}

std::vector<std::uint64_t> seqs(const std::vector<v1::Event>& events) {
    std::vector<std::uint64_t> numbers;
    for (const v1::Event& event : events) numbers.push_back(event.seq());
    return numbers;
}

}  // namespace

TEST_CASE("a customer's stream has no hole where notes are") {
    EventStream stream(false);
    std::vector<v1::Event> ready;
    for (const v1::Event& event : visible(make_log(9), false)) CHECK(stream.push(event, ready));
    CHECK(seqs(ready) == std::vector<std::uint64_t>{1, 2, 4, 5, 7, 8});
    CHECK_FALSE(stream.has_hole());
    CHECK(stream.last_seq() == 8);
    CHECK(stream.last_event_id() == 1008);
}

TEST_CASE("for staff a missing note is a hole") {
    EventStream stream(true);
    std::vector<v1::Event> ready;
    const auto log = make_log(4);
    CHECK(stream.push(log[0], ready));
    CHECK(stream.push(log[1], ready));
    CHECK(stream.push(log[3], ready));
    CHECK(stream.has_hole());
    CHECK(ready.size() == 2);
    CHECK(stream.push(log[2], ready));
    CHECK_FALSE(stream.has_hole());
    CHECK(seqs(ready) == std::vector<std::uint64_t>{1, 2, 3, 4});
}

TEST_CASE("whatever the order and however often events arrive, each is handed out once and in order") {
    std::mt19937 random(7);
    for (int round = 0; round < 200; ++round) {
        const bool staff = round % 2 == 0;
        const auto expected = visible(make_log(1 + random() % 40), staff);
        std::vector<v1::Event> arriving = expected;
        for (const v1::Event& event : expected)
            if (random() % 3 == 0) arriving.push_back(event);
        std::shuffle(arriving.begin(), arriving.end(), random);
        EventStream stream(staff);
        std::vector<v1::Event> ready;
        for (const v1::Event& event : arriving) REQUIRE(stream.push(event, ready));
        CHECK(seqs(ready) == seqs(expected));
        CHECK_FALSE(stream.has_hole());
    }
}

TEST_CASE("an event that contradicts what was handed out is not accepted") {
    const auto log = make_log(5);
    std::vector<v1::Event> ready;
    SUBCASE("the last seq with another identity") {
        EventStream stream(true);
        CHECK(stream.push(log[0], ready));
        v1::Event other = log[0];
        other.set_event_id(7);
        CHECK_FALSE(stream.push(other, ready));
    }
    SUBCASE("a customer's chain that leads past the last event") {
        EventStream stream(false);
        CHECK(stream.push(log[0], ready));
        CHECK(stream.push(log[1], ready));
        v1::Event other = log[3];
        other.set_prev(1);
        CHECK_FALSE(stream.push(other, ready));
    }
    CHECK(ready.size() >= 1);
}

TEST_CASE("what waits behind a hole is bounded, and reading the log repairs the rest") {
    const auto log = make_log(3000);
    EventStream stream(true);
    std::vector<v1::Event> ready;
    for (std::size_t i = 1; i < log.size(); ++i) CHECK(stream.push(log[i], ready));
    CHECK(ready.empty());
    CHECK(stream.push(log[0], ready));
    CHECK(stream.last_seq() == 1001);
    CHECK_FALSE(stream.has_hole());
}

TEST_CASE("after a reset the log begins again") {
    const auto log = make_log(2);
    EventStream stream(true);
    std::vector<v1::Event> ready;
    CHECK(stream.push(log[0], ready));
    stream.reset();
    CHECK(stream.last_seq() == 0);
    CHECK(stream.push(log[0], ready));
    CHECK(ready.size() == 2);
}
