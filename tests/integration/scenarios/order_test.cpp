// SPDX-License-Identifier: Apache-2.0
// Scenarios 7: who comes first, and to whom. The steps stand in README.md.
#include "support/scenario.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace switchboard::test;

namespace {

v1::ServerFrame set_priority(Stage& stage, Person& person, const std::string& id, unsigned boost_s, bool urgent) {
    v1::ClientFrame frame;
    frame.mutable_set_priority()->set_conversation_id(id);
    frame.mutable_set_priority()->set_boost_s(boost_s);
    frame.mutable_set_priority()->set_urgent(urgent);
    return stage.ask(person, frame);
}

// ben, who has room for one, takes and closes what he is offered; the order of what he was offered.
std::vector<std::string> served_by(Stage& stage, Person& ben, std::size_t count) {
    std::vector<std::string> order;
    while (order.size() < count) {
        stage.until("ben is asked", [&] { return ben.offers.size() > order.size(); });
        order.push_back(ben.offers.back().conversation().id());
        stage.accept(ben, order.back());
        stage.close({nullptr, &ben, order.back()});
    }
    return order;
}

// cleo or cora, whoever was asked.
struct Pair {
    Person* asked = nullptr;
    Person* other = nullptr;
};

Pair who_is_asked(Stage& stage, Person& cleo, Person& cora, const std::string& id) {
    stage.until("one of them is asked", [&] { return cleo.offer_of(id) || cora.offer_of(id); });
    return cleo.offer_of(id) ? Pair{&cleo, &cora} : Pair{&cora, &cleo};
}

// The customer has been served by one of them, and comes back; the other one is idle longer.
struct Return {
    Person* customer = nullptr;
    Pair agents;
};

Return served_before(Stage& stage, const std::string& department = "concierge") {
    Person &cleo = stage.agent("cleo"), &cora = stage.agent("cora"), &customer = stage.customer();
    const std::string id = stage.start(customer, department, "");
    const Pair agents = who_is_asked(stage, cleo, cora, id);
    stage.accept(*agents.asked, id);
    stage.close({&customer, agents.asked, id});
    stage.until("it is over", [&] { return customer.event(id, v1::Event::kClosed) && agents.asked->load() == 0; });
    return {&customer, agents};
}

}  // namespace

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", priority_overtakes) {
    Person &plain = stage.identified("plain"), &boosted = stage.identified("boosted", {{"priority_boost_s", 600}}),
           &urgent = stage.identified("urgent", {{"urgent", true}});
    const std::string last = stage.start(plain, "support", "help");
    stage.until("place 1", [&] { return plain.position() == 1; });
    const std::string topical = stage.start(stage.customer(), "support", "outage");  // the topic's boost is 300 s
    const std::string second = stage.start(boosted, "support", "help");
    const std::string first = stage.start(urgent, "support", "help");
    stage.until("the places", [&] { return urgent.position() == 1 && boosted.position() == 2 && plain.position() == 4; });
    Person& ben = stage.agent("ben");
    CHECK(served_by(stage, ben, 4) == std::vector{first, second, topical, last});
    const auto offered = [&](const std::string& id) { return ben.offer_of(id)->conversation(); };
    CHECK(offered(first).urgent());
    CHECK(offered(first).priority() == 0);
    CHECK(offered(second).priority() == 600);
    CHECK_FALSE(offered(second).urgent());
    CHECK(offered(second).enqueued_ms() - offered(second).queued_ms() == 600'000);
    CHECK(offered(topical).priority() == 300);
    CHECK(offered(last).priority() == 0);
}

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", supervisor_sets_priority) {
    Person &sue = stage.agent("sue", false), &carla = stage.agent("carla");
    Person &first = stage.customer(), &second = stage.customer(), &third = stage.customer();
    const std::string one = stage.start(first, "support", "help");
    const std::string two = stage.start(second, "support", "help");
    const std::string three = stage.start(third, "support", "help");
    stage.until("the places", [&] { return first.position() == 1 && second.position() == 2 && third.position() == 3; });
    CHECK(set_priority(stage, carla, two, 60, false).error().code() == v1::NOT_FOUND);
    CHECK(set_priority(stage, sue, two, 86'401, false).error().code() == v1::INVALID_ARGUMENT);
    CHECK(set_priority(stage, sue, two, 60, false).has_done());
    stage.until("the second is first", [&] { return second.position() == 1 && first.position() == 2; });
    CHECK(set_priority(stage, sue, three, 0, true).has_done());
    stage.until("the third is first", [&] { return third.position() == 1 && second.position() == 2 && first.position() == 3; });
    CHECK(set_priority(stage, sue, two, 0, false).has_done());
    stage.until("and back", [&] { return first.position() == 2 && second.position() == 3; });
    Person& ben = stage.agent("ben");
    CHECK(served_by(stage, ben, 3) == std::vector{three, one, two});
    CHECK(third.count(three, v1::Event::kPrioritized) == 0);
    CHECK(third->holes() == 0);
}

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", returns_to_same_agent) {
    const Return back = served_before(stage);
    const std::string id = stage.start(*back.customer, "concierge", "");
    stage.until("the same one is asked", [&] { return back.agents.asked->offer_of(id) != nullptr; });
    CHECK(back.agents.other->offers.empty());
    // Whoever never talked to one of them goes to the one who is idle longest.
    const std::string stranger = stage.start(stage.customer(), "concierge", "");
    stage.until("the other one is asked", [&] { return back.agents.other->offer_of(stranger) != nullptr; });
    stage.accept(*back.agents.asked, id);
    stage.until("both see it", [&] { return back.customer->event(id, v1::Event::kAgentJoined) != nullptr; });
    CHECK(back.customer->event(id, v1::Event::kAgentJoined)->agent_joined().agent().id() == (*back.agents.asked)->self().id());
}

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", does_not_wait_for_absent_agent) {
    // The window is ten minutes: nobody would be asked in time if it were waited for.
    const Return back = served_before(stage);
    Person &wanted = *back.agents.asked, &other = *back.agents.other;
    wanted->set_agent_state(v1::AWAY, "lunch");
    stage.until("away", [&] { return wanted.statuses.back().state() == v1::AWAY; });
    const std::string id = stage.start(*back.customer, "concierge", "");
    stage.accept(other, id);
    stage.close({back.customer, &other, id});
    stage.until("it is over", [&] { return back.customer->event(id, v1::Event::kClosed) && other.load() == 0; });

    // Now the other one is wanted, and goes home.
    wanted->set_agent_state(v1::AVAILABLE, "");
    stage.until("available", [&] { return wanted.statuses.back().state() == v1::AVAILABLE; });
    other->stop();
    stage.until("the other one is gone", [&] { return !other.disconnects.empty(); });
    const std::string next = stage.start(*back.customer, "concierge", "");
    stage.accept(wanted, next);
    CHECK(wanted.offers_of(id) == 0);
}

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", known_agent_declines) {
    const Return back = served_before(stage);
    const std::string id = stage.start(*back.customer, "concierge", "");
    stage.until("the known one is asked", [&] { return back.agents.asked->offer_of(id) != nullptr; });
    (*back.agents.asked)->decline(*back.agents.asked->offer_of(id), "no");
    stage.until("the other one is asked", [&] { return back.agents.other->offer_of(id) != nullptr; });
    CHECK(back.agents.other->offer_of(id)->conversation().queued_ms() == back.agents.asked->offer_of(id)->conversation().queued_ms());
}

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", waits_for_busy_agent_within_window) {
    const Return back = served_before(stage, "lounge");
    // The one who is wanted is busy with another one.
    const Person& other = *back.agents.other;
    const Person& wanted = *back.agents.asked;
    const std::string stranger = stage.start(stage.customer(), "lounge", "");
    stage.until("somebody is asked", [&] { return other.offer_of(stranger) != nullptr; });
    stage.accept(*back.agents.other, stranger);
    const std::string third = stage.start(stage.customer(), "lounge", "");
    stage.until("the wanted one is asked", [&] { return wanted.offer_of(third) != nullptr; });
    stage.accept(*back.agents.asked, third);
    stage.close({nullptr, back.agents.other, stranger});
    stage.until("the other one has room", [&] { return other.load() == 0; });

    const std::string id = stage.start(*back.customer, "lounge", "");
    stage.until("after the window the other one is asked", [&] { return other.offer_of(id) != nullptr; });
    CHECK(wanted.offers_of(id) == 0);
    stage.accept(*back.agents.other, id);
    stage.until("the log", [&] { return back.agents.other->event(id, v1::Event::kOfferMade) != nullptr; });
    const v1::Event& made = *back.agents.other->event(id, v1::Event::kOfferMade);
    CHECK(made.offer_made().record().waited_ms() >= 2000);
    REQUIRE(back.agents.other->event(id, v1::Event::kWidened));
    CHECK(back.agents.other->event(id, v1::Event::kWidened)->widened().anyone());
    CHECK(back.customer->event(id, v1::Event::kWidened) == nullptr);
}
