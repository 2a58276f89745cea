// SPDX-License-Identifier: Apache-2.0
#include "redis/entities.hpp"

#include <doctest/doctest.h>

using namespace switchboard;
using namespace switchboard::redis;

namespace {

Fields fields(std::initializer_list<std::pair<std::string_view, std::string_view>> pairs) {
    Fields made;
    for (const auto& [name, value] : pairs) made.add(name, value);
    return made;
}

}  // namespace

TEST_CASE("a conversation from its fields") {
    const auto conversation = conversation_from(
        ConversationId("c1"), fields({{"version", "7"}, {"status", "offered"}, {"department", "sales"}, {"skills", "phones=3,vip=1"}, {"weight", "2"},
                                      {"arrival", "1700000000001"}, {"arrival_us", "250"}, {"agent", "ann"}, {"offer", "o1"}, {"deadline", "1700000020000"},
                                      {"assign_epoch", "4"}, {"absent", "1700000000009"}, {"cooldowns", "bob=1700000000010,cat=5"},
                                      {"enqueued", "1700000000007"}, {"urgent", "1"}, {"step", "2"}, {"reason", "inactive"}}));
    CHECK(conversation.id == ConversationId("c1"));
    CHECK(conversation.version == 7);
    CHECK(conversation.status == domain::ConversationStatus::offered);
    CHECK(conversation.requirement == domain::Requirement{DepartmentId("sales"), {{"phones", 3}, {"vip", 1}}});
    CHECK(conversation.weight == 2);
    CHECK(to_ms(conversation.arrival) == 1'700'000'000'001);
    CHECK(conversation.arrival_us == 250);
    CHECK(to_ms(conversation.enqueued) == 1'700'000'000'007);
    CHECK(conversation.urgent);
    CHECK(conversation.step == 2);
    CHECK(conversation.closed_reason == domain::ClosedReason::inactive);
    CHECK(conversation.agent == AgentId("ann"));
    CHECK(conversation.offer == OfferId("o1"));
    CHECK(to_ms(conversation.deadline) == 1'700'000'020'000);
    CHECK(conversation.assign_epoch == 4);
    REQUIRE(conversation.customer_absent_since);
    CHECK(to_ms(*conversation.customer_absent_since) == 1'700'000'000'009);
    REQUIRE(conversation.cooldowns.size() == 2);
    CHECK(conversation.cooldowns[1].agent == AgentId("cat"));
    CHECK(to_ms(conversation.cooldowns[0].until) == 1'700'000'000'010);
}

TEST_CASE("empty fields are absent values") {
    const auto conversation = conversation_from(ConversationId("c1"), fields({{"status", "queued"}, {"agent", ""}, {"deadline", ""}, {"absent", ""}, {"arrival", "5"},
                                                                              {"urgent", ""}, {"step", ""}, {"reason", ""},
                                                                              {"skills", ""}, {"cooldowns", ""}}));
    CHECK(conversation.agent.empty());
    CHECK(conversation.deadline == Timestamp{});
    CHECK_FALSE(conversation.customer_absent_since);
    CHECK(conversation.requirement.skills.empty());
    CHECK(conversation.cooldowns.empty());
    CHECK_FALSE(conversation.urgent);
    CHECK(conversation.step == 0);
    CHECK(conversation.closed_reason == domain::ClosedReason::none);
    CHECK(to_ms(conversation.enqueued) == 5);  // as it was before there were boosts
}

TEST_CASE("an agent from its fields; one that was never seen is offline") {
    const auto agent = agent_from(AgentId("ann"), fields({{"version", "3"}, {"choice", "available"}, {"reason", "r"}, {"load", "2"}, {"idle", "50"},
                                                          {"offline", ""}, {"misses", "1"}, {"asked", "40"}}));
    CHECK(agent.online());
    CHECK(agent.choice == domain::AgentChoice::available);
    CHECK(agent.load == 2);
    CHECK(agent.misses == 1);
    CHECK(to_ms(agent.idle_since) == 50);
    CHECK(to_ms(agent.asked_at) == 40);
    CHECK_FALSE(agent_from(AgentId("ann"), fields({{"version", "3"}, {"offline", "60"}})).online());
    const auto unknown = agent_from(AgentId("nobody"), Fields());
    CHECK_FALSE(unknown.online());
    CHECK(unknown.choice == domain::AgentChoice::away);
}

TEST_CASE("skills there and back") {
    domain::Requirement requirement{DepartmentId("d"), {{"a", 1}, {"lang-de", 5}, {"x=y", 2}}, {}};
    const auto read = [](const std::string& text) {
        return conversation_from(ConversationId("c"), fields({{"department", "d"}, {"skills", text}})).requirement;
    };
    CHECK(skills_text(requirement) == "a=1,lang-de=5,x=y=2");
    CHECK(read(skills_text(requirement)) == requirement);
    requirement.agent = AgentId("ann");
    CHECK(skills_text(requirement) == "@ann=1,a=1,lang-de=5,x=y=2");
    CHECK(read(skills_text(requirement)) == requirement);
    CHECK(skills_text({}).empty());
    requirement.preferred = {{"z", 3}, {"b", 1}};
    CHECK(skills_text(requirement) == "@ann=1,a=1,lang-de=5,x=y=2,?z=3,?b=1");
    CHECK(read(skills_text(requirement)) == requirement);
    requirement.agent = {};
    requirement.bots = true;
    CHECK(skills_text(requirement) == "@@bots=1,a=1,lang-de=5,x=y=2,?z=3,?b=1");
    CHECK(read(skills_text(requirement)) == requirement);
    requirement.agent = AgentId("ann");
    CHECK(skills_text(requirement).starts_with("@ann=1,@@bots=1,"));
    CHECK_FALSE(read(skills_text(requirement)).bots);  // not before ann has let it pass
}

TEST_CASE("what cannot be understood is left out and breaks nothing") {
    const auto conversation = conversation_from(
        ConversationId("c1"), fields({{"status", "dancing"}, {"version", "-1"}, {"weight", "x"}, {"skills", ",,=,a"}, {"cooldowns", "a,b=,=5,c=x"}}));
    CHECK(conversation.status == domain::ConversationStatus::closed);
    CHECK(conversation.version == 0);
    CHECK(conversation.weight == 0);
    for (const domain::Cooldown& cooldown : conversation.cooldowns) CHECK(to_ms(cooldown.until) <= 5);
}

TEST_CASE("a record takes what only hashes have") {
    const auto record = record_from(ConversationId("c1"), fields({{"epoch", "18446744073709551615"}, {"visitor", "v"}, {"name", "Jo"}, {"topic", "T"},
                                                                  {"started", "1"}, {"queued", "2"}, {"seq", "9"}, {"all", "8"}, {"reason", "resolved"},
                                                                  {"disposition", "sold"}, {"rating", "4"}, {"preview", "p"}, {"cd", "1"}, {"cr", "2"},
                                                                  {"ad", "3"}, {"ar", "4"}, {"consult", "bob"}}));
    CHECK(record.consulted == AgentId("bob"));
    CHECK(record.epoch == 18'446'744'073'709'551'615u);
    CHECK(record.visitor == VisitorId("v"));
    CHECK(record.customer_name == "Jo");
    CHECK(record.head_seq == 9);
    CHECK(record.head_all_seq == 8);
    CHECK(record.routing.closed_reason == domain::ClosedReason::resolved);
    CHECK(record.rating == 4);
    CHECK(record.customer_delivered == 1);
    CHECK(record.customer_read == 2);
    CHECK(record.agent_delivered == 3);
    CHECK(record.agent_read == 4);
}
