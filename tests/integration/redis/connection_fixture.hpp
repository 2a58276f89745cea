// SPDX-License-Identifier: Apache-2.0
// A loop, metrics and the options of a connection to a test's redis-server.
#pragma once

#include "redis/connection.hpp"
#include "redis/subscriber.hpp"
#include "support/redis_server.hpp"
#include "support/run_until.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>
#include <vector>

namespace switchboard::test {

struct ConnectionFixture {
    redis::ConnectionOptions options(const std::string& url) {
        redis::ConnectionOptions made;
        made.link.address = redis::parse_redis_url(url).value();
        made.on_state = [this](const redis::ConnectionState& state) { states.push_back(state); };
        return made;
    }
    redis::SubscriberOptions subscriber_options(const std::string& url) {
        redis::SubscriberOptions made;
        made.link.address = redis::parse_redis_url(url).value();
        made.probe_channel = "probe-of-this-test";
        return made;
    }
    std::unique_ptr<redis::Connection> connect(redis::ConnectionOptions made) {
        return std::make_unique<redis::Connection>(loop.get_executor(), metrics, std::move(made));
    }
    template <class Condition>
    bool until(Condition condition, std::chrono::milliseconds timeout = std::chrono::seconds(10)) {
        return run_until(loop, condition, timeout);
    }
    // The answer as text: "OK", "5", "(nil)", or "error: ..."; "none" when it did not come.
    std::string ask(redis::Connection& connection, redis::Arguments words, redis::RequestOptions request = {}) {
        auto answer = std::make_shared<std::string>("none");
        connection.execute(words, request, [answer](Result<redis::Reply> reply) { *answer = render(reply); });
        until([&answer] { return *answer != "none"; });
        return *answer;
    }
    static std::string render(const Result<redis::Reply>& reply) {
        if (!reply) return "error: " + reply.error().message;
        if (reply->is_nil()) return "(nil)";
        return reply->type() == redis::ReplyType::integer ? std::to_string(reply->integer()) : std::string(reply->text());
    }
    std::string last_reason() const { return states.empty() ? "" : states.back().reason; }

    boost::asio::io_context loop{1};
    Metrics metrics;
    std::vector<redis::ConnectionState> states;
};

}  // namespace switchboard::test
