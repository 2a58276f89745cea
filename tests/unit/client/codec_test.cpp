// SPDX-License-Identifier: Apache-2.0
#include "switchboard_client/address.hpp"
#include "switchboard_client/backoff.hpp"
#include "switchboard_client/frame_codec.hpp"
#include "switchboard_client/token.hpp"

#include <doctest/doctest.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>

using namespace switchboard::client;
namespace v1 = switchboard::v1;

namespace {

v1::ClientFrame message(std::uint32_t request, const std::string& text) {
    v1::ClientFrame frame;
    frame.set_request_id(request);
    frame.mutable_send_message()->mutable_message()->set_text(text);
    return frame;
}

}  // namespace

TEST_CASE("pieces joined make the batch that the schema describes") {
    for (const Encoding encoding : {Encoding::protobuf, Encoding::json}) {
        std::string bytes;
        for (std::uint32_t i = 1; i <= 3; ++i) append_piece(bytes, encode_piece(message(i, std::string(i * 100, 'x')), encoding), encoding);
        finish_batch(bytes, encoding);
        v1::ClientBatch batch;
        if (encoding == Encoding::protobuf) {
            REQUIRE(batch.ParseFromString(bytes));
        } else {
            REQUIRE(google::protobuf::util::JsonStringToMessage(bytes, &batch).ok());
        }
        REQUIRE(batch.frames_size() == 3);
        CHECK(batch.frames(2).request_id() == 3);
        CHECK(batch.frames(2).send_message().message().text().size() == 300);
    }
}

TEST_CASE("a batch of a newer server is understood, rubbish is not") {
    v1::ServerBatch batch;
    CHECK(decode_batch(R"({"frames":[{"replyTo":4,"done":{},"laterField":1}]})", Encoding::json, batch));
    CHECK(batch.frames(0).reply_to() == 4);
    CHECK_FALSE(decode_batch("{", Encoding::json, batch));
    CHECK_FALSE(decode_batch("\x0a\xff", Encoding::protobuf, batch));
}

TEST_CASE("back-off draws from a doubling range up to its limit") {
    Backoff backoff(switchboard::Duration{100}, switchboard::Duration{1000});
    const std::int64_t bounds[] = {100, 200, 400, 800, 1000, 1000};
    for (const std::int64_t bound : bounds) CHECK(backoff.next(static_cast<std::uint64_t>(bound) * 7 - 1).count() == bound - 1);
    for (int i = 0; i < 100; ++i) CHECK(backoff.next(999).count() == 999);
    backoff.reset();
    CHECK(backoff.next(150).count() == 50);
}

TEST_CASE("addresses") {
    const auto plain = parse_server_url("ws://127.0.0.1:9000/anything");
    REQUIRE(plain.has_value());
    CHECK(plain->endpoint.port() == 9000);
    CHECK(plain->host == "127.0.0.1:9000");
    CHECK(parse_server_url("http://127.0.0.1")->endpoint.port() == 8080);
    CHECK(parse_server_url("ws://[::1]:81")->endpoint.address().is_v6());
    for (const char* wrong : {"", "127.0.0.1:80", "wss://localhost", "ftp://localhost", "ws://", "ws://127.0.0.1:port"})
        CHECK(parse_server_url(wrong).has_error());
}

// The example of RFC 7515 A.1 cannot be used (other key order); instead the parts are checked against each other.
TEST_CASE("a signed token has three parts and changes with the secret") {
    const JwtSigner signer{"k", "secret", "issuer", "audience"};
    const std::string token = signer.sign("anna");
    CHECK(std::count(token.begin(), token.end(), '.') == 2);
    CHECK(token.find('=') == std::string::npos);
    JwtSigner other = signer;
    other.secret = "another";
    CHECK(other.sign("anna").substr(token.rfind('.')) != token.substr(token.rfind('.')));
}
