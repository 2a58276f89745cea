// SPDX-License-Identifier: Apache-2.0
#include "net/outbox.hpp"

#include <doctest/doctest.h>

using namespace switchboard;
using namespace switchboard::net;
using namespace std::chrono_literals;
using ports::Encoding;
using ports::SendStatus;

namespace {

ports::EncodedFrame frame(std::string text) { return std::make_shared<const std::string>(std::move(text)); }
ports::EncodedFrame frame(std::size_t size) { return frame(std::string(size, 'x')); }
const TimePoint start{100s};

}  // namespace

TEST_CASE("everything queued leaves as one protobuf message") {
    Outbox outbox(1000);
    CHECK(outbox.empty());
    CHECK(outbox.push(frame("ab"), start) == SendStatus::queued);
    CHECK(outbox.push(frame("cd"), start) == SendStatus::queued);
    CHECK(outbox.push(frame("e"), start) == SendStatus::queued);
    CHECK(outbox.take_batch(Encoding::protobuf).bytes() == "abcde");
    CHECK(outbox.empty());
}

TEST_CASE("a lone protobuf frame is not copied") {
    Outbox outbox(1000);
    const auto only = frame("abc");
    outbox.push(only, start);
    const auto batch = outbox.take_batch(Encoding::protobuf);
    CHECK(batch.bytes().data() == only->data());
}

TEST_CASE("JSON frames are joined to one ServerBatch") {
    Outbox outbox(1000);
    outbox.push(frame(R"({"a":1})"), start);
    CHECK(outbox.take_batch(Encoding::json).bytes() == R"({"frames":[{"a":1}]})");
    outbox.written();
    outbox.push(frame(R"({"a":1})"), start);
    outbox.push(frame(R"({"b":2})"), start);
    CHECK(outbox.take_batch(Encoding::json).bytes() == R"({"frames":[{"a":1},{"b":2}]})");
}

TEST_CASE("a message is bounded, but one large frame goes alone") {
    Outbox outbox(1'000'000);
    outbox.push(frame(40'000), start);
    outbox.push(frame(40'000), start);
    outbox.push(frame(100'000), start);
    outbox.push(frame("tail"), start);
    CHECK(outbox.take_batch(Encoding::protobuf).bytes().size() == 40'000);
    outbox.written();
    CHECK(outbox.take_batch(Encoding::protobuf).bytes().size() == 40'000);
    outbox.written();
    CHECK(outbox.take_batch(Encoding::protobuf).bytes().size() == 100'000);
    outbox.written();
    CHECK(outbox.take_batch(Encoding::protobuf).bytes() == "tail");
    outbox.written();
    CHECK(outbox.empty());
    CHECK(outbox.bytes() == 0);
}

TEST_CASE("what is queued while a batch is written waits, in order, and counts") {
    Outbox outbox(1000);
    outbox.push(frame("one"), start);
    const auto first = outbox.take_batch(Encoding::protobuf);
    outbox.push(frame("two"), start);
    CHECK(outbox.bytes() == 6);
    outbox.written();
    CHECK(outbox.bytes() == 3);
    CHECK(outbox.take_batch(Encoding::protobuf).bytes() == "two");
    CHECK(first.bytes() == "one");
}

TEST_CASE("the hard limit refuses and stays broken") {
    Outbox outbox(100);
    CHECK(outbox.push(frame(100), start) == SendStatus::congested);
    CHECK_FALSE(outbox.slow(start));
    CHECK(outbox.push(frame(1), start) == SendStatus::closed);
    CHECK(outbox.slow(start));
    outbox.clear();
    CHECK(outbox.push(frame(1), start) == SendStatus::closed);
    CHECK(outbox.empty());
}

TEST_CASE("bytes in flight count towards the hard limit") {
    Outbox outbox(100);
    outbox.push(frame(90), start);
    const auto batch = outbox.take_batch(Encoding::protobuf);
    CHECK(outbox.push(frame(20), start) == SendStatus::closed);
}

TEST_CASE("the soft limit tolerates five seconds without a break") {
    Outbox outbox(100);
    CHECK(outbox.push(frame(50), start) == SendStatus::queued);
    CHECK(outbox.slow_from() == never);
    CHECK(outbox.push(frame(1), start) == SendStatus::congested);
    CHECK(outbox.slow_from() == start + 5s);
    CHECK_FALSE(outbox.slow(start + 4999ms));
    CHECK(outbox.slow(start + 5s));
    SUBCASE("more output does not move the deadline") {
        outbox.push(frame(1), start + 3s);
        CHECK(outbox.slow(start + 5s));
    }
    SUBCASE("reading half of it does") {
        auto batch = outbox.take_batch(Encoding::protobuf);
        outbox.written();
        CHECK_FALSE(outbox.slow(start + 6s));
        CHECK(outbox.push(frame(60), start + 6s) == SendStatus::congested);
        CHECK_FALSE(outbox.slow(start + 10s));
        CHECK(outbox.slow(start + 11s));
    }
}

TEST_CASE("a higher limit, as after an agent's Hello, counts at once") {
    Outbox outbox(100);
    outbox.set_limit(1000);
    CHECK(outbox.push(frame(400), start) == SendStatus::queued);
}

TEST_CASE("clear keeps what is with the kernel") {
    Outbox outbox(1000);
    outbox.push(frame(10), start);
    const auto batch = outbox.take_batch(Encoding::protobuf);
    outbox.push(frame(20), start);
    outbox.clear();
    CHECK(outbox.empty());
    CHECK(outbox.bytes() == 10);
    outbox.written();
    CHECK(outbox.bytes() == 0);
}
