// SPDX-License-Identifier: Apache-2.0
// The small pure pieces: frames, drafts, checks, the pace of latest values, the access table behind the schema.
#include "app/frames.hpp"
#include "app/latest_values.hpp"
#include "app/model.hpp"
#include "app/queue_positions.hpp"
#include "app/response_times.hpp"
#include "app/session_commands.hpp"

#include <doctest/doctest.h>
#include <google/protobuf/util/json_util.h>

#include <map>
#include <set>

namespace switchboard::app {

using ports::Encoding;

TEST_CASE("pieces of protobuf make one batch, a piece of JSON is one object") {
    v1::ServerFrame pong;
    pong.set_reply_to(7);
    pong.mutable_pong()->set_server_time_ms(5);
    v1::Event event;
    event.set_seq(3);
    event.mutable_message()->set_text(std::string(300, 'x'));
    const auto bytes = event.SerializeAsString();
    v1::ServerBatch batch;
    REQUIRE(batch.ParseFromString(*encode(pong, Encoding::protobuf) + *encode_event("c-1", bytes, Encoding::protobuf) +
                                  *encode_raw(pong.SerializeAsString(), Encoding::protobuf)));
    REQUIRE(batch.frames_size() == 3);
    CHECK(batch.frames(0).SerializeAsString() == pong.SerializeAsString());
    CHECK(batch.frames(1).event().conversation_id() == "c-1");
    CHECK(batch.frames(1).event().event().SerializeAsString() == bytes);
    CHECK(batch.frames(2).pong().server_time_ms() == 5);

    v1::ServerFrame from_json;
    REQUIRE(google::protobuf::util::JsonStringToMessage(*encode_event("c-1", bytes, Encoding::json), &from_json).ok());
    CHECK(from_json.event().event().SerializeAsString() == bytes);
    CHECK(encode(pong, Encoding::json)->find("\"replyTo\":7") != std::string::npos);
    CHECK(encode_event("c-1", "\xFF\xFF", Encoding::json) == nullptr);
}

TEST_CASE("a shared frame is encoded once per encoding") {
    v1::Event event;
    event.mutable_message()->set_text("x");
    const auto bytes = event.SerializeAsString();
    auto frame = SharedFrame::of_event("c", bytes);
    CHECK(frame.get(Encoding::json) == frame.get(Encoding::json));
    CHECK(frame.get(Encoding::protobuf) == frame.get(Encoding::protobuf));
    CHECK(frame.get(Encoding::protobuf) != frame.get(Encoding::json));
}

TEST_CASE("an event's id and kind are read without decoding it") {
    v1::Event end;
    end.set_event_id(0x1122334455667788);
    end.set_seq(9);
    const auto draft = draft::agent_left(agent_participant(AgentId{"anna"}, nullptr), v1::DISCONNECTED);
    const auto header = peek_event(draft.bytes + end.SerializeAsString());
    REQUIRE(header);
    CHECK(header->event_id == 0x1122334455667788);
    CHECK(header->body == v1::Event::kAgentLeftFieldNumber);
    CHECK_FALSE(peek_event("\x0A\x7F"));
    CHECK_FALSE(peek_event("\xFF\xFF\xFF"));
}

TEST_CASE("drafts leave to the store what the store appends") {
    v1::Message text;
    text.set_text("hello");
    for (const auto& made : {draft::message({}, 7, 1, text), draft::note({domain::Role::agent, AgentId{"anna"}}, 7, 2, text)}) {
        v1::Event event;
        REQUIRE(event.ParseFromString(made.bytes));
        CHECK(event.seq() == 0);
        CHECK(event.event_id() == 0);
        CHECK(event.audience() == v1::AUDIENCE_UNSPECIFIED);
        CHECK(made.event_id != 0);
    }
    CHECK(draft::note({}, 7, 2, text).audience == ports::Audience::staff);
    CHECK(draft::offer_made(OfferId{"o"}, AgentId{"anna"}, from_ms(5), {}).audience == ports::Audience::staff);
    CHECK(draft::disposition_recorded({}, "c", "").audience == ports::Audience::staff);
    CHECK(draft::closed_by_system(v1::ABANDONED).audience == ports::Audience::all);
}

TEST_CASE("a digest tells texts and kinds apart") {
    v1::Message one;
    one.set_text("one");
    v1::Message two;
    two.set_text("two");
    CHECK(body_digest(one, false) == body_digest(one, false));
    CHECK(body_digest(one, false) != body_digest(two, false));
    CHECK(body_digest(one, false) != body_digest(one, true));
}

TEST_CASE("customers never see what is for staff") {
    ports::ConversationRecord record;
    record.routing.id = ConversationId{"c"};
    record.routing.status = domain::ConversationStatus::offered;
    record.routing.agent = AgentId{"anna"};
    record.routing.assign_epoch = 4;
    record.routing.requirement.skills = {{"invoices", 2}};
    record.routing.arrival = from_ms(9);
    record.disposition = "fraud";
    record.head_seq = 8;
    record.head_all_seq = 5;
    const auto seen = for_customer(record, nullptr);
    CHECK(seen.status() == v1::QUEUED);
    CHECK(seen.head_seq() == 5);
    CHECK(seen.skills_size() == 0);
    CHECK(seen.assign_epoch() == 0);
    CHECK(seen.queued_ms() == 0);
    CHECK(seen.disposition().empty());
    CHECK_FALSE(seen.has_agent());
    const auto staff = for_staff(record, nullptr);
    CHECK(staff.status() == v1::OFFERED);
    CHECK(staff.head_seq() == 8);
    CHECK(staff.skills_size() == 1);
    CHECK(staff.disposition() == "fraud");
}

TEST_CASE("UTF-8: what is well formed and what is not") {
    for (const char* good : {"", "plain", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xEF\xBF\xBD"}) CHECK(valid_utf8(good));
    for (const char* bad :
         {"\x80", "\xC0\x80", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80"}) {
        CHECK_FALSE(valid_utf8(bad));
    }
    CHECK(shortened("a\xC3\xA4"
                    "b",
                    2) == "a");
    CHECK(shortened("a\xC3\xA4"
                    "b",
                    3) == "a\xC3\xA4");
    CHECK(shortened("short", 10) == "short");
}

TEST_CASE("ids that could reach into a key are no ids") {
    CHECK(valid_id("abcXYZ09_-"));
    for (const char* bad : {"", "a:b", "a}", "{a}", "a b", "a\nb", "\xC3\xA4"}) CHECK_FALSE(valid_id(bad));
    CHECK_FALSE(valid_id(std::string(65, 'a')));
}

TEST_CASE("typing: the first at once, the last of what follows after 3 s") {
    LatestValues values;
    const LatestValues::Time start{std::chrono::hours(1)};
    const auto after = [&](int ms) { return start + std::chrono::milliseconds(ms); };
    values.set_typing("c", true);
    CHECK(values.take(start).size() == 1);
    values.set_typing("c", true);
    values.set_typing("c", false);
    CHECK(values.take(after(100)).empty());
    CHECK(values.next() == after(3000));
    CHECK(values.take(after(2999)).empty());
    const auto due = values.take(after(3000));
    REQUIRE(due.size() == 1);
    CHECK(due[0].typing == false);
    CHECK_FALSE(values.next());
    // Another conversation has a pace of its own.
    values.set_typing("d", true);
    CHECK(values.take(after(3001)).size() == 1);
}

TEST_CASE("horizons: once per second, only growing") {
    LatestValues values;
    const LatestValues::Time start{std::chrono::hours(1)};
    values.advance("c", {5, 3});
    REQUIRE(values.take(start).size() == 1);
    values.advance("c", {9, 4});
    values.advance("c", {7, 6});
    CHECK(values.take(start + std::chrono::milliseconds(999)).empty());
    const auto due = values.take(start + std::chrono::milliseconds(1000));
    REQUIRE(due.size() == 1);
    CHECK(due[0].horizons->delivered == 9);
    CHECK(due[0].horizons->read == 6);
}

TEST_CASE("every command of the schema has its own value in the access table") {
    const auto* descriptor = v1::ClientFrame::descriptor()->FindOneofByName("command");
    REQUIRE(descriptor);
    std::set<domain::Command> seen;
    for (int i = 0; i < descriptor->field_count(); ++i) {
        seen.insert(command_of(static_cast<v1::ClientFrame::CommandCase>(descriptor->field(i)->number())));
    }
    CHECK(seen.size() == static_cast<std::size_t>(descriptor->field_count()));
}

TEST_CASE("response times count from the first message that nobody has answered") {
    std::vector<ports::LogEntry> log;
    const auto says = [&](v1::Role role, std::uint64_t time_ms, bool message = true) {
        v1::Event event;
        event.set_time_ms(time_ms);
        event.mutable_sender()->set_role(role);
        if (message) event.mutable_message()->set_text("x");
        else event.mutable_note()->set_text("x");
        ports::LogEntry entry;
        entry.bytes = event.SerializeAsString();
        log.push_back(entry);
    };
    says(v1::CUSTOMER, 1000);
    CHECK_FALSE(response_times(log).first);
    says(v1::CUSTOMER, 3000);
    says(v1::AGENT, 4000, false);
    says(v1::BOT, 6000);
    says(v1::AGENT, 7000);
    says(v1::CUSTOMER, 10'000);
    says(v1::AGENT, 12'500);
    says(v1::CUSTOMER, 20'000);
    const ResponseTimes times = response_times(log);
    REQUIRE(times.first);
    CHECK(*times.first == Duration{5000});
    CHECK(times.later == std::vector<Duration>{Duration{2500}});
}

TEST_CASE("however many wait, each is told its place, and again when all have been told") {
    constexpr std::size_t many = 9000;
    std::vector<ConversationId> ids;
    for (std::size_t i = 0; i < many; ++i) ids.emplace_back("c" + std::to_string(i));
    domain::Competition competition;
    competition.departments.push_back({DepartmentId{"sales"}, many});
    auto& group = competition.groups.emplace_back();
    for (std::size_t i = 0; i < many; ++i) group.waiting.push_back({&ids[i], Timestamp{}, static_cast<unsigned>(i + 1)});
    const domain::WaitEstimator::Estimates estimates{{std::vector<std::optional<domain::WaitEstimate>>(many)}, {}};
    QueuePositions positions;
    std::map<ConversationId, int> told;
    QueuePositions::Time now{std::chrono::hours(1)};
    for (int round = 0; round < 60; ++round, now += std::chrono::seconds(2))
        for (const auto& place : positions.changed(competition, estimates, now)) ++told[place.conversation];
    CHECK(told.size() == many);
    CHECK(told[ids.front()] >= 2);
    CHECK(told[ids.back()] >= 2);
}

}  // namespace switchboard::app
