// SPDX-License-Identifier: Apache-2.0
// Reads a tenant's routing stream beside the routers and checks each change, knowing nothing but the configuration and the changes
// before: who may be offered what, one owner, one offer, capacity, the place that is kept, the order within a class. It has no clock
// but this machine's, which is also that of Redis here. What it finds is kept in `violations`. Thread: one.
#pragma once

#include "contract/shard.hpp"

#include <chrono>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace switchboard::test {

class Witness {
public:
    Witness(Stores& stores, domain::TenantConfigPtr config);

    // Calls itself again until the object's end.
    void read();

    // Whoever passes on or changes the priority of a conversation says so: its place may change then, its requirement too, as long as
    // that may be under way.
    void expect_change(const ConversationId& id) { changed_by_people_[id] = std::chrono::steady_clock::now() + std::chrono::seconds(5); }

    // What must hold once nothing has happened for a while: no one waits whom somebody free could serve, no deadline has passed, the
    // loads are the sums of the weights, and all of it is what `snapshot` says.
    void check_rest(const ports::RoutingSnapshot& snapshot);

    // Those that are not closed.
    const std::map<ConversationId, domain::Conversation>& conversations() const { return conversations_; }
    const std::map<AgentId, domain::Agent>& agents() const { return agents_; }
    std::size_t changes() const { return changes_; }
    std::size_t offers() const { return offers_; }
    std::size_t assignments() const { return assignments_; }
    std::chrono::steady_clock::time_point last_change() const { return last_change_; }

    std::vector<std::string> violations;

private:
    // An older one of the same class waits on while a younger one is offered. Once is excused: its own offer may have been on its way and
    // refused, because the agent left in that moment.
    struct PassedOver {
        ConversationId younger;
        std::uint64_t older_version = 0;
        Timestamp at{};
    };

    void take(const domain::Conversation& now);
    void take(const domain::Agent& now);
    void check_transition(const domain::Conversation& before, const domain::Conversation& now);
    void check_offer(const domain::Conversation& offered);
    void check_order(const domain::Conversation& offered);
    // Empty: the agent may be asked; else which test it fails.
    std::string obstacle(const domain::Agent& agent, const domain::Conversation& conversation, Timestamp at) const;
    unsigned held(const AgentId& agent, const ConversationId& but = {}) const;
    bool changed_by_people(const ConversationId& id) const;
    void violation(const domain::Conversation& conversation, const std::string& what);

    Stores& stores_;
    const domain::TenantConfigPtr config_;
    std::string stream_id_ = "0-0";
    std::map<ConversationId, domain::Conversation> conversations_;
    std::map<ConversationId, Timestamp> unchanged_since_;  // as the witness saw it; a change of priority counts
    std::unordered_map<ConversationId, std::uint64_t> closed_;  // -> version
    std::map<AgentId, domain::Agent> agents_;
    std::map<ConversationId, std::chrono::steady_clock::time_point> changed_by_people_;  // -> until when
    std::map<ConversationId, PassedOver> passed_over_;  // the older one -> the first time
    std::size_t changes_ = 0, offers_ = 0, assignments_ = 0;
    std::chrono::steady_clock::time_point last_change_ = std::chrono::steady_clock::now();
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace switchboard::test
