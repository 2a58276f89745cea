// SPDX-License-Identifier: Apache-2.0
// Who is at work when. Read from a file, or seen in the calls: an agent is present in a slot when a call that it answered overlaps the
// slot. Times are since second 0 of the calls. Pure values; reading blocks.
//
// The file: agent, from_s, to_s, and optionally skills ("ps:4 nw", level 1 when left out) and capacity. A line is one shift. Skills and
// capacity hold for all shifts of an agent: one line that names them is enough, and two that differ are refused. With a configuration
// of its own these two columns are not looked at: the configuration knows the agents.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "simulation/call_history.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace switchboard::simulation {

struct Presence {
    std::string agent;
    Duration from{0};
    Duration to{0};
};

struct StaffMember {
    std::map<std::string, int> skills;  // services -> level
    std::optional<unsigned> capacity;
};

struct Staffing {
    std::map<std::string, StaffMember> members;
    std::vector<Presence> shifts;
};

// `slot`: how finely presence is told; `bridge`: a gap between two slots that is not longer counts as present, within one day.
Staffing seen_at_work(const std::vector<Call>& calls, Duration slot, Duration bridge);

// Error: invalid_argument, with file, line and column.
Result<Staffing> read_staffing(const std::string& path);

// As the file that read_staffing() reads.
std::string to_table(const Staffing& staffing);

// `more` > 0: so many more who know every service, there whenever somebody is; < 0: so many fewer at every moment (but not below none),
// those whose names come last.
void change_staff(Staffing& staffing, int more);

}  // namespace switchboard::simulation
