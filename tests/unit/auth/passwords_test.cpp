// SPDX-License-Identifier: Apache-2.0
#include "auth/failure_window.hpp"
#include "auth/passwords.hpp"

#include <doctest/doctest.h>

#include <sodium.h>

#include <ctime>
#include <future>

using namespace switchboard;
using namespace switchboard::auth;
using namespace std::chrono_literals;

namespace {

const Timestamp now = from_ms(1'800'000'000'000);

// As cheap as argon2id can be: what is tested here is the bookkeeping. The cost of a check is that of its hash.
const std::string& cheap_hash_of_right() {
    static const std::string hash = [] {
        char text[crypto_pwhash_STRBYTES];
        REQUIRE(crypto_pwhash_str_alg(text, "right", 5, crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN, crypto_pwhash_ALG_ARGON2ID13) == 0);
        return std::string(text);
    }();
    return hash;
}

struct Fixture {
    explicit Fixture(PasswordLimits limits = {}) : checker(pool, limits) {}

    void submit(const std::string& account, const std::string& password, const std::string& address, Timestamp when = now) {
        PasswordAttempt attempt{account, address, account == "nobody" ? "" : hash, password, when};
        checker.check(std::move(attempt), loop.get_executor(), [this](Result<bool> result) {
            answers.push_back(!result ? "limited" : *result ? "right" : "wrong");
        });
        ++submitted;
    }

    std::string ask(const std::string& account, const std::string& password, const std::string& address, Timestamp when = now) {
        submit(account, password, address, when);
        wait();
        return answers.back();
    }

    void wait() {
        loop.restart();
        const auto deadline = std::chrono::steady_clock::now() + 120s;
        while (answers.size() < submitted && std::chrono::steady_clock::now() < deadline) loop.run_for(50ms), loop.restart();
        REQUIRE(answers.size() == submitted);
    }

    std::string hash = cheap_hash_of_right();
    asio::io_context loop{1};
    WorkerPool pool{4, 64};
    PasswordChecker checker;
    std::size_t submitted = 0;
    std::vector<std::string> answers;
};

}  // namespace

TEST_CASE("the window counts failures per key and forgets them") {
    FailureWindow window(2, 15min, 3);
    CHECK(window.blocked_for("a", now) == 0ms);
    window.add("a", now);
    window.add("a", now + 1min);
    CHECK(window.blocked_for("a", now + 1min) == 14min);
    CHECK(window.blocked_for("b", now + 1min) == 0ms);
    CHECK(window.blocked_for("a", now + 15min) == 0ms);
    window.add("a", now + 15min);
    window.remove("a", now + 15min);
    CHECK(window.blocked_for("a", now + 15min) == 0ms);
}

TEST_CASE("the window is bounded in keys and drops the oldest") {
    FailureWindow window(1, 15min, 2);
    window.add("a", now);
    window.add("b", now + 1s);
    window.add("c", now + 2s);
    CHECK(window.blocked_for("a", now + 2s) == 0ms);
    CHECK(window.blocked_for("b", now + 2s) > 0ms);
    CHECK(window.blocked_for("c", now + 2s) > 0ms);
}

TEST_CASE("right, wrong and unknown") {
    Fixture fixture;
    CHECK(fixture.ask("ada", "right", "10.0.0.1") == "right");
    CHECK(fixture.ask("ada", "wrong", "10.0.0.1") == "wrong");
    CHECK(fixture.ask("nobody", "right", "10.0.0.1") == "wrong");
    CHECK(fixture.ask("nobody", "", "10.0.0.1") == "wrong");
}

TEST_CASE("five failures block an account, for the right password too, until the window is over") {
    Fixture fixture;
    for (int i = 0; i < 5; ++i) CHECK(fixture.ask("ada", "wrong", "10.0.0." + std::to_string(i)) == "wrong");
    CHECK(fixture.ask("ada", "right", "10.0.0.9") == "limited");
    CHECK(fixture.ask("bob", "right", "10.0.0.9") == "right");
    CHECK(fixture.ask("ada", "right", "10.0.0.9", now + 15min) == "right");
}

TEST_CASE("a success clears the account but not the address") {
    PasswordLimits limits;
    limits.failures_per_address = 6;
    Fixture fixture(limits);
    for (int i = 0; i < 4; ++i) fixture.ask("ada", "wrong", "10.0.0.1");
    CHECK(fixture.ask("ada", "right", "10.0.0.1") == "right");
    CHECK(fixture.ask("ada", "wrong", "10.0.0.1") == "wrong");
    CHECK(fixture.ask("ada", "wrong", "10.0.0.1") == "wrong");
    CHECK(fixture.ask("ada", "right", "10.0.0.1") == "limited");
    CHECK(fixture.ask("ada", "right", "10.0.0.2") == "right");
}

TEST_CASE("an IPv6 client counts by its /64") {
    PasswordLimits limits;
    limits.failures_per_address = 2;
    Fixture fixture(limits);
    fixture.ask("a", "wrong", "2001:db8::1");
    fixture.ask("b", "wrong", "2001:db8::ffff:2");
    CHECK(fixture.ask("c", "right", "2001:db8::3") == "limited");
    CHECK(fixture.ask("c", "right", "2001:db8:0:1::3") == "right");
}

TEST_CASE("attempts in flight count, so a burst cannot pass the limit") {
    Fixture fixture;
    for (int i = 0; i < 8; ++i) fixture.submit("ada", "wrong", "10.0.0.1");
    fixture.wait();
    CHECK(std::count(fixture.answers.begin(), fixture.answers.end(), "wrong") == 5);
    CHECK(std::count(fixture.answers.begin(), fixture.answers.end(), "limited") == 3);
}

TEST_CASE("only so many wait for their turn; all that were taken are answered") {
    PasswordLimits limits;
    limits.waiting = 3;
    limits.longest_wait = std::chrono::minutes(5);
    Fixture fixture(limits);
    // No hash runs before all have been submitted.
    std::promise<void> gate;
    const std::shared_future<void> opened = gate.get_future().share();
    for (int i = 0; i < 4; ++i) REQUIRE(fixture.pool.run(fixture.loop.get_executor(), [opened] { opened.wait(); }, [] {}));
    for (int i = 0; i < 8; ++i) fixture.submit("agent" + std::to_string(i), "right", "10.0.0.1");
    gate.set_value();
    fixture.wait();
    CHECK(std::count(fixture.answers.begin(), fixture.answers.end(), "right") == 5);  // 2 at once and 3 waiting
    CHECK(fixture.ask("agent9", "right", "10.0.0.1") == "right");
}

TEST_CASE("a hash has the cost of a sign-in, and an unknown account costs the same") {
    Fixture fixture;
    fixture.hash = hash_password("right");
    CHECK(password_matches(fixture.hash, "right"));
    CHECK_FALSE(password_matches(fixture.hash, "wrong"));
    CHECK(crypto_pwhash_str_needs_rehash(fixture.hash.c_str(), crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0);

    const auto cost = [&](const char* account) {
        const std::clock_t start = std::clock();
        for (int i = 0; i < 3; ++i) fixture.ask(account, "wrong", "10.0.0.1");
        return static_cast<double>(std::clock() - start);
    };
    const double known = cost("ada");
    const double unknown = cost("nobody");
    CHECK(unknown > known * 0.5);
    CHECK(unknown < known * 2);
}
