// SPDX-License-Identifier: Apache-2.0
#include "net/admission.hpp"
#include "net/command_gate.hpp"
#include "net/rate_limiter.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace switchboard;
using namespace switchboard::net;
using namespace std::chrono_literals;
namespace ip = boost::asio::ip;

namespace {

const TimePoint start{100s};

int taken_of(TokenBucket& bucket, int tries, double rate, double burst, TimePoint now) {
    int taken = 0;
    for (int i = 0; i < tries; ++i) taken += bucket.take(rate, burst, now);
    return taken;
}

AddressKey key(const char* text) { return address_key(ip::make_address(text)); }

}  // namespace

TEST_CASE("a bucket gives its burst at once and then its rate") {
    TokenBucket bucket;
    CHECK(taken_of(bucket, 100, 10, 40, start) == 40);
    CHECK(bucket.wait_ms(10) == 100);
    CHECK(taken_of(bucket, 100, 10, 40, start + 1s) == 10);
    CHECK(taken_of(bucket, 100, 10, 40, start + 1050ms) == 0);
    CHECK(bucket.wait_ms(10) == 50);
    CHECK(taken_of(bucket, 100, 10, 40, start + 1h) == 40);
}

TEST_CASE("a bucket without a rate limits nothing, and time that stands still gives nothing") {
    TokenBucket open;
    CHECK(taken_of(open, 1000, 0, 0, start) == 1000);
    CHECK(open.wait_ms(0) == 0);
    TokenBucket bucket;
    CHECK(taken_of(bucket, 10, 1, 5, start) == 5);
    CHECK_FALSE(bucket.take(1, 5, start - 10s));
}

TEST_CASE("addresses are told apart as subscribers are") {
    CHECK(key("192.0.2.1") == key("::ffff:192.0.2.1"));
    CHECK_FALSE(key("192.0.2.1") == key("192.0.2.2"));
    CHECK(key("2001:db8:1:2::1") == key("2001:db8:1:2:ffff::9"));
    CHECK_FALSE(key("2001:db8:1:2::1") == key("2001:db8:1:3::1"));
    CHECK_FALSE(key("::1") == key("0.0.0.0"));
}

TEST_CASE("connections of an address are counted up and down") {
    AddressTable table({.connections = 2});
    using Connect = AddressTable::Connect;
    CHECK(table.connect(key("192.0.2.1"), start) == Connect::counted);
    CHECK(table.connect(key("192.0.2.1"), start) == Connect::counted);
    CHECK(table.connect(key("192.0.2.1"), start) == Connect::refused);
    CHECK(table.connect(key("192.0.2.2"), start) == Connect::counted);
    table.disconnect(key("192.0.2.1"));
    CHECK(table.connect(key("192.0.2.1"), start) == Connect::counted);
    CHECK(table.connect(key("192.0.2.1"), start) == Connect::refused);
    AddressTable open({.connections = 0});
    CHECK(open.connect(key("192.0.2.1"), start) == Connect::uncounted);
}

TEST_CASE("the table is bounded; those who find it full share one bucket") {
    AddressTable table({.connections = 5, .handshakes_per_second = 1, .handshake_burst = 3, .tracked = 100});
    for (int i = 0; i < 100; ++i) table.connect(address_key(ip::make_address_v4(static_cast<unsigned>(i))), start);
    CHECK(table.size() == 100);
    int admitted = 0;
    for (unsigned i = 1000; i < 2000; ++i) admitted += table.handshake(address_key(ip::make_address_v4(i)), start);
    CHECK(table.size() == 100);
    CHECK(admitted == 3);
    CHECK(table.connect(key("10.1.1.1"), start) == AddressTable::Connect::uncounted);
}

TEST_CASE("quiet addresses make room") {
    AddressTable table({.handshakes_per_second = 10, .handshake_burst = 40, .tracked = 100});
    for (unsigned i = 0; i < 100; ++i) table.handshake(address_key(ip::make_address_v4(i)), start);
    for (unsigned i = 1000; i < 1050; ++i) table.handshake(address_key(ip::make_address_v4(i)), start + 1min);
    CHECK(table.size() <= 100);
    int admitted = 0;
    for (int i = 0; i < 60; ++i) admitted += table.handshake(key("10.9.9.9"), start + 1min);
    CHECK(admitted == 40);
}

TEST_CASE("slots give their places back") {
    const auto admission = Admission::create({.connections = 2, .handshakes_per_second = 0, .per_address = {.connections = 1}});
    const auto here = ip::make_address("192.0.2.1");
    {
        auto first = admission->open();
        auto second = admission->open();
        CHECK(first);
        CHECK(second);
        CHECK_FALSE(admission->open());
        CHECK(first.attribute(here));
        CHECK(first.attribute(here));  // once only
        CHECK_FALSE(second.attribute(here));
        first.stop_counting_address();
        CHECK(second.attribute(here));
        CHECK(admission->connections() == 2);
        const auto moved = std::move(first);
        CHECK(admission->connections() == 2);
    }
    CHECK(admission->connections() == 0);
    auto again = admission->open();
    CHECK(again.attribute(here));
}

TEST_CASE("a default cap is taken from the descriptors allowed") {
    CHECK(Admission::create({})->connection_limit() > 100);
}

TEST_CASE("one address cannot use up the handshakes of all") {
    const auto admission = Admission::create({.connections = 10, .handshakes_per_second = 50, .per_address = {.handshakes_per_second = 1, .handshake_burst = 5}});
    auto slot = admission->open();
    using Handshake = Admission::Handshake;
    int admitted = 0;
    for (int i = 0; i < 1000; ++i) admitted += slot.handshake(ip::make_address("192.0.2.1")) == Handshake::admitted;
    CHECK(admitted >= 5);
    CHECK(admitted <= 7);
    CHECK(slot.handshake(ip::make_address("192.0.2.2")) == Handshake::admitted);
    int busy = 0;
    for (unsigned i = 0; i < 200; ++i) busy += slot.handshake(ip::make_address_v4(0x0a000000 + i)) == Handshake::server_too_busy;
    CHECK(busy > 100);
}

TEST_CASE("commands are limited by role, refused, and in the end called abuse") {
    const app::SessionLimits limits;
    using Verdict = CommandGate::Verdict;
    const auto count = [&](CommandGate& gate, bool staff, int tries, Verdict wanted, TimePoint now) {
        int found = 0;
        for (int i = 0; i < tries; ++i) found += gate.take(staff, limits, 100, now) == wanted;
        return found;
    };
    CommandGate customer;
    CHECK(count(customer, false, 20, Verdict::allowed, start) == 20);
    CHECK(count(customer, false, 10, Verdict::refused, start) == 10);
    CHECK(customer.retry_after_ms(false, limits, 100) == 200);
    CHECK(count(customer, false, 10, Verdict::allowed, start + 1s) == 5);
    CHECK(count(customer, false, 200, Verdict::abuse, start + 1s) > 100);

    CommandGate agent;
    CHECK(count(agent, true, 200, Verdict::allowed, start) == 100);
    CHECK(count(agent, true, 100, Verdict::allowed, start + 1s) == 50);

    // 5/s would be 300 a minute.
    CommandGate steady;
    int allowed = 0;
    for (int i = 0; i < 300; ++i) allowed += steady.take(false, limits, 100, start + i * 200ms) == Verdict::allowed;
    CHECK(allowed >= 190);
    CHECK(allowed <= 200);
    CHECK(steady.retry_after_ms(false, limits, 100) > 200);
}
