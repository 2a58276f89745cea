// SPDX-License-Identifier: Apache-2.0
#include "switchboard_client/send_queue.hpp"

#include <doctest/doctest.h>

#include <random>

using switchboard::client::OutgoingMessage;
using switchboard::client::SendQueue;

namespace {

struct Sent {
    std::uint64_t id;
    std::uint32_t number;
    std::uint32_t attempt;
    std::string text;
};

std::vector<Sent> take(SendQueue& queue, std::size_t window = 64) {
    std::vector<Sent> sent;
    for (const OutgoingMessage* message : queue.take_unsent(window))
        sent.push_back({message->id, message->number, message->attempt, message->text});
    return sent;
}

// What the server keeps of one client instance.
struct Server {
    enum class Answer { accepted, out_of_sequence, conflict, refused, unavailable };

    Answer take(const Sent& message) {
        if (message.number <= log.size()) return log[message.number - 1] == message.text ? Answer::accepted : Answer::conflict;
        if (message.number != log.size() + 1) return Answer::out_of_sequence;
        if (message.text == "bad") return Answer::refused;
        log.push_back(message.text);
        return Answer::accepted;
    }
    std::vector<std::string> log;
};

}  // namespace

TEST_CASE("messages go out once, in order, within the window") {
    SendQueue queue;
    for (int i = 0; i < 5; ++i) queue.push(std::to_string(i), false);
    auto first = take(queue, 2);
    REQUIRE(first.size() == 2);
    CHECK(first[0].number == 1);
    CHECK(first[1].number == 2);
    CHECK(take(queue, 2).empty());
    CHECK(queue.accepted(first[0].id));
    const auto next = take(queue, 2);
    REQUIRE(next.size() == 1);
    CHECK(next[0].number == 3);
    CHECK_FALSE(queue.accepted(first[0].id));
}

TEST_CASE("after a lost connection the same numbers go out again") {
    SendQueue queue;
    queue.push("a", false);
    queue.push("b", true);
    const auto before = take(queue);
    queue.rewind();
    const auto after = take(queue);
    REQUIRE(after.size() == 2);
    CHECK(after[0].number == before[0].number);
    CHECK(after[1].number == before[1].number);
    CHECK(after[1].attempt != before[1].attempt);
    CHECK_FALSE(queue.postponed(before[0].id, before[0].attempt));
}

TEST_CASE("a refused message frees its number and the tail moves up") {
    SendQueue queue;
    queue.push("a", false);
    queue.push("bad", false);
    queue.push("c", false);
    const auto sent = take(queue);
    CHECK(queue.accepted(sent[0].id));
    const auto refused = queue.refused(sent[1].id, sent[1].attempt, false);
    REQUIRE(refused);
    CHECK(refused->text == "bad");
    CHECK_FALSE(queue.out_of_sequence(sent[2].id, sent[2].attempt, 2));
    const auto again = take(queue);
    REQUIRE(again.size() == 1);
    CHECK(again[0].number == 2);
    CHECK(queue.next_number() == 3);
}

TEST_CASE("a jump is mended by resending, or by renumbering when the number is held by nobody") {
    SendQueue queue;
    for (const char* text : {"a", "b", "c"}) queue.push(text, false);
    const auto sent = take(queue);
    CHECK(queue.out_of_sequence(sent[2].id, sent[2].attempt, 2));
    auto again = take(queue);
    REQUIRE(again.size() == 2);
    CHECK(again[0].number == 2);

    SendQueue forgotten;
    forgotten.push("a", false);
    CHECK(forgotten.accepted(take(forgotten)[0].id));
    forgotten.push("b", false);
    const auto jump = take(forgotten);
    CHECK(jump[0].number == 2);
    CHECK(forgotten.out_of_sequence(jump[0].id, jump[0].attempt, 1));
    again = take(forgotten);
    REQUIRE(again.size() == 1);
    CHECK(again[0].number == 1);
    CHECK(forgotten.next_number() == 2);
}

TEST_CASE("the first text of a conversation takes number 1") {
    SendQueue queue;
    queue.push("waiting already", false);
    queue.first_number_used();
    CHECK(take(queue)[0].number == 2);
    CHECK(queue.next_number() == 3);
    queue.first_number_used();
    CHECK(queue.next_number() == 3);
}

TEST_CASE("a conversation that is over gives up the message and everything after it") {
    SendQueue queue;
    for (const char* text : {"a", "b", "c"}) queue.push(text, false);
    const auto sent = take(queue);
    const auto given_up = queue.refused_with_tail(sent[1].id, sent[1].attempt);
    REQUIRE(given_up.size() == 2);
    CHECK(given_up[1].text == "c");
    CHECK(queue.size() == 1);
    CHECK(queue.next_number() == 2);
    CHECK(queue.accepted(sent[0].id));
}

// The whole dialogue with a server that takes, refuses and fails at random, over a connection that breaks at random and loses
// answers: what was pushed stands in the server's log once, in order, and what was bad is told.
TEST_CASE("a conversation that goes away and comes back goes on with the numbers, without what was given up") {
    SendQueue queue;
    queue.push("said", false);
    queue.push("not said", false);
    queue.accepted(take(queue, 1).front().id);
    const Sent lost = take(queue, 1).front();
    const auto given_up = queue.give_up();
    REQUIRE(given_up.size() == 1);
    CHECK(given_up.front().text == "not said");
    CHECK(queue.empty());
    CHECK_FALSE(queue.accepted(lost.id));
    queue.push("said", false);
    const Sent again = take(queue).front();
    CHECK(again.number == 3);
    CHECK(queue.out_of_sequence(again.id, again.attempt, 2));
    CHECK(take(queue).front().number == 2);
}

TEST_CASE("exactly once, in order, whatever gets lost") {
    std::mt19937 random(11);
    for (int round = 0; round < 500; ++round) {
        SendQueue queue;
        Server server;
        std::vector<std::string> expected;
        std::size_t bad = 0, told = 0;
        const int total = 1 + static_cast<int>(random() % 30);
        for (int i = 0; i < total; ++i) {
            const bool wrong = random() % 7 == 0;
            queue.push(wrong ? "bad" : "m" + std::to_string(i), false);
            wrong ? void(++bad) : expected.push_back("m" + std::to_string(i));
        }
        for (int turn = 0; turn < 10'000 && !queue.empty(); ++turn) {
            struct Answered {
                Sent message;
                Server::Answer answer;
                std::uint32_t expected;
            };
            std::vector<Answered> answers;
            for (const Sent& message : take(queue, 1 + random() % 8)) {
                if (random() % 20 == 0) {
                    answers.push_back({message, Server::Answer::unavailable, 0});
                    if (random() % 2 == 0) server.take(message);  // done all the same: the outcome was unknown
                    continue;
                }
                const Server::Answer answer = server.take(message);
                answers.push_back({message, answer, static_cast<std::uint32_t>(server.log.size() + 1)});
            }
            for (const auto& [message, answer, expected_number] : answers) {
                if (random() % 25 == 0) {
                    queue.rewind();
                    break;
                }
                switch (answer) {
                    case Server::Answer::accepted: queue.accepted(message.id); break;
                    case Server::Answer::out_of_sequence: queue.out_of_sequence(message.id, message.attempt, expected_number); break;
                    case Server::Answer::unavailable: queue.postponed(message.id, message.attempt); break;
                    case Server::Answer::refused: told += queue.refused(message.id, message.attempt, false).has_value(); break;
                    case Server::Answer::conflict: FAIL("a number was used for two texts"); break;
                }
            }
        }
        CHECK(queue.empty());
        CHECK(server.log == expected);
        CHECK(told == bad);
    }
}
