// SPDX-License-Identifier: Apache-2.0
#include "net/frame_meter.hpp"

#include <doctest/doctest.h>

#include <string>

using switchboard::net::FrameMeter;

namespace {

std::string frame(unsigned first, std::size_t size) {
    std::string out(1, static_cast<char>(first));
    if (size < 126) {
        out += static_cast<char>(0x80 | size);
    } else if (size < 65536) {
        out += static_cast<char>(0x80 | 126);
        out += static_cast<char>(size >> 8);
        out += static_cast<char>(size);
    } else {
        out += static_cast<char>(0x80 | 127);
        for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(static_cast<std::uint64_t>(size) >> shift);
    }
    return out + "MASK" + std::string(size, '\x81');  // a payload that would look like headers
}

void feed(FrameMeter& meter, const std::string& bytes) {
    meter.observe(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

}  // namespace

TEST_CASE("frames are counted the same however the bytes are cut") {
    std::string stream;
    for (const std::size_t size : {0, 1, 125, 126, 65535, 65536}) stream += frame(0x82, size);
    stream += frame(0x01, 3) + frame(0x00, 0) + frame(0x89, 5) + frame(0x00, 200) + frame(0x80, 1) + frame(0x8a, 0);
    for (const std::size_t step : {1ul, 2ul, 3ul, 7ul, 1000ul, stream.size()}) {
        FrameMeter meter;
        for (std::size_t at = 0; at < stream.size(); at += step) feed(meter, stream.substr(at, step));
        CHECK(meter.messages() == 7);
        CHECK(meter.most_fragments() == 4);
        CHECK(meter.pings() == 2);
        CHECK(meter.idle());
    }
}

TEST_CASE("idle means that nothing has begun") {
    FrameMeter meter;
    CHECK(meter.idle());
    feed(meter, "\x82");
    CHECK_FALSE(meter.idle());
    feed(meter, std::string("\x81", 1) + "MASK");
    CHECK_FALSE(meter.idle());
    feed(meter, "x");
    CHECK(meter.idle());
    feed(meter, frame(0x02, 1));
    CHECK_FALSE(meter.idle());
    feed(meter, frame(0x89, 1));  // a ping in between ends nothing
    CHECK_FALSE(meter.idle());
    feed(meter, frame(0x80, 0));
    CHECK(meter.idle());
    CHECK(meter.messages() == 2);
}

TEST_CASE("empty fragments count") {
    FrameMeter meter;
    feed(meter, frame(0x02, 0));
    for (int i = 0; i < 1000; ++i) feed(meter, frame(0x00, 0));
    CHECK(meter.most_fragments() == 1001);
    CHECK_FALSE(meter.idle());
    CHECK(meter.messages() == 0);
}

TEST_CASE("an absurd length is only waited for") {
    FrameMeter meter;
    feed(meter, "\x82\xff" + std::string(8, '\xff') + "MASK" + std::string(100, 'x'));
    CHECK_FALSE(meter.idle());
    CHECK(meter.messages() == 0);
}
