// SPDX-License-Identifier: Apache-2.0
// Requests and responses as the routes see them, without Beast. The views of a request live as long as its handling needs them.
#pragma once

#include "base/error.hpp"

#include <boost/asio/ip/address.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace switchboard::net {

class HttpFields {
public:
    void add(std::string_view name, std::string_view value) { fields_.emplace_back(name, value); }
    void reserve(std::size_t count) { fields_.reserve(count); }

    std::size_t count(std::string_view name) const;
    std::string_view find(std::string_view name) const;  // the first; empty: none
    // All values of a list header, joined by commas.
    std::string joined(std::string_view name) const;

private:
    std::vector<std::pair<std::string_view, std::string_view>> fields_;
};

struct HttpRequest {
    std::string_view method;
    std::string_view path;   // without the query
    std::string_view query;  // without the question mark, still encoded
    unsigned version = 11;
    HttpFields fields;
    std::string_view body;
    boost::asio::ip::address address;  // of the client, after trusted proxies
};

struct HttpResponse {
    unsigned status = 200;
    std::string content_type = "application/json";
    std::string body;
    std::shared_ptr<const std::string> shared_body;  // instead of `body`: bytes that many responses send without copying them
    std::string cache_control = "no-store";
    std::vector<std::pair<std::string, std::string>> fields;
    bool close = false;  // the connection, after this response
};

HttpResponse error_response(unsigned status, std::string_view code, std::string_view message);
// With the status that fits; of a defect nothing is told.
HttpResponse error_response(const Error& error);
HttpResponse method_not_allowed(std::string_view allowed);

// The token of "Authorization: Bearer TOKEN"; empty: there is none.
std::string_view bearer_token(const HttpFields& fields);

// The decoded value of the parameter of that name. nullopt: there is none, or its escapes are broken, or there are several: whoever
// reads the address as well, a script for example, might take another one.
std::optional<std::string> query_parameter(std::string_view query, std::string_view name);

bool equal_ignoring_case(std::string_view a, std::string_view b);
bool accepts_gzip(std::string_view accept_encoding);
// Whether a comma-separated header value lists `token`.
bool lists_token(std::string_view value, std::string_view token);

}  // namespace switchboard::net
