// SPDX-License-Identifier: Apache-2.0
// Scenarios 7: a bot answers first. The steps stand in README.md.
#include "support/scenario.hpp"

#include <doctest/doctest.h>

using namespace switchboard::test;

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", bot_first) {
    Person &fay = stage.agent("fay"), &robo = stage.agent("robo"), &customer = stage.customer();
    CHECK(robo->self().role() == v1::BOT);
    const std::string id = stage.start(customer, "front", "", "Where is my parcel?");
    stage.accept(robo, id);
    const auto queued = robo.offers.front().conversation().queued_ms();
    stage.until("the customer sees the bot", [&] { return customer.event(id, v1::Event::kAgentJoined) != nullptr; });
    CHECK(customer.event(id, v1::Event::kAgentJoined)->agent_joined().agent().role() == v1::BOT);
    robo->send_text(id, "What is its number?");
    customer->send_text(id, "I want a person");
    stage.until("the bot reads it", [&] { return robo.texts(id).size() == 3; });
    CHECK(fay.offers.empty());

    v1::TransferConversation hand_off;
    hand_off.set_conversation_id(id);
    hand_off.set_note("asks for a person; no number");
    robo->transfer(hand_off);
    stage.accept(fay, id);
    stage.until("fay has all of it", [&] { return fay.texts(id).size() == 3 && fay.notes(id).size() == 1; });
    CHECK(fay.offers.front().conversation().queued_ms() == queued);
    CHECK(fay.stream(id).front().seq() == 1);
    CHECK(robo.offers_of(id) == 1);
    stage.until("the customer sees her", [&] { return customer.count(id, v1::Event::kAgentJoined) == 2; });
    CHECK(customer.notes(id).empty());
    stage.until("the bot has it no longer", [&] { return !robo.holds(id); });
}

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", no_bot_there) {
    Person &fay = stage.agent("fay"), &customer = stage.customer();
    const std::string id = stage.start(customer, "front", "");
    stage.accept(fay, id);
    stage.until("the customer sees her", [&] { return customer.event(id, v1::Event::kAgentJoined) != nullptr; });
    CHECK(customer->holes() == 0);

    Person& robo = stage.agent("robo");
    const std::string next = stage.start(stage.customer(), "front", "");
    stage.until("the bot is asked", [&] { return robo.offer_of(next) != nullptr; });
    robo->decline(*robo.offer_of(next), "unknown language");
    stage.accept(fay, next);
    CHECK(fay.offer_of(next)->conversation().queued_ms() == robo.offer_of(next)->conversation().queued_ms());
}

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", nobody_waits_for_a_bot) {
    Person& customer = stage.customer();
    const std::string id = stage.start(customer, "front", "");
    stage.until("place 1", [&] { return customer.position() == 1; });
    // Nobody was there when it came, so whoever comes first has it.
    Person& fay = stage.agent("fay");
    stage.accept(fay, id);
}
