// SPDX-License-Identifier: Apache-2.0
// A key that holds something else than it should: Redis ends the script there and keeps what it has written so far. So nothing may have been.
#include "checks.hpp"
#include "redis/scripts.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <set>

using namespace switchboard;
using namespace switchboard::test;

namespace {

struct Step {
    std::string script;
    std::function<void(World&)> before;
    std::function<Words(World&)> act;
};

const std::vector<Step>& steps() {
    static const std::vector<Step> all = {
        {"conversation_start", [](World&) {}, [](World& w) { return w.start("c1", "v1", "", "s1"); }},
        {"customer_attach", [](World& w) { w.start("c1"); }, [](World& w) { return w.attach("c1"); }},
        {"customer_detach", [](World& w) { w.start("c1", "v1", "", "s1"); }, [](World& w) { return w.detach("c1"); }},
        {"agent_open", [](World&) {}, [](World& w) { return w.open_agent("ada"); }},
        {"agent_close", [](World& w) { w.open_agent("ada"); }, [](World& w) { return w.close_agent("ada"); }},
        {"agent_choice", [](World& w) { w.open_agent("ada"); }, [](World& w) { return w.choose("ada", "available"); }},
        {"offer_make", [](World& w) { w.ready("ada"); w.start("c1"); }, [](World& w) { return w.offer("c1", "ada"); }},
        {"offer_accept", [](World& w) { w.offered("c1", "ada"); }, [](World& w) { return w.accept("c1", "ada"); }},
        {"offer_end", [](World& w) { w.offered("c1", "ada"); }, [](World& w) { return w.end_offer("c1", "ada"); }},
        {"conversation_transfer", [](World& w) { w.active("c1", "ada"); }, [](World& w) { return w.transfer("c1", "ada"); }},
        {"wrap_up_begin", [](World& w) { w.active("c1", "ada"); }, [](World& w) { return w.wrap_up("c1", "ada"); }},
        {"conversation_close", [](World& w) { w.active("c1", "ada"); }, [](World& w) { return w.close("c1", "ada"); }},
        {"conversation_end", [](World& w) { w.active("c1", "ada"); }, [](World& w) { return w.end("c1", "v1", "ada"); }},
        {"conversation_abandon", [](World& w) { w.offered("c1", "ada"); }, [](World& w) { return w.abandon("c1", "ada"); }},
        {"conversation_requeue", [](World& w) { w.active("c1", "ada"); w.close_agent("ada", "s-ada"); }, [](World& w) { return w.requeue("c1", "ada"); }},
        {"conversation_widen", [](World& w) { w.start("c1"); }, [](World& w) { return w.widen("c1", "", 1); }},
        {"conversation_move", [](World& w) { w.start("c1"); }, [](World& w) { return w.move("c1"); }},
        {"conversation_turn_away", [](World& w) { w.start("c1"); }, [](World& w) { return w.turn_away("c1"); }},
        {"conversation_warn", [](World& w) { w.active("c1", "ada"); }, [](World& w) { return w.warn("c1"); }},
        {"conversation_prioritize", [](World& w) { w.start("c1"); }, [](World& w) { return w.prioritize("c1", "1000", "1"); }},
        {"conversation_pick", [](World& w) { w.ready("ada"); w.start("c1"); }, [](World& w) { return w.pick("c1", "ada"); }},
        {"consult_start", [](World& w) { w.active("c1", "ada"); w.ready("bob"); }, [](World& w) { return w.consult("c1", "ada", "bob"); }},
        {"consult_complete", [](World& w) { w.active("c1", "ada"); w.ready("bob"); w.consult("c1", "ada", "bob"); },
         [](World& w) { return w.complete_consult("c1", "ada", "bob"); }},
        {"consult_end", [](World& w) { w.active("c1", "ada"); w.ready("bob"); w.consult("c1", "ada", "bob"); }, [](World& w) { return w.end_consult("c1", "ada"); }},
        {"conversation_rate", [](World& w) { w.active("c1", "ada"); w.close("c1", "ada"); }, [](World& w) { return w.rate("c1"); }},
        {"message_append", [](World& w) { w.start("c1"); }, [](World& w) { return w.append({{.number = 2}}); }},
        {"endpoint_watch", [](World& w) { w.start("c1"); }, [](World& w) { return w.watch("c1", "n1.0"); }},
        {"horizons_advance", [](World& w) { w.start("c1"); }, [](World& w) { return w.horizons("c1", "c", "v1", 1, 1); }},
        {"config_save", [](World&) {}, [](World& w) {
            return w.call("config_save", {w.key.config(), w.key.routing_stream(), w.key.audit()}, {w.key.channel_prefix(), "0", "{}", "ada", "all"});
        }},
        {"mend_agent", [](World& w) {
             for (const std::string id : {"c1", "c2"}) {
                 w.start(id, "v-" + id);
                 w.ready("ada");
                 w.offer(id, "ada");
                 w.accept(id, "ada");
                 w.ask({"SREM", w.key.held(AgentId("ada")), id});
             }
         },
         [](World& w) {
             const AgentId ada("ada");
             return w.call("mend_agent", {w.key.agent(ada), w.key.held(ada), w.key.routing_stream(), w.key.conversation(ConversationId("c1")),
                                          w.key.conversation(ConversationId("c2"))}, {"ada", "c1", "c2"});
         }},
        {"node_forget", [](World& w) { w.start("c1", "v1", "", "s1"); }, [](World& w) { return w.forget_node("n1", true); }},
    };
    return all;
}

// Of the script, in a step that changes something.
std::set<std::string> keys_of(const Step& step) {
    World w;
    step.before(w);
    const auto before = w.dump();
    step.act(w);
    const Words keys = w.last_keys;
    REQUIRE_MESSAGE((w.dump() != before), step.script);
    return {keys.begin(), keys.end()};
}

}  // namespace

TEST_CASE("a script that meets a key of another type has written nothing") {
    for (const Step& step : steps()) {
        int met = 0;
        for (const std::string& name : keys_of(step)) {
            World w;
            step.before(w);
            w.ask({"DEL", name});
            w.ask({"SET", name, "something else"});
            const auto before = w.dump();
            if (step.act(w)[0].find("WRONGTYPE") == std::string::npos) continue;
            ++met;
            CHECK_MESSAGE((w.dump() == before), step.script << " with " << name);
        }
        CHECK_MESSAGE(met > 0, step.script);
    }
}

TEST_CASE("every script is looked at, but for those that write one key, or what a repetition mends") {
    std::set<std::string> known = {"agent_endpoints", "audit_agent", "audit_conversation", "audit_stray", "latest_publish", "mend_live",
                                   "node_condemn", "node_renew", "router_acquire", "router_renew", "visitor_generation"};
    for (const Step& step : steps()) known.insert(step.script);
    for (const redis::ScriptSource& source : redis::script_sources()) CHECK_MESSAGE(known.contains(std::string(source.name)), source.name);
}

TEST_CASE("a conversation whose log is something else keeps nobody else from writing") {
    World w;
    for (const std::string id : {"c1", "c2", "c3"}) w.start(id, "v-" + id);
    w.ask({"DEL", w.key.log(ConversationId("c2"))});
    w.ask({"SET", w.key.log(ConversationId("c2")), "something else"});
    const auto send = [&](const std::string& id) { return Sent{.conversation = id, .sender = "v-" + id, .number = 2}; };
    const Words answers = w.append({send("c1"), send("c2"), send("c3")});
    REQUIRE(answers.size() == 3);
    CHECK(answers[0].starts_with("ok 3"));
    CHECK(answers[1].starts_with("WRONGTYPE"));
    CHECK(answers[2].starts_with("ok 3"));
    CHECK(w.field("c2", "seq") == "2");
    w.ask({"SET", w.key.conversation(ConversationId("c3")), "something else"});
    const Words again = w.append({send("c3"), {.sender = "v-c1", .number = 3}});
    CHECK(again[0].starts_with("WRONGTYPE"));
    CHECK(again[1].starts_with("ok 4"));
}
