// SPDX-License-Identifier: Apache-2.0
// What a tenant has configured: one immutable, versioned value shared by everyone on a shard. Changing it means a new value.
#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "domain/business_hours.hpp"
#include "domain/conversation.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace switchboard::domain {

using namespace std::chrono_literals;

enum class Role : std::uint8_t { customer, agent, supervisor, admin, bot };

std::string_view to_string(Role role);
std::optional<Role> parse_role(std::string_view text);

// How the next agent is chosen among those that pass every test. Ties end in agent id.
enum class Strategy : std::uint8_t {
    longest_idle,  // the one whose last conversation began or ended longest ago; while an offer is open, as of that offer
    least_loaded,  // the one with the smallest load / capacity
    round_robin,   // the one whose last offer was made longest ago
    most_skilled,  // the one with the highest sum of levels in what is asked for, then longest_idle
};

std::string_view to_string(Strategy strategy);  // "longest_idle" ...

enum class QueueMode : std::uint8_t {
    push,  // the router makes offers
    pull,  // agents pick from the queue; the router only keeps the order
};

enum class WrapUpMode : std::uint8_t {
    none,       // closing is closing
    optional,   // the agent may record an outcome until wrap_up_time is over
    timed,      // the slot is held for wrap_up_time or until the agent finishes
    mandatory,  // as optional, without end, until a disposition is given
};

// A topic of the pre-chat form and the skill that it asks for.
struct Topic {
    std::string name;
    std::string skill;
    int level = 1;        // 1-5
    Duration boost{0};    // it waits as if it had come so much earlier
    bool urgent = false;  // ahead of everything that is not
};

// One rung of a relaxation ladder: from `after` on, counted from the first time the conversation was queued, less is asked for.
// Taken sooner when nobody who is logged in could ever serve the conversation as it is, but somebody could after the rung.
struct RoutingStep {
    Duration after{0};
    std::vector<SkillRequirement> levels;  // that are enough from now on; level 0: not needed; skill "*": every skill
    std::vector<DepartmentId> departments;  // whose agents may take it too; asked after those of its own department
    bool operator==(const RoutingStep&) const = default;
};

// When a department takes nothing more. It does again once both values have fallen to the lower marks (0: nothing waits, or
// nothing has waited; the document's default is four fifths).
struct QueueLimit {
    unsigned length = 0;  // so many wait; 0: no limit
    unsigned reopen_length = 0;
    Duration wait{0};     // the first one has waited so long; 0: no limit
    Duration reopen_wait{0};

    bool any() const { return length > 0 || wait > Duration{0}; }
};

struct Department {
    DepartmentId id;
    std::string name;
    bool open = true;  // takes new conversations
    std::vector<Topic> topics;
    BusinessHours hours;
    Strategy strategy = Strategy::longest_idle;
    QueueMode mode = QueueMode::push;
    std::vector<RoutingStep> steps;    // ascending in `after`
    QueueLimit limit;
    std::vector<DepartmentId> overflow;  // where new conversations go while this one is full or closed; the first that takes them
    bool bot_first = false;            // a bot of the department is asked before its people
    Duration sticky_window{0};         // the agent of the customer's last conversation is asked alone so long; 0: never
    Duration offer_timeout = 20s;
    Duration decline_cooldown = 30s;   // per (agent, conversation), after a decline or a miss
    Duration agent_grace = 60s;        // an owner may be gone so long
    Duration transfer_wait = 60s;      // what is passed on to one agent may wait so long for room with that one
    Duration abandon_after = 60s;      // a waiting customer may be gone so long
    unsigned misses_until_away = 3;    // consecutive offers not answered; 0: never
    unsigned conversation_weight = 1;  // units of capacity that one conversation takes
    unsigned idle_weight = 1;          // as many at most once its customer has been silent for idle_after; <= conversation_weight
    Duration idle_after = 5min;
    Duration reply_within{0};          // the customer's message unanswered so long: somebody else is asked; 0: never
    Duration inactive_warn_after{0};   // the customer silent so long after the agent's message: warned; 0: never
    Duration inactive_close_after{0};  // and so long after the warning: closed; 0: never
    Duration service_level{60s};       // "answered in time" for the reports
    Duration short_abandon{5s};        // who leaves within this did not really wait
    WrapUpMode wrap_up = WrapUpMode::optional;
    Duration wrap_up_time = 120s;
    std::vector<std::string> dispositions;  // outcome codes to choose from; empty: any text

    const Topic* topic(const std::string& name) const;
    // Asks for the time of the last messages of its active conversations.
    bool watches_activity() const {
        return idle_weight < conversation_weight || reply_within > Duration{0} || inactive_warn_after > Duration{0};
    }
};

// The facts about an agent that do not change from minute to minute.
struct AgentProfile {
    AgentId id;
    std::string login;
    std::string name;
    Role role = Role::agent;
    std::vector<DepartmentId> departments;
    std::map<std::string, int> skills;  // name -> level 1-5
    unsigned capacity = 3;              // conversation units, 0 takes no conversations
    std::string password_hash;          // argon2id, empty: only the company's JWT
    std::uint64_t generation = 1;       // raised when password, role or rights change: older tokens and sessions end

    bool serves(const DepartmentId& department) const;
    int level(const std::string& skill) const;  // 0: does not have it
};

// A key that checks JWTs. Exactly one algorithm per key: HS256, RS256 or ES256.
struct JwtKey {
    std::string id;  // `kid`; empty matches tokens without one
    std::string algorithm;
    std::string key;  // secret, or public key in PEM
    std::string issuer;
    std::string audience;
};

// Letters, digits, _ and -, at most 64.
bool possible_site_key(std::string_view key);

// A tenant's web presence.
struct Site {
    std::string key;                    // public, named by the script tag
    std::vector<std::string> origins;   // pages that may embed the widget or connect; our own origin always may
    std::vector<JwtKey> customer_keys;  // identify customers
};

// Positions by id and by login. A copy of it is empty, because a configuration is copied in order to be changed.
class ConfigIndex {
public:
    struct Tables;

    ConfigIndex() = default;
    ConfigIndex(ConfigIndex&&) noexcept = default;
    ConfigIndex& operator=(ConfigIndex&&) noexcept = default;
    ConfigIndex(const ConfigIndex&) {}
    ConfigIndex& operator=(const ConfigIndex&) {
        tables.reset();
        return *this;
    }

    std::shared_ptr<const Tables> tables;
};

struct TenantConfig {
    TenantId id;
    std::string name;
    std::uint64_t version = 0;  // raised by every change; 0: not stored yet
    std::vector<Site> sites;
    std::vector<Department> departments;
    std::vector<AgentProfile> agents;
    std::vector<JwtKey> agent_keys;  // identify agents by the company's own sign-in

    const Site* site(const std::string& key) const;
    const Department* department(const DepartmentId& id) const;
    const AgentProfile* agent(const AgentId& id) const;
    const AgentProfile* agent_by_login(const std::string& login) const;
    bool has_skill(const std::string& skill) const;  // some topic asks for it or some agent has it

    // Makes the look-ups fast for a finished value; without it they search. Changing departments, agents or topics afterwards
    // needs a copy or another call.
    void build_index();
    ConfigIndex index;
};

using TenantConfigPtr = std::shared_ptr<const TenantConfig>;

}  // namespace switchboard::domain
