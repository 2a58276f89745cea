// SPDX-License-Identifier: Apache-2.0
// Scenarios 7: settings that change while the server runs, and offers that are missed. The steps stand in README.md.
#include "support/scenario.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace switchboard::test;

namespace {

// The router's clock may be ahead of that of Redis by so much.
constexpr std::uint64_t clock_tolerance_ms = 100;

// Of one kind, in the order of the log.
std::vector<v1::Event> events(Person& person, const std::string& id, v1::Event::BodyCase body) {
    std::vector<v1::Event> found;
    for (const v1::Event& event : person.stream(id))
        if (event.body_case() == body) found.push_back(event);
    return found;
}

// A customer starts, and one of them serves him: how that came about.
v1::OfferMade decided(Stage& stage, const std::vector<Person*>& agents) {
    const std::string id = stage.start(stage.customer(), "support", "help");
    const auto asked = [&] { return std::find_if(agents.begin(), agents.end(), [&](const Person* each) { return each->offer_of(id) != nullptr; }); };
    stage.until("one of them is asked", [&] { return asked() != agents.end(); });
    Person& agent = **asked();
    stage.accept(agent, id);
    stage.until("the log", [&] { return agent.event(id, v1::Event::kOfferMade) != nullptr; });
    const v1::OfferMade offer = agent.event(id, v1::Event::kOfferMade)->offer_made();
    stage.close({nullptr, &agent, id});
    stage.until("it is over", [&] { return !agent.holds(id); });
    return offer;
}

v1::DepartmentQueue queue(Stage& stage, Person& supervisor, const std::string& department) {
    v1::ClientFrame watch;
    watch.mutable_watch_queues()->set_watch(true);
    const v1::QueuesWatched watched = stage.ask(supervisor, watch).queues_watched();
    for (const v1::DepartmentQueue& each : watched.current().departments())
        if (each.id() == department) return each;
    return {};
}

void nobody_was_sent_away(std::initializer_list<Person*> people) {
    for (const Person* person : people) CHECK(person->disconnects.empty());
}

}  // namespace

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", skills_change) {
    Person &ben = stage.agent("ben"), &customer = stage.customer();
    const std::string id = stage.start(customer, "support", "expert");
    stage.until("place 1", [&] { return customer.position() == 1; });
    CHECK(ben.offers.empty());
    stage.configure({"agent", "set", "ben", "--skill", "help:4"});
    stage.until("he is asked", [&] { return ben.offer_of(id) != nullptr; });
    stage.accept(ben, id);
    stage.close({&customer, &ben, id});

    stage.configure({"agent", "set", "ben", "--skill", "help:3"});
    stage.until("the router knows it", [&] { return decided(stage, {&ben}).record().config_version() == 3; });
    Person &sue = stage.agent("sue", false), &second = stage.customer();
    const std::string next = stage.start(second, "support", "expert");
    stage.stays("he is not asked", [&] { return ben.offer_of(next) == nullptr; });
    v1::ClientFrame explain;
    explain.mutable_explain_conversation()->set_conversation_id(next);
    const auto told = stage.ask(sue, explain).explanation();
    const auto verdict = std::find_if(told.agents().begin(), told.agents().end(), [](const auto& each) { return each.agent().id() == "ben"; });
    REQUIRE(verdict != told.agents().end());
    CHECK(verdict->test() == "level");
    nobody_was_sent_away({&ben, &customer, &sue, &second});
}

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", capacity_changes) {
    Person& ben = stage.agent("ben");
    stage.talk(stage.customer(), ben, "support", "help");
    Person& second = stage.customer();
    const std::string two = stage.start(second, "support", "help");
    stage.until("place 1", [&] { return second.position() == 1; });
    CHECK(ben.offer_of(two) == nullptr);
    stage.configure({"agent", "set", "ben", "--capacity", "2"});
    stage.until("he is told", [&] { return ben.statuses.back().capacity() == 2; });
    stage.accept(ben, two);
    CHECK(ben.load() == 2);

    stage.configure({"agent", "set", "ben", "--capacity", "1"});
    stage.until("he is told again", [&] { return ben.statuses.back().capacity() == 1; });
    CHECK(ben.holds(two));
    stage.close({&second, &ben, two});
    Person& sue = stage.agent("sue", false);
    stage.until("the router counts no free slot", [&] {
        const auto support = queue(stage, sue, "support");
        return support.used_slots() == 1 && support.free_slots() == 0;
    });
    Person& third = stage.customer();
    const std::string three = stage.start(third, "support", "help");
    stage.stays("one is all that he has room for", [&] { return ben.offer_of(three) == nullptr; });
    nobody_was_sent_away({&ben, &second, &third});
}

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", strategy_changes) {
    Person &anna = stage.agent("anna"), &dave = stage.agent("dave");
    const auto first = decided(stage, {&anna, &dave}), second = decided(stage, {&anna, &dave});
    CHECK(first.record().strategy() == "longest_idle");
    CHECK_MESSAGE(first.agent_id() != second.agent_id(), "they take turns");
    stage.configure({"department", "set", "support", "strategy=most_skilled"});
    stage.until("the router knows it", [&] { return decided(stage, {&anna, &dave}).record().config_version() == 2; });
    for (int i = 0; i < 2; ++i) {
        const auto offer = decided(stage, {&anna, &dave});
        CHECK(offer.record().strategy() == "most_skilled");
        CHECK_MESSAGE(offer.agent_id() == "dave", "always the best one");
    }
    nobody_was_sent_away({&anna, &dave});
}

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", mode_changes) {
    Person& pia = stage.agent("pia");
    const std::string id = stage.start(stage.customer(), "tickets", "ticket");
    stage.stays("nobody is asked", [&] { return pia.offers.empty(); });
    stage.configure({"department", "set", "tickets", "mode=push"});
    stage.until("then she is", [&] { return pia.offer_of(id) != nullptr; });
    stage.accept(pia, id);
    nobody_was_sent_away({&pia});
}

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", departments_of_agent_change) {
    Person &carla = stage.agent("carla"), &customer = stage.customer();
    const std::string id = stage.start(customer, "support", "");
    stage.until("place 1", [&] { return customer.position() == 1; });
    CHECK(carla.offers.empty());
    // What an agent may see has changed: the session ends, and the agent signs in again.
    stage.configure({"agent", "set", "carla", "--department", "sales", "--department", "support"});
    stage.until("she has to sign in again", [&] { return !carla.disconnects.empty(); });
    CHECK(carla.disconnects.back().code == v1::CREDENTIALS_REVOKED);
    // The session that ends may have been asked already. That offer is taken back, maybe when she is here again; another one follows.
    Person& again = stage.agent("carla");
    if (stage.try_to_accept(again, id).has_error()) {
        stage.until("it is taken back", [&] { return again.was_withdrawn(id, v1::WITHDRAWN); });
        stage.until("she is asked again", [&] { return again.offers_of(id) == 2; });
        stage.accept(again, id);
    }
    stage.until("she has it", [&] { return again.holds(id); });
}

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", misses_make_away) {
    Person &emma = stage.agent("emma"), &customer = stage.customer();
    const std::string id = stage.start(customer, "express", "");
    stage.until("she is away after two", [&] { return !emma.statuses.empty() && emma.statuses.back().state() == v1::AWAY; });
    CHECK(emma.statuses.back().reason() == "missed_offers");
    CHECK(emma.offers_of(id) == 2);
    CHECK(emma.load() == 0);
    stage.until("he is still next", [&] { return customer.position() == 1; });
    emma->set_agent_state(v1::AVAILABLE, "");
    stage.until("she is back", [&] { return emma.statuses.back().state() == v1::AVAILABLE && emma.statuses.back().reason().empty(); });
    stage.until("and asked again", [&] { return emma.offers_of(id) == 3; });
    stage.accept(emma, id);
    stage.until("she has the log", [&] { return emma.event(id, v1::Event::kAgentJoined) != nullptr; });
    const auto made = events(emma, id, v1::Event::kOfferMade), ended = events(emma, id, v1::Event::kOfferEnded);
    REQUIRE(made.size() == 3);
    REQUIRE(ended.size() == 3);
    CHECK(ended[0].offer_ended().outcome() == v1::TIMED_OUT);
    CHECK(ended[1].offer_ended().outcome() == v1::TIMED_OUT);
    CHECK(ended[2].offer_ended().outcome() == v1::ACCEPTED);
    CHECK_MESSAGE(ended[0].time_ms() + clock_tolerance_ms >= made[0].time_ms() + 2000, "not before the offer is over");
    CHECK_MESSAGE(made[1].time_ms() + clock_tolerance_ms >= ended[0].time_ms() + 3000, "not before the cooldown is over");
    CHECK(customer.count(id, v1::Event::kOfferMade) == 0);
}

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", decline_cools_down) {
    Person& emma = stage.agent("emma");
    const std::string id = stage.start(stage.customer(), "express", "");
    stage.until("she is asked", [&] { return emma.offer_of(id) != nullptr; });
    emma->decline(*emma.offer_of(id), "lunch");
    // Another one may be offered meanwhile: only this pair cools down. It has come later, and is asked about first.
    const std::string other = stage.start(stage.customer(), "express", "");
    stage.accept(emma, other);
    stage.close({nullptr, &emma, other});
    stage.until("she is asked again", [&] { return emma.offers_of(id) == 2; });
    stage.accept(emma, id);
    stage.until("she has the log", [&] { return emma.event(id, v1::Event::kAgentJoined) != nullptr; });
    const auto made = events(emma, id, v1::Event::kOfferMade), ended = events(emma, id, v1::Event::kOfferEnded);
    REQUIRE(made.size() == 2);
    REQUIRE(ended.size() == 2);
    CHECK(ended[0].offer_ended().outcome() == v1::DECLINED);
    CHECK(ended[0].offer_ended().reason() == "lunch");
    CHECK(made[1].time_ms() + clock_tolerance_ms >= ended[0].time_ms() + 3000);
    CHECK(emma.statuses.back().state() == v1::AVAILABLE);
}
