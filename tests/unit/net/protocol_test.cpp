// SPDX-License-Identifier: Apache-2.0
#include "net/protocol.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <random>

using namespace switchboard;
using namespace switchboard::net;
using ports::Encoding;

namespace {

std::string varint(std::uint64_t value) {
    std::string out;
    for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
    return out + static_cast<char>(value);
}
std::string field(unsigned number, const std::string& bytes) { return varint(number << 3 | 2) + varint(bytes.size()) + bytes; }
std::string frame(const std::string& bytes) { return field(1, bytes); }

std::string sample() {
    v1::ClientBatch batch;
    auto* first = batch.add_frames();
    first->set_request_id(7);
    first->mutable_send_message()->set_conversation_id("c1");
    first->mutable_send_message()->set_number(3);
    first->mutable_send_message()->mutable_message()->set_text("h\xc3\xa9llo");
    batch.add_frames()->mutable_ping();
    return batch.SerializeAsString();
}

ErrorCode refusal(std::string_view bytes, Encoding encoding = Encoding::protobuf) {
    Decoder decoder;
    const auto result = decoder.decode(bytes, encoding);
    REQUIRE_FALSE(result.has_value());
    return result.error().code;
}
bool accepted(std::string_view bytes, Encoding encoding = Encoding::protobuf) {
    Decoder decoder;
    return decoder.decode(bytes, encoding).has_value();
}

}  // namespace

TEST_CASE("both encodings give the same batch") {
    Decoder decoder;
    const auto binary = decoder.decode(sample(), Encoding::protobuf);
    REQUIRE(binary.has_value());
    CHECK((*binary)->SerializeAsString() == sample());
    const auto json = decoder.decode(
        R"({"frames":[{"requestId":7,"sendMessage":{"conversationId":"c1","number":3,"message":{"text":"héllo"}}},{"ping":{}}]})", Encoding::json);
    REQUIRE(json.has_value());
    CHECK((*json)->SerializeAsString() == sample());
}

TEST_CASE("no frames, unknown fields and unknown commands are not errors") {
    CHECK(accepted(""));
    CHECK(accepted("{}", Encoding::json));
    CHECK(accepted(R"({"later":1,"frames":[{"requestId":1,"somethingNew":{"a":[1,2]}}]})", Encoding::json));
    CHECK(accepted(field(99, std::string(60'000, 'x')) + frame(field(500, "new"))));
    CHECK(accepted(frame("")));
}

TEST_CASE("truncated bytes are refused wherever they end") {
    const std::string whole = sample();
    for (std::size_t size = 1; size < whole.size(); ++size) {
        Decoder decoder;
        const auto result = decoder.decode(std::string_view(whole).substr(0, size), Encoding::protobuf);
        // A cut between two frames is a shorter batch.
        if (result) CHECK((*result)->frames_size() == 1);
    }
    CHECK(refusal("\x0a\x05" "ab") == ErrorCode::invalid_argument);
    CHECK(refusal("\x0a") == ErrorCode::invalid_argument);
    CHECK(refusal(std::string("\x0a\x80\x80", 3)) == ErrorCode::invalid_argument);
}

TEST_CASE("broken varints and tags are refused") {
    CHECK(refusal("\x0a" + std::string(11, '\xff')) == ErrorCode::invalid_argument);
    CHECK(refusal(frame("\x08" + std::string(11, '\xff'))) == ErrorCode::invalid_argument);
    CHECK(refusal("\x0a\xff\xff\xff\xff\x0f") == ErrorCode::invalid_argument);      // length 2^32 - 1
    CHECK(refusal("\x0a\xff\xff\xff\xff\x07" "a") == ErrorCode::invalid_argument);  // length 2^31 - 1
    CHECK(refusal(std::string(1, '\0')) == ErrorCode::invalid_argument);            // field number 0
    CHECK(refusal(frame(std::string(1, '\0'))) == ErrorCode::invalid_argument);
    CHECK(refusal("\x0f") == ErrorCode::invalid_argument);  // wire type 7
    CHECK(refusal("\x0c") == ErrorCode::invalid_argument);  // an end group without a start
}

TEST_CASE("a wrong wire type is an unknown field, never a crash") {
    CHECK(accepted("\x08\x01"));                     // frames as varint
    CHECK(accepted(frame("\x0d" "abcd")));            // request_id as fixed32
    CHECK(refusal(frame("\x0d" "ab")) == ErrorCode::invalid_argument);
}

TEST_CASE("depth bombs are refused in both encodings") {
    std::string groups;
    for (int i = 0; i < 100; ++i) groups = "\x13" + groups + "\x14";  // nested groups as field 2
    CHECK(refusal(groups) == ErrorCode::invalid_argument);
    CHECK(refusal(frame(groups)) == ErrorCode::invalid_argument);
    std::string shallow;
    for (int i = 0; i < 10; ++i) shallow = "\x1b" + shallow + "\x1c";
    CHECK(accepted(shallow));
    std::string objects = "1";
    for (int i = 0; i < 10'000; ++i) objects = "{\"x\":" + objects + "}";
    CHECK(refusal(objects, Encoding::json) == ErrorCode::invalid_argument);
    CHECK(refusal(std::string(60'000, '['), Encoding::json) == ErrorCode::invalid_argument);
    CHECK(refusal("{\"x\":" + std::string(60'000, '['), Encoding::json) == ErrorCode::invalid_argument);
    // Lists nest on the heap of protobuf's parser, not on the stack: an unknown one is skipped like any other value.
    CHECK(accepted("{\"x\":" + std::string(30'000, '[') + std::string(30'000, ']') + "}", Encoding::json));
}

TEST_CASE("at most 64 frames, found before they are built") {
    std::string many;
    for (int i = 0; i < 64; ++i) many += frame("");
    CHECK(accepted(many));
    CHECK(refusal(many + frame("")) == ErrorCode::too_large);
    std::string bomb;
    for (int i = 0; i < 100'000; ++i) bomb += frame("");
    CHECK(refusal(bomb) == ErrorCode::too_large);
    std::string json = R"({"frames":[{})";
    for (int i = 0; i < 100'000; ++i) json += ",{}";
    CHECK(refusal(json + "]}", Encoding::json) == ErrorCode::too_large);
}

TEST_CASE("text that is no UTF-8 is refused") {
    v1::ClientFrame message;
    message.mutable_send_message()->mutable_message()->set_text("AAAA");
    std::string bytes = message.SerializeAsString();
    bytes.replace(bytes.find("AAAA"), 4, "\xc3\x28\xff\xfe");
    CHECK(refusal(frame(bytes)) == ErrorCode::invalid_argument);
    CHECK(refusal("{\"frames\":[{\"readLog\":{\"conversationId\":\"\xc3\x28\"}}]}", Encoding::json) == ErrorCode::invalid_argument);
    CHECK(refusal(R"({"frames":[{"readLog":{"conversationId":"\ud800"}}]})", Encoding::json) == ErrorCode::invalid_argument);
}

TEST_CASE("JSON that is not a ClientBatch is refused") {
    for (const char* text : {"", "[]", "1", "null", "{", "{\"frames\":1}", "{\"frames\":[1]}", "{\"frames\":[{\"requestId\":-1}]}",
                             "{\"frames\":[{\"requestId\":\"x\"}]}", "{\"frames\":[{\"requestId\":1e99}]}", "{}{}", "{} x",
                             "{\"frames\":[{\"ping\":{},\"hello\":{}}]}"})
        CHECK_MESSAGE(refusal(text, Encoding::json) == ErrorCode::invalid_argument, text);
}

TEST_CASE("one decoder survives any sequence of hostile messages") {
    Decoder decoder;
    std::mt19937 random(20261122);
    const std::string good = sample();
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes = good;
        for (unsigned i = 0; i < 1 + random() % 4; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
        (void)decoder.decode(bytes, Encoding::protobuf);
    }
    const auto result = decoder.decode(good, Encoding::protobuf);
    REQUIRE(result.has_value());
    CHECK((*result)->SerializeAsString() == good);
}
