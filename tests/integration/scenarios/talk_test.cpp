// SPDX-License-Identifier: Apache-2.0
// Scenarios 2: the talk. The steps stand in README.md.
#include "support/scenario.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace switchboard::test;

namespace {

// As a client that numbers by itself would send it.
v1::ClientFrame numbered(const std::string& conversation, std::uint32_t number, const std::string& text) {
    v1::ClientFrame frame;
    v1::SendMessage& send = *frame.mutable_send_message();
    send.set_conversation_id(conversation);
    send.set_number(number);
    send.mutable_message()->set_text(text);
    return frame;
}

}  // namespace

IN_BOTH_ENCODINGS(talk_both_ways) {
    const Talk talk = stage.talk();
    const std::vector<std::string> said{"plain", "a \"quote\" and a \\", "two\nlines",
                                        "\xF0\x9F\x99\x82 and \xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB",
                                        "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D"};
    std::vector<std::string> expected;
    for (const std::string& text : said) {
        for (Person* speaker : {talk.customer, talk.agent}) {
            REQUIRE((*speaker)->send_text(talk.id, text + (speaker == talk.agent ? " (agent)" : "")));
            expected.push_back(text + (speaker == talk.agent ? " (agent)" : ""));
            stage.until("both have it", [&] {
                return talk.customer->texts(talk.id).size() == expected.size() && talk.agent->texts(talk.id).size() == expected.size();
            });
        }
    }
    CHECK(talk.customer->texts(talk.id) == expected);
    CHECK(talk.agent->texts(talk.id) == expected);
    stage.until("all are acknowledged", [&] { return talk.customer->acknowledged.size() == 5 && talk.agent->acknowledged.size() == 5; });
    for (const Person* person : {talk.customer, talk.agent}) {
        for (const v1::MessageAccepted& accepted : person->acknowledged) {
            const auto& stream = talk.agent->stream(talk.id);
            REQUIRE(accepted.seq() <= stream.size());
            CHECK(stream[accepted.seq() - 1].event_id() == accepted.event_id());
            CHECK(stream[accepted.seq() - 1].number() == accepted.number());
        }
    }
}

IN_BOTH_ENCODINGS(typing) {
    const Talk talk = stage.talk();
    (*talk.customer)->set_typing(talk.id, true);
    stage.until("the agent sees it", [&] { return !talk.agent->typing.empty(); });
    CHECK(talk.agent->typing.front().typing());
    CHECK(talk.agent->typing.front().participant().role() == v1::CUSTOMER);
    (*talk.agent)->set_typing(talk.id, true);
    stage.until("the customer sees it", [&] { return !talk.customer->typing.empty(); });
    CHECK(talk.customer->typing.front().participant().id() == "anna");
    CHECK(talk.agent->typing.size() == 1);
}

IN_BOTH_ENCODINGS(horizons) {
    const Talk talk = stage.talk();
    const auto told = [](const Person& person, v1::Role side, std::uint64_t delivered, std::uint64_t read) {
        return !person.horizons.empty() && person.horizons.back().side() == side &&
               person.horizons.back().horizons().delivered_seq() == delivered && person.horizons.back().horizons().read_seq() == read;
    };
    (*talk.agent)->send_text(talk.id, "hello");
    stage.until("the customer has it", [&] { return talk.customer->texts(talk.id).size() == 1; });
    const std::uint64_t seq = talk.customer->stream(talk.id).back().seq();
    (*talk.customer)->advance_horizons(talk.id, seq, seq - 1);
    stage.until("the agent knows", [&] { return told(*talk.agent, v1::CUSTOMER, seq, seq - 1); });
    (*talk.agent)->advance_horizons(talk.id, seq, seq);
    stage.until("the customer knows", [&] { return told(*talk.customer, v1::AGENT, seq, seq); });
    (*talk.customer)->advance_horizons(talk.id, 1, 1);
    (*talk.customer)->advance_horizons(talk.id, seq, seq);
    stage.until("only growth counts", [&] { return told(*talk.agent, v1::CUSTOMER, seq, seq); });
    CHECK(std::none_of(talk.agent->horizons.begin(), talk.agent->horizons.end(),
                       [&](const v1::HorizonsAdvanced& one) { return one.horizons().delivered_seq() < seq; }));
}

IN_BOTH_ENCODINGS(note_is_staff_only) {
    const Talk talk = stage.talk();
    (*talk.agent)->send_text(talk.id, "one moment");
    (*talk.agent)->send_note(talk.id, "has called twice already");
    (*talk.agent)->send_text(talk.id, "here I am");
    stage.until("the customer has both texts", [&] { return talk.customer->texts(talk.id).size() == 2; });
    stage.until("anna has the note", [&] { return talk.agent->notes(talk.id).size() == 1 && talk.agent->texts(talk.id).size() == 2; });
    CHECK(talk.customer->notes(talk.id).empty());
    CHECK((*talk.customer)->holes() == 0);
    const auto& stream = talk.agent->stream(talk.id);
    for (std::size_t i = 0; i < stream.size(); ++i) CHECK(stream[i].seq() == i + 1);
    v1::ClientFrame read;
    read.mutable_read_log()->set_conversation_id(talk.id);
    read.mutable_read_log()->set_limit(500);
    const v1::ServerFrame answer = stage.ask(*talk.customer, read);
    REQUIRE(answer.has_log());
    for (const v1::Event& event : answer.log().events()) {
        CHECK(event.audience() == v1::ALL);
        CHECK_FALSE(event.has_note());
    }
    CHECK(answer.log().events_size() == static_cast<int>(talk.customer->stream(talk.id).size()));
}

IN_BOTH_ENCODINGS(dedupe) {
    const Talk talk = stage.talk();
    Person& customer = *talk.customer;
    const v1::MessageAccepted first = stage.ask(customer, numbered(talk.id, 1, "once")).message_accepted();
    const v1::MessageAccepted again = stage.ask(customer, numbered(talk.id, 1, "once")).message_accepted();
    CHECK(first.seq() > 0);
    CHECK(again.seq() == first.seq());
    CHECK(again.event_id() == first.event_id());
    CHECK(stage.ask_for_error(customer, numbered(talk.id, 1, "twice")) == v1::CONFLICT);
    const v1::Error jump = stage.ask(customer, numbered(talk.id, 5, "five")).error();
    CHECK(jump.code() == v1::OUT_OF_SEQUENCE);
    CHECK(jump.expected_number() == 2);
    CHECK(stage.ask(customer, numbered(talk.id, 2, "two")).has_message_accepted());
    // An older one than the last, too.
    CHECK(stage.ask(customer, numbered(talk.id, 1, "once")).message_accepted().seq() == first.seq());
    stage.until("the agent has both", [&] { return talk.agent->texts(talk.id).size() >= 2; });
    CHECK(talk.agent->texts(talk.id) == std::vector<std::string>{"once", "two"});
}

IN_BOTH_ENCODINGS(pipelined_burst) {
    const Talk talk = stage.talk();
    for (int i = 0; i < 200; ++i) {
        (*talk.customer)->send_text(talk.id, "c" + std::to_string(i));
        (*talk.agent)->send_text(talk.id, "a" + std::to_string(i));
    }
    stage.until(
        "both have all", [&] { return talk.customer->texts(talk.id).size() >= 400 && talk.agent->texts(talk.id).size() >= 400; }, 30);
    const std::vector<std::string> texts = talk.customer->texts(talk.id);
    CHECK(texts.size() == 400);
    CHECK(texts == talk.agent->texts(talk.id));
    CHECK(std::set<std::string>(texts.begin(), texts.end()).size() == 400);
    int next_customer = 0, next_agent = 0;
    for (const std::string& text : texts) CHECK(std::stoi(text.substr(1)) == (text[0] == 'c' ? next_customer++ : next_agent++));
}

IN_BOTH_ENCODINGS(first_text) {
    Person &customer = stage.customer(), &anna = stage.agent("anna");
    const std::string id = stage.start(customer, "billing", "invoice", "Good morning");
    stage.accept(anna, id);
    customer->send_text(id, "Anybody there?");
    stage.until("both have both", [&] { return customer.texts(id).size() == 2 && anna.texts(id).size() == 2; });
    CHECK(customer.texts(id) == std::vector<std::string>{"Good morning", "Anybody there?"});
    CHECK(anna.texts(id) == customer.texts(id));
    std::vector<std::uint32_t> numbers;
    for (const v1::Event& event : anna.stream(id))
        if (event.has_message()) numbers.push_back(event.number());
    CHECK(numbers == std::vector<std::uint32_t>{1, 2});
}
