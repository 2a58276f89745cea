// SPDX-License-Identifier: Apache-2.0
#include "bench/dialogues.hpp"
#include "bench/report.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

#include <fstream>

using namespace switchboard::client;

namespace {

const char* const departments = R"({"departments": {"orders": ["timing", "cost", "other"], "returns": ["size"]}})";

// A file that is gone at the end.
struct TemporaryFile {
    explicit TemporaryFile(const std::string& content) : path("/tmp/switchboard-dialogues-" + std::to_string(getpid())) {
        std::ofstream(path) << content;
    }
    ~TemporaryFile() { unlink(path.c_str()); }
    std::string path;
};

}  // namespace

TEST_CASE("every topic is a skill of exactly two agents of its department") {
    const World world = retail_world(departments, 5);
    for (const BenchDepartment& department : world.departments) {
        for (const auto& [topic, skill] : department.topics) {
            int skilled = 0;
            for (const BenchAgent& agent : world.agents) {
                if (!agent.skills.contains(skill)) continue;
                ++skilled;
                CHECK(agent.department == department.id);
            }
            CHECK_MESSAGE(skilled == 2, topic);
        }
    }
    CHECK_THROWS(retail_world("{}", 5));
    CHECK_THROWS(retail_world("not json", 5));
}

TEST_CASE("dialogues go where their scenario says, the others always to the same place") {
    const World world = retail_world(departments, 5);
    const TemporaryFile file(R"({"id": "a", "scenario": "orders/timing_4", "turns": [["customer", "hi"], ["agent", ""], ["agent", "yes?"]]}
{"id": "b", "scenario": "returns/size", "turns": []}

{"id": "c", "scenario": "two drinks", "turns": [["agent", "hello"]]}
)");
    const auto dialogues = read_dialogues(file.path, world, 0);
    REQUIRE(dialogues.size() == 3);
    CHECK(dialogues[0].department == "orders");
    CHECK(dialogues[0].topic == "timing");
    REQUIRE(dialogues[0].turns.size() == 2);
    CHECK_FALSE(dialogues[0].turns[0].by_agent);
    CHECK(dialogues[0].turns[1].by_agent);
    CHECK(dialogues[1].topic == "size");
    CHECK(world.department(dialogues[2].department)->topics.contains(dialogues[2].topic));
    CHECK(read_dialogues(file.path, world, 0)[2].topic == dialogues[2].topic);
    CHECK(read_dialogues(file.path, world, 1).size() == 1);
}

TEST_CASE("a broken file is refused with its line") {
    const World world = retail_world(departments, 5);
    const TemporaryFile file("{\"id\": \"a\", \"scenario\": \"x\", \"turns\": []}\n{\"id\": \"b\"}\n");
    CHECK_THROWS_WITH(read_dialogues(file.path, world, 0), doctest::Contains((file.path + ":2: not a dialogue").c_str()));
    CHECK_THROWS(read_dialogues("/nonexistent", world, 0));
}

TEST_CASE("a wrong text is told apart") {
    const std::vector<Turn> turns{{false, "a"}, {true, "b"}, {false, "b"}, {true, "c"}};
    CHECK(judge_text(turns, 0, "a") == Verdict::right);
    CHECK(judge_text(turns, 2, "b") == Verdict::right);
    CHECK(judge_text(turns, 1, "a") == Verdict::duplicated);
    CHECK(judge_text(turns, 4, "c") == Verdict::duplicated);
    CHECK(judge_text(turns, 1, "c") == Verdict::reordered);
    CHECK(judge_text(turns, 1, "B") == Verdict::changed);
    CHECK(judge_text(turns, 9, "z") == Verdict::changed);
}

TEST_CASE("a report fails for every fault, and only for faults") {
    Report report;
    report.extra["lost"] = 0;
    report.extra["sent"] = 7;
    CHECK_FALSE(report.failed());
    for (const char* fault : {"lost", "duplicated", "reordered", "misrouted"}) {
        Report bad = report;
        bad.extra[fault] = 1u;
        CHECK_MESSAGE(bad.failed(), fault);
    }
    report.errors = 1;
    CHECK(report.failed());
}

TEST_CASE("percentiles are those of the sorted values") {
    Latencies latencies;
    CHECK(latencies.percentile(0.5) == 0);
    for (int i = 1000; i > 0; --i) latencies.add(i);
    CHECK(latencies.percentile(0.5) == 501);
    CHECK(latencies.percentile(0.99) == 991);
    CHECK(latencies.percentile(1) == 1000);
}
