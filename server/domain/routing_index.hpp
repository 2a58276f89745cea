// SPDX-License-Identifier: Apache-2.0
// What the router holds in memory: its entries and the ordered indexes in which a decision finds them without scanning all
// agents or all that wait. Entries never move; every order ends in an id, so it is the same on every machine. Router-internal.
#pragma once

#include "domain/agent.hpp"
#include "domain/conversation.hpp"
#include "domain/tenant_config.hpp"

#include <ext/pb_ds/assoc_container.hpp>
#include <ext/pb_ds/tree_policy.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace switchboard::domain::routing {

struct AgentEntry;
struct DepartmentIndex;
struct RoutingClass;
struct Slot;

constexpr int highest_level = 5;

using SkillNumber = std::uint32_t;
struct SkillLevel {
    SkillNumber skill = 0;
    int level = 1;
};
// No configured skill has such a name. To be a certain agent, or a bot, is a skill like any other.
inline std::string own_skill(const AgentId& agent) { return "@" + agent.value; }
constexpr const char* bot_skill = "@@bots";

// What is urgent stands before everything else: its order is that of a very old one.
constexpr Duration urgent_lead = std::chrono::hours(24 * 365 * 200);
inline Place order_of(const Conversation& conversation) {
    return conversation.urgent ? conversation.place() - urgent_lead : conversation.place();
}

// An offer that the store has been asked for, until its outcome is known by a newer entity or given up.
struct Claim {
    enum class State : std::uint8_t { none, asked, accepted, refused, unknown };
    State state = State::none;
    AgentEntry* agent = nullptr;
    unsigned reserved = 0;  // units of the agent's room; 0 once a newer conversation tells the truth
    std::uint64_t conversation_version = 0;
    std::uint64_t agent_version = 0;
    Timestamp until{};  // given up then; while asked there is no such time
};

// What the last messages of an active conversation say, and when to look again.
struct ActivityWatch {
    Timestamp since{};     // this router knows of the assignment since then
    Timestamp look_at{};   // epoch 0: its department does not ask
    unsigned discount = 0; // units that it does not count, being idle
};

// What a conversation has beyond waiting. Kept apart, so that a long queue stays small.
struct Engagement {
    AgentId agent;  // offered to, or owner
    OfferId offer;
    Timestamp deadline{};
    ClosedReason closed_reason = ClosedReason::none;
    std::vector<Cooldown> cooldowns;
    Timestamp cooldowns_seen{};  // cooldowns that ended until then have been acted on
    Claim claim;
    ActivityWatch activity;
};

// The fields of Conversation under their names, those of Engagement only where there is one.
struct ConversationEntry {
    static constexpr Timestamp never = Timestamp::max();

    ConversationId id;
    std::uint64_t version = 0;
    std::shared_ptr<const Requirement> requirement;  // waiting, it shares that of its class
    Place order{};                                   // effective arrival, urgent ones first
    Timestamp enqueued{};
    std::optional<Timestamp> customer_absent_since;
    std::uint64_t assign_epoch = 0;
    unsigned weight = 1;
    unsigned step = 0;
    ConversationStatus status = ConversationStatus::queued;
    bool urgent = false;
    bool offerable = false;  // stands in the queue of its class
    bool dirty = false;      // became offerable, or to more agents, since the last match
    bool refused = false;    // its department takes nothing more: it must go elsewhere
    bool no_bot = false;     // waits for bots, and none could take it
    RoutingClass* routing_class = nullptr;  // while queued or offered
    AgentEntry* holder = nullptr;           // offered to, or owner
    AgentEntry* wanted = nullptr;           // queued for this one only
    Timestamp due = never;
    Timestamp quiet_until{};  // something was decided and has not come back yet
    std::unique_ptr<Engagement> engagement;

    explicit ConversationEntry(const ConversationId& name) : id(name) {}

    // The newer state; indexes, timers and claims are the caller's. `now` ends the cooldowns that are over.
    void take(const Conversation& fact, Timestamp now);
    Conversation entity() const;

    bool boosted() const { return !urgent && order < enqueued; }
    bool waiting() const { return status == ConversationStatus::queued || status == ConversationStatus::offered; }
    const Engagement& engaged() const {
        static const Engagement none;
        return engagement ? *engagement : none;
    }
    Engagement& engage() {
        if (!engagement) engagement = std::make_unique<Engagement>();
        return *engagement;
    }
    Claim::State claim_state() const { return engaged().claim.state; }
};

// Conversations by their id, which is kept once.
struct ById {
    using is_transparent = void;
    static std::string_view id(const std::unique_ptr<ConversationEntry>& entry) { return entry->id.value; }
    static std::string_view id(const ConversationId& id) { return id.value; }
    template <class Item>
    std::size_t operator()(const Item& item) const {  // not noexcept: so the table remembers what it computed
        return std::hash<std::string_view>{}(id(item));
    }
    template <class One, class Other>
    bool operator()(const One& one, const Other& other) const {
        return id(one) == id(other);
    }
};
using Conversations = std::unordered_set<std::unique_ptr<ConversationEntry>, ById, ById>;

inline bool earlier(const ConversationEntry& a, const ConversationEntry& b) {
    return a.order != b.order ? a.order < b.order : a.id < b.id;
}

// The order stands in the key so that a comparison seldom leaves the tree's own memory.
struct QueueKey {
    Place order;
    ConversationEntry* conversation = nullptr;

    explicit QueueKey(ConversationEntry& entry) : order(entry.order), conversation(&entry) {}
    QueueKey() = default;
    bool operator<(const QueueKey& other) const {
        return order != other.order ? order < other.order : conversation->id < other.conversation->id;
    }
};
using Queue = std::set<QueueKey>;
// Knows the rank of an element in O(log n).
using PlaceOrder = __gnu_pbds::tree<QueueKey, __gnu_pbds::null_type, std::less<QueueKey>, __gnu_pbds::rb_tree_tag,
                                    __gnu_pbds::tree_order_statistics_node_update>;

struct ClassHead {
    QueueKey head;
    RoutingClass* routing_class = nullptr;
    bool operator<(const ClassHead& other) const { return head < other.head; }
};

// Agents of a department that could take something now, the best one first by the department's strategy.
struct ReadyKey {
    std::int64_t rank = 0;
    AgentEntry* agent = nullptr;
    bool operator<(const ReadyKey& other) const;
};
using ReadyOrder = std::set<ReadyKey>;

// One skill in one department (or the department as such): who is ready, by level, and the non-empty classes that are found here. A
// class is found in one slot of each department whose agents may take it.
struct Slot {
    std::array<ReadyOrder, highest_level> ready;
    std::set<ClassHead> heads;
    std::size_t members = 0;  // agents that have the skill, ready or not

    ReadyOrder& at_level(int level) { return ready[static_cast<std::size_t>(level - 1)]; }
    const ReadyOrder& at_level(int level) const { return ready[static_cast<std::size_t>(level - 1)]; }
    std::size_t ready_from(int level) const {
        std::size_t count = 0;
        for (int each = level; each <= highest_level; ++each) count += at_level(each).size();
        return count;
    }
};

struct Membership {
    DepartmentIndex* department = nullptr;
    Slot* slot = nullptr;
    int level = 1;
    ReadyOrder::iterator place{};  // while the agent is listed
};

struct AgentEntry {
    Agent entity;
    bool known = false;  // the store has told of it
    const AgentProfile* profile = nullptr;
    std::vector<SkillLevel> skills;  // of the profile, by number
    std::vector<Membership> memberships;
    std::vector<ConversationEntry*> holding;
    std::vector<ConversationEntry*> claims;
    std::vector<ConversationEntry*> awaiting;  // queued for this agent only
    unsigned held = 0;          // units of `holding`
    unsigned reserved = 0;      // units of claims in flight
    unsigned discount = 0;      // units that idle conversations do not count
    unsigned offers = 0;        // of `holding`, not answered yet
    Timestamp asked_at{};       // last offer, here or in the store
    unsigned refusals = 0;      // claims refused, whose reason has not been seen yet
    unsigned settled_room = 0;  // the room that the last match has dealt with
    bool listed = false;
    bool touched = false;

    // The store's sum and the conversations in memory arrive one after the other; the larger one is the safe one.
    unsigned used() const {
        const unsigned all = std::max(entity.load, held) + reserved;
        return all - std::min(all, discount);
    }
    // While it is asked it is not idle, though nothing has begun yet: the next one goes to somebody else.
    Timestamp idle_since() const {
        const bool asked = offers > 0 || !claims.empty();
        return asked ? std::max(entity.idle_since, asked_at) : entity.idle_since;
    }
    bool bot() const { return profile && profile->role == Role::bot; }
    unsigned room() const { return profile && profile->capacity > used() ? profile->capacity - used() : 0; }
    bool ready() const {
        return known && profile && entity.online() && entity.choice == AgentChoice::available && refusals == 0 && room() > 0;
    }
    int level(SkillNumber skill) const;
};

inline bool ReadyKey::operator<(const ReadyKey& other) const {
    return rank != other.rank ? rank < other.rank : agent->entity.id < other.agent->entity.id;
}

// A department whose agents may take the conversations of a class.
struct Reach {
    DepartmentIndex* department = nullptr;
    std::vector<Slot*> slots;  // one for each required skill, then for each preferred one
    Slot* home = nullptr;      // where the head of the class is found
};

// Equal requirement, weight and step: whoever may have one of its conversations may have all of them.
struct RoutingClass {
    std::string key;
    std::shared_ptr<const Requirement> requirement;
    unsigned step = 0;
    unsigned weight = 1;
    DepartmentIndex* department = nullptr;  // its own
    std::vector<Reach> reaches;             // its own department first
    std::vector<SkillLevel> skills;         // required at this step, then the preferred ones
    std::size_t required = 0;               // of `skills`
    bool pull = false;                      // agents pick; no offers are made
    bool people = false;                    // bots have had their chance
    std::size_t users = 0;                  // conversations that wait with it
    Queue queue;                            // those that may be offered now

    // Who is logged in, as of `assessed`; see Router::Impl::assess().
    std::uint64_t assessed = 0;
    bool served = true;                     // somebody could ever serve it, at this step or a later one
    unsigned skip_to = 0;                   // a later step, when nobody could at this one

    bool anyone() const { return requirement->agent.empty() && !requirement->bots; }
    bool right_kind(const AgentEntry& agent) const { return !(people && agent.bot()) && !(requirement->bots && !agent.bot()); }
};

struct DepartmentIndex {
    DepartmentId id;
    const Department* settings = nullptr;  // never null
    Slot everyone;
    std::unordered_map<SkillNumber, std::unique_ptr<Slot>> by_skill;
    std::vector<AgentEntry*> agents;
    std::vector<RoutingClass*> classes;
    std::vector<DepartmentIndex*> borrowers;  // whose ladders name this one
    PlaceOrder waiting;                       // queued and offered
    unsigned urgent = 0, boosted = 0;         // of these
    bool full = false;                        // the limit was reached, and the lower mark has not been since
    std::optional<Timestamp> closing;         // when those who wait are sent away, as of `hours_until`
    Timestamp hours_until{};
};

}  // namespace switchboard::domain::routing
