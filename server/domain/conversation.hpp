// SPDX-License-Identifier: Apache-2.0
// A conversation as routing sees it, and the transitions that are legal. Pure values.
#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace switchboard::domain {

enum class ConversationStatus : std::uint8_t { queued, offered, active, wrap_up, closed };

// turned_away: the queue was full and no other department took it; out_of_hours: the department closed while it waited.
enum class ClosedReason : std::uint8_t { none, resolved, abandoned, ended_by_customer, inactive, turned_away, out_of_hours };

// How an offer ended.
enum class OfferOutcome : std::uint8_t { accepted, declined, timed_out, withdrawn };

// What may be done to a conversation.
enum class Verb : std::uint8_t { offer, accept, end_offer, abandon, transfer, requeue, begin_wrap_up, close, pick, move, turn_away };

// The transition table; nullopt: illegal. The Lua scripts check the same sources, tests/lua holds both together.
std::optional<ConversationStatus> next_status(ConversationStatus from, Verb verb);

std::string_view to_string(ConversationStatus status);  // "queued" ...: the words stored in Redis
std::string_view to_string(ClosedReason reason);
std::string_view to_string(OfferOutcome outcome);
std::optional<ConversationStatus> parse_status(std::string_view text);
std::optional<ClosedReason> parse_closed_reason(std::string_view text);

struct SkillRequirement {
    std::string skill;
    int level = 1;  // 1-5, at least
    auto operator<=>(const SkillRequirement&) const = default;
};

// The routing class: who could serve it. `skills` is sorted by name and has no duplicates, so equal classes compare equal.
struct Requirement {
    DepartmentId department;
    std::vector<SkillRequirement> skills;
    AgentId agent;  // passed on to this one: nobody else is asked, and the skills do not matter, until it is widened
    // Nobody needs these, but who has them is asked first: all of them, then without the last, and so on. In order of weight.
    std::vector<SkillRequirement> preferred;
    bool bots = false;  // only bots are asked, until it is widened; from then on a department with bot_first asks only people
    auto operator<=>(const Requirement&) const = default;
};

// An agent that must not be asked again before `until`.
struct Cooldown {
    AgentId agent;
    Timestamp until;
};

// Where a conversation stands in a queue.
using Place = std::chrono::sys_time<std::chrono::microseconds>;

// The routing state of one conversation, exactly as the store's routing stream carries it. `version` grows with every
// change; of two states the higher version is the newer one.
struct Conversation {
    ConversationId id;
    std::uint64_t version = 0;
    ConversationStatus status = ConversationStatus::queued;
    Requirement requirement;
    unsigned weight = 1;
    Timestamp enqueued;            // first time in a queue; the clock of waits and of the ladder
    Timestamp arrival;             // effective: `enqueued` minus the boost of its priority; survives everything
    std::uint16_t arrival_us = 0;  // 0-999, beyond `arrival`: who came first within a millisecond
    bool urgent = false;           // ahead of all that are not
    unsigned step = 0;             // rungs of the department's ladder that have been taken; never fewer again
    AgentId agent;                 // offered to, or owner; empty while queued
    OfferId offer;                 // while offered
    Timestamp deadline{};          // of the offer, of the wrap-up, or of waiting for requirement.agent; epoch 0: none
    std::uint64_t assign_epoch = 0;
    ClosedReason closed_reason = ClosedReason::none;  // from wrap-up on
    std::optional<Timestamp> customer_absent_since;
    std::vector<Cooldown> cooldowns;

    Place place() const { return arrival + std::chrono::microseconds(arrival_us); }
};

// The order of a queue, but for what is urgent.
inline bool came_before(const Conversation& a, const Conversation& b) { return a.place() != b.place() ? a.place() < b.place() : a.id < b.id; }

}  // namespace switchboard::domain
