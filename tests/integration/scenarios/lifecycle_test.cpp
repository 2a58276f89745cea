// SPDX-License-Identifier: Apache-2.0
// Scenarios 4: transfer, end, records. The steps stand in README.md.
#include "support/archive_file.hpp"
#include "support/scenario.hpp"

#include <doctest/doctest.h>

using namespace switchboard::test;

namespace {

v1::ServerFrame rate(Stage& stage, const Talk& talk, unsigned score, const std::string& comment) {
    v1::ClientFrame frame;
    frame.mutable_rate_conversation()->set_conversation_id(talk.id);
    frame.mutable_rate_conversation()->set_score(score);
    frame.mutable_rate_conversation()->set_comment(comment);
    return stage.ask(*talk.customer, frame);
}

v1::ErrorCode send_by_hand(Stage& stage, Person& person, const std::string& id, std::uint32_t number, std::uint64_t assign_epoch) {
    v1::ClientFrame frame;
    v1::SendMessage& send = *frame.mutable_send_message();
    send.set_conversation_id(id);
    send.set_number(number);
    send.mutable_message()->set_text("too late");
    send.set_assign_epoch(assign_epoch);
    return stage.ask_for_error(person, frame);
}

void wait_closed(Stage& stage, const Talk& talk) {
    stage.until("the customer sees the end", [&] { return talk.customer->event(talk.id, v1::Event::kClosed) != nullptr; });
    stage.until("the agent is released", [&] { return !talk.agent->holds(talk.id); });
}

}  // namespace

IN_BOTH_ENCODINGS(transfer_with_note) {
    const Talk talk = stage.talk();
    Person& carla = stage.agent("carla");
    (*talk.customer)->send_text(talk.id, "I want to order too");
    stage.until("anna reads it", [&] { return talk.agent->texts(talk.id).size() == 1; });
    const std::uint64_t epoch = (*talk.agent)->assign_epoch(talk.id);
    v1::TransferConversation transfer;
    transfer.set_conversation_id(talk.id);
    transfer.set_department("sales");
    transfer.set_topic("order");
    transfer.set_note("wants the blue one");
    (*talk.agent)->transfer(transfer);
    stage.until("anna is released", [&] { return !talk.agent->holds(talk.id); });
    CHECK(talk.agent->released.back().second == v1::TRANSFERRED);
    stage.accept(carla, talk.id);
    stage.until("carla has the whole log",
                [&] { return carla.event(talk.id, v1::Event::kTransferred) && carla.count(talk.id, v1::Event::kAgentJoined) == 2; });
    CHECK(carla.stream(talk.id).front().seq() == 1);
    CHECK(carla.notes(talk.id) == std::vector<std::string>{"wants the blue one"});
    CHECK(carla.texts(talk.id) == std::vector<std::string>{"I want to order too"});
    stage.until("the customer sees her", [&] { return talk.customer->count(talk.id, v1::Event::kAgentJoined) == 2; });
    CHECK(talk.customer->notes(talk.id).empty());
    REQUIRE(talk.customer->event(talk.id, v1::Event::kAgentLeft));
    CHECK(talk.customer->event(talk.id, v1::Event::kAgentLeft)->agent_left().reason() == v1::TRANSFERRED);
    REQUIRE(talk.customer->event(talk.id, v1::Event::kTransferred));
    CHECK(talk.customer->event(talk.id, v1::Event::kTransferred)->transferred().from_department() == "billing");
    CHECK(talk.customer->event(talk.id, v1::Event::kTransferred)->transferred().to_department() == "sales");
    const v1::ErrorCode code = send_by_hand(stage, *talk.agent, talk.id, 1, epoch);
    CHECK((code == v1::STALE_ASSIGNMENT || code == v1::NOT_FOUND));
}

IN_BOTH_ENCODINGS(close_with_disposition) {
    const Talk talk = stage.talk();
    (*talk.agent)->send_text(talk.id, "bye");
    stage.until("it arrives", [&] { return talk.customer->texts(talk.id).size() == 1; });
    stage.close(talk, "solved");
    wait_closed(stage, talk);
    CHECK(talk.customer->event(talk.id, v1::Event::kClosed)->closed().reason() == v1::RESOLVED);
    REQUIRE(talk.agent->event(talk.id, v1::Event::kDispositionRecorded));
    CHECK(talk.agent->event(talk.id, v1::Event::kDispositionRecorded)->disposition_recorded().code() == "solved");
    CHECK(talk.customer->event(talk.id, v1::Event::kDispositionRecorded) == nullptr);
    CHECK((*talk.customer)->holes() == 0);
    CHECK(send_by_hand(stage, *talk.customer, talk.id, 1, 0) == v1::CONVERSATION_CLOSED);
    stage.until("her slot is free", [&] { return talk.agent->load() == 0; });
}

IN_BOTH_ENCODINGS(wrap_up) {
    const Talk talk = stage.talk();
    stage.close(talk, "");
    stage.until("both see the wrap-up", [&] {
        return talk.customer->event(talk.id, v1::Event::kWrapUpStarted) && talk.agent->event(talk.id, v1::Event::kWrapUpStarted);
    });
    CHECK(talk.agent->load() == 1);
    CHECK(talk.agent->holds(talk.id));
    CHECK(send_by_hand(stage, *talk.customer, talk.id, 1, 0) == v1::CONVERSATION_CLOSED);
    v1::FinishWrapUp finish;
    finish.set_conversation_id(talk.id);
    finish.set_disposition("called back");
    (*talk.agent)->finish_wrap_up(finish);
    wait_closed(stage, talk);
    stage.until("her slot is free", [&] { return talk.agent->load() == 0; });
}

IN_BOTH_ENCODINGS(rating) {
    const Talk talk = stage.talk();
    stage.close(talk);
    wait_closed(stage, talk);
    CHECK(rate(stage, talk, 5, "quick and kind").has_done());
    CHECK(rate(stage, talk, 4, "").has_done());
    CHECK(rate(stage, talk, 0, "").error().code() == v1::INVALID_ARGUMENT);
    CHECK(rate(stage, talk, 6, "").error().code() == v1::INVALID_ARGUMENT);
}

IN_BOTH_ENCODINGS(customer_ends) {
    const Talk talk = stage.talk();
    CHECK(talk.agent->load() == 1);
    (*talk.customer)->end_conversation(talk.id);
    const auto ended = [&](Person& person) {
        const v1::Event* closed = person.event(talk.id, v1::Event::kClosed);
        const v1::Event* wrap_up = person.event(talk.id, v1::Event::kWrapUpStarted);
        return (closed && closed->closed().reason() == v1::ENDED_BY_CUSTOMER) ||
               (wrap_up && wrap_up->wrap_up_started().reason() == v1::ENDED_BY_CUSTOMER);
    };
    stage.until("both see the end", [&] { return ended(*talk.customer) && ended(*talk.agent); });
    stage.until("her slot is free", [&] { return talk.agent->load() == 0; });
}

IN_BOTH_ENCODINGS(archived) {
    const Talk talk = stage.talk();
    (*talk.customer)->send_text(talk.id, "hello");
    (*talk.agent)->send_note(talk.id, "only for us");
    stage.until("anna has both", [&] { return talk.agent->texts(talk.id).size() == 1 && talk.agent->notes(talk.id).size() == 1; });
    stage.close(talk, "solved");
    wait_closed(stage, talk);
    CHECK(rate(stage, talk, 5, "thanks").has_done());
    ArchivedConversation record;
    stage.until("it is in the archive", [&] {
        record = read_archived(stage.server().data_dir() + "/archive.sqlite", talk.id);
        return record.found && record.rating == 5;
    });
    CHECK(record.closed_reason == "resolved");
    CHECK(record.disposition == "solved");
    std::vector<std::string> texts;
    std::size_t notes = 0;
    for (const v1::Event& event : record.events) {
        if (event.has_message()) texts.push_back(event.message().text());
        notes += event.has_note();
    }
    CHECK(texts == std::vector<std::string>{"hello"});
    CHECK(notes == 1);
    for (std::size_t i = 0; i < record.events.size(); ++i) CHECK(record.events[i].seq() == i + 1);
    const auto keys = live_keys(stage.server(), talk.id);
    CHECK_FALSE(keys.empty());
    for (const auto& [key, seconds] : keys) CHECK_MESSAGE(seconds > 0, key);
}

IN_BOTH_ENCODINGS(start_again_after_close) {
    const Talk talk = stage.talk();
    v1::ClientFrame start;
    start.mutable_start_conversation()->set_department("sales");
    const v1::ServerFrame open = stage.ask(*talk.customer, start);
    CHECK(open.conversation_opened().existing());
    CHECK(open.conversation_opened().conversation().id() == talk.id);
    stage.close(talk);
    wait_closed(stage, talk);
    const v1::ServerFrame again = stage.ask(*talk.customer, start);
    CHECK_FALSE(again.conversation_opened().existing());
    CHECK(again.conversation_opened().conversation().id() != talk.id);
    CHECK(again.conversation_opened().conversation().department() == "sales");
}
