// SPDX-License-Identifier: Apache-2.0
// Scenarios 7: queues that agents pick from. The steps stand in README.md.
#include "support/scenario.hpp"

#include <doctest/doctest.h>

using namespace switchboard::test;

namespace {

v1::ServerFrame pick(Stage& stage, Person& person, const std::string& id) {
    v1::ClientFrame frame;
    frame.mutable_pick_conversation()->set_conversation_id(id);
    return stage.ask(person, frame);
}

v1::ServerFrame list(Stage& stage, Person& person, const std::string& department) {
    v1::ClientFrame frame;
    frame.mutable_list_waiting()->set_department(department);
    return stage.ask(person, frame);
}

std::vector<std::string> listed(const v1::ServerFrame& answer) {
    std::vector<std::string> ids;
    for (const v1::Conversation& each : answer.waiting_list().conversations()) ids.push_back(each.id());
    return ids;
}

void check_refused(const v1::ServerFrame& answer, v1::ErrorCode code) {
    CHECK_MESSAGE(answer.error().code() == code, answer.ShortDebugString());
    CHECK_FALSE(answer.error().message().empty());
    CHECK_FALSE(answer.error().temporary());
}

}  // namespace

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", pull_queue) {
    Person &pia = stage.agent("pia"), &paul = stage.agent("paul");
    Person &first = stage.customer(), &second = stage.customer();
    const std::string one = stage.start(first, "tickets", "ticket", "The printer burns");
    const std::string two = stage.start(second, "tickets", "ticket", "The door is stuck");
    stage.until("both wait", [&] { return first.position() == 1 && second.position() == 2; });
    v1::ServerFrame waiting;
    stage.until("both are listed, in their order", [&] { return listed(waiting = list(stage, pia, "tickets")) == std::vector{one, two}; });
    CHECK(waiting.waiting_list().previews(0) == "The printer burns");
    CHECK(waiting.waiting_list().previews(1) == "The door is stuck");
    CHECK(pia.offers.empty());
    CHECK(paul.offers.empty());

    CHECK(pick(stage, pia, one).has_done());
    stage.until("pia has it", [&] { return pia.holds(one) && pia.event(one, v1::Event::kAgentJoined); });
    CHECK(pia.stream(one).front().seq() == 1);
    CHECK(pia.texts(one) == std::vector<std::string>{"The printer burns"});
    CHECK(pia.count(one, v1::Event::kOfferMade) == 0);
    CHECK(pia.load() == 1);
    const v1::ServerFrame late = pick(stage, paul, one);
    check_refused(late, v1::ILLEGAL_STATE);
    CHECK(late.error().message().find("does not wait any more") != std::string::npos);
    CHECK_MESSAGE(pick(stage, pia, one).has_done(), "a repeat is not an error");
    stage.until("the customer sees her", [&] { return first.event(one, v1::Event::kAgentJoined) != nullptr; });
    CHECK(first.event(one, v1::Event::kAgentJoined)->agent_joined().agent().name() == "Pia");
    stage.until("the other one moves up", [&] { return second.position() == 1; });
    pia->send_text(one, "On my way");
    stage.until("it arrives", [&] { return first.texts(one).size() == 2; });
    CHECK(first.count(one, v1::Event::kAgentJoined) == 1);
    stage.stays("nobody is asked", [&] { return pia.offers.empty() && paul.offers.empty() && !paul.holds(one); });
}

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", who_may_pick) {
    Person& customer = stage.customer();
    const std::string id = stage.start(customer, "tickets", "ticket");
    Person &quinn = stage.agent("quinn"), &anna = stage.agent("anna"), &paul = stage.agent("paul", false);
    check_refused(pick(stage, quinn, id), v1::ILLEGAL_STATE);   // lacks the level
    check_refused(pick(stage, anna, id), v1::NOT_FOUND);        // serves another department
    check_refused(list(stage, anna, "tickets"), v1::NOT_FOUND);
    check_refused(pick(stage, paul, id), v1::ILLEGAL_STATE);    // is not available
    paul->set_agent_state(v1::AVAILABLE, "");
    stage.until("he is available", [&] { return paul.statuses.back().state() == v1::AVAILABLE; });
    CHECK(pick(stage, paul, id).has_done());
    const std::string next = stage.start(stage.customer(), "tickets", "ticket");
    check_refused(pick(stage, paul, next), v1::ILLEGAL_STATE);  // has no room

    const std::string pushed = stage.start(stage.customer(), "support", "expert");
    Person& ben = stage.agent("ben");
    check_refused(pick(stage, ben, pushed), v1::NOT_FOUND);     // nobody picks there
    check_refused(list(stage, ben, "support"), v1::NOT_FOUND);
}

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", supervisor_picks) {
    Person &sue = stage.agent("sue"), &customer = stage.customer();
    const std::string id = stage.start(customer, "support", "expert", "I want to talk to the boss");
    stage.until("it is listed", [&] { return listed(list(stage, sue, "support")) == std::vector{id}; });
    CHECK(sue.offers.empty());
    CHECK(pick(stage, sue, id).has_done());
    stage.until("both see her", [&] { return customer.event(id, v1::Event::kAgentJoined) && sue.event(id, v1::Event::kAgentJoined); });
    CHECK(customer.event(id, v1::Event::kAgentJoined)->agent_joined().agent().id() == "sue");
    CHECK(sue.load() == 1);

    Person& anna = stage.agent("anna");
    const std::string asked = stage.start(stage.customer(), "support", "help");
    stage.until("anna is asked about the next one only", [&] { return anna.offer_of(asked) != nullptr; });
    CHECK(anna.offers_of(id) == 0);
    check_refused(pick(stage, sue, asked), v1::ILLEGAL_STATE);  // she is being asked
    stage.accept(anna, asked);
}
