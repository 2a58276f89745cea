// SPDX-License-Identifier: Apache-2.0
#include "simulation/staffing.hpp"

#include "simulation/table_file.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <set>

namespace switchboard::simulation {

namespace {

constexpr Duration day = std::chrono::hours(24);

// The moments at which somebody comes or goes.
std::set<Duration> moments(const std::vector<Presence>& shifts) {
    std::set<Duration> all;
    for (const Presence& shift : shifts) all.insert({shift.from, shift.to});
    return all;
}

// Lengthens the agent's last shift when this one begins where it ends.
void add_shift(std::vector<Presence>& shifts, std::map<std::string, std::size_t>& last, const std::string& agent, Duration from, Duration to) {
    const auto found = last.find(agent);
    if (found != last.end() && shifts[found->second].to == from) {
        shifts[found->second].to = to;
        return;
    }
    last[agent] = shifts.size();
    shifts.push_back({agent, from, to});
}

// Between two moments nobody comes or goes.
template <class Work>
void each_span(const std::vector<Presence>& shifts, Work work) {
    const std::set<Duration> all = moments(shifts);
    std::multimap<Duration, const Presence*> beginning, ending;
    for (const Presence& shift : shifts) {
        beginning.emplace(shift.from, &shift);
        ending.emplace(shift.to, &shift);
    }
    std::multiset<std::string> there;
    for (auto moment = all.begin(); moment != all.end() && std::next(moment) != all.end(); ++moment) {
        const auto [first_end, last_end] = ending.equal_range(*moment);
        for (auto one = first_end; one != last_end; ++one) there.erase(there.find(one->second->agent));
        const auto [first, last] = beginning.equal_range(*moment);
        for (auto one = first; one != last; ++one) there.insert(one->second->agent);
        if (!there.empty()) work(std::set<std::string>(there.begin(), there.end()), *moment, *std::next(moment));
    }
}

Result<std::map<std::string, int>> parse_skills(std::string_view text) {
    std::map<std::string, int> skills;
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(text.size(), word.size() + 1));
        if (word.empty()) continue;
        const std::size_t colon = word.find(':');
        int level = 1;
        if (colon != std::string_view::npos) {
            const std::string_view digits = word.substr(colon + 1);
            const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), level);
            if (failed != std::errc{} || end != digits.data() + digits.size() || level < 1 || level > 5)
                return Error{ErrorCode::invalid_argument, "a level must be 1 to 5"};
        }
        skills[std::string(word.substr(0, colon))] = level;
    }
    return skills;
}

void read_member(Row& row, StaffMember& member) {
    if (!row.text("skills").empty()) {
        auto skills = parse_skills(row.text("skills"));
        if (!skills)
            row.wrong("skills", skills.error().message);
        else if (!member.skills.empty() && member.skills != *skills)
            row.wrong("skills", "must be the same in all lines of an agent");
        else
            member.skills = std::move(*skills);
    }
    if (!row.text("capacity").empty()) {
        const unsigned capacity = row.number("capacity", 100);
        if (member.capacity && *member.capacity != capacity) row.wrong("capacity", "must be the same in all lines of an agent");
        member.capacity = capacity;
    }
}

std::string seconds(Duration time) {
    char text[32];
    std::snprintf(text, sizeof text, time.count() % 1000 == 0 ? "%.0f" : "%.3f", static_cast<double>(time.count()) / 1000.0);
    return text;
}

}  // namespace

Staffing seen_at_work(const std::vector<Call>& calls, Duration slot, Duration bridge) {
    Staffing staffing;
    std::map<std::string, std::set<std::int64_t>> slots;
    for (const Call& call : calls) {
        if (!call.answered || call.agent.empty()) continue;
        staffing.members[call.agent].skills.emplace(call.service, 1);
        const std::int64_t last = std::max(call.answered_at(), call.ended_at() - Duration{1}) / slot;
        for (std::int64_t i = call.answered_at() / slot; i <= last; ++i) slots[call.agent].insert(i);
    }
    for (const auto& [agent, present] : slots) {
        for (const std::int64_t one : present) {
            const Duration from = one * slot;
            Presence* last = staffing.shifts.empty() || staffing.shifts.back().agent != agent ? nullptr : &staffing.shifts.back();
            const bool goes_on = last && (last->to == from || (from - last->to <= bridge && (last->to - Duration{1}) / day == from / day));
            if (goes_on)
                last->to = from + slot;
            else
                staffing.shifts.push_back({agent, from, from + slot});
        }
    }
    return staffing;
}

Result<Staffing> read_staffing(const std::string& path) {
    Staffing staffing;
    const auto read = read_table(path, {"agent", "from_s", "to_s"}, [&](Row& row) {
        Presence shift{std::string(row.text("agent")), row.seconds("from_s"), row.seconds("to_s")};
        if (shift.agent.empty()) row.wrong("agent", "must name an agent");
        if (row.problem().empty() && shift.to <= shift.from) row.wrong("to_s", "must be later than from_s");
        read_member(row, staffing.members[shift.agent]);
        staffing.shifts.push_back(std::move(shift));
    });
    if (!read) return read.error();
    if (staffing.shifts.empty()) return Error{ErrorCode::invalid_argument, path + ": holds no shift"};
    return staffing;
}

std::string to_table(const Staffing& staffing) {
    std::string table = "agent,from_s,to_s,skills,capacity\n";
    for (const Presence& shift : staffing.shifts) {
        const StaffMember& member = staffing.members.at(shift.agent);
        table += shift.agent + ',' + seconds(shift.from) + ',' + seconds(shift.to) + ',';
        for (const auto& [skill, level] : member.skills) table += (table.back() == ',' ? "" : " ") + skill + ':' + std::to_string(level);
        table += ',' + (member.capacity ? std::to_string(*member.capacity) : "") + '\n';
    }
    return table;
}

void change_staff(Staffing& staffing, int more) {
    std::vector<Presence> shifts;
    std::map<std::string, std::size_t> last;
    if (more > 0) {
        StaffMember member;
        for (const auto& [name, one] : staffing.members) member.skills.insert(one.skills.begin(), one.skills.end());
        shifts = staffing.shifts;
        for (int i = 1; i <= more; ++i) staffing.members["extra-" + std::to_string(i)] = member;
    }
    each_span(staffing.shifts, [&](const std::set<std::string>& there, Duration from, Duration to) {
        for (int i = 1; i <= more; ++i) add_shift(shifts, last, "extra-" + std::to_string(i), from, to);
        if (more > 0) return;
        int kept = static_cast<int>(there.size()) + more;
        for (const std::string& agent : there)
            if (kept-- > 0) add_shift(shifts, last, agent, from, to);
    });
    staffing.shifts = std::move(shifts);
}

}  // namespace switchboard::simulation
