// SPDX-License-Identifier: Apache-2.0
#include "connection_fixture.hpp"

#include <doctest/doctest.h>

using namespace switchboard;
using namespace switchboard::redis;
using namespace switchboard::test;
using namespace std::chrono_literals;

namespace {

struct SubscriberFixture : ConnectionFixture {
    explicit SubscriberFixture(RedisServer& server, std::chrono::milliseconds probe = 2000ms) : commands(connect(options(server.url()))) {
        auto made = subscriber_options(server.url());
        made.probe_interval = probe;
        made.probe_timeout = probe;
        made.link.connect_timeout = 500ms;
        subscriber = std::make_unique<Subscriber>(loop.get_executor(), metrics, *commands, made);
        subscriber->on_gap([this] { ++gaps; });
    }
    bool subscribe(const std::string& channel) {
        bool ready = false;
        subscriber->subscribe(channel, [this, channel](std::string_view text) { messages.push_back(channel + ":" + std::string(text)); },
                              [&ready] { ready = true; });
        CHECK_FALSE(ready);
        return until([&ready] { return ready; });
    }

    std::vector<std::string> messages;
    int gaps = 0;
    std::unique_ptr<Connection> commands;
    std::unique_ptr<Subscriber> subscriber;
};

}  // namespace

TEST_CASE("messages arrive at the listener of their channel, in order") {
    RedisServer server;
    SubscriberFixture fixture(server);
    REQUIRE(fixture.subscribe("a"));
    REQUIRE(fixture.subscribe("b"));
    REQUIRE(fixture.subscribe("b"));
    const std::string binary("\0\r\n*3", 5);
    for (const std::string& text : {std::string("1"), std::string("2"), binary, std::string()})
        fixture.ask(*fixture.commands, {"PUBLISH", "a", text});
    fixture.ask(*fixture.commands, {"PUBLISH", "b", "3"});
    fixture.ask(*fixture.commands, {"PUBLISH", "c", "unheard"});
    REQUIRE(fixture.until([&] { return fixture.messages.size() == 5; }));
    CHECK(fixture.messages == std::vector<std::string>{"a:1", "a:2", "a:" + binary, "a:", "b:3"});
    CHECK(fixture.gaps == 0);
}

TEST_CASE("subscribed before the server is there") {
    RedisServer server;
    server.shut_down();
    SubscriberFixture fixture(server);
    bool ready = false;
    fixture.subscriber->subscribe("early", [&](std::string_view text) { fixture.messages.emplace_back(text); }, [&ready] { ready = true; });
    server.start();
    REQUIRE(fixture.until([&] { return ready; }));
    CHECK(fixture.ask(*fixture.commands, {"PUBLISH", "early", "x"}) == "1");
    CHECK(fixture.until([&] { return fixture.messages.size() == 1; }));
    CHECK(fixture.gaps == 0);
}

TEST_CASE("CLIENT KILL TYPE pubsub: the gap is reported within 5 s and all channels are heard again") {
    RedisServer server;
    SubscriberFixture fixture(server);
    for (int i = 0; i < 50; ++i) REQUIRE(fixture.subscribe("channel" + std::to_string(i)));
    for (int round = 1; round <= 3; ++round) {
        server.command({"CLIENT", "KILL", "TYPE", "pubsub"});
        REQUIRE(fixture.until([&] { return fixture.gaps == round; }, 5s));
        CHECK(fixture.subscriber->ready());
        fixture.messages.clear();
        for (int i = 0; i < 50; ++i) fixture.ask(*fixture.commands, {"PUBLISH", "channel" + std::to_string(i), "again"});
        CHECK(fixture.until([&] { return fixture.messages.size() == 50; }));
    }
}

TEST_CASE("channels are confirmed in the order of subscription, after a reconnect too") {
    RedisServer server;
    SubscriberFixture fixture(server);
    REQUIRE(fixture.until([&] { return fixture.subscriber->ready(); }));
    server.shut_down();
    REQUIRE(fixture.until([&] { return !fixture.subscriber->ready(); }));
    std::vector<int> order, expected;
    for (int i = 0; i < 100; ++i) {
        fixture.subscriber->subscribe("c" + std::to_string(i), [](std::string_view) {}, [&order, i] { order.push_back(i); });
        expected.push_back(i);
    }
    server.start();
    REQUIRE(fixture.until([&] { return order.size() == 100; }));
    CHECK(order == expected);
}

TEST_CASE("the probe passes through quietly while all is well") {
    RedisServer server;
    SubscriberFixture fixture(server, 200ms);
    REQUIRE(fixture.subscribe("probe-of-this-test"));
    const auto publishes = [&] {
        const std::string info = server.command({"INFO", "commandstats"});
        const std::size_t at = info.find("cmdstat_publish:calls=");
        return at == std::string::npos ? 0 : std::stoll(info.substr(at + 22));
    };
    REQUIRE(fixture.until([&] { return publishes() >= 5; }));
    CHECK(fixture.messages.empty());
    CHECK(fixture.gaps == 0);
    fixture.ask(*fixture.commands, {"PUBLISH", "probe-of-this-test", "for the listener"});
    CHECK(fixture.until([&] { return fixture.messages.size() == 1; }));
}

TEST_CASE("a subscription on another server than the commands is found by the probe") {
    RedisServer commands_server, other;
    ConnectionFixture fixture;
    const auto commands = fixture.connect(fixture.options(commands_server.url()));
    auto options = fixture.subscriber_options(other.url());
    options.probe_interval = 200ms;
    Subscriber subscriber(fixture.loop.get_executor(), fixture.metrics, *commands, options);
    int gaps = 0;
    subscriber.on_gap([&gaps] { ++gaps; });
    CHECK(fixture.until([&] { return gaps >= 2; }));
}

TEST_CASE("a probe that is published but does not come back") {
    RedisServer server, other;
    ConnectionFixture fixture;
    const auto commands = fixture.connect(fixture.options(server.url()));
    auto options = fixture.subscriber_options(other.url());
    options.probe_interval = 200ms;
    options.probe_timeout = 400ms;
    // Somebody else hears the probe, so that PUBLISH counts a receiver.
    auto listening = fixture.subscriber_options(server.url());
    Subscriber elsewhere(fixture.loop.get_executor(), fixture.metrics, *commands, listening);
    REQUIRE(fixture.until([&] { return elsewhere.ready(); }));
    Subscriber subscriber(fixture.loop.get_executor(), fixture.metrics, *commands, options);
    int gaps = 0;
    subscriber.on_gap([&gaps] { ++gaps; });
    CHECK(fixture.until([&] { return gaps >= 1; }, 5s));
}

TEST_CASE("kill -9 of the server: both connections come back and the gap is reported") {
    RedisServer server;
    SubscriberFixture fixture(server);
    REQUIRE(fixture.subscribe("a"));
    server.kill_hard();
    server.start();
    REQUIRE(fixture.until([&] { return fixture.gaps == 1; }, 5s));
    REQUIRE(fixture.ask(*fixture.commands, {"PUBLISH", "a", "x"}, {.resendable = true}) == "1");
    CHECK(fixture.until([&] { return fixture.messages.size() == 1; }));
}

TEST_CASE("a subscription that Redis refuses is said") {
    RedisServer server;
    server.command({"ACL", "SETUSER", "quiet", "on", ">secret", "~*", "+@all", "resetchannels", "&allowed"});
    ConnectionFixture fixture;
    const auto commands = fixture.connect(fixture.options(server.url()));
    auto options = fixture.subscriber_options("unix://quiet:secret@" + server.socket_path());
    Subscriber subscriber(fixture.loop.get_executor(), fixture.metrics, *commands, options);
    CHECK(fixture.until([&] { return fixture.metrics.redis_errors("noperm").Value() >= 2; }));
    CHECK_FALSE(subscriber.ready());
}

TEST_CASE("a subscriber may go while its probe is under way") {
    RedisServer server;
    SubscriberFixture fixture(server, 100ms);
    REQUIRE(fixture.until([&] { return fixture.subscriber->ready(); }));
    server.freeze();
    REQUIRE(fixture.until([&] { return fixture.commands->outstanding() > 0; }));
    fixture.subscriber.reset();
    server.thaw();
    CHECK(fixture.until([&] { return fixture.commands->outstanding() == 0; }));
}
