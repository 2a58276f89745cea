// SPDX-License-Identifier: Apache-2.0
#include "redis/handshake.hpp"

#include <doctest/doctest.h>

using namespace switchboard::redis;
using Progress = Handshake::Progress;

namespace {

Reply reply(std::string_view bytes) {
    ReplyReader reader;
    reader.feed(bytes);
    Reply made;
    REQUIRE(reader.next(made) == ReplyReader::Next::reply);
    return made;
}

const RedisAddress with_login{"", "h", 6379, "chat", "secret", 4};

}  // namespace

TEST_CASE("only what the address asks for is said") {
    CHECK(Handshake(RedisAddress{"/s"}, false).bytes() == "*2\r\n$5\r\nHELLO\r\n$1\r\n2\r\n*1\r\n$4\r\nPING\r\n");
    CHECK(Handshake(with_login, false).bytes() ==
          "*3\r\n$4\r\nAUTH\r\n$4\r\nchat\r\n$6\r\nsecret\r\n*2\r\n$6\r\nSELECT\r\n$1\r\n4\r\n*2\r\n$5\r\nHELLO\r\n$1\r\n2\r\n*1\r\n$4\r\nPING\r\n");
    RedisAddress no_user = with_login;
    no_user.user.clear();
    CHECK(Handshake(no_user, false).bytes().starts_with("*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n"));
}

TEST_CASE("done when everything was answered") {
    Handshake handshake(with_login, false);
    CHECK(handshake.on_reply(reply("+OK\r\n")) == Progress::more);
    CHECK(handshake.on_reply(reply("+OK\r\n")) == Progress::more);
    CHECK(handshake.on_reply(reply("*2\r\n$4\r\nrole\r\n$6\r\nmaster\r\n")) == Progress::more);
    CHECK(handshake.on_reply(reply("+PONG\r\n")) == Progress::done);
}

TEST_CASE("a replica is not taken for a primary; who may not ask goes on") {
    Handshake replica(RedisAddress{"/s"}, false);
    CHECK(replica.on_reply(reply("*2\r\n$4\r\nrole\r\n$5\r\nslave\r\n")) == Progress::failed);
    CHECK(replica.failure() == "a replica, not a primary");
    Handshake forbidden(RedisAddress{"/s"}, false);
    CHECK(forbidden.on_reply(reply("-NOPERM this user has no permissions to run the 'hello' command\r\n")) == Progress::more);
    CHECK(forbidden.on_reply(reply("+PONG\r\n")) == Progress::done);
}

TEST_CASE("each refusal says which step and why") {
    Handshake login(with_login, false);
    CHECK(login.on_reply(reply("-WRONGPASS invalid username-password pair\r\n")) == Progress::failed);
    CHECK(login.failure() == "login refused: WRONGPASS invalid username-password pair");
    Handshake database(with_login, false);
    CHECK(database.on_reply(reply("+OK\r\n")) == Progress::more);
    CHECK(database.on_reply(reply("-ERR DB index is out of range\r\n")) == Progress::failed);
    CHECK(database.failure() == "database refused: ERR DB index is out of range");
    Handshake loading(RedisAddress{"/s"}, false);
    CHECK(loading.on_reply(reply("*0\r\n")) == Progress::more);
    CHECK(loading.on_reply(reply("-LOADING Redis is loading the dataset in memory\r\n")) == Progress::failed);
    CHECK(loading.failure() == "not ready: LOADING Redis is loading the dataset in memory");
}
