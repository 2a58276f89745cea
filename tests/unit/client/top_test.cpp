// SPDX-License-Identifier: Apache-2.0
// The wallboard without a terminal: what is drawn, at every size, and what keys do.
#include "top/render.hpp"
#include "top/text.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

using namespace switchboard::client::top;
namespace v1 = switchboard::v1;

namespace {

constexpr std::int64_t now = 1'760'000'000'000;

v1::DepartmentQueue department(const std::string& id, const std::string& name, std::uint32_t waiting, std::int64_t oldest_age_ms = 0) {
    v1::DepartmentQueue queue;
    queue.set_id(id);
    queue.set_name(name);
    queue.set_waiting(waiting);
    queue.set_open(true);
    queue.set_agents_available(3);
    queue.set_service_level_s(60);
    if (waiting > 0) queue.set_oldest_ms(now - oldest_age_ms);
    for (std::uint32_t i = 0; i < std::min(waiting, 20u); ++i) {
        v1::WaitingConversation& first = *queue.add_first();
        first.set_conversation_id(id + "-c" + std::to_string(i));
        first.set_since_ms(now - oldest_age_ms + i * 1000);
    }
    return queue;
}

v1::QueueSnapshot snapshot() {
    v1::QueueSnapshot result;
    result.set_time_ms(now);
    result.set_agents_available(9);
    result.set_agents_away(2);
    *result.add_departments() = department("sales", "Sales", 0);
    v1::DepartmentQueue& billing = *result.add_departments() = department("billing", "Billing", 4, 75'000);
    billing.set_used_slots(12);
    billing.set_free_slots(3);
    billing.mutable_recent()->set_answered(9);
    billing.mutable_recent()->set_abandoned(2);
    billing.mutable_recent()->set_abandoned_short(1);
    billing.mutable_recent()->set_abandoned_in_time(1);
    billing.mutable_recent()->set_answered_in_time(8);
    billing.mutable_recent()->set_answered_wait_ms(9 * 41'000);
    billing.mutable_estimate()->set_p50_s(45);
    billing.mutable_estimate()->set_p90_s(125);
    *result.add_departments() = department("wide", "漢字の部門はとても長い名前を持っている部門", 1, 10'000);
    v1::DepartmentQueue& returns = *result.add_departments() = department("returns", "Returns", 2, 5'000);
    returns.set_unroutable(2);
    v1::DepartmentQueue& night = *result.add_departments() = department("night", "Night", 0);
    night.set_open(false);
    return result;
}

View view_at(int rows, int columns, bool unicode = true) {
    use_utf8();
    setenv("TZ", "UTC", 1);
    View view("demo", unicode);
    view.set_size(rows, columns);
    view.set_connection({Connection::State::live, {}, 0});
    view.take(snapshot());
    return view;
}

std::string text(const Screen& screen) {
    std::string all;
    for (const Line& line : screen) all += line.text() + "\n";
    return all;
}

std::string drawn(const View& view, std::int64_t at = now) { return text(render(view, at)); }
bool contains(const std::string& all, const std::string& part) { return all.find(part) != std::string::npos; }

std::string line_with(const Screen& screen, const std::string& part) {
    for (const Line& line : screen)
        if (contains(line.text(), part)) return line.text();
    return {};
}

std::vector<std::string> order(const View& view) {
    std::vector<std::string> ids;
    for (const auto* one : view.departments()) ids.push_back(one->id());
    return ids;
}

v1::ServerFrame explanation() {
    v1::ServerFrame frame;
    v1::Explanation& it = *frame.mutable_explanation();
    it.set_summary("Nobody who is logged in speaks German at level 3.");
    it.mutable_place()->set_position(2);
    it.mutable_place()->set_waiting(5);
    for (int i = 0; i < 50; ++i) {
        v1::AgentVerdict& agent = *it.add_agents();
        agent.mutable_agent()->set_name("Agent " + std::to_string(i));
        agent.set_test("level");
        agent.set_detail("lang-de 2, needs 3");
    }
    v1::TestCount& count = *it.add_counts();
    count.set_test("level");
    count.set_agents(50);
    return frame;
}

}  // namespace

TEST_CASE("text of others is made harmless and measured in columns") {
    use_utf8();
    CHECK(clean("a\033[2Jb\nc\td") == "a[2Jb c d");
    CHECK(clean("x\xe2\x80\xaey") == "xy");  // U+202E turns the direction
    CHECK(clean("\xc3(\xff") == "(");
    CHECK(width("漢字") == 4);
    CHECK(width("e\xcc\x81") == 1);
    CHECK(left("漢字漢字", 6) == "漢字… ");
    CHECK(left("漢字", 5) == "漢字 ");
    CHECK(right("7", 3) == "  7");
    CHECK(cut("abcdef", 4, false) == "abc~");
    CHECK(cut("abc", 0).empty());
    CHECK(cut("abc", -2).empty());
    CHECK(wrap("one two three", 7) == std::vector<std::string>{"one two", "three"});
    CHECK(wrap("abcdefgh", 3) == std::vector<std::string>{"abc", "def", "gh"});
    CHECK(wrap("", 5) == std::vector<std::string>{""});
}

TEST_CASE("numbers as a wallboard shows them") {
    CHECK(lapse(-5) == "0:00");
    CHECK(lapse(61'999) == "1:01");
    CHECK(lapse(3'900'000) == "1h05");
    CHECK(lapse(90'000'000) == "1d01");
    CHECK(rough_lapse(99) == "99s");
    CHECK(rough_lapse(125) == "2m");
    CHECK(rough_lapse(7200) == "2h");
    CHECK(percent(1, 0) == "-");
    CHECK(percent(2, 3) == "67%");
    CHECK(percent(9, 3) == "100%");
    CHECK(sparkline({-1, 0, 1, 100}, 100) == " ▁▂█");
    CHECK(sparkline({0, 4}, 4, false) == "_#");
    CHECK(bar(1, 1000, 10, false) == "#");
    CHECK(bar(5, 5, 3, false) == "###");
}

TEST_CASE("at 80 columns every figure of a department is there") {
    const View view = view_at(24, 80);
    const Screen screen = render(view, now + 2000);
    REQUIRE(screen.size() == 24);
    const std::string billing = line_with(screen, "Billing  ");
    for (const char* figure : {"4", "1:15", "12/15", "3/0/0", "80%", "0:41", "10%", "45s-2m"}) CHECK_MESSAGE(contains(billing, figure), billing);
    const std::string all = text(screen);
    CHECK(contains(all, "7 waiting"));
    CHECK(contains(all, "9 available"));
    CHECK(contains(all, "UNROUTABLE: Returns 2"));
    CHECK(contains(all, "oldest: 1:15 Billing"));
    CHECK(contains(all, "live, 2 s old"));
    CHECK(contains(all, "C Night"));
    CHECK(contains(all, "U Returns"));
}

TEST_CASE("at no size is there a line too many or too wide") {
    for (const Page page : {Page::departments, Page::waiting, Page::explanation}) {
        View view = view_at(24, 80);
        if (page != Page::departments) view.press(Key::enter);
        if (page == Page::explanation) {
            REQUIRE(view.press(Key::enter) == Wish::explain);
            view.explained(view.conversation(), explanation());
        }
        REQUIRE(view.page() == page);
        for (int rows = 0; rows <= 40; ++rows) {
            for (int columns = 0; columns <= 170; columns += columns < 20 ? 1 : 7) {
                view.set_size(rows, columns);
                const Screen screen = render(view, now);
                CHECK(static_cast<int>(screen.size()) <= rows);
                for (const Line& line : screen) CHECK_MESSAGE(width(line.text()) <= columns, line.text());
                view.press(Key::page_down);
                view.press(Key::page_up);
            }
        }
    }
}

TEST_CASE("columns stand below each other, whatever is in them") {
    for (const int columns : {60, 80, 100, 140, 200}) {
        const Table table = department_table(view_at(24, columns));
        REQUIRE(table.rows.size() == 5);
        for (const Line& row : table.rows) CHECK_MESSAGE(width(row.text()) == width(table.heading.text()), row.text());
    }
    // What is cut says so.
    CHECK(contains(line_with(render(view_at(24, 80), now), "漢"), "…"));
}

TEST_CASE("the worst comes first, and s sorts otherwise") {
    View view = view_at(24, 80);
    CHECK(order(view) == std::vector<std::string>{"returns", "billing", "wide", "sales", "night"});
    view.press(Key::sort);
    CHECK(order(view).front() == "billing");
    view.press(Key::sort);
    CHECK(view.order() == Order::oldest);
    view.press(Key::sort);
    CHECK(order(view).front() == "billing");  // the only one with a share below 100 %
    view.press(Key::sort);
    CHECK(order(view).front() == "sales");
    view.press(Key::sort);
    CHECK(view.order() == Order::trouble);
}

TEST_CASE("a department where people wait and nobody is there is an alarm") {
    v1::DepartmentQueue queue = department("a", "A", 1, 1000);
    CHECK(trouble(queue, now) == Trouble::none);
    CHECK(trouble(queue, now + 60'001) == Trouble::attention);
    CHECK(trouble(queue, now + 180'001) == Trouble::alarm);
    queue.set_agents_available(0);
    CHECK(trouble(queue, now) == Trouble::alarm);
}

TEST_CASE("the cursor stays with its department and its conversation") {
    View view = view_at(24, 80);
    view.press(Key::down);
    REQUIRE(view.department()->id() == "billing");
    view.press(Key::sort);
    CHECK(view.cursor() == 0);
    view.press(Key::enter);
    CHECK(view.conversation() == "billing-c0");
    view.press(Key::end);
    CHECK(view.conversation() == "billing-c3");
    v1::QueueSnapshot next = snapshot();
    next.mutable_departments(1)->mutable_first()->DeleteSubrange(0, 2);
    view.take(next);
    CHECK(view.conversation() == "billing-c3");
    CHECK(view.cursor() == 1);
    // The conversation leaves: the cursor stays at its place, as far as there is one.
    next.mutable_departments(1)->mutable_first()->DeleteSubrange(1, 1);
    view.take(next);
    CHECK(view.conversation() == "billing-c2");
    next.mutable_departments(1)->clear_first();
    view.take(next);
    CHECK(view.press(Key::enter) == Wish::nothing);
    next.mutable_departments()->Clear();
    view.take(next);
    CHECK(contains(drawn(view), "This department is gone."));
    view.press(Key::back);
    CHECK(view.press(Key::enter) == Wish::nothing);
    CHECK(view.page() == Page::departments);
}

TEST_CASE("an explanation is asked for, shown and scrolled") {
    View view = view_at(24, 80);
    view.press(Key::enter);
    CHECK(contains(drawn(view), "returns-c1"));
    REQUIRE(view.press(Key::enter) == Wish::explain);
    CHECK(contains(drawn(view), "asking the server"));
    view.explained("another", explanation());
    CHECK(contains(drawn(view), "asking the server"));
    view.explained("returns-c0", explanation());
    for (const char* part : {"speaks German", "2 of 5", "level too low", "lang-de 2, needs 3", "Agent 0 "}) CHECK(contains(drawn(view), part));
    CHECK_FALSE(contains(drawn(view), "Agent 49"));
    view.press(Key::end);
    view.press(Key::page_down);
    CHECK(contains(drawn(view), "Agent 49"));
    v1::ServerFrame refused;
    refused.mutable_error()->set_code(v1::UNSUPPORTED);
    refused.mutable_error()->set_message("not yet");
    CHECK(view.press(Key::refresh) == Wish::explain);
    view.press(Key::home);
    view.explained("returns-c0", refused);
    CHECK(contains(drawn(view), "No explanation: not yet"));
    view.press(Key::back);
    view.press(Key::back);
    CHECK(view.page() == Page::departments);
    CHECK(view.press(Key::quit) == Wish::quit);
}

TEST_CASE("paused it stands still, then shows what came last") {
    View view = view_at(24, 80);
    view.press(Key::pause);
    v1::QueueSnapshot next = snapshot();
    next.set_time_ms(now + 5000);
    next.mutable_departments(0)->set_waiting(90);
    view.take(next);
    CHECK(contains(drawn(view, now + 5000), "PAUSED, 5 s old"));
    CHECK_FALSE(contains(drawn(view), "97 waiting"));
    view.press(Key::pause);
    CHECK(contains(drawn(view, now + 5000), "97 waiting"));
}

TEST_CASE("the first line tells how the connection is, and how old the figures are") {
    View view = view_at(24, 120);
    CHECK(contains(drawn(view, now + 12'000), "STALE, 12 s old"));
    view.set_connection({Connection::State::lost, "Connection\nrefused", now + 2500});
    CHECK(contains(drawn(view), "CONNECTION LOST, again in 3 s, 0 s old: Connection refused"));
    CHECK(contains(drawn(view, now + 3000), "trying again"));
    view = View("demo");
    CHECK(contains(drawn(view), "waiting for the first snapshot"));
    CHECK(contains(drawn(view), "connecting"));
}

TEST_CASE("the trend is the most that waited in each part of half an hour") {
    View view = view_at(24, 80);
    v1::QueuesWatched watched;
    for (int i = 120; i > 0; --i) {
        v1::QueueSnapshot& old = *watched.add_history() = snapshot();
        old.set_time_ms(now - i * 15'000);
        old.mutable_departments(0)->set_waiting(i > 90 ? 7 : 0);
    }
    *watched.mutable_current() = snapshot();
    view.start(watched);
    CHECK(trend(view, "sales", 4) == std::vector<int>{7, 0, 0, 0});
    CHECK(trend(view, "nowhere", 2) == std::vector<int>{-1, -1});
    CHECK(trend(view, "sales", 0).empty());
    // It does not grow.
    for (int i = 1; i < 300; ++i) {
        v1::QueueSnapshot next = snapshot();
        next.set_time_ms(now + i * 5000);
        view.take(next);
    }
    CHECK(view.history().size() <= 121);
    CHECK(view.history().back().departments(1).first().empty());
}

TEST_CASE("without UTF-8 the marks are ASCII, and plain text has all departments but no cursor") {
    View view = view_at(5, 140, false);
    view.set_size(5, 140);
    const Screen plain = render_plain(view, now);
    for (const char* name : {"Sales", "Billing", "Returns", "Night"}) CHECK_FALSE(line_with(plain, name).empty());
    for (const Line& line : plain) {
        CHECK_FALSE(line.chosen);
        const std::string row = line.text();
        const bool ascii = std::all_of(row.begin(), row.end(), [](char byte) { return static_cast<unsigned char>(byte) < 128; });
        CHECK((ascii || contains(row, "漢")));
    }
}
