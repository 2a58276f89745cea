// SPDX-License-Identifier: Apache-2.0
// Scenario 6: what the router did can be repeated. The steps stand in README.md.
#include "support/scenario.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>
#include <sys/wait.h>

using namespace switchboard::test;

namespace fs = std::filesystem;

namespace {

std::set<fs::path> journals(const ServerProcess& server) {
    std::set<fs::path> files;
    for (const auto& file : fs::directory_iterator(fs::path(server.data_dir()) / "journal" / "default")) files.insert(file.path());
    return files;
}

// Exit status and standard output of `simulate --journal`.
std::pair<int, std::string> repeat(const fs::path& file) {
    FILE* pipe = popen((server_program() + " simulate --journal '" + file.string() + "'").c_str(), "r");
    REQUIRE(pipe);
    std::string output;
    std::array<char, 4096> buffer{};
    while (const std::size_t size = fread(buffer.data(), 1, buffer.size(), pipe)) output.append(buffer.data(), size);
    return {WEXITSTATUS(pclose(pipe)), output};
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("the_journal_repeats") {
    Stage stage(Encoding::protobuf);
    const Talk talk = stage.talk();
    Person& waiting = stage.customer();
    const std::string id = stage.start(waiting, "billing", "invoice", "hello");
    stage.close(talk);
    stage.until("the next one is offered", [&] { return talk.agent->offer_of(id) != nullptr; });
    REQUIRE(stage.server().terminate() == 0);
    REQUIRE(stage.server().start().has_value());
    stage.until("there is a second life of the router", [&] { return journals(stage.server()).size() == 2; });

    const fs::path first = *journals(stage.server()).begin();
    const auto [status, output] = repeat(first);
    CHECK_MESSAGE(status == 0, output);
    CHECK(holds(output, "decisions are the same.\n"));

    const fs::path changed = first.string() + ".changed";
    std::ofstream copy(changed);
    std::ifstream lines(first);
    for (std::string line; std::getline(lines, line);) {
        const auto at = line.find("\"offer " + id);
        if (at != std::string::npos) line.replace(at + 1, 5, "order");
        copy << line << '\n';
    }
    copy.close();
    const auto [different, report] = repeat(changed);
    CHECK(different == 1);
    CHECK(holds(report, "is the first that differs"));
    CHECK(holds(report, "recorded\n    order " + id));
    CHECK(holds(report, "repeated\n    offer " + id));
}
