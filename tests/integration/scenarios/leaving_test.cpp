// SPDX-License-Identifier: Apache-2.0
// Scenarios 5: people who go away. The steps stand in README.md.
#include "support/scenario.hpp"

#include <doctest/doctest.h>

using namespace switchboard::test;

IN_BOTH_ENCODINGS(abandoned) {
    Person& customer = stage.customer();
    const std::string id = stage.start(customer, "express", "quick", "hello?");
    stage.until("place 1", [&] { return customer.position() == 1; });
    const std::string token = customer->visitor_token();
    customer->abandon();
    Person& watcher = stage.customer();
    const std::string other = stage.start(watcher, "express", "quick");
    stage.until("who came after him moves up", [&] { return watcher.position() == 1; });
    Person& emma = stage.agent("emma");
    stage.until("an offer", [&] { return !emma.offers.empty(); });
    CHECK(emma.offers.front().conversation().id() == other);
    Person& returned = stage.customer(token);
    CHECK(returned.welcomes.back().conversations_size() == 0);
}

IN_BOTH_ENCODINGS(returns_before_abandonment) {
    Person &first = stage.customer(), &second = stage.customer();
    const std::string one = stage.start(first, "billing", "invoice");
    stage.until("place 1", [&] { return first.position() == 1; });
    stage.start(second, "billing", "invoice");
    stage.until("place 2", [&] { return second.position() == 2; });
    first.positions.clear();
    first->cut();
    stage.until("he is back", [&] { return first.welcomes.size() == 2; });
    stage.until("at his place", [&] { return first.position() == 1; });
    CHECK(second.position() == 2);
    Person& ben = stage.agent("ben");
    stage.until("an offer", [&] { return !ben.offers.empty(); });
    CHECK(ben.offers.front().conversation().id() == one);
}

IN_BOTH_ENCODINGS(vanished_agent_offers) {
    // In billing an offer lasts 20 s, so only the disappearance can explain a quick second one.
    Person &anna = stage.agent("anna"), &dave = stage.agent("dave");
    const std::string id = stage.start(stage.customer(), "billing", "invoice");
    stage.until("somebody is asked", [&] { return anna.offer_of(id) || dave.offer_of(id); });
    Person& gone = anna.offer_of(id) ? anna : dave;
    Person& next = &gone == &anna ? dave : anna;
    gone->abandon();
    stage.until("the other one is asked", [&] { return next.offer_of(id) != nullptr; }, 8);
}

IN_BOTH_ENCODINGS(vanished_agent_chats) {
    Person& emma = stage.agent("emma");
    const Talk talk = stage.talk(stage.customer(), emma, "express", "quick");
    const auto queued = emma.offers.front().conversation().queued_ms();
    (*talk.customer)->send_text(talk.id, "do not go");
    stage.until("emma has it", [&] { return emma.texts(talk.id).size() == 1; });
    emma->abandon();
    stage.until("the customer is told", [&] { return talk.customer->event(talk.id, v1::Event::kAgentLeft) != nullptr; });
    CHECK(talk.customer->event(talk.id, v1::Event::kAgentLeft)->agent_left().reason() == v1::DISCONNECTED);
    Person& finn = stage.agent("finn");
    stage.until("finn is asked", [&] { return finn.offer_of(talk.id) != nullptr; });
    CHECK(finn.offer_of(talk.id)->conversation().queued_ms() == queued);
    stage.accept(finn, talk.id);
    stage.until("finn has the whole log", [&] { return finn.texts(talk.id).size() == 1; });
    CHECK(finn.stream(talk.id).front().seq() == 1);
    Person& returned = stage.agent("emma", false);
    CHECK(returned.welcomes.back().conversations_size() == 0);
}

IN_BOTH_ENCODINGS(away_after_misses) {
    Person& emma = stage.agent("emma");
    const std::string id = stage.start(stage.customer(), "express", "quick");
    stage.until("three offers", [&] { return emma.offers_of(id) == 3; }, 30);
    stage.until("she is away", [&] { return !emma.statuses.empty() && emma.statuses.back().state() == v1::AWAY; });
    stage.stays("no further offer", [&] { return emma.offers_of(id) == 3; }, 1.5);
}
