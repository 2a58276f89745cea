// SPDX-License-Identifier: Apache-2.0
#include "simulation/call_history.hpp"

#include "simulation/table_file.hpp"

#include <algorithm>

namespace switchboard::simulation {

namespace {

constexpr std::size_t longest_name = 60;

std::string name_in(Row& row, std::string_view column, bool may_be_empty) {
    const std::string_view given = row.text(column);
    const bool word = std::all_of(given.begin(), given.end(), [](char c) { return static_cast<unsigned char>(c) > 0x20; });
    if ((given.empty() && !may_be_empty) || !word || given.size() > longest_name) row.wrong(column, "must be a short name without spaces");
    return std::string(given);
}

Call read_call(Row& row) {
    Call call;
    call.arrival = row.seconds("arrival_s");
    call.service = name_in(row, "service", false);
    call.priority = !row.text("priority").empty() && row.number("priority", 9) >= 2;
    call.wait = row.seconds("wait_s");
    call.answered = row.text("outcome") == "AGENT";
    if (!call.answered) return call;
    call.talk = row.seconds("service_s");
    call.agent = name_in(row, "agent", true);
    return call;
}

}  // namespace

Result<CallHistory> read_calls(const std::string& path) {
    CallHistory history;
    const auto read = read_table(path, {"arrival_s", "service", "wait_s", "outcome", "service_s", "agent"}, [&](Row& row) {
        const std::string_view outcome = row.text("outcome");
        if (outcome == "PHANTOM")
            ++history.discarded;
        else if (outcome == "AGENT" || outcome == "HANG")
            history.calls.push_back(read_call(row));
        else
            row.wrong("outcome", "must be AGENT, HANG or PHANTOM");
    });
    if (!read) return read.error();
    if (history.calls.empty()) return Error{ErrorCode::invalid_argument, path + ": holds no call"};
    std::stable_sort(history.calls.begin(), history.calls.end(), [](const Call& a, const Call& b) { return a.arrival < b.arrival; });
    return history;
}

}  // namespace switchboard::simulation
