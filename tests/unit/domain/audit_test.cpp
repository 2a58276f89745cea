// SPDX-License-Identifier: Apache-2.0
#include "domain/audit.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace switchboard;
using namespace switchboard::domain;

namespace {

AuditedConversation waiting() {
    AuditedConversation c;
    c.id = ConversationId("c1");
    c.exists = c.listed_live = true;
    c.status = "queued";
    c.version = 3;
    c.head_seq = c.head_all_seq = c.log_length = c.log_last = 2;
    c.log_first = 1;
    c.sessions = {{SessionId("s1"), Incarnation("n1"), true}};
    return c;
}

AuditedConversation active() {
    AuditedConversation c = waiting();
    c.status = "active";
    c.agent = AgentId("ann");
    c.in_hand = true;
    return c;
}

AuditedAgent ann() {
    AuditedAgent a;
    a.id = AgentId("ann");
    a.load = 3;
    a.held = {{ConversationId("c1"), AgentId("ann"), "active", 1}, {ConversationId("c2"), AgentId("ann"), "offered", 2}};
    a.sessions = {{SessionId("s1"), Incarnation("n1"), true}};
    return a;
}

template <class Facts>
void expect(Facts facts, const std::function<void(Facts&)>& change, std::string_view words, Mend mend = Mend::nothing) {
    CAPTURE(words);
    change(facts);
    const auto findings = audit(facts);
    REQUIRE(findings.size() == 1);
    CHECK_MESSAGE(findings[0].sentence.find(words) != std::string::npos, findings[0].sentence);
    CHECK(findings[0].mend == mend);
    CHECK(findings[0].version == facts.version);
}

}  // namespace

TEST_SUITE("audit") {
    TEST_CASE("what is right is right") {
        CHECK(audit(waiting()).empty());
        CHECK(audit(active()).empty());
        AuditedConversation closed = waiting();
        closed.status = "closed";
        closed.listed_live = false;
        closed.sessions.clear();
        CHECK(audit(closed).empty());
        CHECK(audit(ann()).empty());
        CHECK(audit(AuditedConversation{.id = ConversationId("gone")}).empty());
    }

    TEST_CASE("each contradiction of a conversation") {
        using C = AuditedConversation;
        expect<C>(waiting(), [](C& c) { c.listed_live = false; }, "not listed as live", Mend::list_live);
        expect<C>(waiting(), [](C& c) { c.exists = false; }, "does not exist", Mend::unlist_live);
        expect<C>(waiting(), [](C& c) { c.status = "closed"; }, "closed and listed as live", Mend::unlist_live);
        expect<C>(waiting(), [](C& c) { c.offer = "o1"; }, "waits and yet");
        expect<C>(active(), [](C& c) { c.status = "offered"; }, "offered to nobody or for ever");
        expect<C>(active(), [](C& c) { c.agent = AgentId(); }, "has no owner");
        expect<C>(active(), [](C& c) { c.in_hand = false; }, "does not have it in hand", Mend::hold);
        expect<C>(waiting(), [](C& c) { c.head_seq = 3; }, "ends at 2 and it believes in 3");
        expect<C>(waiting(), [](C& c) { c.log_length = 1; }, "has a hole");
        expect<C>(waiting(), [](C& c) { c.log_first = 2, c.log_length = 1; }, "begins at 2");
        expect<C>(waiting(), [](C& c) { c.log_length = c.log_first = c.log_last = 0; }, "its log is gone");
        expect<C>(waiting(), [](C& c) { c.head_all_seq = 3; }, "stands after its last event");
        expect<C>(waiting(), [](C& c) { c.sessions[0].node_known = false; }, "on a node that is gone", Mend::end_sessions);
        expect<C>(waiting(), [](C& c) { c.absent = "17"; }, "is here and counts as gone");
        expect<C>(waiting(), [](C& c) { c.sessions.clear(); }, "is gone and counts as here");
    }

    TEST_CASE("each contradiction of an agent") {
        using A = AuditedAgent;
        expect<A>(ann(), [](A& a) { a.load = 4; }, "counts as having 4 and has 3: gets less", Mend::recount);
        expect<A>(ann(), [](A& a) { a.load = 2; }, "gets more", Mend::recount);
        expect<A>(ann(), [](A& a) { a.held.push_back({ConversationId("c3"), AgentId("bob"), "active", 1}); }, "c3 in hand, which is not his", Mend::recount);
        expect<A>(ann(), [](A& a) { a.held.push_back({ConversationId("c3"), AgentId(), "", 1}); }, "which is gone", Mend::recount);
        expect<A>(ann(), [](A& a) { a.sessions[0].node_known = false; }, "on a node that is gone", Mend::end_sessions);
        expect<A>(ann(), [](A& a) { a.sessions.clear(); }, "has no session and counts as here");
        expect<A>(ann(), [](A& a) { a.offline = true; }, "is here and counts as gone");
    }

    TEST_CASE("each contradiction of a log") {
        const ConversationId id("c1");
        const std::vector<AuditedEntry> good = {{1, 0, 11, true}, {2, 1, 12, false}, {3, 1, 13, true}};
        CHECK(audit_log(id, good).empty());
        const auto sentence = [&](std::size_t at, AuditedEntry entry) {
            auto log = good;
            log[at] = entry;
            const auto findings = audit_log(id, log);
            REQUIRE(findings.size() == 1);
            return findings[0].sentence;
        };
        CHECK(sentence(2, {4, 1, 13, true}) == "after event 2 comes 4");
        CHECK(sentence(2, {3, 2, 13, true}) == "event 3 names 2 as the one before it, which is 1");
        CHECK(sentence(2, {3, 1, 11, true}) == "event 3 has the id of an earlier one");
    }
}
