// SPDX-License-Identifier: Apache-2.0
#include "connection_fixture.hpp"

#include <doctest/doctest.h>
#include <openssl/sha.h>

using namespace switchboard;
using namespace switchboard::redis;
using namespace switchboard::test;
using namespace std::chrono_literals;

namespace {

Script make_script(std::string_view name, std::string_view text) {
    unsigned char digest[SHA_DIGEST_LENGTH];
    SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
    std::string sha;
    for (const unsigned char byte : digest) {
        constexpr char digits[] = "0123456789abcdef";
        sha += digits[byte >> 4];
        sha += digits[byte & 15];
    }
    return {name, text, sha};
}

const Script counting = make_script("counting", "return redis.call('INCRBY', KEYS[1], ARGV[1])");
const Script broken = make_script("broken", "this is not Lua");

std::string call(ConnectionFixture& fixture, Connection& connection, const Script& script, RequestOptions request = {}) {
    std::string answer = "none";
    connection.execute_script(script, {"sum"}, {"5"}, request,
                              [&answer](Result<Reply> reply) { answer = ConnectionFixture::render(reply); });
    fixture.until([&answer] { return answer != "none"; });
    return answer;
}

std::int64_t calls_of(RedisServer& server, const std::string& command) {
    const std::string info = server.command({"INFO", "commandstats"});
    const std::string field = "cmdstat_" + command + ":calls=";
    const std::size_t at = info.find(field);
    return at == std::string::npos ? 0 : std::stoll(info.substr(at + field.size()));
}

}  // namespace

TEST_CASE("a script is loaded when Redis does not know it, also after SCRIPT FLUSH") {
    RedisServer server;
    ConnectionFixture fixture;
    const auto connection = fixture.connect(fixture.options(server.url()));
    CHECK(call(fixture, *connection, counting) == "5");
    CHECK(call(fixture, *connection, counting) == "10");
    server.command({"SCRIPT", "FLUSH"});
    CHECK(call(fixture, *connection, counting) == "15");
    CHECK(fixture.metrics.redis_errors("noscript").Value() == 2);
}

TEST_CASE("many calls of an unknown script load it once and each is carried out once, in order") {
    RedisServer server;
    ConnectionFixture fixture;
    const auto connection = fixture.connect(fixture.options(server.url()));
    std::vector<std::int64_t> answers;
    for (int i = 0; i < 200; ++i)
        connection->execute_script(counting, {"sum"}, {"1"}, {},
                                   [&answers](Result<Reply> reply) { answers.push_back(reply.value().integer()); });
    REQUIRE(fixture.until([&] { return answers.size() == 200; }));
    for (int i = 0; i < 200; ++i) REQUIRE(answers[static_cast<std::size_t>(i)] == i + 1);
    CHECK(calls_of(server, "script|load") == 1);
}

TEST_CASE("a script that Redis does not accept fails instead of being sent for ever") {
    RedisServer server;
    ConnectionFixture fixture;
    const auto connection = fixture.connect(fixture.options(server.url()));
    CHECK(call(fixture, *connection, broken).starts_with("error: NOSCRIPT"));
    CHECK(calls_of(server, "evalsha") == 2);
    CHECK(call(fixture, *connection, counting) == "5");
}

TEST_CASE("the program's own scripts are there after the handshake") {
    RedisServer server;
    ConnectionFixture fixture;
    auto options = fixture.options(server.url());
    options.link.load_scripts = true;
    const auto connection = fixture.connect(options);
    REQUIRE(fixture.until([&] { return connection->connected(); }));
    for (const ScriptSource& source : script_sources()) {
        CAPTURE(source.name);
        CHECK(server.command({"SCRIPT", "EXISTS", script(source.name).sha}) == "1");
    }
}
