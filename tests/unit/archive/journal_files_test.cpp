// SPDX-License-Identifier: Apache-2.0
#include "archive/journal_files.hpp"

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <stdlib.h>

using namespace switchboard;
using namespace switchboard::archive;
using namespace std::chrono_literals;

namespace fs = std::filesystem;

namespace {

struct Fixture {
    Fixture() {
        std::string pattern = (fs::temp_directory_path() / "switchboard-journal-XXXXXX").string();
        options.directory = fs::path(mkdtemp(pattern.data())) / "journal";
    }
    ~Fixture() { fs::remove_all(fs::path(options.directory).parent_path()); }

    // Once everything that was handed over is written.
    std::vector<std::string> contents() {
        pool.emplace(1, 100);
        std::vector<std::string> texts;
        if (!fs::exists(directory())) return texts;
        std::vector<fs::path> files;
        for (const auto& file : fs::directory_iterator(directory())) files.push_back(file.path());
        std::sort(files.begin(), files.end());
        for (const auto& file : files) {
            std::ostringstream text;
            text << std::ifstream(file).rdbuf();
            texts.push_back(text.str());
        }
        return texts;
    }
    std::unique_ptr<ports::JournalSegment> begin() { return JournalFiles(options, *pool, loop.get_executor()).begin(TenantId{"shop"}); }
    void record(const std::string& line) {
        const auto segment = begin();
        segment->write(line);
        segment->flush();
    }
    fs::path directory() const { return fs::path(options.directory) / "shop"; }

    asio::io_context loop;
    std::optional<WorkerPool> pool{std::in_place, 1, 100};
    JournalOptions options;
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("each life of a router is a file of lines, in order") {
    Fixture journal;
    {
        const auto first = journal.begin();
        first->write("a");
        first->flush();
        first->write("b");
        first->flush();
    }
    journal.record("c");
    CHECK(journal.contents() == Texts{"a\nb\n", "c\n"});
    CHECK((fs::status(journal.options.directory).permissions() & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none);
}

TEST_CASE("nothing is recorded when nothing is to be kept") {
    Fixture journal;
    journal.options.keep = Duration{0};
    CHECK(journal.begin() == nullptr);
}

TEST_CASE("what is too old or too much is deleted, the oldest first") {
    Fixture journal;
    for (const char* line : {"old", "a", "b"}) journal.record(line);
    REQUIRE(journal.contents().size() == 3);
    std::vector<fs::path> files;
    for (const auto& file : fs::directory_iterator(journal.directory())) files.push_back(file.path());
    std::sort(files.begin(), files.end());
    fs::last_write_time(files.front(), fs::file_time_type::clock::now() - 10 * 24h);
    journal.record("c");
    CHECK(journal.contents() == Texts{"a\n", "b\n", "c\n"});
    journal.options.most_bytes = 4;
    journal.record("d");
    CHECK(journal.contents() == Texts{"b\n", "c\n", "d\n"});
}

TEST_CASE("a file is full by size, counted from what it began with") {
    Fixture journal;
    journal.options.file_bytes = 10;
    const auto segment = journal.begin();
    segment->write(std::string(99, 'x'));
    segment->flush();
    segment->write(std::string(90, 'y'));
    CHECK_FALSE(segment->full());
    segment->write(std::string(20, 'z'));
    CHECK(segment->full());
}

TEST_CASE("lines that the disk does not take in time are lost, not kept") {
    Fixture journal;
    journal.options.unwritten_bytes = 10;
    const auto segment = journal.begin();
    segment->write("12345678");
    CHECK_FALSE(segment->full());
    segment->write("12345678");
    CHECK(segment->full());
    segment->write("1");
    segment->flush();
    CHECK(journal.contents() == Texts{"12345678\n"});
}

TEST_CASE("a directory that cannot be made stops nothing") {
    Fixture journal;
    std::ofstream(journal.options.directory) << "in the way";
    const auto segment = journal.begin();
    segment->write("a");
    segment->flush();
    CHECK(journal.contents().empty());
    segment->write("b");
    segment->flush();
    CHECK_FALSE(segment->full());
}
