// SPDX-License-Identifier: Apache-2.0
// Scenarios 6: several devices, rights, wrong commands. The steps stand in README.md.
#include "support/raw_connection.hpp"
#include "support/scenario.hpp"
#include "switchboard_client/http.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace switchboard::test;
using Credential = switchboard::client::Credential;

IN_BOTH_ENCODINGS(two_devices) {
    Person &desk = stage.agent("anna"), &phone = stage.agent("anna");
    Person& customer = stage.customer();
    const std::string id = stage.start(customer, "billing", "invoice");
    stage.until("both devices ring", [&] { return desk.offer_of(id) && phone.offer_of(id); });
    desk->accept(*desk.offer_of(id));
    stage.until("both have it", [&] { return desk.holds(id) && phone.holds(id); });
    desk->send_text(id, "from the desk");
    stage.until("everybody has it", [&] {
        return customer.texts(id).size() == 1 && phone.texts(id).size() == 1 && desk.texts(id).size() == 1;
    });
    phone->send_text(id, "from the phone");
    stage.until("everybody has that", [&] {
        return customer.texts(id).size() == 2 && phone.texts(id).size() == 2 && desk.texts(id).size() == 2;
    });
    desk->abandon();
    customer->send_text(id, "still there?");
    stage.until("the phone has it", [&] { return phone.texts(id).size() == 3; });
    CHECK(phone.texts(id) == std::vector<std::string>{"from the desk", "from the phone", "still there?"});
    CHECK(customer.event(id, v1::Event::kAgentLeft) == nullptr);
    CHECK(customer.count(id, v1::Event::kAgentJoined) == 1);
}

IN_BOTH_ENCODINGS(two_tabs) {
    Person& anna = stage.agent("anna");
    Person& first = stage.customer();
    const Talk talk = stage.talk(first, anna);
    Person& second = stage.customer(first->visitor_token());
    CHECK(stage.start(second, "billing", "invoice") == talk.id);
    second->send_text(talk.id, "from the second tab");
    anna->send_text(talk.id, "to both");
    stage.until("both tabs have both", [&] { return first.texts(talk.id).size() == 2 && second.texts(talk.id).size() == 2; });
    CHECK(first.texts(talk.id) == second.texts(talk.id));
    CHECK(first.stream(talk.id).size() == second.stream(talk.id).size());
}

IN_BOTH_ENCODINGS(password_login) {
    const auto& server = stage.server().address();
    const auto token = switchboard::client::login(server, "demo", "anna", "correct-horse");
    REQUIRE_MESSAGE(token.has_value(), (token.has_error() ? token.error().message : ""));
    auto options = stage.options();
    options.credential = {Credential::Kind::agent_token, *token};
    Person& anna = stage.add(options);
    anna->start();
    stage.until("anna is in", [&] { return anna->ready(); });
    CHECK(anna->self().id() == "anna");
    const auto attempt = [&](const std::string& login, const std::string& password) {
        return *switchboard::client::http_request(server, "/v1/auth/login",
                                                  R"({"site":"demo","login":")" + login + R"(","password":")" + password + "\"}");
    };
    const auto wrong = attempt("anna", "wrong"), unknown = attempt("nobody", "wrong");
    CHECK(wrong.status == 401);
    CHECK(unknown.status == 401);
    CHECK(wrong.body == unknown.body);
}

IN_BOTH_ENCODINGS(wrong_commands) {
    v1::ClientFrame early;
    early.set_request_id(1);
    early.mutable_ping();
    RawConnection eager(stage);
    eager.send(early);
    stage.until("it is closed", [&] { return eager.ended; });
    CHECK(eager.end.code == v1::PROTOCOL_ERROR);

    for (const bool unknown_site : {false, true}) {
        RawConnection stranger(stage);
        v1::ClientFrame hello;
        hello.set_request_id(1);
        hello.mutable_hello()->set_client_instance(1);
        hello.mutable_hello()->set_site_key(unknown_site ? "no-such-site" : "demo");
        hello.mutable_hello()->set_agent_token(unknown_site ? agent_signer().sign("anna") : agent_signer().sign("nobody"));
        stranger.send(hello);
        stage.until("it is closed", [&] { return stranger.ended; });
        REQUIRE(!stranger.frames.empty());
        CHECK(stranger.frames.front().error().code() == v1::UNAUTHENTICATED);
        CHECK(stranger.end.code == v1::AUTHENTICATION_FAILED);
    }

    const Talk talk = stage.talk();
    const auto code_of = [&](const std::function<void(v1::ClientFrame&)>& fill) {
        v1::ClientFrame frame;
        fill(frame);
        return stage.ask_for_error(*talk.customer, frame);
    };
    const auto message = [&](const std::string& text) {
        return [&, text](v1::ClientFrame& frame) {
            frame.mutable_send_message()->set_conversation_id(talk.id);
            frame.mutable_send_message()->set_number(1);
            frame.mutable_send_message()->mutable_message()->set_text(text);
        };
    };
    CHECK(code_of(message("")) == v1::INVALID_ARGUMENT);
    CHECK(code_of(message(std::string((*talk.customer)->limits().text_bytes() + 1, 'x'))) == v1::TOO_LARGE);
    CHECK(code_of([](v1::ClientFrame&) {}) != 0);
    Person& other = stage.customer();
    v1::ClientFrame department, topic;
    department.mutable_start_conversation()->set_department("no-such-department");
    topic.mutable_start_conversation()->set_department("billing");
    topic.mutable_start_conversation()->set_topic("no-such-topic");
    CHECK(stage.ask_for_error(other, department) != 0);
    CHECK(stage.ask_for_error(other, topic) == v1::INVALID_ARGUMENT);
    (*talk.customer)->send_text(talk.id, "the session lives on");
    stage.until("it arrives", [&] { return talk.agent->texts(talk.id).size() == 1; });
}

namespace {

using Fill = std::function<void(v1::ClientFrame&, const std::string&)>;

// Every command that names a conversation.
std::vector<Fill> commands_with_conversation() {
    return {
        [](v1::ClientFrame& f, const std::string& id) { f.mutable_leave_queue()->set_conversation_id(id); },
        [](v1::ClientFrame& f, const std::string& id) { f.mutable_end_conversation()->set_conversation_id(id); },
        [](v1::ClientFrame& f, const std::string& id) {
            f.mutable_rate_conversation()->set_conversation_id(id);
            f.mutable_rate_conversation()->set_score(3);
        },
        [](v1::ClientFrame& f, const std::string& id) {
            f.mutable_send_message()->set_conversation_id(id);
            f.mutable_send_message()->set_number(1);
            f.mutable_send_message()->mutable_message()->set_text("x");
            f.mutable_send_message()->set_assign_epoch(1);
        },
        [](v1::ClientFrame& f, const std::string& id) { f.mutable_read_log()->set_conversation_id(id); },
        [](v1::ClientFrame& f, const std::string& id) {
            f.mutable_accept_offer()->set_conversation_id(id);
            f.mutable_accept_offer()->set_offer_id("AAAAAAAAAAAAAAAAAAAAAA");
        },
        [](v1::ClientFrame& f, const std::string& id) {
            f.mutable_decline_offer()->set_conversation_id(id);
            f.mutable_decline_offer()->set_offer_id("AAAAAAAAAAAAAAAAAAAAAA");
        },
        [](v1::ClientFrame& f, const std::string& id) {
            f.mutable_send_note()->set_conversation_id(id);
            f.mutable_send_note()->set_number(1);
            f.mutable_send_note()->mutable_note()->set_text("x");
            f.mutable_send_note()->set_assign_epoch(1);
        },
        [](v1::ClientFrame& f, const std::string& id) {
            f.mutable_transfer_conversation()->set_conversation_id(id);
            f.mutable_transfer_conversation()->set_department("sales");
            f.mutable_transfer_conversation()->set_assign_epoch(1);
        },
        [](v1::ClientFrame& f, const std::string& id) {
            f.mutable_close_conversation()->set_conversation_id(id);
            f.mutable_close_conversation()->set_assign_epoch(1);
        },
        [](v1::ClientFrame& f, const std::string& id) {
            f.mutable_finish_wrap_up()->set_conversation_id(id);
            f.mutable_finish_wrap_up()->set_assign_epoch(1);
        },
    };
}

}  // namespace

IN_BOTH_ENCODINGS(rights) {
    const Talk talk = stage.talk();
    // A customer and an agent of another department, both strangers to the talk.
    Person &stranger = stage.customer(), &carla = stage.agent("carla");
    for (const Fill& fill : commands_with_conversation()) {
        for (Person* person : {&stranger, &carla}) {
            v1::ClientFrame foreign, missing;
            fill(foreign, talk.id);
            fill(missing, "AAAAAAAAAAAAAAAAAAAAAA");
            const v1::Error first = stage.ask(*person, foreign).error(), second = stage.ask(*person, missing).error();
            CHECK_MESSAGE(first.code() != 0, foreign.ShortDebugString());
            CHECK_MESSAGE(first.SerializeAsString() == second.SerializeAsString(), foreign.ShortDebugString());
        }
    }
    v1::ClientFrame state, start;
    state.mutable_set_agent_state()->set_state(v1::AVAILABLE);
    start.mutable_start_conversation()->set_department("billing");
    CHECK(stage.ask_for_error(stranger, state) != 0);
    CHECK(stage.ask_for_error(carla, start) != 0);
    CHECK(talk.customer->event(talk.id, v1::Event::kClosed) == nullptr);
    CHECK(talk.agent->holds(talk.id));
}

IN_BOTH_ENCODINGS(garbage) {
    RawConnection rubbish(stage);
    rubbish.send_raw(stage.encoding() == Encoding::json ? "{\"frames\": [" : "\xff\xff\xff\xff not a frame");
    stage.until("it is closed", [&] { return rubbish.ended; });
    CHECK(rubbish.end.code == v1::PROTOCOL_ERROR);

    Person& customer = stage.customer();
    v1::ClientFrame hello;
    hello.mutable_hello()->set_site_key("demo");
    hello.mutable_hello()->set_client_instance(7);
    CHECK(stage.ask_for_error(customer, hello) != 0);
}

IN_BOTH_ENCODINGS(health) {
    Person& customer = stage.customer();
    const auto& server = stage.server().address();
    CHECK(switchboard::client::http_request(server, "/livez")->status == 200);
    CHECK(switchboard::client::http_request(server, "/readyz")->status == 200);
    const auto metrics = switchboard::client::http_request(server, "/metrics");
    CHECK(metrics->status == 200);
    CHECK(metrics->body.find("switchboard_connections{") != std::string::npos);
    CHECK(customer->ready());
}
