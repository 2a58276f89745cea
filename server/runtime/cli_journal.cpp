// SPDX-License-Identifier: Apache-2.0
#include "app/config_admin.hpp"
#include "domain/routing_journal.hpp"
#include "runtime/cli_commands.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>

namespace switchboard::runtime {

namespace {

namespace json = boost::json;

void print(const char* heading, const std::vector<std::string>& decisions) {
    std::cout << heading << (decisions.empty() ? "    nothing\n" : "");
    for (const std::string& decision : decisions) std::cout << "    " << decision << '\n';
}

void print(const domain::Repetition& done) {
    std::cout << done.calls << " calls of the router from " << app::utc_text(done.from) << " to " << app::utc_text(done.to) << ".\n";
    if (done.cut_off) std::cout << "The last line is cut off: the server was writing it when it ended.\n";
    if (done.line == 0) {
        std::cout << "All " << done.decisions << " decisions are the same.\n";
        return;
    }
    std::cout << done.decisions << " decisions are the same; line " << done.line << " is the first that differs.\n  told\n    " << done.told << '\n';
    print("  recorded\n", done.recorded);
    print("  repeated\n", done.repeated);
}

json::object to_json(const domain::Repetition& done) {
    json::object report{{"calls", done.calls},
                        {"decisions", done.decisions},
                        {"from", app::utc_text(done.from)},
                        {"to", app::utc_text(done.to)},
                        {"cut_off", done.cut_off},
                        {"same", done.line == 0}};
    if (done.line != 0)
        report["first_difference"] = {{"line", done.line},
                                      {"told", done.told},
                                      {"recorded", json::array(done.recorded.begin(), done.recorded.end())},
                                      {"repeated", json::array(done.repeated.begin(), done.repeated.end())}};
    return report;
}

}  // namespace

int repeat_journal(const std::string& path, bool as_json) {
    errno = 0;
    std::ifstream lines(path, std::ios::binary);
    if (!lines || lines.peek() == std::ifstream::traits_type::eof())
        return fail("cannot read " + path + ": " + (errno != 0 ? std::strerror(errno) : "it is empty"));
    const auto done = domain::repeat_journal(lines);
    if (!done) return fail(path + ": " + done.error().message);
    if (as_json) std::cout << json::serialize(to_json(*done)) << '\n';
    else print(*done);
    return done->line == 0 ? 0 : 1;
}

}  // namespace switchboard::runtime
