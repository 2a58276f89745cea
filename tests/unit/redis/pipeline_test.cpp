// SPDX-License-Identifier: Apache-2.0
#include "redis/pipeline.hpp"
#include "redis/scripts.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <set>

using namespace switchboard;
using namespace switchboard::redis;
using namespace std::chrono_literals;

namespace {

std::string encoded(std::initializer_list<const char*> names) {
    std::string bytes;
    for (const char* name : names) append_command(bytes, {name});
    return bytes;
}

// Notes every answer by the name of its request.
struct Bench {
    explicit Bench(PipelineLimits limits = {}) : pipeline(limits) {}

    bool add(const std::string& name, bool resendable = false, Duration deadline = 2s, const Script* script = nullptr) {
        return pipeline.add({name}, {.deadline = deadline, .resendable = resendable}, now,
                            [this, name](Result<Reply> result) {
                                REQUIRE(answers.count(name) == 0);
                                answers[name] = result ? "ok" : result.error().message;
                                if (!result) CHECK(result.error().code == ErrorCode::unavailable);
                            },
                            script);
    }
    std::string write() {
        const auto bytes = pipeline.prepare_write();
        return bytes ? *bytes : std::string();
    }
    bool reply() {
        Pipeline::Request request;
        if (!pipeline.take_answered(request)) return false;
        request.callback(Reply{});
        return true;
    }
    void lose() { fail(pipeline.connection_lost(now, "gone")); }
    static void fail(std::vector<Pipeline::Failure> failures) {
        for (auto& failure : failures) failure.callback(failure.error);
    }

    TimePoint now{1000s};
    Pipeline pipeline;
    std::map<std::string, std::string> answers;
};

constexpr const char* unknown = "redis: gone, outcome unknown";

}  // namespace

TEST_CASE("all waiting requests leave in one write, replies are matched in order") {
    Bench bench;
    CHECK(!bench.pipeline.has_waiting());
    CHECK(bench.pipeline.prepare_write() == nullptr);
    bench.add("a");
    bench.add("b");
    CHECK(bench.write() == encoded({"a", "b"}));
    bench.add("c");
    CHECK(bench.reply());
    CHECK(bench.answers == std::map<std::string, std::string>{{"a", "ok"}});
    CHECK(bench.write() == encoded({"c"}));
    CHECK(bench.reply());
    CHECK(bench.reply());
    CHECK(bench.answers.size() == 3);
    CHECK_FALSE(bench.reply());
    CHECK(bench.pipeline.size() == 0);
    CHECK(bench.pipeline.bytes() == 0);
}

TEST_CASE("a reply before anything was written belongs to nobody") {
    Bench bench;
    bench.add("a");
    CHECK_FALSE(bench.reply());
}

TEST_CASE("connection lost: resendable requests go first, the unwritten stay, the rest is unknown") {
    Bench bench;
    bench.add("w1");
    bench.add("r1", true);
    bench.add("w2");
    bench.add("r2", true);
    bench.write();
    bench.add("n1");
    bench.add("n2", true);
    bench.lose();
    CHECK(bench.answers == std::map<std::string, std::string>{{"w1", unknown}, {"w2", unknown}});
    CHECK(bench.write() == encoded({"r1", "r2", "n1", "n2"}));
    for (int i = 0; i < 4; ++i) CHECK(bench.reply());
    CHECK(bench.pipeline.bytes() == 0);
}

TEST_CASE("a second loss keeps the order and the bytes") {
    Bench bench;
    bench.add("r1", true);
    bench.write();
    bench.add("r2", true);
    bench.lose();
    CHECK(bench.write() == encoded({"r1", "r2"}));
    CHECK(bench.reply());
    bench.add("n");
    bench.lose();
    CHECK(bench.write() == encoded({"r2", "n"}));
    bench.lose();
    CHECK(bench.answers["n"] == unknown);
    CHECK(bench.write() == encoded({"r2"}));
}

TEST_CASE("a written request that is overdue asks for the connection to be closed") {
    Bench bench;
    bench.add("short", true, 100ms);
    bench.add("long", true, 5s);
    bench.write();
    bench.now += 99ms;
    CHECK_FALSE(bench.pipeline.sweep(bench.now).close);
    bench.now += 1ms;
    CHECK(bench.pipeline.sweep(bench.now).close);
    CHECK(bench.answers.empty());
    bench.lose();
    CHECK(bench.answers == std::map<std::string, std::string>{{"short", unknown}});
    CHECK(bench.write() == encoded({"long"}));
}

TEST_CASE("a waiting request that is overdue fails as not sent and leaves no bytes behind") {
    Bench bench;
    bench.add("a", false, 5s);
    bench.add("b", false, 100ms);
    bench.add("c", true, 5s);
    bench.now += 100ms;
    auto sweep = bench.pipeline.sweep(bench.now);
    CHECK_FALSE(sweep.close);
    Bench::fail(std::move(sweep.failures));
    CHECK(bench.answers == std::map<std::string, std::string>{{"b", "redis: no connection within the deadline, not sent"}});
    CHECK(bench.write() == encoded({"a", "c"}));
    bench.lose();
    CHECK(bench.write() == encoded({"c"}));
}

TEST_CASE("the number of requests is bounded, and room returns") {
    Bench bench({.requests = 2});
    CHECK(bench.add("a"));
    CHECK(bench.add("b"));
    CHECK_FALSE(bench.add("c"));
    CHECK(bench.write() == encoded({"a", "b"}));
    CHECK_FALSE(bench.add("c"));
    CHECK(bench.reply());
    CHECK(bench.add("c"));
}

TEST_CASE("the bytes are bounded, written ones included") {
    Bench bench({.bytes = 1000});
    CHECK(bench.add(std::string(600, 'x')));
    bench.write();
    CHECK_FALSE(bench.add(std::string(600, 'y')));
    CHECK(bench.add(std::string(300, 'y')));
    CHECK(bench.reply());
    CHECK(bench.add(std::string(600, 'z')));
}

TEST_CASE("a refused callback is left untouched") {
    Pipeline pipeline({.requests = 0});
    bool called = false;
    Callback<Reply> callback = [&called](Result<Reply>) { called = true; };
    CHECK_FALSE(pipeline.add({"a"}, {}, {}, std::move(callback)));
    REQUIRE(callback);
    callback(Reply{});
    CHECK(called);
}

TEST_CASE("an answered script call can be sent once more, with its old bytes and deadline") {
    const Script script{"name", "text", "sha"};
    Bench bench;
    bench.add("call", false, 2s, &script);
    bench.write();
    Pipeline::Request request;
    REQUIRE(bench.pipeline.take_answered(request));
    CHECK(request.script == &script);
    const TimePoint deadline = request.deadline;
    bench.pipeline.add_again(std::move(request));
    CHECK(bench.write() == encoded({"call"}));
    Pipeline::Request again;
    REQUIRE(bench.pipeline.take_answered(again));
    CHECK(again.script == nullptr);
    CHECK(again.deadline == deadline);
    CHECK(bench.pipeline.bytes() == 0);
}

TEST_CASE("fail_all tells what was sent from what was not") {
    Bench bench;
    bench.add("written", true);
    bench.write();
    bench.add("waiting");
    Bench::fail(bench.pipeline.fail_all("gone"));
    CHECK(bench.answers == std::map<std::string, std::string>{{"written", unknown}, {"waiting", "redis: gone, not sent"}});
    CHECK(bench.pipeline.size() == 0);
    CHECK(bench.pipeline.bytes() == 0);
    CHECK(bench.write().empty());
}

// Whatever happens in whatever order: every request is answered exactly once, nothing is written twice unless it may be, what is
// answered "not sent" was never written, and Redis's order is the order of the replies.
TEST_CASE("random histories keep the promises") {
    for (unsigned seed = 0; seed < 300; ++seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        Bench bench;
        std::map<std::string, int> writes;
        std::set<std::string> resendable;
        int made = 0;
        const auto write = [&] {
            std::string bytes = bench.write();
            ReplyReader reader;  // a command is an array of texts too
            reader.feed(bytes);
            Reply command;
            while (reader.next(command) == ReplyReader::Next::reply) ++writes[std::string(command[0].text())];
        };
        for (int step = 0; step < 200; ++step) {
            switch (random() % 8) {
                case 0:
                case 1:
                case 2: {
                    const std::string name = "r" + std::to_string(made++);
                    const bool again = random() % 2;
                    if (again) resendable.insert(name);
                    REQUIRE(bench.add(name, again, Duration(random() % 1000 + 1)));
                    break;
                }
                case 3: write(); break;
                case 4:
                case 5: bench.reply(); break;
                case 6: bench.lose(); break;
                case 7: {
                    bench.now += Duration(random() % 100);
                    auto sweep = bench.pipeline.sweep(bench.now);
                    Bench::fail(std::move(sweep.failures));
                    if (sweep.close) bench.lose();
                    break;
                }
            }
        }
        Bench::fail(bench.pipeline.fail_all("end"));
        CHECK(bench.answers.size() == static_cast<std::size_t>(made));
        for (const auto& [name, count] : writes) CHECK((count == 1 || resendable.count(name) == 1));
        for (const auto& [name, answer] : bench.answers) {
            if (answer == "ok") CHECK(writes[name] >= 1);
            if (answer.ends_with("not sent") && !resendable.count(name)) CHECK(writes[name] == 0);
        }
        CHECK(bench.pipeline.bytes() == 0);
    }
}

TEST_CASE("a barrier goes behind a write that commits, once, and what it guards is held until it is answered") {
    Bench bench;
    CHECK(bench.pipeline.add({"read"}, {}, bench.now, [](Result<Reply>) {}));
    bench.pipeline.add_barrier(2, 700ms, bench.now);
    CHECK(bench.write() == encoded({"read"}));
    REQUIRE(bench.reply());

    std::vector<std::string> told;
    const auto add = [&](const char* name, bool commits) {
        CHECK(bench.pipeline.add({name}, {.resendable = true, .commits = commits}, bench.now,
                                 [&told, name](Result<Reply> result) { told.push_back(name + std::string(result ? "" : " failed")); }));
    };
    add("first", true);
    add("second", false);
    bench.pipeline.add_barrier(2, 700ms, bench.now);
    std::string expected = encoded({"first", "second"});
    append_command(expected, {"WAIT", "2", "700"});
    CHECK(bench.write() == expected);
    for (int i = 0; i < 2; ++i) {
        Pipeline::Request request;
        REQUIRE(bench.pipeline.take_answered(request));
        CHECK(request.guarded);
        bench.pipeline.hold(std::move(request), Reply{});
    }
    CHECK(told.empty());
    CHECK(bench.pipeline.size() == 3);

    SUBCASE("answered") {
        Pipeline::Request barrier;
        REQUIRE(bench.pipeline.take_answered(barrier));
        CHECK(barrier.barrier);
        for (auto& held : bench.pipeline.take_held()) held.request.callback(std::move(held.reply));
        CHECK(told == std::vector<std::string>{"first", "second"});
        CHECK(bench.pipeline.size() == 0);
        CHECK(bench.pipeline.bytes() == 0);
    }
    SUBCASE("a connection that is lost meanwhile: nobody was told, so it goes out again, in its order and with a new barrier") {
        bench.lose();
        CHECK(told.empty());
        bench.pipeline.add_barrier(2, 700ms, bench.now);
        CHECK(bench.write() == expected);
    }
    SUBCASE("shut down: the outcome is unknown") {
        Bench::fail(bench.pipeline.fail_all("shutting down"));
        CHECK(told == std::vector<std::string>{"first failed", "second failed"});
        CHECK(bench.pipeline.bytes() == 0);
    }
}
