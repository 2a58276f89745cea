// SPDX-License-Identifier: Apache-2.0
// Scenarios 1: queue and offers. The steps stand in README.md.
#include "support/scenario.hpp"

#include <doctest/doctest.h>

using namespace switchboard::test;

IN_BOTH_ENCODINGS(queue_position) {
    Person &first = stage.customer(), &second = stage.customer(), &third = stage.customer();
    const std::string one = stage.start(first, "billing", "invoice");
    stage.until("place 1", [&] { return first.position() == 1; });
    stage.start(second, "billing", "invoice");
    stage.until("place 2", [&] { return second.position() == 2; });
    stage.start(third, "billing", "invoice");
    stage.until("place 3", [&] { return third.position() == 3; });
    first->leave_queue(one);
    stage.until("the others move up", [&] { return second.position() == 1 && third.position() == 2; });
    stage.until("the end", [&] { return first.event(one, v1::Event::kClosed) != nullptr; });
    CHECK(first.event(one, v1::Event::kClosed)->closed().reason() == v1::ABANDONED);
}

IN_BOTH_ENCODINGS(offer_only_to_eligible) {
    Person &ben = stage.agent("ben"), &carla = stage.agent("carla"), &sue = stage.agent("sue");
    Person& customer = stage.customer();
    const std::string id = stage.start(customer, "billing", "refund", "Where is my money?");
    stage.until("place 1", [&] { return customer.position() == 1; });
    stage.stays("nobody is asked", [&] { return ben.offers.empty() && carla.offers.empty() && sue.offers.empty(); });
    Person& anna = stage.agent("anna");
    stage.until("anna is asked", [&] { return anna.offer_of(id) != nullptr; });
    const v1::Offer& offer = *anna.offer_of(id);
    CHECK(offer.conversation().department() == "billing");
    CHECK(offer.conversation().topic() == "refund");
    CHECK(offer.preview() == "Where is my money?");
    stage.stays("nobody else is asked", [&] { return ben.offers.empty() && carla.offers.empty() && sue.offers.empty(); });
}

IN_BOTH_ENCODINGS(decline_keeps_place) {
    Person &anna = stage.agent("anna"), &dave = stage.agent("dave");
    const std::string one = stage.start(stage.customer(), "billing", "refund");
    stage.until("somebody is asked", [&] { return anna.offer_of(one) || dave.offer_of(one); });
    Person& asked = anna.offer_of(one) ? anna : dave;
    Person& other = &asked == &anna ? dave : anna;
    const v1::Offer offer = *asked.offer_of(one);
    const std::string two = stage.start(stage.customer(), "billing", "refund");
    stage.until("the second one is offered", [&] { return anna.offer_of(two) || dave.offer_of(two); });
    asked->decline(offer, "busy");
    stage.until("the other agent is asked", [&] { return other.offer_of(one) != nullptr; });
    CHECK(other.offer_of(one)->conversation().started_ms() == offer.conversation().started_ms());
    CHECK(other.offer_of(one)->conversation().queued_ms() == offer.conversation().queued_ms());
    stage.stays("the one who declined is not asked again", [&] { return asked.offers_of(one) == 1; });
}

IN_BOTH_ENCODINGS(timeout_goes_to_next) {
    Person &emma = stage.agent("emma"), &finn = stage.agent("finn");
    Person& customer = stage.customer();
    const std::string id = stage.start(customer, "express", "quick");
    stage.until("somebody is asked", [&] { return emma.offer_of(id) || finn.offer_of(id); });
    Person& silent = emma.offer_of(id) ? emma : finn;
    Person& next = &silent == &emma ? finn : emma;
    const auto queued = silent.offer_of(id)->conversation().queued_ms();
    stage.until("the offer is over", [&] { return silent.was_withdrawn(id, v1::TIMED_OUT); });
    stage.until("the next one is asked", [&] { return next.offer_of(id) != nullptr; });
    CHECK(next.offer_of(id)->conversation().queued_ms() == queued);
    stage.accept(next, id);
    stage.until("the customer sees him", [&] { return customer.event(id, v1::Event::kAgentJoined) != nullptr; });
    CHECK(customer.event(id, v1::Event::kAgentJoined)->agent_joined().agent().id() == next->self().id());
}

IN_BOTH_ENCODINGS(kept_place_after_timeout) {
    Person& emma = stage.agent("emma");
    Person &first = stage.customer(), &second = stage.customer();
    const std::string one = stage.start(first, "express", "quick");
    stage.until("emma is asked", [&] { return emma.offer_of(one) != nullptr; });
    stage.start(second, "express", "quick");
    emma->set_agent_state(v1::AWAY, "");
    stage.until("the offer is over", [&] { return emma.was_withdrawn(one, v1::TIMED_OUT); });
    stage.until("the places are as before", [&] { return first.position() == 1 && second.position() == 2; });
    Person& finn = stage.agent("finn");
    stage.until("finn is asked", [&] { return !finn.offers.empty(); });
    CHECK(finn.offers.front().conversation().id() == one);
}

IN_BOTH_ENCODINGS(capacity) {
    Person& ben = stage.agent("ben");
    const Talk talk = stage.talk(stage.customer(), ben);
    Person& second = stage.customer();
    const std::string two = stage.start(second, "billing", "invoice");
    stage.until("place 1", [&] { return second.position() == 1; });
    stage.stays("ben has no room", [&] { return ben.offer_of(two) == nullptr; });
    stage.close(talk);
    stage.until("now he has", [&] { return ben.offer_of(two) != nullptr; });
}

IN_BOTH_ENCODINGS(away_gets_no_offer) {
    Person& anna = stage.agent("anna");
    anna->set_agent_state(v1::AWAY, "lunch");
    stage.until("she is told", [&] { return anna.statuses.back().state() == v1::AWAY && anna.statuses.back().reason() == "lunch"; });
    Person& customer = stage.customer();
    const std::string id = stage.start(customer, "billing", "refund");
    stage.until("place 1", [&] { return customer.position() == 1; });
    stage.stays("no offer", [&] { return anna.offers.empty(); });
    anna->set_agent_state(v1::AVAILABLE, "");
    stage.until("an offer", [&] { return anna.offer_of(id) != nullptr; });
}

IN_BOTH_ENCODINGS(leave_queue_withdraws_offer) {
    Person& anna = stage.agent("anna");
    Person& customer = stage.customer();
    const std::string id = stage.start(customer, "billing", "invoice");
    stage.until("an offer", [&] { return anna.offer_of(id) != nullptr; });
    customer->leave_queue(id);
    stage.until("it is withdrawn", [&] { return anna.was_withdrawn(id, v1::WITHDRAWN); });
    v1::ClientFrame accept;
    accept.mutable_accept_offer()->set_offer_id(anna.offer_of(id)->id());
    accept.mutable_accept_offer()->set_conversation_id(id);
    const v1::ErrorCode code = stage.ask_for_error(anna, accept);
    CHECK((code == v1::ILLEGAL_STATE || code == v1::NOT_FOUND));
    stage.until("the end", [&] { return customer.event(id, v1::Event::kClosed) != nullptr; });
    CHECK(customer.event(id, v1::Event::kClosed)->closed().reason() == v1::ABANDONED);
}
