// SPDX-License-Identifier: Apache-2.0
// Scenario 6: what the router did can be repeated. The steps stand in README.md.
#include "support/scenario.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <set>

using namespace switchboard::test;

namespace fs = std::filesystem;

namespace {

std::set<fs::path> journals(const ServerProcess& server) {
    std::set<fs::path> files;
    for (const auto& file : fs::directory_iterator(fs::path(server.data_dir()) / "journal" / "default")) files.insert(file.path());
    return files;
}

Ended repeat(const fs::path& file) { return run_program({"simulate", "--journal", file.string()}); }

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
    const Ended same = repeat(first);
    CHECK_MESSAGE(same.status == 0, same.output);
    CHECK(holds(same.output, "decisions are the same.\n"));

    const fs::path changed = first.string() + ".changed";
    std::ofstream copy(changed);
    std::ifstream lines(first);
    for (std::string line; std::getline(lines, line);) {
        const auto at = line.find("\"offer " + id);
        if (at != std::string::npos) line.replace(at + 1, 5, "order");
        copy << line << '\n';
    }
    copy.close();
    const Ended different = repeat(changed);
    CHECK(different.status == 1);
    CHECK(holds(different.output, "is the first that differs"));
    CHECK(holds(different.output, "recorded\n    order " + id));
    CHECK(holds(different.output, "repeated\n    offer " + id));
}
