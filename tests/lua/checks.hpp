// SPDX-License-Identifier: Apache-2.0
// What every script is held to: a refusal writes and publishes nothing, a change of routing state is on the stream with it.
#pragma once

#include "support/doctest_text.hpp"
#include "world.hpp"

#include <algorithm>

namespace switchboard::test {

using Changes = Hash;

// Fields that are new or different; a field that went away is "(gone)".
inline Changes changed(const Hash& before, const Hash& after) {
    Changes changes;
    for (const auto& [name, value] : after)
        if (const auto old = before.find(name); old == before.end() || old->second != value) changes[name] = value;
    for (const auto& [name, value] : before)
        if (!after.contains(name)) changes[name] = "(gone)";
    return changes;
}

// Calls a verb that must change nothing at all; returns its words joined by spaces.
template <class Verb>
std::string refused(World& world, Verb verb) {
    world.published();
    const auto before = world.dump();
    const Words words = verb();
    const auto after = world.dump();
    for (const auto& [key, value] : after) {
        const auto old = before.find(key);
        CHECK_MESSAGE((old != before.end() && old->second == value), "written: ", key);
    }
    for (const auto& [key, value] : before) CHECK_MESSAGE(after.contains(key), "removed: ", key);
    CHECK(world.published().empty());
    std::string joined;
    for (const std::string& word : words) joined += (joined.empty() ? "" : " ") + word;
    return joined;
}

// What was put on the routing stream since the last look, as "c c1 queued" or "a ann away".
inline Words routed_states(World& world) {
    Words states;
    for (const Hash& entry : world.routed()) {
        const bool conversation = entry.at("t") == "c";
        states.push_back(entry.at("t") + " " + entry.at("id") + " " + (conversation ? entry.at("status") : entry.at("choice")));
    }
    return states;
}

// Every entity's versions rise by one on the stream, and its last entry is what its hash holds.
inline void check_stream(World& world) {
    std::map<std::string, Hash> last;
    for (const Hash& entry : world.all_routed()) {
        if (!entry.contains("id")) continue;
        const std::string name = entry.at("t") + " " + entry.at("id");
        const std::uint64_t version = std::stoull(entry.at("version"));
        const std::uint64_t previous = last.contains(name) ? std::stoull(last[name].at("version")) : 0;
        CHECK_MESSAGE(version == previous + 1, name);
        last[name] = entry;
    }
    for (const auto& [name, entry] : last) {
        const std::string id = entry.at("id");
        const Hash stored = world.hash(entry.at("t") == "c" ? world.key.conversation(ConversationId(id)) : world.key.agent(AgentId(id)));
        for (const auto& [field, value] : entry) {
            if (field == "t" || field == "id") continue;
            const auto found = stored.find(field);
            CHECK_MESSAGE((found == stored.end() ? "" : found->second) == value, name, " ", field);
        }
    }
}

}  // namespace switchboard::test
