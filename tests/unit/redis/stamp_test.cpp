// SPDX-License-Identifier: Apache-2.0
#include "redis/stamp.hpp"

#include "switchboard/v1/event.pb.h"

#include <doctest/doctest.h>

#include <cstring>

using namespace switchboard;
using namespace switchboard::redis;

namespace {

v1::Event body() {
    v1::Event event;
    event.mutable_sender()->set_id("v1");
    event.set_client_instance(0x0102030405060708);
    event.set_number(300);
    event.mutable_message()->set_text("hello");
    return event;
}

// What the scripts append: seq, prev and time as fixed64 fields 1, 2 and 3.
std::string stamped(const ports::EventDraft& draft, std::uint64_t seq, std::uint64_t prev, std::uint64_t time) {
    std::string bytes = complete_draft(draft);
    const std::uint64_t values[] = {seq, prev, time};
    for (int field = 0; field < 3; ++field) {
        bytes += static_cast<char>((field + 1) << 3 | 1);
        bytes.append(reinterpret_cast<const char*>(&values[field]), 8);
    }
    return bytes;
}

}  // namespace

TEST_CASE("a stamped event is the event of the schema") {
    for (const auto audience : {ports::Audience::all, ports::Audience::staff}) {
        const std::string bytes = stamped({audience, 0xfedcba9876543210, body().SerializeAsString()}, 7, 5, 1'700'000'000'123);
        v1::Event event;
        REQUIRE(event.ParseFromString(bytes));
        CHECK(event.seq() == 7);
        CHECK(event.prev() == 5);
        CHECK(event.time_ms() == 1'700'000'000'123);
        CHECK(event.event_id() == 0xfedcba9876543210);
        CHECK(event.audience() == (audience == ports::Audience::all ? v1::ALL : v1::STAFF));
        CHECK(event.message().text() == "hello");
        const auto stamp = read_stamp(bytes);
        REQUIRE(stamp);
        CHECK(stamp->seq == 7);
        CHECK(stamp->prev == 5);
        CHECK(stamp->event_id == 0xfedcba9876543210);
        CHECK(to_ms(stamp->time) == 1'700'000'000'123);
        CHECK(stamp->audience == audience);
        const auto entry = read_entry(bytes);
        REQUIRE(entry);
        CHECK(entry->bytes == bytes);
        CHECK(entry->seq == 7);
        CHECK(bytes.size() == body().SerializeAsString().size() + stamp_size);
    }
}

TEST_CASE("an event without a body has a stamp too, and other bytes have none") {
    const std::string bytes = stamped({ports::Audience::all, 1, ""}, 1, 0, 2);
    CHECK(bytes.size() == stamp_size);
    CHECK(read_stamp(bytes));
    CHECK_FALSE(read_stamp(bytes.substr(1)));
    CHECK_FALSE(read_stamp(""));
    CHECK_FALSE(read_stamp(std::string(stamp_size, 'x')));
    for (const std::size_t tag : {0u, 2u, 11u, 20u, 29u}) {
        std::string damaged = bytes;
        damaged[tag] = static_cast<char>(damaged[tag] ^ 1);
        CHECK_FALSE(read_stamp(damaged));
    }
}

TEST_CASE("comes_from finds sender, instance and number, and only all three") {
    const std::string bytes = stamped({ports::Audience::all, 1, body().SerializeAsString()}, 1, 0, 2);
    CHECK(comes_from(bytes, "v1", 0x0102030405060708, 300));
    CHECK_FALSE(comes_from(bytes, "v1", 0x0102030405060708, 301));
    CHECK_FALSE(comes_from(bytes, "v1", 0x0102030405060708, 44));     // the first byte of 300 without its continuation
    CHECK_FALSE(comes_from(bytes, "v1", 0x0102030405060709, 300));
    CHECK_FALSE(comes_from(bytes, "v2", 0x0102030405060708, 300));
    CHECK_FALSE(comes_from(bytes, "", 0x0102030405060708, 300));
    v1::Event customers = body();
    customers.mutable_sender()->set_role(v1::CUSTOMER);
    customers.mutable_sender()->clear_id();
    CHECK(comes_from(customers.SerializeAsString(), "", 0x0102030405060708, 300));
    CHECK_FALSE(comes_from(customers.SerializeAsString(), "v1", 0x0102030405060708, 300));
    for (const std::uint32_t number : {1u, 127u, 128u, 16'384u, 4'294'967'295u}) {
        v1::Event event = body();
        event.set_number(number);
        CHECK(comes_from(event.SerializeAsString(), "v1", 0x0102030405060708, number));
        CHECK_FALSE(comes_from(event.SerializeAsString(), "v1", 0x0102030405060708, number - 1));
    }
}
