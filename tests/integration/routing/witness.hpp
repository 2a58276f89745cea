// SPDX-License-Identifier: Apache-2.0
// Reads a tenant's routing stream beside the routers and checks each change, knowing nothing but the configuration and the changes
// before: who may be offered what, one owner, one offer, capacity, the place that is kept, the order within a class. It has no clock
// but this machine's, which is also that of Redis here. What it finds is kept in `violations`. Thread: one.
#pragma once

#include "contract/shard.hpp"

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace switchboard::test {

class Witness {
public:
    Witness(Stores& stores, domain::TenantConfigPtr config);

    // Calls itself again until the object's end.
    void read();

    // Whoever passes on or changes the priority of a conversation says so: its place may change then, its requirement too.
    void expect_change(const ConversationId& id) { changed_by_people_.insert(id); }

    // What must hold once nothing has happened for a while: no one waits whom somebody free could serve, no deadline has passed, the
    // loads are the sums of the weights, and all of it is what `snapshot` says.
    void check_rest(const ports::RoutingSnapshot& snapshot);

    const std::map<ConversationId, domain::Conversation>& conversations() const { return conversations_; }
    const std::map<AgentId, domain::Agent>& agents() const { return agents_; }
    std::size_t changes() const { return changes_; }
    std::size_t offers() const { return offers_; }
    std::chrono::steady_clock::time_point last_change() const { return last_change_; }

    std::vector<std::string> violations;

private:
    // An older one of the same class was passed over: excused if it is served, or its own offer was on its way.
    struct PassedOver {
        ConversationId older, younger;
        std::uint64_t older_version = 0;
        Timestamp until{};
    };

    void take(const domain::Conversation& now);
    void take(const domain::Agent& now);
    void check_transition(const domain::Conversation& before, const domain::Conversation& now);
    void check_offer(const domain::Conversation& offered);
    void check_order(const domain::Conversation& offered);
    void check_passed_over();
    // Empty: the agent may be asked; else which test it fails.
    std::string obstacle(const domain::Agent& agent, const domain::Conversation& conversation, Timestamp at) const;
    unsigned held(const AgentId& agent, const ConversationId& but = {}) const;
    void violation(const domain::Conversation& conversation, const std::string& what);

    Stores& stores_;
    const domain::TenantConfigPtr config_;
    std::string stream_id_ = "0-0";
    std::map<ConversationId, domain::Conversation> conversations_;
    std::map<ConversationId, Timestamp> unchanged_since_;  // as the witness saw it; a change of priority counts
    std::map<AgentId, domain::Agent> agents_;
    std::set<ConversationId> changed_by_people_;
    std::deque<PassedOver> passed_over_;
    std::size_t changes_ = 0, offers_ = 0;
    std::chrono::steady_clock::time_point last_change_ = std::chrono::steady_clock::now();
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace switchboard::test
