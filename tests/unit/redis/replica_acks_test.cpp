// SPDX-License-Identifier: Apache-2.0
#include "redis/replica_acks.hpp"
#include "redis/sentinel.hpp"

#include <doctest/doctest.h>

using namespace switchboard::redis;
using namespace std::chrono_literals;
using Verdict = ReplicaAcks::Verdict;

namespace {
constexpr std::chrono::steady_clock::time_point start{1000s};
}

TEST_CASE("all means all that are known, and at least one") {
    ReplicaAcks acks({.all = true});
    CHECK(acks.wanted());
    CHECK(acks.required(2, true, start) == 2);
    CHECK(acks.required(0, true, start) == 1);
    CHECK(acks.judge(2, 2, true, start) == Verdict::enough);
    CHECK(acks.judge(1, 2, true, start) == Verdict::too_few);
    CHECK(acks.judge(0, 0, true, start) == Verdict::too_few);
}

TEST_CASE("a number means that number") {
    ReplicaAcks acks({.replicas = 1});
    CHECK(acks.judge(1, 2, true, start) == Verdict::enough);
    CHECK(acks.judge(0, 2, true, start) == Verdict::too_few);
    CHECK_FALSE(ReplicaAcks({}).wanted());
}

TEST_CASE("fewer are enough only when allowed, only after the time, and never none") {
    ReplicaAcks never({.all = true});
    CHECK(never.judge(1, 2, true, start) == Verdict::too_few);
    CHECK(never.judge(1, 2, true, start + 10h) == Verdict::too_few);

    ReplicaAcks allowed({.all = true, .degrade_after = 3s});
    CHECK(allowed.judge(1, 2, true, start) == Verdict::too_few);
    CHECK(allowed.judge(1, 2, true, start + 2s) == Verdict::too_few);
    CHECK(allowed.judge(1, 2, true, start + 3s) == Verdict::degraded);
    CHECK(allowed.required(2, true, start + 4s) == 1);
    CHECK(allowed.judge(0, 2, true, start + 4s) == Verdict::too_few);
    // Cut off from the Sentinels, another replica may have been promoted.
    CHECK(allowed.required(2, false, start + 4s) == 2);
    CHECK(allowed.judge(1, 2, false, start + 4s) == Verdict::too_few);
    CHECK(allowed.judge(2, 2, true, start + 5s) == Verdict::enough);
    CHECK(allowed.judge(1, 2, true, start + 6s) == Verdict::too_few);  // the time begins anew
}

TEST_CASE("what a Sentinel says of the primary") {
    const auto parsed = [](std::initializer_list<std::string_view> words) {
        ReplyReader reader;
        std::string bytes;
        append_command(bytes, words);
        reader.feed(bytes);
        Reply reply;
        REQUIRE(reader.next(reply) == ReplyReader::Next::reply);
        return reply;
    };
    const Reply about = parsed({"name", "m", "ip", "10.0.0.6", "port", "6379", "flags", "master", "num-slaves", "2", "config-epoch", "9"});
    const Reply address = parsed({"10.0.0.7", "6380"});
    const auto primary = read_primary(about, address);
    REQUIRE(primary);
    CHECK(primary->place == HostPort{"10.0.0.7", 6380});
    CHECK(primary->config_epoch == 9);
    CHECK(primary->replicas == 2);
    CHECK(primary->seen_up);
    CHECK_FALSE(read_primary(parsed({"flags", "master,s_down"}), address)->seen_up);
    CHECK_FALSE(read_primary(about, Reply{}));
}
