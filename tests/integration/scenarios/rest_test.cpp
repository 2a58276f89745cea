// SPDX-License-Identifier: Apache-2.0
// Scenarios 7: what admins and supervisors do over HTTP. The steps stand in README.md.
#include "support/scenario.hpp"
#include "switchboard_client/http.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <algorithm>

using namespace switchboard::test;
namespace json = boost::json;
using switchboard::client::HttpRequest;
using switchboard::client::HttpResponse;

namespace {

HttpResponse http(Stage& stage, HttpRequest request, const std::string& login) {
    if (!login.empty()) request.token = agent_signer().sign(login);
    const auto answer = switchboard::client::http_request(stage.server().address(), request);
    REQUIRE_MESSAGE(answer.has_value(), (answer.has_error() ? answer.error().message : ""));
    return *answer;
}

HttpResponse get(Stage& stage, const std::string& target, const std::string& login = "ada") { return http(stage, {.target = target}, login); }

HttpResponse put(Stage& stage, const std::string& id, const json::object& department, const std::string& if_match = {}) {
    return http(stage, {.target = "/v1/departments/" + id, .method = "PUT", .json_body = json::serialize(department), .if_match = if_match}, "ada");
}

HttpResponse remove(Stage& stage, const std::string& id) { return http(stage, {.target = "/v1/departments/" + id, .method = "DELETE"}, "ada"); }

}  // namespace

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", settings_by_rest) {
    Person& pia = stage.agent("pia");
    const std::string id = stage.start(stage.customer(), "tickets", "ticket");
    stage.stays("nobody is asked", [&] { return pia.offers.empty(); });
    for (const char* path : {"/v1/departments", "/v1/departments/tickets", "/v1/audit"}) {
        CHECK(get(stage, path, "").status == 401);
        CHECK(get(stage, path, "pia").status == 404);
        CHECK(get(stage, path, "sue").status == 404);
    }
    const json::object all = json::parse(get(stage, "/v1/departments").body).as_object();
    CHECK(all.at("version").to_number<int>() == 1);
    CHECK(all.at("departments").as_array().size() == 9);
    CHECK(get(stage, "/v1/departments/nowhere").status == 404);

    const HttpResponse found = get(stage, "/v1/departments/tickets");
    CHECK(found.status == 200);
    CHECK(found.etag == "\"1\"");
    json::object tickets = json::parse(found.body).as_object();
    CHECK(tickets.at("mode").as_string() == "pull");
    tickets["mode"] = "push";
    const HttpResponse changed = put(stage, "tickets", tickets, found.etag);
    CHECK_MESSAGE(changed.status == 200, changed.body);
    CHECK(changed.etag == "\"2\"");
    stage.until("it takes effect", [&] { return pia.offer_of(id) != nullptr; });

    tickets["mode"] = "pull";
    CHECK(put(stage, "tickets", tickets, found.etag).status == 412);
    tickets["mode"] = "throw";
    const HttpResponse wrong = put(stage, "tickets", tickets);
    CHECK(wrong.status == 400);
    CHECK(wrong.body.find("mode") != std::string::npos);
    CHECK(get(stage, "/v1/departments/tickets").etag == "\"2\"");

    CHECK(put(stage, "night", {{"name", "Night"}, {"open", false}}).status == 201);
    CHECK(remove(stage, "night").status == 200);
    CHECK(get(stage, "/v1/departments/night").status == 404);
    CHECK(remove(stage, "support").status == 409);

    const std::string audit = get(stage, "/v1/audit?last=1000").body;
    const json::array entries = json::parse(audit).as_array();
    const auto by_ada = [](const json::value& entry) { return entry.at("who").as_string() == "rest:ada"; };
    CHECK(std::count_if(entries.begin(), entries.end(), by_ada) == 3);
    CHECK_MESSAGE(audit.find("push") != std::string::npos, audit);
    CHECK(pia.disconnects.empty());
}

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", who_may_ask_why) {
    const std::string id = stage.start(stage.customer(), "support", "expert");
    const std::string path = "/v1/conversations/" + id + "/explain";
    CHECK(get(stage, path, "sue").status == 200);
    CHECK(get(stage, path, "ada").status == 200);
    CHECK(get(stage, path, "ben").status == 404);
    CHECK(get(stage, path, "").status == 401);
    CHECK(get(stage, "/v1/conversations/nothing/explain", "sue").status == 404);
}
