// SPDX-License-Identifier: Apache-2.0
#include "redis/topology.hpp"

#include <doctest/doctest.h>

using namespace switchboard;
using namespace switchboard::redis;

namespace {

RedisAddress good(std::string_view url) {
    CAPTURE(url);
    const Result<RedisAddress> address = parse_redis_url(url);
    CAPTURE(address.has_value() ? std::string() : address.error().message);
    REQUIRE(address.has_value());
    return *address;
}

Error bad(std::string_view url) {
    CAPTURE(url);
    const Result<RedisAddress> address = parse_redis_url(url);
    REQUIRE(address.has_error());
    return address.error();
}

bool mentions(const Error& error, std::string_view word) { return error.message.find(word) != std::string::npos; }

}  // namespace

TEST_CASE("addresses by TCP") {
    CHECK(good("redis://localhost") == RedisAddress{"", "localhost", 6379, "", "", 0});
    CHECK(good("redis://10.1.2.3:7000/") == RedisAddress{"", "10.1.2.3", 7000, "", "", 0});
    CHECK(good("redis://h:7000/15").database == 15);
    CHECK(good("redis://:secret@h").password == "secret");
    const RedisAddress full = good("redis://chat:p%40ss%2Fword@redis.example:6380/3");
    CHECK(full == RedisAddress{"", "redis.example", 6380, "chat", "p@ss/word", 3});
    CHECK(full.describe() == "redis://redis.example:6380/3");
    const RedisAddress six = good("redis://[::1]:7001/1");
    CHECK(six.host == "::1");
    CHECK(six.describe() == "redis://[::1]:7001/1");
}

TEST_CASE("addresses by unix socket") {
    CHECK(good("unix:///run/redis.sock").socket_path == "/run/redis.sock");
    const RedisAddress address = good("unix://chat:secret@/run/my%20redis.sock?db=2");
    CHECK(address.socket_path == "/run/my redis.sock");
    CHECK(address.database == 2);
    CHECK(address.user == "chat");
    CHECK(address.describe() == "unix:///run/my redis.sock?db=2");
}

TEST_CASE("addresses with TLS") {
    const RedisAddress address = good("rediss://chat:secret@h:6380/2?ca=/etc/ca.pem&cert=/etc/c.pem&key=/etc/k.pem&verify=no");
    CHECK(address.tls);
    CHECK(address.port == 6380);
    CHECK(address.tls_options == TlsOptions{"/etc/ca.pem", "/etc/c.pem", "/etc/k.pem", false});
    CHECK(address.describe() == "rediss://h:6380/2");
    CHECK(good("rediss://h").tls_options == TlsOptions{});
}

TEST_CASE("addresses by Sentinel") {
    const RedisAddress address = good("redis+sentinel://chat:p%40ss@a:1,b,[::1]:3/mymaster/4?sentinel_password=other");
    CHECK(address.sentinels == std::vector<HostPort>{{"a", 1}, {"b", 26379}, {"::1", 3}});
    CHECK(address.primary_name == "mymaster");
    CHECK(address.database == 4);
    CHECK(address.user == "chat");
    CHECK(address.password == "p@ss");
    CHECK(address.sentinel_password == "other");
    CHECK(address.describe() == "redis+sentinel://a:1,b:26379,[::1]:3/mymaster/4");
    const RedisAddress secured = good("rediss+sentinel://a/m?ca=/ca.pem");
    CHECK(secured.tls);
    CHECK(secured.by_sentinel());
}

TEST_CASE("errors name what is wrong") {
    CHECK(mentions(bad("http://h"), "'http'"));
    CHECK(mentions(bad("localhost:6379"), "'localhost'"));
    CHECK(mentions(bad("not a url"), "not a URL"));
    CHECK(mentions(bad(""), "not a URL"));
    CHECK(mentions(bad("redis://"), "host is missing"));
    CHECK(mentions(bad("redis:///1"), "host is missing"));
    CHECK(mentions(bad("redis:h"), "write redis://"));
    CHECK(mentions(bad("redis://h:0"), "'0' is not a port"));
    CHECK(mentions(bad("redis://h:70000"), "'70000' is not a port"));
    CHECK(mentions(bad("redis://h/abc"), "'abc' is not a database number"));
    CHECK(mentions(bad("redis://h/1/2"), "'1/2'"));
    CHECK(mentions(bad("redis://h/-1"), "'-1'"));
    CHECK(mentions(bad("redis://h/0?db=1"), "'db'"));
    CHECK(mentions(bad("redis://h?ca=/x"), "'ca'"));
    CHECK(mentions(bad("rediss://h?verify=maybe"), "yes or no"));
    CHECK(mentions(bad("rediss://h?cert=/x"), "belong together"));
    CHECK(mentions(bad("redis+sentinel:///mymaster"), "the Sentinels are missing"));
    CHECK(mentions(bad("redis+sentinel://a:1,b:2"), "name of the primary is missing"));
    CHECK(mentions(bad("redis+sentinel://a:1,,b/m"), "is not host:port"));
    CHECK(mentions(bad("redis+sentinel://a:x/m"), "is not"));
    CHECK(mentions(bad("redis+sentinel://a:0/m"), "'0' is not a port"));
    CHECK(mentions(bad("redis+sentinel://a/m/1/2"), "only a database number"));
    CHECK(mentions(bad("redis+sentinel://a/m?ca=/x"), "'ca'"));
    CHECK(mentions(bad("redis://h#x"), "%23"));
    CHECK(mentions(bad("redis://chat@h"), "user without a password"));
    CHECK(mentions(bad("redis://chat:@h"), "password is empty"));
    CHECK(mentions(bad("unix://run/redis.sock"), "takes a path"));
    CHECK(mentions(bad("unix://"), "path of the socket is missing"));
    CHECK(mentions(bad("unix:///a?base=1"), "'base'"));
    CHECK(mentions(bad("unix:///a?db=x"), "'x'"));
    CHECK(mentions(bad("unix:///" + std::string(120, 'a')), "121 bytes"));
    for (const char* url : {"redis://u:hunter2@h:70000", "redis://u:hunter2@h/x", "http://u:hunter2@h", "redis://u:hunter2@h:#"})
        CHECK(!mentions(bad(url), "hunter2"));
}
