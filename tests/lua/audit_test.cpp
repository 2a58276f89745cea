// SPDX-License-Identifier: Apache-2.0
// Scripts that look for contradictions, and those that put right what has one right answer.
#include "checks.hpp"

#include <doctest/doctest.h>

using namespace switchboard;
using namespace switchboard::test;

namespace {

const ConversationId c1("c1");
const AgentId ann("ann");

Words audit_conversation(World& w, const std::string& agent) {
    return w.call("audit_conversation",
                  {w.key.conversation(c1), w.key.log(c1), w.key.customer_sessions(c1), w.key.live(), w.key.nodes(), w.key.held(AgentId(agent))},
                  {"c1", agent});
}

Words audit_agent(World& w, const Words& in_hand) {
    Words keys = {w.key.agent(ann), w.key.agent_sessions(ann), w.key.held(ann), w.key.nodes()};
    for (const std::string& id : in_hand) keys.push_back(w.key.conversation(ConversationId(id)));
    return w.call("audit_agent", keys, in_hand);
}

Words stray(World& w, const std::string& name, const std::string& owner, bool remove = false) {
    return w.call("audit_stray", {w.key.prefix() + name, owner, w.key.nodes()}, {name.substr(0, 1), name.substr(2), remove ? "1" : ""});
}

}  // namespace

TEST_CASE("audit_conversation: changes nothing, and says when it belongs to another one than was thought") {
    World w;
    w.active("c1", "ann");
    CHECK(refused(w, [&] { return audit_conversation(w, ""); }) == "retry ann");
    CHECK(refused(w, [&] { return audit_conversation(w, "bob"); }) == "retry ann");
    CHECK(refused(w, [&] { return audit_conversation(w, "ann"); }).starts_with("ok"));
}

TEST_CASE("audit_agent: changes nothing, and names what is in hand when the caller does not know it") {
    World w;
    w.active("c1", "ann");
    CHECK(refused(w, [&] { return audit_agent(w, {}); }) == "retry c1");
    CHECK(refused(w, [&] { return audit_agent(w, {"c1"}); }).starts_with("ok"));
    CHECK(refused(w, [&] { return audit_agent(w, {"c1", "c2"}); }).starts_with("ok"));
}

TEST_CASE("audit_stray: what an owner or a known node has is no stray") {
    World w;
    w.start("c1");
    w.renew_node("n1");
    w.attach("c1");
    const std::string owner = w.key.conversation(c1);
    CHECK(refused(w, [&] { return stray(w, "l:c1", owner, true); }) == "no");
    CHECK(refused(w, [&] { return stray(w, "p:c1", owner, true); }) == "no");
    CHECK(refused(w, [&] { return stray(w, "n:n1", w.key.nodes(), true); }) == "no");
    CHECK(refused(w, [&] { return stray(w, "l:c9", w.key.conversation(ConversationId("c9")), true); }) == "no");
    w.ask({"DEL", owner});
    CHECK(refused(w, [&] { return stray(w, "p:c1", owner, true); }) == "no");  // its customer is still there
    CHECK(refused(w, [&] { return stray(w, "l:c1", owner); }) == "ok");
    CHECK(stray(w, "l:c1", owner, true) == Words{"ok"});
    CHECK(w.ask({"EXISTS", w.key.log(c1)}) == "0");
    w.ask({"DEL", w.key.nodes()});
    CHECK(stray(w, "p:c1", owner, true) == Words{"ok"});
    CHECK(stray(w, "n:n1", w.key.nodes(), true) == Words{"ok"});
    CHECK(w.ask({"EXISTS", w.key.customer_sessions(c1), w.key.node_sessions(Incarnation("n1"))}) == "0");
}

TEST_CASE("mend_live: by what the conversation is") {
    World w;
    const auto mend = [&] { return w.call("mend_live", {w.key.conversation(c1), w.key.live()}, {"c1"}); };
    CHECK(refused(w, mend) == "no");
    w.start("c1");
    CHECK(refused(w, mend) == "no");
    w.ask({"SREM", w.key.live(), "c1"});
    CHECK(mend() == Words{"ok"});
    CHECK(w.holds(w.key.live(), "c1"));
    SUBCASE("closed") { w.ask({"HSET", w.key.conversation(c1), "status", "closed"}); }
    SUBCASE("gone") { w.ask({"DEL", w.key.conversation(c1)}); }
    CHECK(mend() == Words{"ok"});
    CHECK_FALSE(w.holds(w.key.live(), "c1"));
}

TEST_CASE("mend_agent: takes off what is not his, adds what is, and counts again") {
    World w;
    w.active("c1", "ann");
    w.start("c2", "v2");
    const auto mend = [&] {
        return w.call("mend_agent", {w.key.agent(ann), w.key.held(ann), w.key.routing_stream(), w.key.conversation(c1), w.key.conversation(ConversationId("c2"))},
                      {"ann", "c1", "c2"});
    };
    CHECK(refused(w, mend) == "no");
    SUBCASE("it is not in hand") { w.ask({"SREM", w.key.held(ann), "c1"}); }
    SUBCASE("another one's is in hand") { w.ask({"SADD", w.key.held(ann), "c2"}); }
    SUBCASE("it is counted wrong") { w.ask({"HSET", w.key.agent(ann), "load", "7"}); }
    w.routed();
    CHECK(mend() == Words{"ok"});
    CHECK(w.held("ann") == Words{"c1"});
    CHECK(w.agent_field("ann", "load") == "1");
    CHECK(routed_states(w) == Words{"a ann available"});
    CHECK(refused(w, mend) == "no");
}
