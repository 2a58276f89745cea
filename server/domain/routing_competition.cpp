// SPDX-License-Identifier: Apache-2.0
#include "domain/competition.hpp"
#include "domain/routing_agents.hpp"
#include "domain/routing_impl.hpp"

#include <algorithm>
#include <map>

namespace switchboard::domain {

namespace {

using routing::AgentEntry;
using routing::RoutingClass;

// Of more classes the ones with the fewest conversations are only listed: an estimate compares each with each.
constexpr std::size_t most_classes = 256;

using GroupsOf = std::unordered_map<const RoutingClass*, std::uint32_t>;
using Positions = std::unordered_map<DepartmentId, std::size_t>;  // in the configuration

bool accepts_work(const AgentEntry& agent) {
    return agent.known && agent.profile && agent.profile->capacity > 0 && agent.entity.online() && agent.entity.choice == AgentChoice::available;
}

// The largest first, as far as they are compared.
void keep_largest_first(std::vector<const RoutingClass*>& classes) {
    if (classes.size() <= most_classes) return;
    std::nth_element(classes.begin(), classes.begin() + most_classes, classes.end(), [](const RoutingClass* a, const RoutingClass* b) {
        return a->users != b->users ? a->users > b->users : a->key < b->key;
    });
}

GroupsOf add_groups(Competition& picture, const Positions& positions, std::vector<const RoutingClass*> classes) {
    GroupsOf groups;
    keep_largest_first(classes);
    for (std::size_t i = 0; i < std::min(classes.size(), most_classes); ++i) {
        groups.emplace(classes[i], static_cast<std::uint32_t>(picture.groups.size()));
        picture.groups.push_back({positions.at(classes[i]->department->id), {}, false});
    }
    picture.compared = picture.groups.size();
    for (std::size_t i = most_classes; i < classes.size(); ++i) {
        groups.emplace(classes[i], static_cast<std::uint32_t>(picture.groups.size()));
        picture.groups.push_back({positions.at(classes[i]->department->id), {}, false});
    }
    return groups;
}

void add_waiting(Competition& picture, const GroupsOf& groups, const routing::DepartmentIndex& index) {
    unsigned position = 0;
    for (const routing::QueueKey& key : index.waiting)
        picture.groups[groups.at(key.conversation->routing_class)].waiting.push_back({&key.conversation->id, key.order, ++position});
}

// By its place in the teams' order, so that the picture is the same on every machine.
class Teams {
public:
    explicit Teams(Competition& picture) : picture_(picture) {}

    void may_take(const AgentEntry& agent, std::uint32_t group, unsigned weight) {
        groups_of_[&agent].push_back(group);
        if (agent.room() >= weight) picture_.groups[group].room = true;
    }

    void build(const Positions& positions) {
        std::map<std::vector<std::uint32_t>, std::map<std::size_t, unsigned>> teams;
        for (auto& [agent, groups] : groups_of_) {
            std::sort(groups.begin(), groups.end());
            groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
            auto& holds = teams[groups];
            for (const routing::ConversationEntry* held : agent->holding) {
                const auto department = positions.find(held->requirement->department);
                if (department != positions.end()) ++holds[department->second];
            }
        }
        for (const auto& [groups, holds] : teams) picture_.teams.push_back({groups, {holds.begin(), holds.end()}});
    }

private:
    Competition& picture_;
    std::unordered_map<const AgentEntry*, std::vector<std::uint32_t>> groups_of_;
};

}  // namespace

Competition Router::competition() const {
    Competition picture;
    if (!impl_->config) return picture;
    Positions positions;
    std::vector<const RoutingClass*> classes;
    std::vector<const routing::DepartmentIndex*> indexes;
    for (const Department& department : impl_->config->departments) {
        positions.emplace(department.id, picture.departments.size());
        picture.groups.push_back({picture.departments.size(), {}, false});
        indexes.push_back(impl_->queues.find_department(department.id));
        picture.departments.push_back({department.id, static_cast<unsigned>(indexes.back()->waiting.size())});
        classes.insert(classes.end(), indexes.back()->classes.begin(), indexes.back()->classes.end());
    }
    const GroupsOf groups = add_groups(picture, positions, std::move(classes));

    Teams teams(picture);
    for (std::uint32_t i = 0; i < indexes.size(); ++i) {
        add_waiting(picture, groups, *indexes[i]);
        for (const AgentEntry* agent : indexes[i]->agents)
            if (accepts_work(*agent)) teams.may_take(*agent, i, indexes[i]->settings->conversation_weight);
    }
    for (const auto& [routing_class, group] : groups) {
        if (group >= picture.compared) continue;
        for (const routing::Reach& reach : routing_class->reaches)
            for (const AgentEntry* agent : reach.department->agents)
                if (accepts_work(*agent) && routing::qualified(*agent, *routing_class, routing_class->required))
                    teams.may_take(*agent, group, routing_class->weight);
    }
    teams.build(positions);
    return picture;
}

}  // namespace switchboard::domain
