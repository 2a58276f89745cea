// SPDX-License-Identifier: Apache-2.0
#include "net/http_message.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/url/params_view.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>

namespace switchboard::net {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

bool lists_token(std::string_view value, std::string_view token) {
    while (true) {
        const auto comma = value.find(',');
        if (equal_ignoring_case(trimmed(value.substr(0, comma)), token)) return true;
        if (comma == std::string_view::npos) return false;
        value.remove_prefix(comma + 1);
    }
}

bool accepts_gzip(std::string_view value) {
    while (!value.empty()) {
        const auto comma = value.find(',');
        const auto coding = value.substr(0, comma);
        const auto semicolon = coding.find(';');
        // A weight of zero is a refusal.
        const bool refused = semicolon != std::string_view::npos && coding.substr(semicolon).find_first_of("123456789") == std::string_view::npos;
        if (equal_ignoring_case(trimmed(coding.substr(0, semicolon)), "gzip")) return !refused;
        if (comma == std::string_view::npos) return false;
        value.remove_prefix(comma + 1);
    }
    return false;
}

std::optional<std::string> query_parameter(std::string_view query, std::string_view name) {
    // As part of a URL: parse_query() of Boost 1.81 reads on behind the end of its text.
    const std::string target = "/?" + std::string(query);
    const auto parsed = boost::urls::parse_origin_form(target);
    if (!parsed) return std::nullopt;
    std::optional<std::string> found;
    for (const auto& parameter : parsed->params()) {
        if (parameter.key != name) continue;
        if (found) return std::nullopt;
        found = parameter.value;
    }
    return found;
}

std::size_t HttpFields::count(std::string_view name) const {
    return static_cast<std::size_t>(
        std::count_if(fields_.begin(), fields_.end(), [&](const auto& field) { return equal_ignoring_case(field.first, name); }));
}

std::string_view HttpFields::find(std::string_view name) const {
    for (const auto& [key, value] : fields_)
        if (equal_ignoring_case(key, name)) return value;
    return {};
}

std::string HttpFields::joined(std::string_view name) const {
    std::string all;
    for (const auto& [key, value] : fields_) {
        if (!equal_ignoring_case(key, name)) continue;
        if (!all.empty()) all += ',';
        all += value;
    }
    return all;
}

HttpResponse error_response(unsigned status, std::string_view code, std::string_view message) {
    HttpResponse response;
    response.status = status;
    response.body = boost::json::serialize(boost::json::object{{"error", {{"code", code}, {"message", message}}}});
    return response;
}

HttpResponse error_response(const Error& error) {
    HttpResponse response;
    switch (error.code) {
    case ErrorCode::unauthenticated: response = error_response(401, "UNAUTHENTICATED", error.message); break;
    case ErrorCode::invalid_argument: response = error_response(400, "INVALID_ARGUMENT", error.message); break;
    case ErrorCode::not_found: response = error_response(404, "NOT_FOUND", error.message); break;
    case ErrorCode::conflict: response = error_response(409, "CONFLICT", error.message); break;
    case ErrorCode::illegal_state: response = error_response(409, "ILLEGAL_STATE", error.message); break;
    case ErrorCode::too_large: response = error_response(413, "TOO_LARGE", error.message); break;
    case ErrorCode::rate_limited: response = error_response(429, "RATE_LIMITED", error.message); break;
    case ErrorCode::unavailable: response = error_response(503, "UNAVAILABLE", error.message); break;
    default: response = error_response(500, "INTERNAL", "internal error"); break;
    }
    if (error.temporary()) response.fields.emplace_back("Retry-After", std::to_string(std::max<std::uint32_t>(1, (error.retry_after_ms + 999) / 1000)));
    return response;
}

HttpResponse method_not_allowed(std::string_view allowed) {
    HttpResponse response = error_response(405, "INVALID_ARGUMENT", "method not allowed here");
    response.fields.emplace_back("Allow", allowed);
    return response;
}

std::string_view bearer_token(const HttpFields& fields) {
    constexpr std::string_view scheme = "Bearer ";
    const std::string_view value = fields.find("Authorization");
    if (fields.count("Authorization") != 1 || !equal_ignoring_case(value.substr(0, scheme.size()), scheme)) return {};
    return trimmed(value.substr(scheme.size()));
}

}  // namespace switchboard::net
