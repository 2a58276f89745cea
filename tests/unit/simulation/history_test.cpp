// SPDX-License-Identifier: Apache-2.0
#include "simulation/call_history.hpp"
#include "simulation/patience.hpp"
#include "simulation/staffing.hpp"
#include "unit/simulation/temporary_file.hpp"

#include <doctest/doctest.h>
#include <fstream>
#include <zlib.h>

namespace switchboard::simulation {

using namespace std::chrono_literals;
using test::TemporaryFile;

namespace {

const std::string head = "arrival_s,service,priority,wait_s,outcome,service_s,agent\n";

std::string problem_of_calls(const std::string& content) {
    const TemporaryFile file(content);
    const auto read = read_calls(file.path());
    REQUIRE_FALSE(read.has_value());
    REQUIRE(read.error().message.starts_with(file.path() + ":"));
    return read.error().message.substr(file.path().size() + 1);
}

std::string problem_of_staffing(const std::string& content) {
    const TemporaryFile file(content);
    const auto read = read_staffing(file.path());
    REQUIRE_FALSE(read.has_value());
    return read.error().message.substr(file.path().size() + 1);
}

Call answered(Duration at, Duration talk, const std::string& agent, const std::string& service = "PS") {
    Call call;
    call.arrival = at;
    call.service = service;
    call.answered = true;
    call.talk = talk;
    call.agent = agent;
    return call;
}

}  // namespace

TEST_CASE("calls are read in the order of arrival, phantoms are counted and left out") {
    const TemporaryFile file(head + "20,PS,2,3.5,AGENT,60,A1\r\n10,NW,0,7,HANG,0,\n15,PS,0,0,PHANTOM,0,\n\n30,PS,1,0,AGENT,5,\n");
    const auto read = read_calls(file.path());
    REQUIRE(read.has_value());
    CHECK(read->discarded == 1);
    REQUIRE(read->calls.size() == 3);
    CHECK(read->calls[0].service == "NW");
    CHECK_FALSE(read->calls[0].answered);
    CHECK(read->calls[0].wait == 7s);
    CHECK(read->calls[1].priority);
    CHECK(read->calls[1].answered_at() == 23500ms);
    CHECK(read->calls[1].ended_at() == 83500ms);
    CHECK(read->calls[1].agent == "A1");
    CHECK_FALSE(read->calls[2].priority);
}

TEST_CASE("a compressed file is read as it is") {
    const TemporaryFile file("");
    gzFile out = gzopen(file.path().c_str(), "wb");
    const std::string content = head + "10,NW,0,7,HANG,0,\n";
    REQUIRE(gzwrite(out, content.data(), static_cast<unsigned>(content.size())) == static_cast<int>(content.size()));
    gzclose(out);
    const auto read = read_calls(file.path());
    REQUIRE(read.has_value());
    CHECK(read->calls.size() == 1);
}

TEST_CASE("a compressed file that is cut off or damaged is told, once with its name") {
    const TemporaryFile file("");
    gzFile out = gzopen(file.path().c_str(), "wb");
    gzwrite(out, head.data(), static_cast<unsigned>(head.size()));
    for (int i = 0; i < 2000; ++i) gzprintf(out, "%d,NW,0,%d,HANG,0,\n", i, i * 7919 % 600);
    gzclose(out);
    std::ifstream whole(file.path(), std::ios::binary);
    std::string bytes(std::istreambuf_iterator<char>(whole), {});
    const TemporaryFile cut(bytes.substr(0, bytes.size() / 2));
    CHECK(read_calls(cut.path()).error().message.ends_with(": the compressed file is cut off"));
    bytes[bytes.size() - 6] = static_cast<char>(bytes[bytes.size() - 6] ^ 1);
    const TemporaryFile damaged(bytes);
    CHECK(read_calls(damaged.path()).error().message == damaged.path() + ": incorrect data check");
}

TEST_CASE("what spreadsheets write before the first column is no part of its name") {
    const TemporaryFile file("\xef\xbb\xbf" + head + "10,NW,0,7,HANG,0,\n");
    CHECK(read_calls(file.path()).has_value());
}

TEST_CASE("columns may stand in any order, and others are ignored") {
    const TemporaryFile file("agent,note,outcome,service_s,service,wait_s,arrival_s\nA1,x,AGENT,60,PS,3,20\n");
    const auto read = read_calls(file.path());
    REQUIRE(read.has_value());
    CHECK(read->calls[0].talk == 60s);
    CHECK_FALSE(read->calls[0].priority);
}

TEST_CASE("what is wrong in a file of calls is told with line and column") {
    CHECK(problem_of_calls("") == " is empty");
    CHECK(problem_of_calls("a,b\n") == "1: the column arrival_s is missing; the first line must name the columns");
    CHECK(problem_of_calls(head) == " holds no call");
    CHECK(problem_of_calls("arrival_s,service,service\n") == "1: the column service is named twice");
    CHECK(problem_of_calls(head + "10,NW,0,7,HANG,0\n") == "2: 6 fields where the first line names 7");
    CHECK(problem_of_calls(head + "10,NW,0,7,HANG,0,\nx,NW,0,7,HANG,0,\n") == "3: arrival_s: must be a number of seconds, 0 or more, not \"x\"");
    CHECK(problem_of_calls(head + "10,NW,0,-7,HANG,0,\n") == "2: wait_s: must be a number of seconds, 0 or more, not \"-7\"");
    CHECK(problem_of_calls(head + "10,NW,0,nan,HANG,0,\n") == "2: wait_s: must be a number of seconds, 0 or more, not \"nan\"");
    CHECK(problem_of_calls(head + "10,NW,0,7,LOST,0,\n") == "2: outcome: must be AGENT, HANG or PHANTOM, not \"LOST\"");
    CHECK(problem_of_calls(head + "10,,0,7,HANG,0,\n") == "2: service: must be a short name without spaces, not \"\"");
    CHECK(problem_of_calls(head + "10,NW,0,7,AGENT,,A1\n") == "2: service_s: must be a number of seconds, 0 or more, not \"\"");
    CHECK(read_calls("/nonexistent.csv").error().message == "cannot read /nonexistent.csv: No such file or directory");
    CHECK(read_calls("/").error().message == "/: is a directory");
}

TEST_CASE("agents are there in the slots of their calls and in short gaps of one day") {
    const Staffing seen = seen_at_work({answered(10min, 5min, "A"), answered(28min, 5min, "B", "NW"), answered(100min, 1min, "A", "NW"),
                                        answered(220min, 1min, "A"), answered(23h + 50min, 1min, "B"), answered(24h + 5min, 1min, "C")},
                                       30min, 1h);
    REQUIRE(seen.shifts.size() == 5);
    CHECK(seen.shifts[0].agent == "A");
    CHECK(seen.shifts[0].from == 0min);
    CHECK(seen.shifts[0].to == 120min);  // 0:30 to 1:30 is bridged
    CHECK(seen.shifts[1].from == 210min);
    CHECK(seen.shifts[2].agent == "B");
    CHECK(seen.shifts[2].to == 60min);  // the call went on into the second slot
    CHECK(seen.shifts[3].from == 23h + 30min);
    CHECK(seen.members.at("A").skills == std::map<std::string, int>{{"NW", 1}, {"PS", 1}});
}

TEST_CASE("a call that ends with its slot does not reach into the next one") {
    CHECK(seen_at_work({answered(10min, 20min, "A")}, 30min, 0min).shifts[0].to == 30min);
}

TEST_CASE("staffing is written as it is read") {
    const TemporaryFile file("agent,from_s,to_s,skills,capacity\nA,0,10.5,ps:4 nw,2\nA,20,30,,\nB,5,6,,\n");
    const auto read = read_staffing(file.path());
    REQUIRE(read.has_value());
    CHECK(read->members.at("A").skills == std::map<std::string, int>{{"nw", 1}, {"ps", 4}});
    CHECK(read->members.at("A").capacity == 2u);
    CHECK_FALSE(read->members.at("B").capacity.has_value());
    const std::string table = to_table(*read);
    CHECK(table == "agent,from_s,to_s,skills,capacity\nA,0,10.500,nw:1 ps:4,2\nA,20,30,nw:1 ps:4,2\nB,5,6,,\n");
    const TemporaryFile again(table);
    CHECK(to_table(*read_staffing(again.path())) == table);
}

TEST_CASE("what is wrong in a staffing is told with line and column") {
    const std::string columns = "agent,from_s,to_s,skills,capacity\n";
    CHECK(problem_of_staffing(columns) == " holds no shift");
    CHECK(problem_of_staffing(columns + "A,10,10,,\n") == "2: to_s: must be later than from_s, not \"10\"");
    CHECK(problem_of_staffing(columns + ",10,20,,\n") == "2: agent: must name an agent, not \"\"");
    CHECK(problem_of_staffing(columns + "A,0,1,ps:9,\n") == "2: skills: a level must be 1 to 5, not \"ps:9\"");
    CHECK(problem_of_staffing(columns + "A,0,1,ps,1\nA,2,3,nw,1\n") == "3: skills: must be the same in all lines of an agent, not \"nw\"");
    CHECK(problem_of_staffing(columns + "A,0,1,ps,1\nA,2,3,ps,2\n") == "3: capacity: must be the same in all lines of an agent, not \"2\"");
}

TEST_CASE("more agents are there whenever somebody is, fewer are missing at every moment") {
    Staffing staffing;
    staffing.members = {{"A", {{{"ps", 3}}, {}}}, {"B", {{{"nw", 1}}, {}}}};
    staffing.shifts = {{"A", 0s, 10s}, {"B", 5s, 20s}, {"A", 30s, 40s}};
    Staffing more = staffing;
    change_staff(more, 1);
    CHECK(to_table(more).ends_with("extra-1,0,20,nw:1 ps:3,\nextra-1,30,40,nw:1 ps:3,\n"));
    Staffing fewer = staffing;
    change_staff(fewer, -1);
    CHECK(to_table(fewer) == "agent,from_s,to_s,skills,capacity\nA,5,10,ps:3,\n");
    Staffing same = staffing;
    change_staff(same, 0);
    CHECK(same.shifts.size() == 3);
}

// By hand: 6 customers; at 10 s 1 of 6 leaves, at 20 s one is answered, at 30 s 2 of 4 leave (one is answered at 30 s too), then one is
// left, answered at 50 s. S = 5/6 from 10 s on, 5/6 * 2/4 from 30 s on.
TEST_CASE("patience is estimated by the product-limit estimator") {
    PatienceCurve curve;
    curve.observe(50s, false);
    curve.observe(30s, true);
    curve.observe(20s, false);
    curve.observe(30s, false);
    curve.observe(10s, true);
    curve.observe(30s, true);
    curve.finish();
    CHECK(curve.departures() == 3);
    CHECK(curve.survival(9999ms) == 1);
    CHECK(curve.survival(10s) == doctest::Approx(5.0 / 6));
    CHECK(curve.survival(29s) == doctest::Approx(5.0 / 6));
    CHECK(curve.survival(30s) == doctest::Approx(5.0 / 12));

    CHECK(curve.draw(0s, 0.1) == 10s);
    CHECK(curve.draw(0s, 0.5) == 30s);
    CHECK(curve.draw(0s, 0.6) == 50s);   // nobody left later: the longest recorded wait
    CHECK(curve.draw(10s, 0.4) == 30s);  // given that it exceeds 10 s: half of them leave at 30 s
    CHECK(curve.draw(10s, 0.6) == 50s);
    CHECK(curve.draw(50s, 0.9) == 51s);  // longer than it is known to be
}

}  // namespace switchboard::simulation
