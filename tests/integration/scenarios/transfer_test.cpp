// SPDX-License-Identifier: Apache-2.0
// Scenarios 7: to whom a conversation may be passed on, and at which place. The steps stand in README.md.
#include "support/scenario.hpp"

#include <doctest/doctest.h>

using namespace switchboard::test;

namespace {

v1::TransferConversation to_department(const Talk& talk, const std::string& department, const std::string& topic = {}) {
    v1::TransferConversation transfer;
    transfer.set_conversation_id(talk.id);
    transfer.set_assign_epoch((*talk.agent)->assign_epoch(talk.id));
    transfer.set_department(department);
    transfer.set_topic(topic);
    return transfer;
}

v1::TransferConversation to_agent(const Talk& talk, const std::string& agent) {
    v1::TransferConversation transfer = to_department(talk, "");
    transfer.set_agent(agent);
    return transfer;
}

v1::ServerFrame pass_on(Stage& stage, const Talk& talk, const v1::TransferConversation& transfer) {
    v1::ClientFrame frame;
    *frame.mutable_transfer_conversation() = transfer;
    return stage.ask(*talk.agent, frame);
}

void check_stays(Stage& stage, const Talk& talk, const std::string& text) {
    CHECK(talk.agent->holds(talk.id));
    (*talk.agent)->send_text(talk.id, text);
    stage.until("the talk goes on", [&] { return !talk.customer->texts(talk.id).empty() && talk.customer->texts(talk.id).back() == text; });
    CHECK(talk.customer->count(talk.id, v1::Event::kTransferred) == 0);
    CHECK(talk.customer->count(talk.id, v1::Event::kAgentLeft) == 0);
}

}  // namespace

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", only_if_free) {
    Person& anna = stage.agent("anna");
    const Talk first = stage.talk(stage.customer(), anna, "support", "help");
    const Talk second = stage.talk(stage.customer(), anna, "support", "help");
    auto transfer = to_department(first, "sales", "order");
    transfer.set_only_if_free(true);
    CHECK(pass_on(stage, first, transfer).error().code() == v1::ILLEGAL_STATE);
    check_stays(stage, first, "Nobody is there");

    // What was known a moment ago does not count.
    Person& carla = stage.agent("carla");
    const auto answer = pass_on(stage, first, transfer);
    CHECK_MESSAGE(answer.has_done(), answer.ShortDebugString());
    stage.accept(carla, first.id);
    stage.until("the customer sees her", [&] { return first.customer->count(first.id, v1::Event::kAgentJoined) == 2; });
    CHECK(anna.released.back() == std::pair(first.id, v1::TRANSFERRED));

    auto another = to_department(second, "sales", "order");
    another.set_only_if_free(true);
    CHECK_MESSAGE(pass_on(stage, second, another).error().code() == v1::ILLEGAL_STATE, "carla has no room any more");
    check_stays(stage, second, "She is busy");
    another.set_only_if_free(false);
    CHECK_MESSAGE(pass_on(stage, second, another).has_done(), "then it waits");
    stage.until("at place 1", [&] { return second.customer->position() == 1; });
}

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", transfer_to_skill) {
    const Talk talk = stage.talk(stage.customer(), stage.agent("anna"), "support", "help");
    Person &ben = stage.agent("ben"), &dave = stage.agent("dave");
    auto transfer = to_department(talk, "", "help");
    transfer.set_note("needs the best");
    v1::Skill& skill = *transfer.add_skills();
    skill.set_name("help");
    skill.set_level(5);
    CHECK(pass_on(stage, talk, transfer).has_done());
    stage.until("dave is asked", [&] { return dave.offer_of(talk.id) != nullptr; });
    const v1::Conversation& offered = dave.offer_of(talk.id)->conversation();
    CHECK(offered.department() == "support");
    REQUIRE(offered.skills_size() == 1);
    CHECK(offered.skills(0).level() == 5);
    CHECK(offered.queued_ms() == talk.agent->offers.front().conversation().queued_ms());
    stage.accept(dave, talk.id);
    stage.until("dave has the note", [&] { return dave.notes(talk.id) == std::vector<std::string>{"needs the best"}; });
    CHECK(ben.offers.empty());
    CHECK(talk.customer->notes(talk.id).empty());

    const Talk his{talk.customer, &dave, talk.id};
    skill.set_name("juggling");
    transfer.set_assign_epoch(dave->assign_epoch(talk.id));
    CHECK(pass_on(stage, his, transfer).error().code() == v1::INVALID_ARGUMENT);
    CHECK(pass_on(stage, his, to_department(his, "nowhere")).error().code() == v1::INVALID_ARGUMENT);
    CHECK(pass_on(stage, his, to_department(his, "sales", "help")).error().code() == v1::INVALID_ARGUMENT);
    CHECK(dave.holds(talk.id));
}

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", transfer_keeps_place) {
    const Talk talk = stage.talk(stage.customer(), stage.agent("anna"), "support", "help");
    const auto queued = talk.agent->offers.front().conversation().queued_ms();
    Person& later = stage.customer();
    const std::string other = stage.start(later, "sales", "order");
    stage.until("place 1", [&] { return later.position() == 1; });
    talk.customer->positions.clear();
    CHECK(pass_on(stage, talk, to_department(talk, "sales", "order")).has_done());
    stage.until("who came first is ahead", [&] { return talk.customer->position() == 1 && later.position() == 2; });
    Person& carla = stage.agent("carla");
    stage.until("carla is asked", [&] { return !carla.offers.empty(); });
    CHECK(carla.offers.front().conversation().id() == talk.id);
    CHECK(carla.offers.front().conversation().queued_ms() == queued);
    stage.accept(carla, talk.id);
    stage.close({talk.customer, &carla, talk.id});
    stage.until("then about the other one", [&] { return carla.offer_of(other) != nullptr; });
}

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", transfer_to_agent) {
    Person &ben = stage.agent("ben");
    Person &anna = stage.agent("anna"), &customer = stage.customer();
    const std::string id = stage.start(customer, "support", "expert");  // ben's level is too low
    stage.accept(anna, id);
    const Talk talk{&customer, &anna, id};
    CHECK(pass_on(stage, talk, to_agent(talk, "nobody")).error().code() == v1::INVALID_ARGUMENT);
    CHECK(pass_on(stage, talk, to_agent(talk, "anna")).error().code() == v1::INVALID_ARGUMENT);
    CHECK(pass_on(stage, talk, to_agent(talk, "dave")).error().code() == v1::ILLEGAL_STATE);  // not here
    check_stays(stage, talk, "One moment");

    Person& dave = stage.agent("dave");
    auto transfer = to_agent(talk, "dave");
    transfer.set_note("yours?");
    CHECK(pass_on(stage, talk, transfer).has_done());
    stage.until("dave is asked", [&] { return dave.offer_of(id) != nullptr; });
    stage.stays("nobody else", [&] { return ben.offers.empty() && anna.offers_of(id) == 1; });
    CHECK(dave.offer_of(id)->conversation().queued_ms() == anna.offers.front().conversation().queued_ms());
    dave->decline(*dave.offer_of(id), "no");
    stage.until("then anybody may have it, ben too", [&] { return ben.offer_of(id) != nullptr; });
    CHECK(ben.offer_of(id)->conversation().queued_ms() == anna.offers.front().conversation().queued_ms());
    stage.accept(ben, id);
    stage.until("ben knows all", [&] { return ben.notes(id) == std::vector<std::string>{"yours?"} && ben.texts(id).size() == 1; });
}

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", transferred_back) {
    const Talk talk = stage.talk(stage.customer(), stage.agent("anna"), "support", "help");
    Person &anna = *talk.agent, &dave = stage.agent("dave");
    anna->send_text(talk.id, "One moment");
    stage.until("it arrives", [&] { return talk.customer->texts(talk.id).size() == 1; });
    CHECK(pass_on(stage, talk, to_agent(talk, "dave")).has_done());
    stage.accept(dave, talk.id);
    const Talk his{talk.customer, &dave, talk.id};
    CHECK(pass_on(stage, his, to_agent(his, "anna")).has_done());
    stage.until("anna is asked", [&] { return anna.offers_of(talk.id) == 2; });
    stage.accept(anna, talk.id);
    stage.until("anna has it", [&] { return anna.holds(talk.id); });
    anna->send_text(talk.id, "One moment");
    stage.until("the same words again are words again", [&] { return talk.customer->texts(talk.id).size() == 2; });
    CHECK(anna.refused.empty());
    CHECK(talk.customer->count(talk.id, v1::Event::kAgentJoined) == 3);
}
