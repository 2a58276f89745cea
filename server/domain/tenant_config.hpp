// SPDX-License-Identifier: Apache-2.0
// What a tenant has configured: one immutable, versioned value shared by everyone on a shard. Changing it means a new value.
#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"

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
    longest_idle,  // the one whose last conversation began or ended longest ago
    least_loaded,  // the one with the smallest load / capacity
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
    int level = 1;  // 1-5
};

struct Department {
    DepartmentId id;
    std::string name;
    bool open = true;  // takes new conversations
    std::vector<Topic> topics;
    Strategy strategy = Strategy::longest_idle;
    Duration offer_timeout = 20s;
    Duration decline_cooldown = 30s;   // per (agent, conversation), after a decline or a miss
    Duration agent_grace = 60s;        // an owner may be gone so long
    Duration transfer_wait = 60s;      // what is passed on to one agent may wait so long for room with that one
    Duration abandon_after = 60s;      // a waiting customer may be gone so long
    unsigned misses_until_away = 3;    // consecutive offers not answered; 0: never
    unsigned conversation_weight = 1;  // units of capacity that one conversation takes
    WrapUpMode wrap_up = WrapUpMode::optional;
    Duration wrap_up_time = 120s;
    std::vector<std::string> dispositions;  // outcome codes to choose from; empty: any text

    const Topic* topic(const std::string& name) const;
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
