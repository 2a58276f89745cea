// SPDX-License-Identifier: Apache-2.0
// Any bytes in any argument: stored as they are, published as they are, and never understood as something else.
#include "checks.hpp"

#include <doctest/doctest.h>

using namespace switchboard;
using namespace switchboard::test;

namespace {

const std::vector<std::string>& hostile() {
    static const std::vector<std::string> texts = {
        "{}", "}:c:{other}", ":", "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nb\r\n", std::string("\0\1\0", 3), "'); redis.call('FLUSHALL') --",
        "%d%s%n", "$(reboot)", "\xff\xfe\x80", "a b c", "ok 1 2", std::string(1 << 20, 'x'), "\xE2\x80\xAE" "evil"};
    return texts;
}

}  // namespace

TEST_CASE("hostile texts of customers and agents go through unchanged") {
    for (const std::string& text : hostile()) {
        World w;
        const std::string id = "c-" + text.substr(0, 100), visitor = "v" + text, agent = "a" + text.substr(0, 100);
        w.open_agent(agent);
        w.choose(agent, "available", text);
        REQUIRE(w.start(id, visitor) == Words{"ok"});
        REQUIRE(w.attach(id, visitor) == Words{"ok"});
        w.published();
        REQUIRE(w.append({{.conversation = id, .sender = visitor, .number = 2, .text = "x" + text, .digest = "1"}})[0].starts_with("ok 3 "));
        CHECK((w.append({{.conversation = id, .sender = visitor, .number = 2, .text = "x" + text, .digest = "1"}})[0] == "repeat 3"));
        auto records = w.published();
        REQUIRE(records.size() == 1);
        CHECK((records[0].id == id));
        CHECK((records[0].payload.find("x" + text) != std::string::npos));
        REQUIRE(w.offer(id, agent, 3, text) == Words{"ok"});
        REQUIRE(w.accept(id, agent, text) == Words{"ok"});
        CHECK((w.held(agent) == Words{id}));
        CHECK((w.field(id, "agent") == agent));
        REQUIRE(w.transfer(id, agent) == Words{"ok"});
        REQUIRE(w.offer(id, agent, 3, text + "2") == Words{"ok"});
        REQUIRE(w.end_offer(id, agent, "declined", text + "2") == Words{"ok"});
        CHECK(w.agent_field(agent, "load") == "0");
        CHECK((w.field(id, "cooldowns").find("=17") != std::string::npos));
        check_stream(w);
        REQUIRE(w.rate(id, visitor)[0] == "illegal_state");
        REQUIRE(w.end(id, visitor, "") == Words{"ok"});
        CHECK((w.outboxed() == Words{id}));
    }
}

TEST_CASE("separators inside an agent's id break nothing") {
    for (const std::string agent : {"a,b", "a=b", "a=1,b=2", ",", "=", "a=99999999999999999999"}) {
        World w;
        w.ready(agent);
        w.start("c1");
        for (int i = 0; i < 3; ++i) {
            const std::string offer = "o" + std::to_string(i);
            w.now += 100;
            REQUIRE(w.offer("c1", agent, 3, offer) == Words{"ok"});
            REQUIRE(w.end_offer("c1", agent, "declined", offer) == Words{"ok"});
            CHECK(w.field("c1", "cooldowns").size() < 200);
        }
        CHECK(w.agent_field(agent, "load") == "0");
        check_stream(w);
    }
}

TEST_CASE("a start with a megabyte in every field") {
    World w;
    const std::string big(1 << 20, '\n');
    const ConversationId id("c1");
    CHECK((w.call("conversation_start",
                  {w.key.visitor(VisitorId(big)), w.key.conversation(id), w.key.log(id), w.key.live(), w.key.routing_stream(), w.key.conversation(id),
                   w.key.customer_sessions(id), w.key.node_sessions(Incarnation("n1")), w.key.nodes()},
                  {"", "c1", big, "9", big, big, "1", big, big, big, "", "1000", "", "", "", draft(big), "77", "501", draft(big), "0", "", "0", big}) == Words{"ok"}));
    CHECK((w.field("c1", "topic") == big));
    CHECK(w.log("c1").size() == 2);
}

TEST_CASE("numbers at the end of their range") {
    World w;
    w.start("c1");
    const ConversationId id("c1");
    w.ask({"HSET", w.key.conversation(id), "d:c:77", "4294967294 2 1", "seq", "9007199254740000", "all", "9007199254740000"});
    w.ask({"DEL", w.key.log(id)});
    CHECK(w.append({{.number = 4'294'967'295u, .digest = "18446744073709551615"}}) == Words{"ok 9007199254740001 1700000000000"});
    CHECK(w.append({{.number = 4'294'967'295u, .digest = "18446744073709551615"}}) == Words{"repeat 9007199254740001"});
    CHECK(w.append({{.number = 4'294'967'295u, .digest = "18446744073709551614"}}) == Words{"conflict"});
    CHECK(w.log("c1").at(0).prev() == 9'007'199'254'740'000u);
}
