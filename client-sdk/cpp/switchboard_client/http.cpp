// SPDX-License-Identifier: Apache-2.0
#include "switchboard_client/http.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>

namespace switchboard::client {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

namespace {

struct Exchange {
    explicit Exchange(boost::asio::io_context& context) : stream(context) {}

    void start(const ServerAddress& server, Duration deadline) {
        stream.expires_after(deadline);
        stream.async_connect(server.endpoint, [this](error_code error) {
            if (!(failure = error)) write();
        });
    }
    void write() {
        http::async_write(stream, request, [this](error_code error, std::size_t) {
            if (!(failure = error)) read();
        });
    }
    void read() {
        http::async_read(stream, buffer, response, [this](error_code error, std::size_t) { failure = error; });
    }

    beast::tcp_stream stream;
    beast::flat_buffer buffer;
    http::request<http::string_body> request;
    http::response<http::string_body> response;
    error_code failure;
};

}  // namespace

Result<HttpResponse> http_request(const ServerAddress& server, const std::string& target, const std::string& json_body, Duration deadline,
                                  const std::string& token) {
    boost::asio::io_context context;
    Exchange exchange(context);
    exchange.request = {json_body.empty() ? http::verb::get : http::verb::post, target, 11};
    exchange.request.set(http::field::host, server.host);
    exchange.request.keep_alive(false);
    if (!token.empty()) exchange.request.set(http::field::authorization, "Bearer " + token);
    if (!json_body.empty()) {
        exchange.request.set(http::field::content_type, "application/json");
        exchange.request.body() = json_body;
    }
    exchange.request.prepare_payload();
    exchange.start(server, deadline);
    context.run();
    if (exchange.failure) return Error{ErrorCode::unavailable, "no answer from " + server.host + ": " + exchange.failure.message()};
    return HttpResponse{exchange.response.result_int(), std::move(exchange.response.body())};
}

Result<std::string> login(const ServerAddress& server, const std::string& site, const std::string& name, const std::string& password) {
    const boost::json::object body{{"site", site}, {"login", name}, {"password", password}};
    const auto answer = http_request(server, "/v1/auth/login", boost::json::serialize(body));
    if (answer.has_error()) return answer.error();
    if (answer->status == 401) return Error{ErrorCode::unauthenticated, "wrong login or password"};
    if (answer->status == 429) return Error{ErrorCode::rate_limited, "too many attempts; wait a few minutes"};
    if (answer->status == 400) return Error{ErrorCode::invalid_argument, "login and password must not be empty"};
    if (answer->status != 200) return Error{ErrorCode::unavailable, "the server answered HTTP " + std::to_string(answer->status)};
    error_code malformed;
    const boost::json::value parsed = boost::json::parse(answer->body, malformed);
    const boost::json::value* token = malformed || !parsed.is_object() ? nullptr : parsed.as_object().if_contains("access_token");
    if (!token || !token->is_string()) return Error{ErrorCode::internal, "the answer to the login holds no access_token"};
    return std::string(token->as_string());
}

}  // namespace switchboard::client
