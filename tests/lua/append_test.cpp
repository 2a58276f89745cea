// SPDX-License-Identifier: Apache-2.0
// message_append: numbering, dedupe, who may write, and what is published to whom.
#include "checks.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace switchboard;
using namespace switchboard::test;

namespace {

std::vector<std::string> endpoints_of(const std::vector<BusRecord>& records, char kind) {
    std::vector<std::string> endpoints;
    for (const BusRecord& record : records)
        if (record.kind == kind) endpoints.push_back(record.endpoint);
    std::sort(endpoints.begin(), endpoints.end());
    return endpoints;
}

}  // namespace

TEST_CASE("message_append writes one event, the head of the log and the number of its sender") {
    World w;
    w.start("c1");
    w.attach("c1");
    w.published();
    const Hash before = w.hash(w.key.conversation(ConversationId("c1")));
    w.now += 5;
    CHECK(w.append({{.number = 2, .text = "second", .digest = "42"}}) == Words{"ok 3 1700000000005"});
    const Changes changes = changed(before, w.hash(w.key.conversation(ConversationId("c1"))));
    CHECK(changes == Changes{{"seq", "3"}, {"all", "3"}, {"d:c:77", "2 3 42"}});
    const auto log = w.log("c1");
    REQUIRE(log.size() == 3);
    CHECK(log[2].seq() == 3);
    CHECK(log[2].prev() == 2);
    CHECK(log[2].time_ms() == 1'700'000'000'005);
    CHECK(log[2].audience() == v1::ALL);
    CHECK(log[2].event_id() != 0);
    CHECK(log[2].message().text() == "second");
    const auto records = w.published();
    REQUIRE(records.size() == 1);
    CHECK(records[0].endpoint == "n1.0");
    CHECK(records[0].kind == 'A');
    CHECK(records[0].id == "c1");
    v1::Event sent;
    REQUIRE(sent.ParseFromString(records[0].payload));
    CHECK(sent.SerializeAsString() == log[2].SerializeAsString());
    CHECK(w.routed().size() == 2);  // started, attached: a message changes nothing that routing needs
}

TEST_CASE("message_append: numbers belong to their author, whose instance everybody can read") {
    World w;
    w.active("c1", "ann");
    w.attach("c1");
    const std::uint64_t epoch = std::stoull(w.field("c1", "assign_epoch"));
    REQUIRE(w.append({{.role = "a", .sender = "ann", .assign_epoch = epoch, .number = 1, .text = "yes", .instance = "5"}})[0].starts_with("ok "));
    // The customer numbers its own text as the agent's next one.
    CHECK(w.append({{.number = 1, .text = "yes", .instance = "5"}})[0].starts_with("ok "));
    CHECK(w.append({{.number = 2, .text = "yes", .instance = "5"}})[0].starts_with("ok "));
    CHECK(w.append({{.role = "a", .sender = "ann", .assign_epoch = epoch, .number = 2, .text = "yes", .instance = "5"}})[0].starts_with("ok "));
}

TEST_CASE("message_append: a number is taken once") {
    World w;
    w.active("c1", "ann");
    w.attach("c1");
    const Sent second{.number = 2, .text = "two"};
    const std::string seq = w.field("c1", "seq");
    REQUIRE(w.append({second})[0].starts_with("ok 6 "));
    CHECK(refused(w, [&] { return w.append({second}); }) == "repeat 6");
    CHECK(refused(w, [&] { return w.append({{.number = 2, .text = "other words"}}); }) == "conflict");
    CHECK(refused(w, [&] { return w.append({{.number = 4, .text = "four"}}); }) == "next 3");
    CHECK(refused(w, [&] { return w.append({{.number = 0, .text = "none"}}); }) == "next 3");
    CHECK(refused(w, [&] { return w.append({{.number = 4'000'000'000u, .text = "far"}}); }) == "next 3");
    REQUIRE(w.append({{.number = 3, .text = "three"}})[0].starts_with("ok 7 "));
    CHECK(refused(w, [&] { return w.append({second}); }) == "older 6");
    CHECK(refused(w, [&] { return w.append({{.number = 1, .text = "first"}}); }) == "older 5");
    // Another page load of the same customer counts for itself.
    CHECK(refused(w, [&] { return w.append({{.number = 2, .instance = "78"}}); }) == "next 1");
    CHECK(refused(w, [&] { return w.append({{.number = 0, .instance = "78"}}); }) == "next 1");
    REQUIRE(w.append({{.number = 1, .instance = "78"}})[0].starts_with("ok 8 "));

    SUBCASE("also after a transfer") {
        w.transfer("c1", "ann");
        CHECK(refused(w, [&] { return w.append({{.number = 3, .text = "three"}}); }) == "repeat 7");
    }
    SUBCASE("also when it is closed") {
        w.close("c1", "ann");
        CHECK(refused(w, [&] { return w.append({{.number = 3, .text = "three"}}); }) == "repeat 7");
        CHECK(refused(w, [&] { return w.append({second}); }) == "older 6");
        CHECK(refused(w, [&] { return w.append({{.number = 3, .text = "other"}}); }) == "conflict");
        CHECK(refused(w, [&] { return w.append({{.number = 4, .text = "four"}}); }) == "conversation_closed");
    }
}

TEST_CASE("message_append: a refusal consumes no number, and one message of a batch does not decide about the next") {
    World w;
    w.start("c1");
    w.start("c2", "v2");
    const Words answers = w.append({{.number = 2, .text = "a"},
                                    {.conversation = "c2", .sender = "v1", .number = 2},
                                    {.conversation = "nowhere", .number = 1},
                                    {.number = 9, .text = "b"},
                                    {.conversation = "c2", .sender = "v2", .number = 2},
                                    {.number = 2, .text = "a"},
                                    {.number = 3, .text = "c"}});
    const std::string time = " 1700000000000";
    CHECK(answers == Words{"ok 3" + time, "not_found", "not_found", "next 3", "ok 3" + time, "repeat 3", "ok 4" + time});
    CHECK(w.log("c1").size() == 4);
    CHECK(w.log("c2").size() == 3);
    CHECK(w.ask({"EXISTS", w.key.conversation(ConversationId("nowhere")), w.key.log(ConversationId("nowhere"))}) == "0");
}

TEST_CASE("message_append: who may write") {
    World w;
    w.start("c1");
    const auto say = [&](Sent sent) { return refused(w, [&] { return w.append({sent}); }); };
    const Sent from_ann{.role = "a", .sender = "ann", .assign_epoch = 1, .instance = "5"};
    CHECK(say({.sender = "v2", .number = 2}) == "not_found");
    CHECK(say({.sender = "v2", .number = 1, .digest = "501"}) == "not_found");  // not even of what was sent under this number
    CHECK(say(from_ann) == "stale_assignment");
    w.offered("c1", "ann");
    CHECK(say(from_ann) == "stale_assignment");
    w.offer("c1", "ann");
    w.accept("c1", "ann");
    CHECK(say({.role = "a", .sender = "bob", .assign_epoch = 1, .instance = "6"}) == "stale_assignment");
    CHECK(say({.role = "a", .sender = "ann", .assign_epoch = 0, .instance = "5"}) == "stale_assignment");
    CHECK(say({.role = "a", .sender = "ann", .assign_epoch = 2, .instance = "5"}) == "stale_assignment");
    CHECK(w.append({from_ann})[0].starts_with("ok "));
    CHECK(w.append({{.role = "s", .sender = "sue", .text = "whisper", .audience = "S", .instance = "9"}})[0].starts_with("ok "));
    w.wrap_up("c1", "ann");
    CHECK(say({.number = 2}) == "conversation_closed");
    CHECK(w.append({{.role = "a", .sender = "ann", .assign_epoch = 1, .number = 2, .audience = "S", .instance = "5"}})[0].starts_with("ok "));
    w.close("c1", "ann");
    CHECK(say({.role = "a", .sender = "ann", .assign_epoch = 1, .number = 3, .audience = "S", .instance = "5"}) == "conversation_closed");
}

TEST_CASE("message_append: seq has no holes and prev skips what the customer does not see") {
    World w;
    w.active("c1", "ann");
    const auto note = [&](unsigned number) {
        return Sent{.role = "a", .sender = "ann", .assign_epoch = 1, .number = number, .text = "note", .audience = "S", .instance = "5"};
    };
    w.append({note(1), {.number = 2}, note(2), note(3), {.number = 3}});
    w.append({note(4), {.number = 4}});
    std::uint64_t seq = 0, visible = 0;
    for (const v1::Event& event : w.log("c1")) {
        CHECK(event.seq() == ++seq);
        CHECK(event.prev() == visible);
        if (event.audience() == v1::ALL) visible = event.seq();
    }
    CHECK(seq == 12);
    CHECK(w.field("c1", "seq") == "12");
    CHECK(w.field("c1", "all") == "12");
    w.append({note(5)});
    CHECK(w.field("c1", "seq") == "13");
    CHECK(w.field("c1", "all") == "12");
}

TEST_CASE("message_append publishes to each endpoint once, in order, and notes to staff only") {
    World w;
    w.open_agent("ann", "s1", "n2");
    w.choose("ann", "available");
    w.active("c1", "ann");
    w.attach("c1");                       // n1.0
    w.watch("c1", "n3.1");
    w.published();
    w.append({{.role = "a", .sender = "ann", .assign_epoch = 1, .text = "note", .audience = "S", .instance = "5"}, {.number = 2}});
    auto records = w.published();
    CHECK(endpoints_of(records, 'S') == Words{"n2.0", "n3.1"});
    CHECK(endpoints_of(records, 'A') == Words{"n1.0", "n2.0", "n3.1"});
    for (std::size_t i = 1; i < records.size(); ++i)
        if (records[i].endpoint == records[i - 1].endpoint) CHECK((records[i - 1].kind == 'S' && records[i].kind == 'A'));

    // Both sides on one shard: one copy.
    w.attach("c1", "v1", "s2", "n2");
    w.published();
    w.append({{.number = 3}, {.role = "a", .sender = "ann", .assign_epoch = 1, .number = 2, .audience = "S", .instance = "5"}});
    records = w.published();
    CHECK(endpoints_of(records, 'A') == Words{"n1.0", "n2.0", "n3.1"});
    CHECK(endpoints_of(records, 'S') == Words{"n2.0", "n3.1"});
}

TEST_CASE("message_append: one publish per endpoint for a whole batch") {
    World w;
    Words lists;
    for (int i = 0; i < 5; ++i) {
        const std::string id = "c" + std::to_string(i), visitor = "v" + std::to_string(i);
        w.start(id, visitor);
        w.attach(id, visitor);
    }
    w.published();
    const auto publishes = [&] {
        const std::string info = w.ask({"INFO", "commandstats"});
        const auto at = info.find("cmdstat_publish:calls=");
        return at == std::string::npos ? 0 : std::stoi(info.substr(at + 22));
    };
    const int before = publishes();
    std::vector<Sent> batch;
    for (int round = 2; round < 5; ++round)
        for (int i = 0; i < 5; ++i)
            batch.push_back({.conversation = "c" + std::to_string(i), .sender = "v" + std::to_string(i), .number = static_cast<unsigned>(round)});
    w.append(batch);
    CHECK(publishes() - before == 1);
    const auto records = w.published();
    REQUIRE(records.size() == 15);
    for (std::size_t i = 0; i < records.size(); ++i) CHECK(records[i].id == batch[i].conversation);
}

TEST_CASE("message_append: an agent whose id looks like a customer's memory has its own") {
    World w;
    w.ready("c");
    w.start("c1");
    w.offer("c1", "c");
    w.accept("c1", "c");
    const Sent from_agent{.role = "a", .sender = "c", .assign_epoch = 1, .number = 1, .text = "first", .instance = "77", .digest = "501"};
    CHECK(w.append({from_agent})[0].starts_with("ok 6 "));
    CHECK(refused(w, [&] { return w.append({from_agent}); }) == "repeat 6");
    CHECK(w.append({{.number = 2}})[0].starts_with("ok 7 "));
}
