// SPDX-License-Identifier: Apache-2.0
#include "redis/redis_error.hpp"

#include <doctest/doctest.h>

using namespace switchboard;
using namespace switchboard::redis;

namespace {
struct Case {
    const char* text;
    RedisErrorKind kind;
    bool temporary;
};
}  // namespace

TEST_CASE("every error reply has its kind and its meaning") {
    const Case cases[] = {
        {"NOSCRIPT No matching script. Please use EVAL.", RedisErrorKind::noscript, true},
        {"LOADING Redis is loading the dataset in memory", RedisErrorKind::loading, true},
        {"READONLY You can't write against a read only replica.", RedisErrorKind::readonly, true},
        {"MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", RedisErrorKind::masterdown, true},
        {"BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.", RedisErrorKind::busy, true},
        {"OOM command not allowed when used memory > 'maxmemory'.", RedisErrorKind::oom, true},
        {"MISCONF Errors writing to the AOF file: No space left on device", RedisErrorKind::misconf, true},
        {"NOREPLICAS Not enough good replicas to write.", RedisErrorKind::noreplicas, true},
        {"MOVED 3999 127.0.0.1:6381", RedisErrorKind::moved, true},
        {"ASK 3999 127.0.0.1:6381", RedisErrorKind::ask, true},
        {"TRYAGAIN Multiple keys request during rehashing of slot", RedisErrorKind::tryagain, true},
        {"CLUSTERDOWN Hash slot not served", RedisErrorKind::clusterdown, true},
        {"NOAUTH Authentication required.", RedisErrorKind::noauth, true},
        {"WRONGPASS invalid username-password pair or user is disabled.", RedisErrorKind::noauth, true},
        {"NOPERM this user has no permissions to run the 'set' command", RedisErrorKind::noperm, true},
        {"WRONGTYPE Operation against a key holding the wrong kind of value", RedisErrorKind::wrongtype, false},
        {"EXECABORT Transaction discarded because of previous errors.", RedisErrorKind::execabort, false},
        {"ERR unknown command 'foo'", RedisErrorKind::other, false},
        {"BUSYGROUP Consumer Group name already exists", RedisErrorKind::other, false},
        {"ASKING", RedisErrorKind::other, false},
        {"", RedisErrorKind::other, false},
    };
    for (const Case& sample : cases) {
        CAPTURE(sample.text);
        CHECK(classify_error(sample.text) == sample.kind);
        CHECK(is_temporary(sample.kind) == sample.temporary);
        const Error error = to_error(sample.text);
        CHECK(error.temporary() == sample.temporary);
        CHECK(error.code == (sample.temporary ? ErrorCode::unavailable : ErrorCode::internal));
        CHECK(classify_error(error.message) == sample.kind);
    }
}

TEST_CASE("names of kinds are distinct, for they are label values") {
    CHECK(name_of(RedisErrorKind::none) == "none");
    for (int i = 0; i <= static_cast<int>(RedisErrorKind::other); ++i)
        for (int j = 0; j < i; ++j) CHECK(name_of(static_cast<RedisErrorKind>(i)) != name_of(static_cast<RedisErrorKind>(j)));
}

TEST_CASE("a long error text is shortened") { CHECK(to_error("ERR " + std::string(10'000, 'x')).message.size() == 300); }
