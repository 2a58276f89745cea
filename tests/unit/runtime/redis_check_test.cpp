// SPDX-License-Identifier: Apache-2.0
#include "runtime/redis_check.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace switchboard;
using namespace switchboard::runtime;
using namespace std::chrono_literals;

namespace {

const redis::RedisAddress direct = redis::parse_redis_url("redis://h").value();
const redis::RedisAddress two_sentinels = redis::parse_redis_url("redis+sentinel://a,b/main").value();
const redis::RedisAddress three_sentinels = redis::parse_redis_url("redis+sentinel://a,b,c/main").value();

Config with_durability(const std::string& durability, const std::string& ack_replicas = "all") {
    Config config;
    config.durability = durability;
    config.ack_replicas = ack_replicas;
    return config;
}

// A Redis of which there is nothing to say.
RedisFacts good(std::optional<std::size_t> replicas = 2) {
    return {{{"maxmemory-policy", "noeviction"}, {"appendonly", "yes"}, {"appendfsync", "always"}, {"min-replicas-to-write", "1"}}, replicas};
}

RedisFacts with(const std::string& name, const std::string& value) {
    RedisFacts facts = good();
    facts.settings[name] = value;
    return facts;
}

using Sentences = std::vector<std::string>;

}  // namespace

TEST_CASE("a Redis that throws keys away is refused, whatever is promised") {
    for (const char* durability : {"fsync", "replica", "memory"}) {
        CHECK(refusal(with("maxmemory-policy", "allkeys-lru"), durability) ==
              "has maxmemory-policy allkeys-lru and would throw conversations away: set it to noeviction");
        CHECK(refusal(with("maxmemory-policy", "volatile-ttl"), durability).has_value());
        CHECK_FALSE(refusal(good(), durability).has_value());
    }
}

TEST_CASE("durability fsync without it is refused, and only that one") {
    const std::string end = ", so an acknowledged message could be lost: set yes and always, or give --durability memory";
    CHECK(refusal(with("appendonly", "no"), "fsync") == "has appendonly no and appendfsync always" + end);
    CHECK(refusal(with("appendfsync", "everysec"), "fsync") == "has appendonly yes and appendfsync everysec" + end);
    CHECK_FALSE(refusal(with("appendonly", "no"), "memory").has_value());
    CHECK_FALSE(refusal(with("appendfsync", "everysec"), "replica").has_value());
}

TEST_CASE("a Redis that says nothing is not refused, and nothing is doubted that only it could tell") {
    for (const char* durability : {"fsync", "replica", "memory"}) CHECK_FALSE(refusal({}, durability).has_value());
    CHECK(doubts({}, three_sentinels, with_durability("replica")).empty());
    CHECK(doubts({}, direct, with_durability("fsync")).empty());
}

TEST_CASE("a good topology is not doubted") {
    CHECK(doubts(good(), three_sentinels, with_durability("replica")).empty());
    CHECK(doubts(good(), three_sentinels, with_durability("replica", "2")).empty());
    CHECK(doubts(good(std::nullopt), direct, with_durability("replica", "1")).empty());
    for (const char* durability : {"fsync", "memory"}) CHECK(doubts(good(std::nullopt), direct, with_durability(durability)).empty());
}

TEST_CASE("Sentinels promote: without durability replica that may lose something") {
    CHECK(doubts(good(), three_sentinels, with_durability("fsync")) ==
          Sentences{"durability is fsync, and a fail-over may lose what was acknowledged: set replica"});
    CHECK(doubts(good(), three_sentinels, with_durability("memory")) ==
          Sentences{"durability is memory, and a fail-over may lose what was acknowledged: set replica"});
}

TEST_CASE("fewer than three Sentinels") {
    const std::string few = "fewer than three Sentinels are named: when one is gone nobody may be able to promote a replica";
    CHECK(doubts(good(), two_sentinels, with_durability("replica")) == Sentences{few});
    const auto both = doubts(good(), two_sentinels, with_durability("memory"));
    CHECK(both.size() == 2);
    CHECK(std::ranges::count(both, few) == 1);
}

TEST_CASE("durability replica: what its Redis could still lose") {
    const Config config = with_durability("replica");
    const Sentences not_synced{
        "appendonly yes and appendfsync always are not set, so a loss of power on all nodes at once may lose what was acknowledged"};
    CHECK(doubts(with("appendonly", "no"), three_sentinels, config) == not_synced);
    CHECK(doubts(with("appendfsync", "everysec"), three_sentinels, config) == not_synced);
    CHECK(doubts(with("min-replicas-to-write", "0"), three_sentinels, config) ==
          Sentences{"min-replicas-to-write is 0: a primary that is cut off goes on writing what will be thrown away; set it to 1"});
    CHECK(doubts(good(0), three_sentinels, config) == Sentences{"the Sentinels know of no replica, so nothing can be acknowledged"});
    // The same of a Redis that promises less is not its business.
    CHECK(doubts(with("min-replicas-to-write", "0"), direct, with_durability("memory")).empty());
}

TEST_CASE("fewer acknowledgements than replicas") {
    CHECK(doubts(good(3), three_sentinels, with_durability("replica", "1")) ==
          Sentences{"ack_replicas is 1 and there are 3 replicas: one of those not waited for may be promoted, without what was acknowledged; set all"});
    CHECK(doubts(good(3), three_sentinels, with_durability("replica", "3")).empty());
    CHECK(doubts(good(3), three_sentinels, with_durability("replica", "all")).empty());
}

TEST_CASE("acknowledgements that degrade") {
    Config config = with_durability("replica");
    config.replica_degrade_after = 5s;
    CHECK(doubts(good(), three_sentinels, config) ==
          Sentences{"replica_degrade_after allows acknowledgements that only one replica has; "
                    "switchboard_redis_errors_total{kind=\"replicas_degraded\"} counts them"});
    config.durability = "fsync";
    CHECK(doubts(good(std::nullopt), direct, config).empty());
}

TEST_CASE("what an acknowledgement waits for") {
    CHECK_FALSE(replica_acks(with_durability("fsync")).wanted());
    CHECK_FALSE(replica_acks(with_durability("memory", "2")).wanted());
    CHECK(replica_acks(with_durability("replica")).all);
    const auto two = replica_acks(with_durability("replica", "2"));
    CHECK_FALSE(two.all);
    CHECK(two.replicas == 2);
}

TEST_CASE("check_redis refuses before it asks when the promise cannot be kept at all") {
    const auto unnamed = check_redis(direct, with_durability("replica"));
    REQUIRE(unnamed.has_error());
    CHECK(unnamed.error().message == "durability replica without Sentinels: write in ack_replicas how many replicas there are");
    const auto no_file = check_redis(redis::parse_redis_url("rediss://h?ca=/nowhere/ca.pem").value(), with_durability("memory"));
    REQUIRE(no_file.has_error());
    CHECK(no_file.error().message.starts_with("redis url: cannot use /nowhere/ca.pem: "));
}
