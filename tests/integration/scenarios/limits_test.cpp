// SPDX-License-Identifier: Apache-2.0
// Scenarios 7: departments that take nothing more now. The steps stand in README.md.
#include "support/scenario.hpp"

#include <doctest/doctest.h>

using namespace switchboard::test;

namespace {

using std::chrono::system_clock;

v1::ServerFrame try_to_start(Stage& stage, Person& customer, const std::string& department) {
    v1::ClientFrame frame;
    frame.mutable_start_conversation()->set_department(department);
    return stage.ask(customer, frame);
}

template <class Departments>
const v1::DepartmentInfo* info(const Departments& departments, const std::string& id) {
    for (const v1::DepartmentInfo& each : departments)
        if (each.id() == id) return &each;
    return nullptr;
}

// What the customer's form shows now: as told last, or else in Welcome.
const v1::DepartmentInfo& form(const Person& customer, const std::string& id) {
    const auto& told = customer.departments.departments();
    const v1::DepartmentInfo* found = info(told.empty() ? customer.welcomes.back().departments() : told, id);
    REQUIRE(found);
    return *found;
}

std::int64_t ms(system_clock::time_point at) { return std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count(); }

void check_refused(const v1::ServerFrame& answer) {
    CHECK_MESSAGE(answer.error().code() == v1::DEPARTMENT_CLOSED, answer.ShortDebugString());
    CHECK_FALSE(answer.error().message().empty());
}

}  // namespace

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", outside_business_hours) {
    Person &waiting = stage.customer(), &customer = stage.customer();
    CHECK(form(customer, "support").open());
    const std::string before = stage.start(waiting, "support", "help");
    stage.until("he waits", [&] { return waiting.position() == 1; });
    const auto opens = opening();
    stage.configure({"department", "set", "support", hours_from(opens)});
    stage.until("the form is told", [&] { return !form(customer, "support").open(); });
    CHECK(form(customer, "support").opens_ms() == ms(opens));
    CHECK(form(customer, "sales").open());
    CHECK(form(customer, "sales").opens_ms() == 0);
    const auto answer = try_to_start(stage, customer, "support");
    check_refused(answer);
    // The server knows the time of its Redis up to half of a round trip: it may be ahead of this machine's clock.
    const std::int64_t left = ms(opens) - ms(system_clock::now());
    CHECK(answer.error().retry_after_ms() >= left - 1'000);
    CHECK(answer.error().retry_after_ms() <= left + 60'000);
    Person& later = stage.customer();
    CHECK_FALSE(form(later, "support").open());
    CHECK(form(later, "support").opens_ms() == ms(opens));
    // Who came in time is still served.
    stage.accept(stage.agent("anna"), before);
    stage.until("he is served", [&] { return waiting.event(before, v1::Event::kAgentJoined) != nullptr; });

    stage.configure({"department", "set", "support", "hours={}"});
    stage.until("it is open again", [&] { return form(customer, "support").open(); });
    CHECK(form(customer, "support").opens_ms() == 0);
    CHECK(try_to_start(stage, customer, "support").has_conversation_opened());
}

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", queue_closed_with_department) {
    Person &waiting = stage.customer(), &talking = stage.customer();
    const Talk talk = stage.talk(talking, stage.agent("ben"), "support", "help");
    const std::string id = stage.start(waiting, "support", "help");
    stage.until("he waits", [&] { return waiting.position() == 1; });
    stage.configure({"department", "set", "support", hours_from(opening(), true)});
    stage.until("he is told", [&] { return waiting.event(id, v1::Event::kClosed) != nullptr; });
    CHECK(waiting.event(id, v1::Event::kClosed)->closed().reason() == v1::OUT_OF_HOURS);
    (*talk.agent)->send_text(talk.id, "We are closed, but I am still here");
    stage.until("who talks goes on talking", [&] { return talking.texts(talk.id).size() == 1; });
}

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", closed_overflows) {
    stage.configure({"department", "set", "small", "open=false"});
    Person& customer = stage.customer();
    stage.until("the form is told", [&] { return !form(customer, "small").open(); });
    const auto answer = try_to_start(stage, customer, "small");
    CHECK_MESSAGE(answer.conversation_opened().conversation().department() == "support", answer.ShortDebugString());
    Person& anna = stage.agent("anna");
    stage.accept(anna, answer.conversation_opened().conversation().id());
    CHECK(anna.assigned.back().department() == "support");
}

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", full_overflows) {
    Person &first = stage.customer(), &second = stage.customer(), &third = stage.customer();
    const std::string one = stage.start(first, "small", "");
    stage.until("he waits", [&] { return first.position() == 1; });
    const std::string two = stage.start(second, "small", "");
    Person& ben = stage.agent("ben");
    stage.accept(ben, two);
    CHECK(ben.assigned.back().department() == "support");
    stage.until("both see it", [&] { return second.event(two, v1::Event::kAgentJoined) && ben.event(two, v1::Event::kAgentJoined); });
    // Whoever comes in the very moment in which it fills up is moved, and told so; the others start where there is room.
    if (const v1::Event* moved = second.event(two, v1::Event::kTransferred)) {
        CHECK(moved->transferred().overflow());
        CHECK(moved->transferred().from_department() == "small");
        CHECK(moved->transferred().to_department() == "support");
    }
    stage.until("the form is told", [&] { return form(third, "small").full(); });
    CHECK(form(third, "small").open());
    const auto answer = try_to_start(stage, third, "small");
    const auto& opened = answer.conversation_opened().conversation();
    CHECK_MESSAGE(opened.department() == "support", answer.ShortDebugString());
    stage.until("place 1 there", [&] { return third.position() == 1; });
    CHECK(third.count(opened.id(), v1::Event::kTransferred) == 0);
    CHECK(first.position() == 1);
    CHECK(first.count(one, v1::Event::kTransferred) == 0);
    stage.accept(stage.agent("tess"), one);
}

IN_BOTH_ENCODINGS_WITH("routing_tenant.json", full_turns_away) {
    Person &first = stage.customer(), &second = stage.customer(), &third = stage.customer();
    const std::string one = stage.start(first, "tiny", "");
    stage.until("he waits", [&] { return first.position() == 1; });
    const auto start = try_to_start(stage, second, "tiny");
    if (start.has_conversation_opened()) {
        const std::string id = start.conversation_opened().conversation().id();
        stage.until("he is turned away", [&] { return second.event(id, v1::Event::kClosed) != nullptr; });
        CHECK(second.event(id, v1::Event::kClosed)->closed().reason() == v1::TURNED_AWAY);
    } else {
        check_refused(start);
    }
    stage.until("the form is told", [&] { return form(third, "tiny").full(); });
    const auto answer = try_to_start(stage, third, "tiny");
    check_refused(answer);
    CHECK(answer.error().retry_after_ms() > 0);
    CHECK(first.position() == 1);
    first->leave_queue(one);
    stage.until("there is room again", [&] { return !form(third, "tiny").full(); });
    CHECK(try_to_start(stage, third, "tiny").has_conversation_opened());
}
