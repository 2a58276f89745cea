// SPDX-License-Identifier: Apache-2.0
// Scenarios 7: the warm transfer. A colleague is consulted first. The steps stand in README.md.
#include "support/scenario.hpp"

#include <doctest/doctest.h>

using namespace switchboard::test;

namespace {

v1::ServerFrame consult(Stage& stage, const Talk& talk, const std::string& colleague, const std::string& note = {}) {
    v1::ClientFrame frame;
    v1::StartConsult& start = *frame.mutable_start_consult();
    start.set_conversation_id(talk.id);
    start.set_assign_epoch((*talk.agent)->assign_epoch(talk.id));
    start.set_agent(colleague);
    start.set_note(note);
    return stage.ask(*talk.agent, frame);
}

v1::ServerFrame complete(Stage& stage, const Talk& talk, std::uint64_t epoch) {
    v1::ClientFrame frame;
    frame.mutable_complete_consult()->set_conversation_id(talk.id);
    frame.mutable_complete_consult()->set_assign_epoch(epoch);
    return stage.ask(*talk.agent, frame);
}

v1::ServerFrame end_consult(Stage& stage, Person& person, const std::string& id) {
    v1::ClientFrame frame;
    frame.mutable_end_consult()->set_conversation_id(id);
    return stage.ask(person, frame);
}

// anna talks with a customer in support, and dave is consulted.
Talk consulting(Stage& stage) {
    const Talk talk = stage.talk(stage.customer(), stage.agent("anna"), "support", "help");
    (*talk.customer)->send_text(talk.id, "It hums");
    stage.until("anna has it", [&] { return talk.agent->texts(talk.id).size() == 1; });
    return talk;
}

Person& consulted_dave(Stage& stage, const Talk& talk, const std::string& note = "What is this?") {
    Person& dave = stage.agent("dave");
    const auto answer = consult(stage, talk, "dave", note);
    REQUIRE_MESSAGE(answer.has_done(), answer.ShortDebugString());
    stage.until("dave is told, with the log", [&] { return dave.consults.size() == 1 && dave.event(talk.id, v1::Event::kConsultChanged); });
    return dave;
}

void check_hidden_from_customer(const Talk& talk) {
    CHECK(talk.customer->notes(talk.id).empty());
    CHECK(talk.customer->count(talk.id, v1::Event::kConsultChanged) == 0);
    CHECK((*talk.customer)->holes() == 0);
}

}  // namespace

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", consult_completed) {
    const Talk talk = consulting(stage);
    Person &anna = *talk.agent, &customer = *talk.customer;
    const auto queued = anna.offers.front().conversation().queued_ms();
    Person& dave = consulted_dave(stage, talk);
    CHECK(dave.consults.front().conversation().id() == talk.id);
    CHECK(dave.consults.front().conversation().agent().id() == "anna");
    CHECK(dave.consults.front().conversation().consulted() == "dave");
    CHECK(dave.stream(talk.id).front().seq() == 1);
    CHECK(dave.texts(talk.id) == std::vector<std::string>{"It hums"});
    CHECK(dave.notes(talk.id) == std::vector<std::string>{"What is this?"});
    CHECK_MESSAGE(dave.load() == 0, "looking takes no slot");
    dave->send_note(talk.id, "The transformer");
    dave->send_text(talk.id, "Hello from dave");
    stage.until("his text is refused", [&] { return dave.refused.size() == 1; });
    stage.until("anna reads his note", [&] { return anna.notes(talk.id) == std::vector<std::string>{"What is this?", "The transformer"}; });

    const auto epoch = anna->assign_epoch(talk.id);
    CHECK(complete(stage, talk, epoch).has_done());
    stage.until("dave has it", [&] { return dave.holds(talk.id) && dave.count(talk.id, v1::Event::kAgentJoined) == 2; });
    CHECK(dave.consults_ended == std::vector{talk.id});
    CHECK(dave->assign_epoch(talk.id) > epoch);
    CHECK(dave.assigned.back().queued_ms() == queued);
    CHECK(dave.offers.empty());
    CHECK(dave.stream(talk.id).front().seq() == 1);
    CHECK(dave.notes(talk.id).size() == 2);
    stage.until("anna is released", [&] { return !anna.holds(talk.id) && anna.load() == 0 && dave.load() == 1; });
    CHECK(anna.released.back().second == v1::TRANSFERRED);
    CHECK_MESSAGE(complete(stage, talk, epoch).has_done(), "a repeat is not an error");
    dave->send_text(talk.id, "I am Dave");
    stage.until("the customer hears him", [&] { return customer.texts(talk.id) == std::vector<std::string>{"It hums", "I am Dave"}; });
    REQUIRE(customer.event(talk.id, v1::Event::kAgentLeft));
    CHECK(customer.event(talk.id, v1::Event::kAgentLeft)->agent_left().agent().id() == "anna");
    CHECK(customer.event(talk.id, v1::Event::kAgentLeft)->agent_left().reason() == v1::TRANSFERRED);
    CHECK(customer.count(talk.id, v1::Event::kAgentJoined) == 2);
    check_hidden_from_customer(talk);
}

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", consult_taken_back) {
    const Talk talk = consulting(stage);
    Person &anna = *talk.agent, &customer = *talk.customer;
    Person& dave = consulted_dave(stage, talk);
    CHECK(end_consult(stage, anna, talk.id).has_done());
    stage.until("dave is told", [&] { return dave.consults_ended == std::vector{talk.id}; });
    v1::ClientFrame note;
    note.mutable_send_note()->set_conversation_id(talk.id);
    note.mutable_send_note()->set_number(1);
    note.mutable_send_note()->mutable_note()->set_text("too late");
    CHECK(stage.ask_for_error(dave, note) == v1::NOT_FOUND);
    customer->send_text(talk.id, "Still there?");
    stage.until("anna has it", [&] { return anna.texts(talk.id).size() == 2; });
    CHECK(anna.count(talk.id, v1::Event::kConsultChanged) == 2);
    CHECK(anna.holds(talk.id));

    CHECK(consult(stage, talk, "dave").has_done());
    stage.until("he is told again", [&] { return dave.consults.size() == 2 && dave.texts(talk.id).size() == 2; });
    CHECK_MESSAGE(end_consult(stage, dave, talk.id).has_done(), "the colleague ends it himself");
    stage.until("both know", [&] { return dave.consults_ended.size() == 2 && anna.count(talk.id, v1::Event::kConsultChanged) == 4; });
    anna->send_text(talk.id, "Yes");
    stage.until("it arrives", [&] { return customer.texts(talk.id).size() == 3; });
    CHECK(customer.count(talk.id, v1::Event::kAgentJoined) == 1);
    CHECK(dave.stream(talk.id).empty());
    check_hidden_from_customer(talk);
}

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", consulted_reconnects) {
    const Talk talk = consulting(stage);
    Person& dave = consulted_dave(stage, talk);
    dave->cut();
    (*talk.customer)->send_text(talk.id, "It hums louder");
    stage.until("he is told again", [&] { return dave.welcomes.size() == 2 && dave.consults.size() == 2; });
    CHECK(dave.consults.back().conversation().consulted() == "dave");
    stage.until("and has the rest", [&] { return dave.texts(talk.id) == std::vector<std::string>{"It hums", "It hums louder"}; });
    CHECK(dave.resets.empty());
    CHECK(dave->repeated_events() == 0);
    CHECK_MESSAGE(dave.welcomes.back().conversations().empty(), "he does not own it");
    CHECK(complete(stage, talk, (*talk.agent)->assign_epoch(talk.id)).has_done());
    stage.until("dave has it", [&] { return dave.holds(talk.id) && dave.texts(talk.id).size() == 2; });
    dave->send_text(talk.id, "I am Dave");
    stage.until("the customer hears him", [&] { return talk.customer->texts(talk.id).size() == 3; });
    check_hidden_from_customer(talk);
}

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", consulted_goes_away) {
    const Talk talk = consulting(stage);
    Person &anna = *talk.agent, &dave = consulted_dave(stage, talk);
    dave->hold(true);
    dave->cut();
    const auto epoch = anna->assign_epoch(talk.id);
    stage.until("he cannot take it over", [&] { return complete(stage, talk, epoch).error().code() == v1::ILLEGAL_STATE; });
    CHECK(anna.holds(talk.id));
    CHECK(end_consult(stage, anna, talk.id).has_done());
    dave->hold(false);
    stage.until("he is told that it is over", [&] { return !dave.released.empty() && dave.released.back().first == talk.id; });
    CHECK(dave.consults.size() == 1);
    anna->send_text(talk.id, "I am still here");
    stage.until("it arrives", [&] { return talk.customer->texts(talk.id).size() == 2; });
}

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", consult_refused) {
    const Talk talk = consulting(stage);
    CHECK(consult(stage, talk, "anna").error().code() == v1::INVALID_ARGUMENT);
    CHECK(consult(stage, talk, "nobody").error().code() == v1::INVALID_ARGUMENT);
    const v1::Error absent = consult(stage, talk, "dave").error();
    CHECK(absent.code() == v1::ILLEGAL_STATE);
    CHECK(absent.message().find("not available") != std::string::npos);
    stage.agent("ben", false);
    CHECK(consult(stage, talk, "ben").error().code() == v1::ILLEGAL_STATE);   // away
    Person& dave = consulted_dave(stage, talk);
    stage.agent("carla");
    CHECK_MESSAGE(consult(stage, talk, "carla").error().code() == v1::ILLEGAL_STATE, "one at a time");
    CHECK_MESSAGE(consult(stage, talk, "dave").has_done(), "a repeat is not an error");
    CHECK(dave.consults.size() == 1);

    (*talk.agent)->set_agent_state(v1::AWAY, "");
    stage.until("anna wants nothing more", [&] { return talk.agent->statuses.back().state() == v1::AWAY; });
    Talk full = stage.talk(stage.customer(), dave, "support", "help");
    full = stage.talk(stage.customer(), dave, "support", "help");
    CHECK(complete(stage, talk, (*talk.agent)->assign_epoch(talk.id)).error().code() == v1::ILLEGAL_STATE);  // no room
    CHECK(talk.agent->holds(talk.id));
    stage.close(full);
    stage.until("dave has room", [&] { return dave.load() == 1; });
    CHECK(complete(stage, talk, (*talk.agent)->assign_epoch(talk.id)).has_done());
    stage.until("dave has it", [&] { return dave.holds(talk.id); });
}
