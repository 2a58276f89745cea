// SPDX-License-Identifier: Apache-2.0
#include "redis/resp.hpp"

#include <doctest/doctest.h>

using namespace switchboard::redis;
using namespace std::string_view_literals;

namespace {

Reply parse(std::string_view bytes, ReplyLimits limits = {}) {
    ReplyReader reader(limits);
    reader.feed(bytes);
    Reply reply;
    REQUIRE(reader.next(reply) == ReplyReader::Next::reply);
    return reply;
}

std::string reason_of_failure(std::string_view bytes, ReplyLimits limits = {}) {
    ReplyReader reader(limits);
    reader.feed(bytes);
    Reply reply;
    while (true) {
        const auto next = reader.next(reply);
        if (next == ReplyReader::Next::broken) return std::string(reader.error());
        if (next == ReplyReader::Next::more) return "";
    }
}

// One of everything, nested, with an empty text, CRLF inside a text and a nil array.
constexpr std::string_view mixed =
    "+OK\r\n"
    "*5\r\n$5\r\nhello\r\n:-42\r\n*2\r\n$-1\r\n$4\r\na\r\nb\r\n$0\r\n\r\n*0\r\n"
    "-WRONGTYPE Operation against a key\r\n"
    "*-1\r\n"
    ":9223372036854775807\r\n";

void check_mixed(std::vector<Reply>& replies) {
    REQUIRE(replies.size() == 5);
    CHECK(replies[0].type() == ReplyType::status);
    CHECK(replies[0].text() == "OK");
    const Reply& nested = replies[1];
    REQUIRE(nested.size() == 5);
    CHECK(nested[0].text() == "hello");
    CHECK(nested[1].integer() == -42);
    REQUIRE(nested[2].size() == 2);
    CHECK(nested[2][0].is_nil());
    CHECK(nested[2][1].text() == "a\r\nb");
    CHECK(nested[3].type() == ReplyType::text);
    CHECK(nested[3].text().empty());
    CHECK(nested[4].is_array());
    CHECK(nested[4].size() == 0);
    CHECK(replies[2].is_error());
    CHECK(replies[2].text() == "WRONGTYPE Operation against a key");
    CHECK(replies[3].is_nil());
    CHECK(replies[4].integer() == 9223372036854775807LL);
}

void drain(ReplyReader& reader, std::vector<Reply>& replies) {
    Reply reply;
    while (reader.next(reply) == ReplyReader::Next::reply) replies.push_back(std::move(reply));
}

}  // namespace

TEST_CASE("commands are written as RESP arrays, whatever bytes they hold") {
    std::string buffer = "before";
    append_command(buffer, {"SET", "k\0\r\n"sv, ""});
    CHECK(buffer == "before*3\r\n$3\r\nSET\r\n$4\r\nk\0\r\n\r\n$0\r\n\r\n"sv);
}

TEST_CASE("replies are the same wherever the bytes are cut") {
    for (std::size_t first = 0; first <= mixed.size(); ++first) {
        for (std::size_t second = first; second <= mixed.size(); second += 7) {
            ReplyReader reader;
            std::vector<Reply> replies;
            for (const std::string_view part : {mixed.substr(0, first), mixed.substr(first, second - first), mixed.substr(second)}) {
                reader.feed(part);
                drain(reader, replies);
            }
            check_mixed(replies);
        }
    }
}

TEST_CASE("replies fed byte by byte") {
    ReplyReader reader;
    std::vector<Reply> replies;
    for (std::size_t i = 0; i < mixed.size(); ++i) {
        reader.feed(mixed.substr(i, 1));
        drain(reader, replies);
    }
    check_mixed(replies);
}

TEST_CASE("a reply can be read in the wrong shape without harm") {
    const Reply reply = parse("*2\r\n$3\r\n123\r\n$3\r\n12x\r\n");
    CHECK(reply[0].integer() == 123);
    CHECK(reply[1].integer() == 0);
    CHECK(reply[2].is_nil());
    CHECK(reply[2][7].text().empty());
    CHECK(reply[0].size() == 0);
    CHECK(reply.text().empty());
    CHECK(Reply{}.is_nil());
}

TEST_CASE("a moved or reused reply keeps its contents") {
    ReplyReader reader;
    reader.feed("*2\r\n$40\r\n0123456789012345678901234567890123456789\r\n:7\r\n$2\r\nab\r\n");
    Reply first;
    REQUIRE(reader.next(first) == ReplyReader::Next::reply);
    const Reply moved = std::move(first);
    REQUIRE(reader.next(first) == ReplyReader::Next::reply);
    CHECK(moved[0].text() == "0123456789012345678901234567890123456789");
    CHECK(moved[1].integer() == 7);
    CHECK(first.text() == "ab");
}

TEST_CASE("a long array keeps its order over several reads") {
    constexpr int elements = 5000;
    std::string bytes = "*" + std::to_string(elements) + "\r\n";
    for (int i = 0; i < elements; ++i) bytes += "*2\r\n:" + std::to_string(i) + "\r\n$1\r\nx\r\n";
    ReplyReader reader;
    std::vector<Reply> replies;
    for (std::size_t at = 0; at < bytes.size(); at += 1000) {
        reader.feed(std::string_view(bytes).substr(at, 1000));
        drain(reader, replies);
    }
    REQUIRE(replies.size() == 1);
    for (int i = 0; i < elements; ++i) REQUIRE(replies[0][static_cast<std::size_t>(i)][0].integer() == i);
}

TEST_CASE("hostile or broken replies are refused") {
    CHECK(reason_of_failure("hello\r\n") != "");
    CHECK(reason_of_failure("*99999999999\r\n") != "");
    CHECK(reason_of_failure("$-7\r\n") != "");
    CHECK(reason_of_failure("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n") != "");
    CHECK(reason_of_failure("*1000\r\n:1\r\n", {.elements = 999}) == "reply with too many elements");
    CHECK(reason_of_failure("*3\r\n*3\r\n:1\r\n:1\r\n:1\r\n*3\r\n:1\r\n", {.elements = 8}) == "reply with too many elements");
    CHECK(reason_of_failure("$1000\r\n" + std::string(1000, 'x') + "\r\n", {.bytes = 900}) == "reply too large");
}

TEST_CASE("the byte limit counts what an unfinished array has already gathered") {
    ReplyReader reader({.bytes = 1000});
    reader.feed("*100\r\n");
    Reply reply;
    ReplyReader::Next next = ReplyReader::Next::more;
    for (int i = 0; i < 100 && next == ReplyReader::Next::more; ++i) {
        reader.feed("$50\r\n" + std::string(50, 'x') + "\r\n");
        next = reader.next(reply);
    }
    CHECK(next == ReplyReader::Next::broken);
    CHECK(reader.error() == "reply too large");
}

TEST_CASE("a broken reader works again after reset") {
    ReplyReader reader;
    Reply reply;
    reader.feed("?\r\n");
    CHECK(reader.next(reply) == ReplyReader::Next::broken);
    reader.feed(":1\r\n");
    CHECK(reader.next(reply) == ReplyReader::Next::broken);
    reader.reset();
    reader.feed(":1\r\n");
    REQUIRE(reader.next(reply) == ReplyReader::Next::reply);
    CHECK(reply.integer() == 1);
}
