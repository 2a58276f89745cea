// SPDX-License-Identifier: Apache-2.0
#include "net/upgrade.hpp"

#include <algorithm>
#include <optional>

namespace switchboard::net {

namespace {

HttpResponse refused(unsigned status, std::string_view message) {
    HttpResponse response = error_response(status, "INVALID_ARGUMENT", message);
    response.close = true;
    return response;
}

HttpResponse upgrade_required(std::string_view message) {
    HttpResponse response = refused(426, message);
    response.fields.emplace_back("Upgrade", "websocket");
    response.fields.emplace_back("Sec-WebSocket-Version", "13");
    return response;
}

// 16 bytes in base64: 22 significant characters and two of padding; the last significant one holds only 2 bits.
bool valid_key(std::string_view key) {
    static constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    return key.size() == 24 && key.substr(22) == "==" && key.find_first_not_of(alphabet) == 22 &&
           std::string_view("AQgw").find(key[21]) != std::string_view::npos;
}

// The client's order of preference decides.
std::optional<ports::Encoding> offered_encoding(std::string_view offered) {
    while (true) {
        const auto comma = offered.find(',');
        const auto first = offered.substr(0, comma);
        for (const auto encoding : {ports::Encoding::protobuf, ports::Encoding::json})
            if (lists_token(first, subprotocol(encoding))) return encoding;
        if (comma == std::string_view::npos) return std::nullopt;
        offered.remove_prefix(comma + 1);
    }
}

bool drop_prefix(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

std::string_view without_port(std::string_view host, std::string_view port) {
    return host.ends_with(port) ? host.substr(0, host.size() - port.size()) : host;
}

// Browsers leave the scheme's port out of both; some proxies write it into Host.
bool same_host(std::string_view origin, std::string_view host) {
    const std::string_view port = drop_prefix(origin, "https://") ? ":443" : drop_prefix(origin, "http://") ? ":80" : "";
    return !port.empty() && !host.empty() && equal_ignoring_case(without_port(origin, port), without_port(host, port));
}

}  // namespace

std::string_view subprotocol(ports::Encoding encoding) {
    return encoding == ports::Encoding::protobuf ? "switchboard.v1+proto" : "switchboard.v1+json";
}

std::variant<Upgrade, HttpResponse> check_upgrade(const HttpRequest& request) {
    const HttpFields& fields = request.fields;
    if (request.method != "GET") {
        HttpResponse response = refused(405, "a WebSocket begins with GET");
        response.fields.emplace_back("Allow", "GET");
        return response;
    }
    if (request.version < 11) return refused(400, "a WebSocket needs HTTP/1.1");
    for (const auto* name : {"Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"})
        if (fields.count(name) > 1) return refused(400, std::string(name) + " appears twice");
    if (!lists_token(fields.find("Upgrade"), "websocket")) return upgrade_required("this path speaks WebSocket only");
    if (!lists_token(fields.find("Connection"), "upgrade")) return refused(400, "Connection must say Upgrade");
    if (fields.find("Sec-WebSocket-Version") != "13") return upgrade_required("only WebSocket version 13 is spoken");
    if (!valid_key(fields.find("Sec-WebSocket-Key"))) return refused(400, "Sec-WebSocket-Key must be 16 bytes in base64");
    if (fields.count("Transfer-Encoding") > 0 || (fields.count("Content-Length") > 0 && fields.find("Content-Length") != "0"))
        return refused(400, "an upgrade has no body");
    if (fields.count("Origin") > 1) return refused(400, "Origin appears twice");
    const auto origin = fields.find("Origin");
    // A page of a sandboxed frame or a file. Whose it is cannot be told, so no list can allow it.
    if (origin == "null") return refused(403, "an opaque origin may not connect");
    const auto encoding = offered_encoding(fields.joined("Sec-WebSocket-Protocol"));
    if (!encoding) return refused(400, "Sec-WebSocket-Protocol must offer switchboard.v1+proto or switchboard.v1+json");
    return Upgrade{std::string(fields.find("Sec-WebSocket-Key")), *encoding, std::string(origin), same_host(origin, fields.find("Host"))};
}

}  // namespace switchboard::net
