// SPDX-License-Identifier: Apache-2.0
// What a router was told and what it decided, as text: one JSON object per line, one line per call of the router. Because the router
// is pure, the same lines give the same decisions again; to repeat a journal with a changed router shows what the change changes.
// A line: {"at": ms, "config" | "conversation" | "agent" | "gone" | "claim" | "activity": ..., "decided": ["offer c1 to a7 ...", ...]};
// without an input it is a tick(). A journal begins with a config. Passwords and keys are not recorded. Pure; thread: any.
#pragma once

#include "base/error.hpp"
#include "domain/routing.hpp"

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace switchboard::domain {

// `input` null: a tick. No line break at the end.
std::string journal_line(const Input* input, Timestamp at, const std::vector<Decision>& decided);

// One line of text; equal decisions and only they give equal texts.
std::string to_text(const Decision& decision);

// How far a repetition came.
struct Repetition {
    std::size_t calls = 0;      // of the router
    std::size_t decisions = 0;  // that were the same
    Timestamp from{}, to{};
    bool cut_off = false;       // the last line is incomplete: whoever wrote it died
    // The first line with other decisions than recorded; 0: there is none.
    std::size_t line = 0;
    std::string told;           // that line's input, shortened
    std::vector<std::string> recorded, repeated;
};

// Repeats a journal until it ends or first differs. Error: invalid_argument "line 7: ...".
Result<Repetition> repeat_journal(std::istream& lines);

}  // namespace switchboard::domain
