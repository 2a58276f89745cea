// SPDX-License-Identifier: Apache-2.0
#include "net/pages.hpp"

#include "net/static_files.hpp"

#include <utility>

namespace switchboard::net {

namespace {

constexpr std::string_view loader_path = "/widget.js", widget_path = "/widget/", console_path = "/console/", shop_path = "/demo/";

// Nothing is loaded from elsewhere, nothing is inline, and no form leaves the page.
const std::string own_content_only =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors ";

HttpResponse redirect(std::string_view to) {
    HttpResponse response;
    response.status = 308;
    response.content_type = "text/plain; charset=utf-8";
    response.fields.emplace_back("Location", to);
    return response;
}

void protect(HttpResponse& response, std::string policy) {
    response.fields.emplace_back("Content-Security-Policy", std::move(policy));
    response.fields.emplace_back("Referrer-Policy", "no-referrer");
}

HttpResponse unknown_site() { return error_response(404, "NOT_FOUND", "no such site"); }

void answer_widget(ShardState& shard, const HttpRequest& request, Respond respond) {
    const auto site = query_parameter(request.query, "site");
    if (!site || site->empty()) return respond(unknown_site());
    // The request is gone when the configuration comes.
    HttpResponse response = shard.services.files->respond(request);
    shard.services.embedders(*site, [response = std::move(response), respond = std::move(respond)](Result<std::vector<std::string>> origins) mutable {
        if (!origins && origins.error().temporary()) return respond(error_response(503, "UNAVAILABLE", "try again"));
        if (!origins) return respond(unknown_site());
        // Which pages may embed it can change without the document changing.
        response.cache_control = "no-store";
        protect(response, widget_policy(*origins));
        respond(std::move(response));
    });
}

}  // namespace

std::string widget_policy(const std::vector<std::string>& origins) {
    std::string policy = own_content_only + "'self'";
    for (const std::string& origin : origins) policy += ' ' + origin;
    return policy;
}

bool is_page(const ShardState& shard, std::string_view path) {
    const auto& files = shard.services.files;
    if (!files) return false;
    if (path == "/" || path == "/console") return files->contains(console_path);
    if (path == "/demo") return files->contains(shop_path);
    return files->contains(path);
}

void answer_page(ShardState& shard, const HttpRequest& request, Respond respond) {
    if (request.path == "/" || request.path == "/console") return respond(redirect(console_path));
    if (request.path == "/demo") return respond(redirect(shop_path));
    if (request.path == widget_path) return answer_widget(shard, request, std::move(respond));
    HttpResponse response = shard.services.files->respond(request);
    if (request.path == console_path) protect(response, own_content_only + "'none'");
    if (request.path == shop_path)
        protect(response, "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; frame-src 'self'; connect-src 'self'");
    // Pages of other origins load it.
    if (request.path == loader_path) response.fields.emplace_back("Cross-Origin-Resource-Policy", "cross-origin");
    respond(std::move(response));
}

}  // namespace switchboard::net
