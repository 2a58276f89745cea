// SPDX-License-Identifier: Apache-2.0
// The whole of `switchboard simulate`: reads what is given, simulates it and its variants, and tells what came of it beside what is
// recorded. The same inputs give the same bytes. Blocking; thread: one.
#pragma once

#include "simulation/estimate_judge.hpp"
#include "simulation/measures.hpp"

#include <functional>
#include <string>
#include <vector>

namespace switchboard::simulation {

struct StudyOptions {
    std::string calls;                  // file
    std::string staffing;               // file; empty: seen in the calls
    std::string config;                 // tenant document; empty: derived from the calls
    std::vector<std::string> variants;  // files
    ScenarioOptions scenario;
    Behaviour behaviour;
    Duration threshold = std::chrono::seconds(20);
    Duration slot = std::chrono::minutes(30);  // for staffing that is seen in the calls
    Duration bridge = std::chrono::hours(1);
};

struct Study {
    StudyOptions options;
    std::size_t calls = 0, discarded = 0;
    Scenario base;
    RunFigures recorded;
    std::vector<RunFigures> runs;          // the base, then the variants
    std::vector<std::string> explanation;  // recorded beside simulated, in words
    EstimateFigures estimate;              // in the base
};

// `observer` sees the run of the base only. Error: invalid_argument; what is wrong, with the file.
Result<Study> study(const StudyOptions& options, Observer* observer = nullptr);

// Recorded beside simulated, in words.
std::vector<std::string> explain(const RunFigures& recorded, const RunFigures& simulated, const RecordedWork& work);

// For people, and as one JSON object on one line.
std::string to_text(const Study& study);
std::string to_json(const Study& study);

}  // namespace switchboard::simulation
