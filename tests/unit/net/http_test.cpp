// SPDX-License-Identifier: Apache-2.0
// The HTTP side without sockets: who is asking, whether an upgrade is one, and what the routes answer.
#include "app/sign_in.hpp"
#include "net/client_address.hpp"
#include "net/http_routes.hpp"
#include "net/pages.hpp"
#include "net/upgrade.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <map>
#include <optional>

using namespace switchboard;
using namespace switchboard::net;
namespace ip = boost::asio::ip;

namespace {

std::vector<Network> networks(std::initializer_list<const char*> texts) {
    std::vector<Network> all;
    for (const char* text : texts) all.push_back(Network::parse(text).value());
    return all;
}

std::string client(const char* peer, std::string_view forwarded, const std::vector<Network>& proxies) {
    return client_address(ip::make_address(peer), forwarded, proxies).to_string();
}

using Headers = std::map<std::string, std::string>;
const Headers good_upgrade{{"Host", "x"},
                           {"Upgrade", "WebSocket"},
                           {"Connection", "keep-alive, Upgrade"},
                           {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                           {"Sec-WebSocket-Version", "13"},
                           {"Sec-WebSocket-Protocol", "switchboard.v1+json"},
                           {"Origin", "https://shop.example"}};

std::variant<Upgrade, HttpResponse> ask(const Headers& headers, std::string_view method = "GET", unsigned version = 11,
                                        const std::pair<std::string, std::string>& extra = {}) {
    HttpRequest request;
    request.method = method;
    request.path = websocket_path;
    request.version = version;
    for (const auto& [name, value] : headers) request.fields.add(name, value);
    if (!extra.first.empty()) request.fields.add(extra.first, extra.second);
    return check_upgrade(request);
}
unsigned status(const std::variant<Upgrade, HttpResponse>& answer) {
    return std::holds_alternative<Upgrade>(answer) ? 101 : std::get<HttpResponse>(answer).status;
}
Headers with(const std::string& name, const std::string& value) {
    Headers headers = good_upgrade;
    headers[name] = value;
    return headers;
}
Headers without(const std::string& name) {
    Headers headers = good_upgrade;
    headers.erase(name);
    return headers;
}

struct FakeSignIn final : app::SignIn {
    std::optional<app::LoginRequest> asked;
    std::string cookie;
    Result<app::SignedIn> answer = Error{ErrorCode::unauthenticated, "wrong login or password"};
    void login(app::LoginRequest request, Callback<app::SignedIn> done) override {
        asked = std::move(request);
        done(answer);
    }
    void refresh(std::string value, Callback<app::SignedIn> done) override {
        cookie = std::move(value);
        done(answer);
    }
};

struct Routes {
    boost::asio::io_context io;
    Metrics metrics;
    app::SessionLimits limits;
    FakeSignIn sign_in;
    Readiness readiness;
    Options options;

    HttpResponse operator()(std::string_view method, std::string_view path, std::string_view body = {}, const Headers& headers = {}) {
        ShardState shard({io.get_executor(), metrics, limits, sign_in, nullptr, [this] { return readiness; }}, options, {});
        HttpRequest request;
        request.method = method;
        request.path = path;
        request.body = body;
        request.address = ip::make_address("192.0.2.7");
        for (const auto& [name, value] : headers) request.fields.add(name, value);
        std::optional<HttpResponse> answer;
        handle_request(shard, request, [&](HttpResponse response) {
            CHECK_FALSE(answer.has_value());
            answer = std::move(response);
        });
        REQUIRE(answer.has_value());
        return *answer;
    }
};

std::string field(const HttpResponse& response, const std::string& name) {
    for (const auto& [key, value] : response.fields)
        if (key == name) return value;
    return {};
}

const Headers as_json{{"Content-Type", "application/json; charset=utf-8"}};

app::SignedIn maria() {
    app::SignedIn agent;
    agent.access_token = "access";
    agent.access_lifetime = Duration{900'000};
    agent.refresh = "acme:refresh";
    agent.refresh_lifetime = Duration{3'600'000};
    agent.id = AgentId{"maria"};
    agent.name = "Maria \"M\"";
    agent.role = domain::Role::supervisor;
    return agent;
}

}  // namespace

TEST_CASE("address blocks") {
    for (const char* bad : {"", "x", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "::/129", "1.2.3/8", "/8"})
        CHECK_MESSAGE(!Network::parse(bad).has_value(), bad);
    const auto blocks = networks({"10.0.0.0/8", "192.0.2.128/25", "fd00::/8", "2001:db8::1"});
    for (const char* inside : {"10.255.0.1", "192.0.2.200", "fdff::1", "2001:db8::1", "::ffff:10.1.1.1"})
        CHECK_MESSAGE(trusted(blocks, ip::make_address(inside)), inside);
    for (const char* outside : {"11.0.0.1", "192.0.2.127", "fe00::1", "2001:db8::2", "::"})
        CHECK_MESSAGE(!trusted(blocks, ip::make_address(outside)), outside);
}

TEST_CASE("X-Forwarded-For counts only as far as trusted proxies wrote it") {
    const auto proxies = networks({"10.0.0.0/8"});
    CHECK(client("203.0.113.9", "1.1.1.1", proxies) == "203.0.113.9");
    CHECK(client("10.0.0.1", "", proxies) == "10.0.0.1");
    CHECK(client("10.0.0.1", "198.51.100.4", proxies) == "198.51.100.4");
    CHECK(client("10.0.0.1", "6.6.6.6, 198.51.100.4, 10.0.0.2", proxies) == "198.51.100.4");
    CHECK(client("10.0.0.1", "10.0.0.3 ,10.0.0.2", proxies) == "10.0.0.3");
    CHECK(client("10.0.0.1", "1.1.1.1, garbage", proxies) == "10.0.0.1");
    CHECK(client("::ffff:10.0.0.1", "::ffff:1.2.3.4", proxies) == "1.2.3.4");
    CHECK(client("1.2.3.4", "5.6.7.8", {}) == "1.2.3.4");
}

TEST_CASE("a good upgrade") {
    const auto answer = ask(good_upgrade);
    REQUIRE(std::holds_alternative<Upgrade>(answer));
    CHECK(std::get<Upgrade>(answer).encoding == ports::Encoding::json);
    CHECK(std::get<Upgrade>(answer).origin == "https://shop.example");
    CHECK(std::get<Upgrade>(ask(with("Sec-WebSocket-Protocol", "other, switchboard.v1+proto , switchboard.v1+json"))).encoding ==
          ports::Encoding::protobuf);
    CHECK(status(ask(without("Origin"))) == 101);
    CHECK(status(ask(good_upgrade, "GET", 11, {"Content-Length", "0"})) == 101);
}

TEST_CASE("a page is our own when its origin is the host that was asked") {
    const auto own = [](const char* origin, const char* host) {
        Headers headers = with("Origin", origin);
        headers["Host"] = host;
        return std::get<Upgrade>(ask(headers)).own_origin;
    };
    CHECK(own("https://chat.example", "chat.example"));
    CHECK(own("https://Chat.example", "chat.example:443"));
    CHECK(own("http://127.0.0.1:8080", "127.0.0.1:8080"));
    CHECK(own("http://[::1]:8080", "[::1]:8080"));
    CHECK_FALSE(own("http://127.0.0.1:8081", "127.0.0.1:8080"));
    CHECK_FALSE(own("https://chat.example:80", "chat.example"));
    CHECK_FALSE(own("https://chat.example.evil.example", "chat.example"));
    CHECK_FALSE(own("ftp://chat.example", "chat.example"));
    CHECK_FALSE(own("https://", ""));
    CHECK_FALSE(std::get<Upgrade>(ask(without("Origin"))).own_origin);
}

TEST_CASE("bad upgrades and what they are told") {
    CHECK(status(ask(with("Origin", "null"))) == 403);
    CHECK(status(ask(good_upgrade, "GET", 11, {"Origin", "https://shop.example"})) == 400);
    CHECK(status(ask(good_upgrade, "POST")) == 405);
    CHECK(status(ask(good_upgrade, "GET", 10)) == 400);
    CHECK(status(ask(without("Upgrade"))) == 426);
    CHECK(status(ask(with("Upgrade", "h2c"))) == 426);
    CHECK(status(ask(without("Connection"))) == 400);
    CHECK(status(ask(with("Connection", "keep-alive"))) == 400);
    for (const char* version : {"12", "8", "", "013"}) {
        const auto answer = ask(with("Sec-WebSocket-Version", version));
        CHECK(status(answer) == 426);
        CHECK(field(std::get<HttpResponse>(answer), "Sec-WebSocket-Version") == "13");
        CHECK(field(std::get<HttpResponse>(answer), "Upgrade") == "websocket");
    }
    CHECK(status(ask(without("Sec-WebSocket-Key"))) == 400);
    for (const char* key : {"", "short", "dGhlIHNhbXBsZSBub25jZR==", "dGhlIHNhbXBsZSBub25jZQ=", "dGhl!HNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ==="})
        CHECK_MESSAGE(status(ask(with("Sec-WebSocket-Key", key))) == 400, key);
    for (const char* offered : {"", "chat", "switchboard.v1", "switchboard.v2+proto", "xswitchboard.v1+proto", ",,,"})
        CHECK_MESSAGE(status(ask(with("Sec-WebSocket-Protocol", offered))) == 400, offered);
    CHECK(status(ask(without("Sec-WebSocket-Protocol"))) == 400);
    CHECK(status(ask(with("Sec-WebSocket-Protocol", std::string(7000, ',')))) == 400);
    for (const char* twice : {"Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"})
        CHECK_MESSAGE(status(ask(good_upgrade, "GET", 11, {twice, good_upgrade.at(twice)})) == 400, twice);
    CHECK(status(ask(good_upgrade, "GET", 11, {"Content-Length", "5"})) == 400);
    CHECK(status(ask(good_upgrade, "GET", 11, {"Transfer-Encoding", "chunked"})) == 400);
}

TEST_CASE("health, metrics, unknown paths and methods") {
    Routes routes;
    CHECK(routes("GET", "/livez").status == 200);
    CHECK(routes("GET", "/readyz").status == 200);
    routes.readiness = {false, {"redis: connection refused", "lease \"lost\""}};
    const auto answer = routes("GET", "/readyz");
    CHECK(answer.status == 503);
    CHECK(boost::json::parse(answer.body).at("reasons").as_array().size() == 2);
    CHECK(boost::json::parse(answer.body).at("reasons").at(1) == "lease \"lost\"");
    CHECK(routes("GET", "/metrics").body.find("switchboard_connections{") != std::string::npos);
    for (const char* path : {"/", "", "/v1", "/v1/auth", "/v1/auth/login/", "/livez/..", "/metrics%00"})
        CHECK_MESSAGE(routes("GET", path).status == 404, path);
    CHECK(routes("POST", "/livez").status == 405);
    CHECK(field(routes("GET", "/v1/auth/login"), "Allow") == "POST");
    CHECK(field(routes("DELETE", "/metrics"), "Allow") == "GET");
}

TEST_CASE("sign-in") {
    Routes routes;
    const std::string_view body = R"({"tenant":"acme","login":"maria","password":"pass word"})";
    SUBCASE("right") {
        routes.sign_in.answer = maria();
        const auto answer = routes("POST", "/v1/auth/login", body, as_json);
        CHECK(answer.status == 200);
        const auto parsed = boost::json::parse(answer.body);
        CHECK(parsed.at("access_token") == "access");
        CHECK(parsed.at("expires_in_s") == 900);
        CHECK(parsed.at("agent").at("id") == "maria");
        CHECK(parsed.at("agent").at("name") == "Maria \"M\"");
        CHECK(parsed.at("agent").at("role") == "SUPERVISOR");
        CHECK(field(answer, "Set-Cookie") == "switchboard_refresh=acme:refresh; Max-Age=3600; Path=/v1/auth; HttpOnly; SameSite=Strict");
        REQUIRE(routes.sign_in.asked.has_value());
        CHECK(routes.sign_in.asked->tenant.value == "acme");
        CHECK(routes.sign_in.asked->login == "maria");
        CHECK(routes.sign_in.asked->password == "pass word");
        CHECK(routes.sign_in.asked->address == "192.0.2.7");
    }
    SUBCASE("behind TLS the cookie is Secure") {
        routes.sign_in.answer = maria();
        routes.options.secure_cookies = true;
        CHECK(field(routes("POST", "/v1/auth/login", body, as_json), "Set-Cookie").ends_with("; Secure"));
    }
    SUBCASE("wrong") {
        const auto answer = routes("POST", "/v1/auth/login", body, as_json);
        CHECK(answer.status == 401);
        CHECK(field(answer, "Set-Cookie").empty());
    }
    SUBCASE("too often, or the store is away") {
        routes.sign_in.answer = Error{ErrorCode::rate_limited, "later", 1500};
        CHECK(routes("POST", "/v1/auth/login", body, as_json).status == 429);
        CHECK(field(routes("POST", "/v1/auth/login", body, as_json), "Retry-After") == "2");
        routes.sign_in.answer = Error{ErrorCode::unavailable, "no redis"};
        CHECK(routes("POST", "/v1/auth/login", body, as_json).status == 503);
        routes.sign_in.answer = Error{ErrorCode::internal, "a secret detail"};
        const auto answer = routes("POST", "/v1/auth/login", body, as_json);
        CHECK(answer.status == 500);
        CHECK(answer.body.find("secret") == std::string::npos);
    }
    SUBCASE("malformed") {
        for (const char* bad : {"", "{", "[]", "\"x\"", "{}", R"({"login":"a"})", R"({"password":"a"})", R"({"login":1,"password":"a"})",
                                R"({"login":"","password":"a"})", R"({"login":"a","password":"b","tenant":{}})", R"({"login":"a","password":"b"} x)",
                                R"({"login":"a","password":"b","x":[[[[[[[[]]]]]]]]})"})
            CHECK_MESSAGE(routes("POST", "/v1/auth/login", bad, as_json).status == 400, bad);
        CHECK(routes("POST", "/v1/auth/login", R"({"login":"a","password":")" + std::string(2000, 'x') + "\"}", as_json).status == 400);
        CHECK(routes("POST", "/v1/auth/login", body, {{"Content-Type", "text/plain"}}).status == 415);
        CHECK(routes("POST", "/v1/auth/login", body).status == 415);
        CHECK_FALSE(routes.sign_in.asked.has_value());
    }
}

TEST_CASE("refresh and logout") {
    Routes routes;
    CHECK(routes("POST", "/v1/auth/refresh").status == 401);
    CHECK(routes("POST", "/v1/auth/refresh", "", {{"Cookie", "other=1; xswitchboard_refresh=a:b"}}).status == 401);
    CHECK(routes.sign_in.cookie.empty());
    const Headers cookie{{"Cookie", "theme=dark; switchboard_refresh=acme:old; x=y"}};
    const auto refused = routes("POST", "/v1/auth/refresh", "", cookie);
    CHECK(refused.status == 401);
    CHECK(routes.sign_in.cookie == "acme:old");
    CHECK(field(refused, "Set-Cookie").find("Max-Age=0") != std::string::npos);
    routes.sign_in.answer = maria();
    CHECK(field(routes("POST", "/v1/auth/refresh", "", cookie), "Set-Cookie").find("=acme:refresh;") != std::string::npos);
    const auto out = routes("POST", "/v1/auth/logout", "", cookie);
    CHECK(out.status == 200);
    CHECK(field(out, "Set-Cookie").find("switchboard_refresh=; Max-Age=0") == 0);
}

TEST_CASE("parameters of a query") {
    CHECK(query_parameter("site=demo&origin=https%3A%2F%2Fshop.example", "origin") == "https://shop.example");
    CHECK(query_parameter("s%69te=demo", "site") == "demo");
    CHECK_FALSE(query_parameter("a=1&a=2", "a"));
    CHECK_FALSE(query_parameter("s%69te=a&site=b", "site"));
    CHECK(query_parameter("a", "a") == "");
    CHECK_FALSE(query_parameter("a=1", "b"));
    CHECK_FALSE(query_parameter("", "a"));
    CHECK_FALSE(query_parameter(std::string_view(), "a"));
    CHECK_FALSE(query_parameter("a=%zz", "a"));
    // In a request, more follows in memory.
    CHECK(query_parameter(std::string_view("tenant=default HTTP/1.1").substr(0, 14), "tenant") == "default");
    CHECK_FALSE(query_parameter("a=1#b", "a"));
}

TEST_CASE("who takes gzip") {
    for (const char* yes : {"gzip", "br, GZIP", "deflate;q=0.5, gzip;q=0.8", "gzip;q=1"}) CHECK_MESSAGE(accepts_gzip(yes), yes);
    for (const char* no : {"", "br", "gzip;q=0", "gzip;q=0.000", "xgzip"}) CHECK_MESSAGE(!accepts_gzip(no), no);
}

TEST_CASE("the widget may be framed by our own pages and those of its site") {
    const auto policy = widget_policy({"https://shop.example", "http://localhost:8081"});
    CHECK(policy.ends_with("frame-ancestors 'self' https://shop.example http://localhost:8081"));
    CHECK(widget_policy({}).ends_with("frame-ancestors 'self'"));
    for (const char* never : {"unsafe", "*", "http:"}) CHECK_MESSAGE(widget_policy({}).find(never) == std::string::npos, never);
}
