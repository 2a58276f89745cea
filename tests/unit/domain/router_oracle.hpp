// SPDX-License-Identifier: Apache-2.0
// What the router must decide, found the slow way: an oracle that sees the same facts, keeps them in plain maps and compares
// everything with everything after each call. It throws std::logic_error when the router broke a promise.
#pragma once

#include "domain/routing.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace switchboard::domain {

class RouterOracle {
public:
    // Takes in the fact, then judges the decisions that the router returned for it.
    void apply(const Input& input, Timestamp now, const std::vector<Decision>& decisions, const Router& router);
    void tick(Timestamp now, const std::vector<Decision>& decisions, const Router& router);

private:
    struct Claim {
        AgentId agent;
        std::uint64_t conversation_version = 0;
        std::uint64_t agent_version = 0;
        unsigned reserved = 0;
        bool answered = false;
        bool refused = false;
        Timestamp until{};
    };
    struct Last {
        std::uint64_t version = 0;
        Timestamp at{};
    };

    void take(const Conversation& fact);
    void take(const Agent& fact);
    void take(const ConversationGone& fact);
    void take(const ConfigChanged& fact);
    void take(const ClaimResult& fact);
    void take(const Activity&) {}

    void judge(const std::vector<Decision>& decisions, const Router& router);
    void judge(const MakeOffer& offer);
    void judge(const EndOffer& end);
    void judge(const Abandon& abandon);
    void judge(const Requeue& requeue);
    void judge(const EndWrapUp& end);
    void judge(const Widen& widen);
    void judge(const Move& move);
    void judge(const TurnAway& away);
    void judge(const CheckActivity&) {}
    void judge(const WarnInactive&) {}
    void judge(const CloseInactive&) {}
    void note(const Conversation& conversation);
    void check_work_conserved() const;
    void check_nothing_overdue(const Router& router) const;
    void check_places(const Router& router) const;
    void check_memory(const Router& router) const;

    const Conversation& known(const ConversationId& id, const char* decision) const;
    const Department& settings(const Conversation& conversation) const;
    std::vector<Timestamp> dues(const Conversation& conversation) const;
    // It waits for an agent who cannot or would not take it.
    bool hopeless(const Conversation& conversation) const;
    bool offerable(const Conversation& conversation) const;
    unsigned used(const AgentId& id) const;
    // Once so many steps of the ladder are taken.
    struct Asked {
        std::map<std::string, int> skills;
        std::vector<DepartmentId> departments;
    };
    Asked asked(const Conversation& conversation, unsigned step) const;
    bool right_kind(const Conversation& conversation, const AgentProfile& profile) const;
    bool eligible(const Conversation& conversation, const AgentProfile& profile) const;
    Timestamp idle_since(const AgentId& id) const;
    bool nobody_eligible(const Conversation& conversation) const;
    bool preferred(const Conversation& conversation, const AgentProfile& a, const AgentProfile& b) const;
    bool in_order(const Department& department, const Conversation& conversation, const AgentProfile& a, const AgentProfile& b) const;
    // Somebody who is logged in, at whatever they are doing.
    bool could_be_served(const Conversation& conversation, unsigned step) const;
    unsigned first_served_step(const Conversation& conversation) const;
    bool climbs(const Conversation& conversation) const;

    // ---- limits
    std::size_t length(const DepartmentId& department) const;
    bool full(const DepartmentId& department) const;
    bool newcomer(const Conversation& fact) const;
    void update_limits();
    std::optional<DepartmentId> overflow_of(const DepartmentId& department) const;

    std::size_t calls_ = 0;
    Timestamp now_;
    TenantConfigPtr config_;
    std::map<ConversationId, Conversation> conversations_;
    std::map<ConversationId, std::uint64_t> closed_;
    std::map<AgentId, Agent> agents_;
    std::map<ConversationId, Claim> claims_;
    std::map<ConversationId, Last> last_;
    std::map<AgentId, Timestamp> asked_at_;
    std::set<ConversationId> refused_;  // came to a full department and must go elsewhere
    std::map<DepartmentId, std::pair<std::size_t, bool>> limits_;  // length at the last change, and whether it is full since
};

}  // namespace switchboard::domain
