// SPDX-License-Identifier: Apache-2.0
// The parser of bus messages, with bytes of every kind of damage.
#include "redis/redis_bus.hpp"

#include "redis/stamp.hpp"
#include "switchboard/v1/client.pb.h"

#include <doctest/doctest.h>

#include <cstring>
#include <random>
#include <vector>

using namespace switchboard;
using namespace switchboard::redis;

namespace {

struct Listener final : ports::BusListener {
    std::vector<std::string> heard;

    void on_event(const TenantId&, std::string_view id, ports::Audience audience, std::uint64_t seq, std::uint64_t prev, std::string_view) override {
        heard.push_back("event " + std::string(id) + (audience == ports::Audience::all ? " all " : " staff ") + std::to_string(seq) + " " +
                        std::to_string(prev));
    }
    void on_latest(const TenantId&, std::string_view id, ports::Audience audience, std::string_view except, std::string_view frame) override {
        heard.push_back("latest " + std::string(id) + (audience == ports::Audience::all ? " all " : " staff ") + std::string(except) + "|" +
                        std::string(frame));
    }
    void on_agent(const TenantId&, std::string_view agent) override { heard.push_back("agent " + std::string(agent)); }
    void on_config(const TenantId&) override { heard.push_back("config"); }
    void on_router_free(const TenantId&) override { heard.push_back("router free"); }
    void on_gap() override {}
};

std::string record(char kind, const std::string& id, const std::string& payload) {
    const auto id_size = static_cast<std::uint16_t>(id.size());
    const auto payload_size = static_cast<std::uint32_t>(payload.size());
    std::string bytes(1, kind);
    bytes.append(reinterpret_cast<const char*>(&id_size), sizeof id_size);
    bytes.append(reinterpret_cast<const char*>(&payload_size), sizeof payload_size);
    return bytes + id + payload;
}

std::string event(ports::Audience audience, std::uint64_t seq, std::uint64_t prev) {
    std::string bytes = complete_draft({audience, 1, ""});
    const std::uint64_t values[] = {seq, prev, 5};
    for (int field = 0; field < 3; ++field) {
        bytes += static_cast<char>((field + 1) << 3 | 1);
        bytes.append(reinterpret_cast<const char*>(&values[field]), 8);
    }
    return bytes;
}

const TenantId tenant("t");

}  // namespace

TEST_CASE("every kind of record, in order") {
    const std::string message = record('A', "c1", event(ports::Audience::all, 3, 2)) + record('S', "c2", event(ports::Audience::staff, 4, 3)) +
                                record('L', "c1", std::string("\2s1typing", 9)) + record('M', "c1", std::string("\0place", 6)) +
                                record('N', "ann", "") + record('C', "", "") + record('Z', "new kind", "whatever");
    Listener listener;
    CHECK(dispatch_bus_message(tenant, message, listener));
    CHECK(listener.heard == std::vector<std::string>{"event c1 all 3 2", "event c2 staff 4 3", "latest c1 all s1|typing", "latest c1 staff |place",
                                                     "agent ann", "config"});
    CHECK(dispatch_bus_message(tenant, "", listener));
}

TEST_CASE("horizons become the frame of the protocol") {
    std::string payload = "a";
    const std::uint64_t values[] = {9, 7};
    payload.append(reinterpret_cast<const char*>(values), sizeof values);
    Listener listener;
    REQUIRE(dispatch_bus_message(tenant, record('H', "c1", payload), listener));
    REQUIRE(listener.heard.size() == 1);
    v1::ServerFrame frame;
    REQUIRE(frame.ParseFromString(listener.heard[0].substr(listener.heard[0].find('|') + 1)));
    CHECK(frame.horizons_advanced().conversation_id() == "c1");
    CHECK(frame.horizons_advanced().side() == v1::AGENT);
    CHECK(frame.horizons_advanced().horizons().delivered_seq() == 9);
    CHECK(frame.horizons_advanced().horizons().read_seq() == 7);
}

TEST_CASE("damaged messages are refused, what stood before is delivered") {
    const std::string good = record('N', "ann", "");
    for (const std::string& bad : {std::string("A"), record('A', "c1", "no event"), record('L', "c1", ""), record('L', "c1", "\x09short"),
                                   record('H', "c1", "too short"), record('N', "ann", "").substr(0, 8)}) {
        Listener listener;
        CHECK_FALSE(dispatch_bus_message(tenant, good + bad, listener));
        CHECK(listener.heard == std::vector<std::string>{"agent ann"});
    }
}

TEST_CASE("random bytes and cut messages never reach beyond their end") {
    const std::string whole = record('A', "c1", event(ports::Audience::all, 3, 2)) + record('L', "c1", std::string("\2s1x", 4)) + record('N', "ann", "");
    std::minstd_rand random(1);
    for (int i = 0; i < 20'000; ++i) {
        std::string bytes = whole.substr(0, random() % (whole.size() + 1));
        for (unsigned flips = random() % 4; flips > 0 && !bytes.empty(); --flips) bytes[random() % bytes.size()] = static_cast<char>(random());
        const std::vector<char> exact(bytes.begin(), bytes.end());  // the sanitizer sees its end
        Listener listener;
        dispatch_bus_message(tenant, {exact.data(), exact.size()}, listener);
        CHECK(listener.heard.size() <= 16);
    }
}
