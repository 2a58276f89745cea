// SPDX-License-Identifier: Apache-2.0
// Recorded dialogues as JSON lines: {"id", "scenario", "turns": [["customer" | "agent", text], ...]}, plain or gzip, and where in
// a world each of them belongs. Pure but for reading the file.
#pragma once

#include "bench/world.hpp"

#include <string>
#include <vector>

namespace switchboard::client {

struct Turn {
    bool by_agent = false;
    std::string text;
};

struct Dialogue {
    std::string id;
    std::string department;
    std::string topic;
    std::vector<Turn> turns;
};

// What a text is that stands at place `index` of somebody's stream of this dialogue.
enum class Verdict { right, duplicated, reordered, changed };
Verdict judge_text(const std::vector<Turn>& turns, std::size_t index, const std::string& text);

// At most `limit` dialogues (0: all). A scenario "department/topic" of the world goes there (a topic with a suffix, "timing_4", to
// "timing"); every other dialogue to a department and topic drawn by its id, always the same. Turns without text are left out.
// Throws std::runtime_error that names the line.
std::vector<Dialogue> read_dialogues(const std::string& path, const World& world, std::size_t limit);

// The whole file, unpacked if it is gzip. Throws std::runtime_error.
std::string read_file(const std::string& path);

}  // namespace switchboard::client
