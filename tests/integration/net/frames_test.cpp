// SPDX-License-Identifier: Apache-2.0
// Raw bytes that no correct client sends: each gets its close code, costs bounded memory and leaves everyone else alone.
#include "integration/net/rig.hpp"

#include <doctest/doctest.h>

using namespace rig;

namespace {

// What a client is told that sends `bytes` right after its Hello; somebody else must not notice.
unsigned told(Server& server, std::string_view bytes, ports::Encoding encoding = ports::Encoding::protobuf) {
    Client bystander(server);
    bystander.open();
    bystander.say(hello());
    REQUIRE(bystander.hear().has_value());

    Client client(server);
    client.open(encoding);
    client.send(bytes);
    const unsigned code = client.close_code();

    bystander.say(ping(9));
    const auto answer = bystander.hear();
    REQUIRE(answer.has_value());
    CHECK(answer->reply_to() == 9);
    return code;
}

std::string raw(std::initializer_list<unsigned> bytes) {
    std::string out;
    for (const unsigned byte : bytes) out += static_cast<char>(byte);
    return out;
}

std::string masked_header(unsigned first, std::uint64_t length) {
    std::string out = raw({first, 0xff});
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(length >> shift);
    return out + "MASK";
}

}  // namespace

TEST_CASE("frames that break RFC 6455 are answered with 1002") {
    Server server;
    CHECK(told(server, frame(0x82, "x", false)) == 1002);  // not masked
    for (const unsigned bit : {0x40, 0x20, 0x10}) {
        CHECK(told(server, frame(0x82 | bit, "x")) == 1002);
        CHECK(told(server, frame(0x89 | bit, "x")) == 1002);
    }
    for (const unsigned opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) CHECK(told(server, frame(0x80 | opcode, "x")) == 1002);
    for (const unsigned opcode : {8, 9, 10}) CHECK(told(server, frame(opcode, "")) == 1002);  // fragmented control
    for (const unsigned opcode : {8, 9, 10}) CHECK(told(server, frame(0x80 | opcode, std::string(126, 'x'))) == 1002);
    CHECK(told(server, frame(0x80, "x")) == 1002);                          // continuation of nothing
    CHECK(told(server, frame(0x00, "x")) == 1002);
    CHECK(told(server, frame(0x02, "x") + frame(0x82, "y")) == 1002);       // a message inside a message
    CHECK(told(server, raw({0x82, 0xfe, 0, 5}) + "MASKxxxxx") == 1002);      // length not in its shortest form
    CHECK(told(server, masked_header(0x82, 70)) == 1002);
}

TEST_CASE("close frames that break RFC 6455") {
    Server server;
    CHECK(told(server, frame(0x88, "x")) == 1002);
    for (const unsigned code : {0, 999, 1004, 1005, 1006, 1016, 2999}) CHECK(told(server, close_frame(code)) == 1002);
    CHECK(told(server, close_frame(1000, "\xff\xfe")) == 1002);
    CHECK(told(server, close_frame(1000, "bye")) == 1000);
    CHECK(told(server, close_frame(3000)) == 3000);
    CHECK(told(server, frame(0x88, "")) == 1000);
    CHECK(told(server, close_frame(1000) + binary(batch({ping()}))) == 1000);  // nothing counts after close
}

TEST_CASE("what is too large is refused by its header") {
    Server server;
    CHECK(told(server, masked_header(0x82, 64 * 1024 + 1)) == 1009);
    CHECK(told(server, masked_header(0x82, 0x7fffffffffffffff)) == 1009);
    CHECK(told(server, masked_header(0x82, 0xffffffffffffffff)) == 1009);
    CHECK(told(server, masked_header(0x82, 0x8000000000000000)) == 1009);
    CHECK(told(server, frame(0x02, std::string(40'000, 'x')) + frame(0x80, std::string(40'000, 'x'))) == 1009);
    CHECK(told(server, binary(std::string(200'000, 'x'))) == 1009);  // although much of it is still on its way
}

TEST_CASE("staff may send larger messages, after Hello only") {
    Server server;
    v1::ClientFrame big;
    big.mutable_send_message()->mutable_message()->set_text(std::string(100'000, 'x'));
    Client agent(server);
    agent.open();
    agent.say(hello("agent"));
    REQUIRE(agent.hear().has_value());
    agent.say(big);
    REQUIRE(agent.hear().has_value());
    CHECK(server.record.frames.back().send_message().message().text().size() == 100'000);
    agent.send(binary(std::string(256 * 1024 + 1, 'x')));
    CHECK(agent.close_code() == 1009);
    CHECK(told(server, binary(batch({big}))) == 1009);
}

TEST_CASE("fragments are limited, empty ones too") {
    Server server;
    const std::string whole = batch({hello()});
    std::string good = frame(0x02, "");
    for (std::size_t i = 0; i < 62; ++i) good += frame(0x00, "");
    {
        Client client(server);
        client.open();
        client.send(good + frame(0x80, whole));
        const auto answer = client.hear();
        REQUIRE(answer.has_value());
        CHECK(answer->has_welcome());
    }
    CHECK(told(server, good + frame(0x00, "") + frame(0x80, whole)) == 1008);
    std::string bomb = frame(0x02, "");
    for (int i = 0; i < 100'000; ++i) bomb += frame(0x00, "");
    CHECK(told(server, bomb) == 1008);
    std::string bytes = frame(0x02, "x");
    for (int i = 0; i < 100; ++i) bytes += frame(0x00, "x");
    CHECK(told(server, bytes) == 1008);
}

TEST_CASE("a message in one-byte fragments and one-byte segments arrives whole") {
    Server server;
    const std::string whole = batch({hello()});
    REQUIRE(whole.size() < 64);
    std::string stream;
    for (std::size_t i = 0; i < whole.size(); ++i)
        stream += frame((i == 0 ? 0x02 : 0x00) | (i + 1 == whole.size() ? 0x80 : 0), whole.substr(i, 1));
    Client client(server);
    client.open();
    for (const char byte : stream) {
        client.send(std::string_view(&byte, 1));
        server.turn();
    }
    REQUIRE(client.hear().has_value());
    CHECK(server.record.frames.back().hello().client() == "customer");
}

TEST_CASE("messages of every size up to the limit arrive whole") {
    Server server;
    Client client(server);
    client.open();
    client.say(hello("agent"));
    REQUIRE(client.hear().has_value());
    for (const std::size_t size : {0, 1, 100, 110, 120, 127, 128, 129, 640, 1500, 1536, 5000, 65'000, 200'000}) {
        v1::ClientFrame message;
        message.mutable_send_message()->mutable_message()->set_text(std::string(size, static_cast<char>('a' + size % 26)));
        client.say(message);
        REQUIRE(client.hear().has_value());
        CHECK(server.record.frames.back().SerializeAsString() == message.SerializeAsString());
    }
}

TEST_CASE("text must be UTF-8") {
    Server server;
    const auto json = ports::Encoding::json;
    CHECK(told(server, text("\xff"), json) == 1007);
    CHECK(told(server, text("{\"x\":\"\xc3\"}"), json) == 1007);
    CHECK(told(server, text("\xed\xa0\x80"), json) == 1007);          // a surrogate
    CHECK(told(server, text("\xf4\x90\x80\x80"), json) == 1007);      // beyond U+10FFFF
    CHECK(told(server, text("\xc0\xaf"), json) == 1007);              // overlong
    CHECK(told(server, frame(0x01, "\xf0\x9f") + frame(0x80, "x"), json) == 1007);
    Client client(server);
    client.open(json);
    client.send(frame(0x01, "{\"frames\":[{\"requestId\":1,\"hello\":{\"client\":\"\xf0\x9f") + frame(0x80, "\x98\x80\"}}]}"));
    const auto answer = client.next();
    REQUIRE(answer.has_value());
    CHECK(answer->opcode == 1);
    CHECK(answer->payload.find("\"welcome\"") != std::string::npos);
    CHECK(server.record.frames.back().hello().client() == "\xf0\x9f\x98\x80");
}

TEST_CASE("the wrong kind of message for the subprotocol is 1003") {
    Server server;
    CHECK(told(server, text("{}")) == 1003);
    CHECK(told(server, text("")) == 1003);
    CHECK(told(server, frame(0x01, "{")) == 1003);  // seen before the message is complete
    CHECK(told(server, binary(batch({ping()})), ports::Encoding::json) == 1003);
}

TEST_CASE("bytes that are no ClientBatch are 4500") {
    Server server;
    CHECK(told(server, binary("\xff\xff\xff")) == 4500);
    CHECK(told(server, binary("garbage")) == 4500);
    CHECK(told(server, text("nonsense"), ports::Encoding::json) == 4500);
    CHECK(told(server, binary(batch(std::vector<v1::ClientFrame>(65)))) == 4500);
    CHECK(server.run_until([&] { return server.metrics().find(R"(switchboard_connection_closes_total{code="PROTOCOL_ERROR"} 4)") != std::string::npos; }));
}

TEST_CASE("pings are answered, a flood of them is 1008") {
    Server server;
    Client client(server);
    client.open();
    for (int i = 0; i < 5; ++i) client.send(frame(0x89, "p" + std::to_string(i)));
    for (int i = 0; i < 5; ++i) {
        const auto pong = client.next();
        REQUIRE(pong.has_value());
        CHECK(pong->opcode == 10);
        CHECK(pong->payload == "p" + std::to_string(i));
    }
    client.send(frame(0x8a, "unsolicited"));
    client.say(hello());
    REQUIRE(client.hear().has_value());
    std::string flood;
    for (int i = 0; i < 5000; ++i) flood += frame(0x89, "x");
    CHECK(told(server, flood) == 1008);
}

TEST_CASE("a message that takes too long is 1008") {
    net::Options options;
    options.message_deadline = 200ms;
    Server server(options);
    SUBCASE("half a header") { CHECK(told(server, "\x82") == 1008); }
    SUBCASE("half a frame") { CHECK(told(server, binary(std::string(500, 'x')).substr(0, 100)) == 1008); }
    SUBCASE("half a message") { CHECK(told(server, frame(0x02, "x")) == 1008); }
    SUBCASE("pings in between do not help") { CHECK(told(server, frame(0x02, "") + frame(0x89, "") + frame(0x00, "")) == 1008); }
}

TEST_CASE("connections that break off in the middle are forgotten") {
    Server server;
    for (const char* bytes : {"", "\x82", "\x82\xfe\x01", "\x02\x81MASKx"}) {
        Client client(server);
        client.open();
        client.send(bytes);
        client.reset();
        CHECK(server.run_until([&] { return server.shard().connections() == 0; }));
    }
    CHECK(server.record.disconnected == 4);
}
