// SPDX-License-Identifier: Apache-2.0
#include "redis/activity.hpp"

#include "switchboard/v1/event.pb.h"

#include <doctest/doctest.h>

#include <functional>
#include <string>

using namespace switchboard;
using namespace switchboard::redis;

namespace {

// A log as the store writes it: `time` is the event's number times 10.
class Log {
public:
    Log& add(const std::function<void(v1::Event&)>& fill) {
        v1::Event body, end;
        fill(body);
        ++seq_;
        end.set_seq(seq_);
        end.set_prev(99);  // 0 would not be written
        end.set_time_ms(static_cast<std::int64_t>(seq_) * 10);
        // Protobuf writes by field number, the store in this order.
        v1::Event audience, id, place;
        audience.set_audience(v1::ALL);
        id.set_event_id(7);
        entries_.insert(entries_.begin(), body.SerializeAsString() + audience.SerializeAsString() + id.SerializeAsString() + end.SerializeAsString());
        return *this;
    }
    Log& message(v1::Role role) {
        return add([role](v1::Event& event) {
            event.mutable_sender()->set_role(role);
            event.mutable_message()->set_text("x");
        });
    }
    Log& note() { return add([](v1::Event& event) { event.mutable_note()->set_text("x"); }); }
    Log& joined() { return add([](v1::Event& event) { event.mutable_agent_joined(); }); }
    Log& warned() { return add([](v1::Event& event) { event.mutable_inactivity_warned(); }); }
    domain::Activity read() const { return activity_from({entries_.begin(), entries_.end()}); }

private:
    std::vector<std::string> entries_;
    std::uint64_t seq_ = 0;
};

std::int64_t ms(const std::optional<Timestamp>& time) { return time ? to_ms(*time) : -1; }

}  // namespace

TEST_CASE("the last messages of both sides") {
    Log log;
    log.message(v1::CUSTOMER).joined().message(v1::AGENT).message(v1::CUSTOMER).message(v1::BOT).message(v1::AGENT).note();
    const auto activity = log.read();
    CHECK(activity.head_seq == 7);
    CHECK(ms(activity.customer) == 40);
    CHECK(ms(activity.agent) == 60);
    CHECK(ms(activity.warned) == -1);
}

TEST_CASE("an agent's message under an earlier assignment does not count, a customer's does") {
    Log log;
    log.message(v1::CUSTOMER).joined().message(v1::AGENT).joined();
    CHECK(ms(log.read().customer) == 10);
    CHECK(ms(log.read().agent) == -1);
    log.message(v1::SYSTEM);
    CHECK(ms(log.read().agent) == -1);
    CHECK(log.read().head_seq == 5);
}

TEST_CASE("a warning counts until the customer writes") {
    Log log;
    log.message(v1::CUSTOMER).joined().warned().message(v1::AGENT).warned().note();
    CHECK(ms(log.read().warned) == 50);
    log.message(v1::CUSTOMER);
    CHECK(ms(log.read().warned) == -1);
    CHECK(ms(log.read().customer) == 70);
}

TEST_CASE("an empty log, and bytes that are no event") {
    CHECK(activity_from({}).head_seq == 0);
    CHECK_FALSE(activity_from({"", "nonsense", std::string(50, 'x')}).customer.has_value());
}
