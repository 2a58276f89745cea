// SPDX-License-Identifier: Apache-2.0
// The conversations' side of the indexes: routing classes, their queues, and the order of everything that waits in a
// department. Owns departments, slots and classes. Router-internal.
#pragma once

#include "domain/routing_index.hpp"

#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace switchboard::domain::routing {

class QueueIndex {
public:
    // Creates it when it is not known; it then has the default settings.
    DepartmentIndex& department(const DepartmentId& id);
    const DepartmentIndex* find_department(const DepartmentId& id) const;
    SkillNumber number_of(const std::string& skill);

    // Gives the conversation its class and its place in the department.
    void enter(ConversationEntry& conversation);
    void leave(ConversationEntry& conversation);
    // Puts a waiting conversation into the queue of its class, or takes it out of it.
    void enqueue(ConversationEntry& conversation);
    void dequeue(ConversationEntry& conversation);

    // Forgets all agents and takes over the settings of the departments; what waits stays where it is. Conversations whose
    // department has another ladder or mode must have left before.
    void reconfigure(const TenantConfig& config);
    // The agent's memberships, by its profile.
    void admit(AgentEntry& agent);

    // Departments with a limit in which more or fewer wait than at the last call.
    std::vector<DepartmentIndex*> take_resized() { return std::exchange(resized_, {}); }

    std::size_t waiting() const { return waiting_; }
    const std::unordered_map<DepartmentId, std::unique_ptr<DepartmentIndex>>& departments() const { return departments_; }

private:
    RoutingClass& intern(const ConversationEntry& conversation);
    std::unique_ptr<RoutingClass> make_class(const ConversationEntry& conversation, std::string key);
    Reach reach(RoutingClass& made, const DepartmentId& id);
    void list_head(RoutingClass& routing_class);
    void unlist_head(RoutingClass& routing_class);
    Slot& slot(DepartmentIndex& department, SkillNumber skill);

    std::unordered_map<DepartmentId, std::unique_ptr<DepartmentIndex>> departments_;
    std::unordered_map<std::string, std::unique_ptr<RoutingClass>> classes_;
    std::unordered_map<std::string, SkillNumber> skill_numbers_;
    std::vector<DepartmentIndex*> resized_;
    std::size_t waiting_ = 0;
};

}  // namespace switchboard::domain::routing
