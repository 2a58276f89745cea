// SPDX-License-Identifier: Apache-2.0
// What ports::EventBus promises, end to end: from a verb of a store to the listener of another shard.
#include "redis/subscriber.hpp"
#include "shard.hpp"
#include "switchboard/v1/client.pb.h"

using namespace switchboard;
using namespace switchboard::test;

namespace {

struct Listener final : ports::BusListener {
    std::vector<std::string> heard;

    void on_event(const TenantId& of, std::string_view conversation, ports::Audience audience, std::uint64_t seq, std::uint64_t prev,
                  std::string_view bytes) override {
        v1::Event parsed;
        REQUIRE(parsed.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
        heard.push_back(of.value + " event " + std::string(conversation) + (audience == ports::Audience::all ? " all " : " staff ") +
                        std::to_string(seq) + " " + std::to_string(prev) + " " + parsed.message().text());
    }
    void on_latest(const TenantId&, std::string_view conversation, ports::Audience audience, std::string_view except, std::string_view frame) override {
        v1::ServerFrame parsed;
        const bool horizons = parsed.ParseFromArray(frame.data(), static_cast<int>(frame.size())) && parsed.has_horizons_advanced();
        heard.push_back("latest " + std::string(conversation) + (audience == ports::Audience::all ? " all " : " staff ") + std::string(except) + " " +
                        (horizons ? std::to_string(parsed.horizons_advanced().horizons().delivered_seq()) + " " +
                                        std::to_string(parsed.horizons_advanced().horizons().read_seq()) + " by " +
                                        v1::Role_Name(parsed.horizons_advanced().side())
                                  : std::string(frame)));
    }
    void on_agent(const TenantId&, std::string_view agent) override { heard.push_back("agent " + std::string(agent)); }
    void on_config(const TenantId&) override { heard.push_back("config"); }
    void on_router_free(const TenantId&) override { heard.push_back("router free"); }
    void on_gap() override { heard.push_back("gap"); }
};

// A shard that listens as `endpoint`.
struct Ear {
    Ear(Stores& shard, const std::string& name)
        : subscriber(shard.loop.get_executor(), shard.metrics, shard.connection, options(name)), bus(Endpoint(name), subscriber) {
        bus.listen(listener);
        bool ready = false;
        bus.add_tenant(tenant, [&ready] { ready = true; });
        CHECK_FALSE(ready);
        REQUIRE(run_until(shard.loop, [&] { return ready; }));
    }
    static redis::SubscriberOptions options(const std::string& name) {
        redis::SubscriberOptions made;
        made.link = connection_options().link;
        made.probe_channel = key.channel(Endpoint(name));
        return made;
    }

    Listener listener;
    redis::Subscriber subscriber;
    redis::RedisBus bus;
};

}  // namespace

TEST_CASE("events, latest values, horizons, agents and configuration reach the shards that they concern") {
    Shard shard;
    Ear customer(shard, "n1.0"), staff(shard, "n2.0"), stranger(shard, "n3.0");
    shard.join("n1");
    shard.join("n2");
    shard.lease = shard.acquire("r1").value();
    REQUIRE(shard.start("c1"));
    REQUIRE(shard.attach(Stores::customer_session("c1")));
    REQUIRE(shard.open_agent(Stores::agent_session("ann", "sa", "n2")));
    REQUIRE(shard.choose("ann"));
    REQUIRE(shard.offer("c1", "ann").value());
    REQUIRE(shard.accept("c1", "ann"));
    REQUIRE(shard.append(Stores::message("c1", 2, "hello")));
    ports::AppendMessage note{ConversationId("c1"), domain::Role::agent, "ann", 1, 5, 1, 1, staff_event("secret")};
    REQUIRE(shard.append(note));
    shard.conversations.advance_horizons(tenant, ConversationId("c1"), domain::Role::agent, "ann", 6, 5);
    shard.conversations.publish_latest(tenant, ConversationId("c1"), {ports::Audience::all, SessionId("s1"), "typing"});
    shard.conversations.publish_latest(tenant, ConversationId("c1"), {ports::Audience::staff, SessionId(), "place"});
    const auto config = shard.wait<std::uint64_t>([&](auto done) {
        domain::TenantConfig made;
        made.id = tenant;
        made.name = "T";
        shard.tenants.save(made, {}, done);
    });
    REQUIRE(config);
    REQUIRE(run_until(shard.loop, [&] { return !stranger.listener.heard.empty() && staff.listener.heard.back() == "config" && customer.listener.heard.back() == "config"; }));
    CHECK(customer.listener.heard == std::vector<std::string>{"t1 event c1 all 5 2 joined", "t1 event c1 all 6 5 hello", "latest c1 all  6 5 by AGENT",
                                                              "latest c1 all s1 typing", "config"});
    CHECK(staff.listener.heard ==
          std::vector<std::string>{"agent ann", "agent ann", "t1 event c1 staff 4 2 ended", "t1 event c1 all 5 2 joined", "agent ann",
                                   "t1 event c1 all 6 5 hello", "t1 event c1 staff 7 6 secret", "latest c1 all  6 5 by AGENT",
                                   "latest c1 all s1 typing", "latest c1 staff  place", "config"});
    CHECK(stranger.listener.heard == std::vector<std::string>{"config"});
}

TEST_CASE("an observer gets the events while it watches") {
    Shard shard;
    Ear observer(shard, "n9.0");
    REQUIRE(shard.start("c1"));
    const auto watch = [&](bool join) {
        return shard.wait<void>([&](auto done) {
            if (join)
                shard.conversations.watch(tenant, ConversationId("c1"), Endpoint("n9.0"), done);
            else
                shard.conversations.unwatch(tenant, ConversationId("c1"), Endpoint("n9.0"), done);
        });
    };
    REQUIRE(watch(true));
    REQUIRE(shard.append(Stores::message("c1", 2, "seen")));
    REQUIRE(watch(false));
    REQUIRE(shard.append(Stores::message("c1", 3, "not seen")));
    redis_command({"PUBLISH", key.channel_of_all(), std::string("C\0\0\0\0\0\0", 7)});
    REQUIRE(run_until(shard.loop, [&] { return !observer.listener.heard.empty() && observer.listener.heard.back() == "config"; }));
    CHECK(observer.listener.heard == std::vector<std::string>{"t1 event c1 all 3 2 seen", "config"});
}

TEST_CASE("bytes that are no bus message reach nobody and end nothing") {
    Shard shard;
    Ear ear(shard, "n1.0");
    for (const std::string bytes : {std::string("A"), std::string("A\xff\xff\xff\xff\xff\xff"), std::string("A\2\0\1\0\0\0c1x", 10), std::string(100, '\0')})
        redis_command({"PUBLISH", key.channel(Endpoint("n1.0")), bytes});
    redis_command({"PUBLISH", key.channel(Endpoint("n1.0")), std::string("N\3\0\0\0\0\0ann", 10)});
    REQUIRE(run_until(shard.loop, [&] { return !ear.listener.heard.empty(); }));
    CHECK(ear.listener.heard == std::vector<std::string>{"agent ann"});
}
