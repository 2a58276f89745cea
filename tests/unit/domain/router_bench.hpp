// SPDX-License-Identifier: Apache-2.0
// A router on the test bench: facts are made by short helpers, which keep the store's view and raise its versions.
#pragma once

#include "domain/routing.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

namespace switchboard::domain {

struct RouterBench {
    TenantConfig config;
    Router router;
    Timestamp now = from_ms(1'000'000);
    std::map<std::string, Conversation> conversations;
    std::map<std::string, Agent> agents;
    std::vector<Decision> decided;  // by the last call

    Department& department(const std::string& id) {
        Department made;
        made.id = DepartmentId{id};
        made.name = id;
        config.departments.push_back(made);
        return config.departments.back();
    }

    AgentProfile& profile(const std::string& id, const std::string& department, std::map<std::string, int> skills = {},
                          unsigned capacity = 1) {
        AgentProfile made;
        made.id = AgentId{id};
        made.login = id;
        made.departments.emplace_back(department);
        made.skills = std::move(skills);
        made.capacity = capacity;
        config.agents.push_back(made);
        return config.agents.back();
    }

    void configure() {
        ++config.version;
        decided = router.apply(ConfigChanged{std::make_shared<const TenantConfig>(config)}, now);
    }

    Agent& agent(const std::string& id) {
        Agent& found = agents[id];
        found.id = AgentId{id};
        return found;
    }
    void tell(Agent& changed) {
        ++changed.version;
        decided = router.apply(changed, now);
    }
    void sign_in(const std::string& id) {
        Agent& changed = agent(id);
        changed.choice = AgentChoice::available;
        changed.offline_since.reset();
        changed.idle_since = now;
        tell(changed);
    }
    void go_offline(const std::string& id) {
        agent(id).offline_since = now;
        tell(agent(id));
    }
    void set_choice(const std::string& id, AgentChoice choice) {
        agent(id).choice = choice;
        tell(agent(id));
    }

    Conversation& conversation(const std::string& id) { return conversations.at(id); }
    void tell(Conversation& changed) {
        ++changed.version;
        decided = router.apply(changed, now);
    }
    // Arrives now.
    void start(const std::string& id, const std::string& department, std::vector<SkillRequirement> skills = {}, unsigned weight = 1) {
        Conversation& made = conversations[id];
        made.id = ConversationId{id};
        made.requirement = {DepartmentId{department}, std::move(skills)};
        made.weight = weight;
        made.enqueued = now;
        made.arrival = now;
        tell(made);
    }
    // The store carries out the router's offer: both entities change.
    void store_offer(const MakeOffer& offer) {
        Conversation& changed = conversation(offer.conversation.value);
        changed.status = ConversationStatus::offered;
        changed.agent = offer.agent;
        changed.offer = OfferId{"offer-" + changed.id.value + "-" + std::to_string(changed.version)};
        changed.deadline = offer.deadline;
        Agent& holder = agent(offer.agent.value);
        holder.load += changed.weight;
        tell(changed);
        std::vector<Decision> all = decided;
        tell(holder);
        all.insert(all.end(), decided.begin(), decided.end());
        answer(offer, ClaimResult::Outcome::accepted);
        all.insert(all.end(), decided.begin(), decided.end());
        decided = all;
    }
    void answer(const MakeOffer& offer, ClaimResult::Outcome outcome) {
        decided = router.apply(ClaimResult{offer.conversation, offer.agent, outcome}, now);
    }
    void accept(const std::string& id) {
        Conversation& changed = conversation(id);
        changed.status = ConversationStatus::active;
        changed.deadline = {};
        ++changed.assign_epoch;
        agent(changed.agent.value).misses = 0;
        agent(changed.agent.value).idle_since = now;
        tell(changed);
    }
    // Ends the offer or the ownership; `status` is queued or closed.
    void release(const std::string& id, ConversationStatus status, Duration cooldown = Duration{0}) {
        Conversation& changed = conversation(id);
        Agent& holder = agent(changed.agent.value);
        if (cooldown.count() > 0) changed.cooldowns.push_back({holder.id, now + cooldown});
        changed.status = status;
        changed.agent = {};
        changed.offer = {};
        changed.deadline = {};
        holder.load -= changed.weight;
        holder.idle_since = now;
        tell(changed);
        std::vector<Decision> all = decided;
        tell(holder);
        all.insert(all.end(), decided.begin(), decided.end());
        decided = all;
    }

    void after(Duration time) {
        now += time;
        decided = router.tick(now);
    }

    template <class Kind>
    Kind only() const {
        REQUIRE(decided.size() == 1);
        REQUIRE(std::holds_alternative<Kind>(decided.front()));
        return std::get<Kind>(decided.front());
    }
    // "conversation>agent ..." of the offers, in their order.
    std::string offers() const {
        std::string text;
        for (const Decision& decision : decided)
            if (const auto* offer = std::get_if<MakeOffer>(&decision))
                text += (text.empty() ? "" : " ") + offer->conversation.value + '>' + offer->agent.value;
        return text;
    }
};

}  // namespace switchboard::domain
