// SPDX-License-Identifier: Apache-2.0
#include "integration/routing/witness.hpp"

#include <algorithm>

namespace switchboard::test {

using domain::Agent;
using domain::Conversation;
using domain::ConversationStatus;
using namespace std::chrono_literals;

namespace {

constexpr Duration seen_by_the_router = 500ms;  // a change so old has reached whoever routes, unless it was stopped
constexpr Duration slack = 2s;                  // of deadlines
constexpr Duration clock_error = 100ms;         // between a node and this test: half of the longest round trip to Redis

Timestamp wall_clock() { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }

bool in_hand(const Conversation& one) {
    return one.status == ConversationStatus::offered || one.status == ConversationStatus::active || one.status == ConversationStatus::wrap_up;
}

bool same_class(const Conversation& a, const Conversation& b) {
    return a.requirement == b.requirement && a.weight == b.weight && a.step == b.step;
}

bool before(const Conversation& a, const Conversation& b) {
    return a.urgent != b.urgent ? a.urgent : came_before(a, b);
}

}  // namespace

Witness::Witness(Stores& stores, domain::TenantConfigPtr config) : stores_(stores), config_(std::move(config)) {}

void Witness::read() {
    stores_.routing.read_changes(tenant, stream_id_, 1000ms, [this, alive = std::weak_ptr(alive_)](Result<ports::RoutingChanges> read_now) {
        if (alive.expired()) return;
        if (read_now && !read_now->gone) {
            stream_id_ = read_now->stream_id;
            for (const auto& change : read_now->changes) std::visit([this](const auto& now) { take(now); }, change);
        } else {
            violations.emplace_back("the routing stream could not be read");
        }
        read();
    });
}

void Witness::take(const Conversation& now) {
    ++changes_;
    last_change_ = std::chrono::steady_clock::now();
    if (const auto closed = closed_.find(now.id); closed != closed_.end()) {
        if (now.version > closed->second && now.status != ConversationStatus::closed) violation(now, "was closed and lives again");
        return;
    }
    const auto found = conversations_.find(now.id);
    if (found != conversations_.end()) {
        if (now.version <= found->second.version) return;  // a repetition
        check_transition(found->second, now);
    } else if (now.status != ConversationStatus::queued) {
        violation(now, "begins otherwise than queued");
    }
    unchanged_since_[now.id] = wall_clock();
    if (now.status != ConversationStatus::closed) {
        conversations_[now.id] = now;
        return;
    }
    closed_[now.id] = now.version;
    conversations_.erase(now.id);
    passed_over_.erase(now.id);
    unchanged_since_.erase(now.id);
    changed_by_people_.erase(now.id);
}

void Witness::take(const Agent& now) {
    ++changes_;
    last_change_ = std::chrono::steady_clock::now();
    Agent& known = agents_[now.id];
    if (now.version > known.version) known = now;
}

void Witness::check_transition(const Conversation& then, const Conversation& now) {
    if (now.status != ConversationStatus::closed && now.agent.empty() == in_hand(now)) violation(now, "has an agent if and only if it is in hand");
    if (now.enqueued != then.enqueued) violation(now, "has another first time in the queue");
    if (now.arrival != then.arrival && !changed_by_people(now.id)) violation(now, "has lost its place");
    if (now.step < then.step && now.requirement.department == then.requirement.department && !changed_by_people(now.id))
        violation(now, "asks for more again");
    if (now.assign_epoch < then.assign_epoch) violation(now, "has a lower assignment");
    const bool new_offer = now.status == ConversationStatus::offered && now.offer != then.offer;
    if (new_offer && then.status != ConversationStatus::queued) violation(now, "is offered while it is in hand");
    if (new_offer) check_offer(now);
    if (now.status == ConversationStatus::active && then.status != ConversationStatus::active) ++assignments_;
    if (now.status == ConversationStatus::active && then.status == ConversationStatus::active && now.agent != then.agent)
        violation(now, "changes its owner without a queue");
    if (now.status == ConversationStatus::active && then.status == ConversationStatus::offered && now.agent != then.agent)
        violation(now, "was accepted by another one than it was offered to");
    if (now.status == ConversationStatus::active && then.status != ConversationStatus::active && now.assign_epoch != then.assign_epoch + 1)
        violation(now, "has not the next assignment");
}

bool Witness::changed_by_people(const ConversationId& id) const {
    const auto asked = changed_by_people_.find(id);
    return asked != changed_by_people_.end() && std::chrono::steady_clock::now() < asked->second;
}

void Witness::check_offer(const Conversation& offered) {
    ++offers_;
    const auto agent = agents_.find(offered.agent);
    if (agent == agents_.end()) return violation(offered, "is offered to an agent who never was here");
    Conversation waiting = conversations_.at(offered.id);
    const std::string failed = obstacle(agent->second, waiting, wall_clock());
    if (!failed.empty()) violation(offered, "is offered to " + offered.agent.value + ": " + failed);
    check_order(waiting);
}

void Witness::check_order(const Conversation& offered) {
    const Timestamp at = wall_clock();
    for (const auto& [id, older] : conversations_) {
        if (older.status != ConversationStatus::queued || id == offered.id || !same_class(older, offered) || !before(older, offered)) continue;
        if (!older.cooldowns.empty() || at - unchanged_since_[id] < seen_by_the_router) continue;
        const auto [first, now] = passed_over_.try_emplace(id, PassedOver{offered.id, older.version, at});
        if (!now && first->second.older_version != older.version)
            first->second = {offered.id, older.version, at};
        else if (at - first->second.at > seen_by_the_router)
            violation(older, "was passed over twice, for " + first->second.younger.value + " and " + offered.id.value + ", which came later and ask for the same");
    }
}

std::string Witness::obstacle(const Agent& agent, const Conversation& conversation, Timestamp at) const {
    const domain::AgentProfile* profile = config_->agent(agent.id);
    const domain::Department* department = config_->department(conversation.requirement.department);
    if (!profile || !department) return "unknown";
    if (!agent.online()) return "offline";
    if (agent.choice != domain::AgentChoice::available) return "away";
    if (held(agent.id, conversation.id) + conversation.weight > profile->capacity) return "no room";
    for (const domain::Cooldown& cooldown : conversation.cooldowns)
        if (cooldown.agent == agent.id && cooldown.until > at + clock_error) return "cooldown for " + std::to_string((cooldown.until - at).count()) + " ms more";
    if (!conversation.requirement.agent.empty()) return conversation.requirement.agent == agent.id ? "" : "another agent is asked for";
    bool serves = profile->serves(department->id);
    std::map<std::string, int> needed;
    for (const auto& [skill, level] : conversation.requirement.skills) needed[skill] = level;
    for (unsigned step = 0; step < conversation.step && step < department->steps.size(); ++step) {
        for (const DepartmentId& lender : department->steps[step].departments) serves = serves || profile->serves(lender);
        for (const auto& [skill, level] : department->steps[step].levels)
            for (auto& [name, least] : needed)
                if (skill == "*" || skill == name) least = std::min(least, level);
    }
    if (!serves) return "does not serve the department";
    for (const auto& [skill, level] : needed)
        if (profile->level(skill) < level) return "has not " + skill + " at level " + std::to_string(level);
    return {};
}

unsigned Witness::held(const AgentId& agent, const ConversationId& but) const {
    unsigned units = 0;
    for (const auto& [id, one] : conversations_)
        if (id != but && in_hand(one) && one.agent == agent) units += one.weight;
    return units;
}

void Witness::violation(const Conversation& conversation, const std::string& what) {
    violations.push_back(conversation.id.value + " version " + std::to_string(conversation.version) + " " + what);
}

void Witness::check_rest(const ports::RoutingSnapshot& snapshot) {
    const Timestamp now = wall_clock();
    const std::size_t live = conversations_.size();
    for (const auto& [id, one] : conversations_) {
        if (one.status == ConversationStatus::offered && one.deadline + slack < now) violation(one, "has an offer that is long over");
        if (one.status == ConversationStatus::wrap_up && one.deadline != Timestamp{} && one.deadline + slack < now)
            violation(one, "has a wrap-up that is long over");
        if (one.status != ConversationStatus::queued) continue;
        const domain::Department& department = *config_->department(one.requirement.department);
        if (one.customer_absent_since && *one.customer_absent_since + department.abandon_after + slack < now)
            violation(one, "waits although its customer is long gone");
        for (const auto& [name, agent] : agents_)
            if (obstacle(agent, one, now - slack).empty()) violation(one, "waits although " + name.value + " could serve it");
    }
    for (const auto& [id, agent] : agents_)
        if (agent.load != held(id)) violations.push_back(id.value + " has load " + std::to_string(agent.load) + " and holds " + std::to_string(held(id)));
    for (const auto& [id, one] : conversations_) {
        const bool owner_gone = one.status == ConversationStatus::active && agents_[one.agent].offline_since &&
                                *agents_[one.agent].offline_since + config_->department(one.requirement.department)->agent_grace + slack < now;
        if (owner_gone) violation(one, "belongs to an agent who is long gone");
    }
    for (const Conversation& stored : snapshot.conversations)
        if (stored.status != ConversationStatus::closed && (!conversations_.contains(stored.id) || conversations_.at(stored.id).version != stored.version)) violation(stored, "is stored and was not told");
    const auto open = std::count_if(snapshot.conversations.begin(), snapshot.conversations.end(),
                                    [](const Conversation& one) { return one.status != ConversationStatus::closed; });
    if (static_cast<std::size_t>(open) != live) violations.push_back(std::to_string(open) + " live ones are stored and " + std::to_string(live) + " were told");
}

}  // namespace switchboard::test
