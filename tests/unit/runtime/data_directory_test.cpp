// SPDX-License-Identifier: Apache-2.0
#include "runtime/data_directory.hpp"
#include "unit/runtime/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

using namespace switchboard;
using namespace switchboard::runtime;

TEST_CASE("a data directory belongs to one process at a time") {
    const TemporaryDirectory directory;
    const std::string path = directory.file("data");
    CHECK(DataDirectory::holder(path) == 0);
    {
        const auto first = DataDirectory::claim(path);
        REQUIRE(first.has_value());
        CHECK(DataDirectory::holder(path) == getpid());
        const auto second = DataDirectory::claim(path + "/");
        REQUIRE_FALSE(second.has_value());
        CHECK(second.error().code == ErrorCode::conflict);
        CHECK(second.error().message == "another Switchboard server uses this data directory (pid " + std::to_string(getpid()) +
                                            "): stop it, or give --data-dir another one than " + path);
    }
    CHECK(DataDirectory::holder(path) == 0);
    CHECK(DataDirectory::claim(path).has_value());
}

TEST_CASE("a directory that cannot be used is told with advice") {
    const TemporaryDirectory directory;
    std::ofstream(directory.file("plain")) << "x";
    const auto inside_file = DataDirectory::claim(directory.file("plain/data"));
    REQUIRE_FALSE(inside_file.has_value());
    CHECK(inside_file.error().message.find("give --data-dir another one") != std::string::npos);
    const auto file = DataDirectory::claim(directory.file("plain"));
    REQUIRE_FALSE(file.has_value());
    CHECK(file.error().message.find("give --data-dir another one") != std::string::npos);

    if (geteuid() == 0) return;  // root may write everywhere
    std::filesystem::create_directory(directory.path / "locked");
    std::filesystem::permissions(directory.path / "locked", std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
    const auto locked = DataDirectory::claim(directory.file("locked"));
    REQUIRE_FALSE(locked.has_value());
    CHECK(locked.error().message.find("change its owner") != std::string::npos);
}

TEST_CASE("the token secret is made once, for its owner only") {
    const TemporaryDirectory directory;
    const std::string file = directory.file("secret");
    CHECK_FALSE(load_signing_key(file, false).has_value());
    const auto made = load_signing_key(file, true);
    REQUIRE(made.has_value());
    struct stat status {};
    REQUIRE(stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    CHECK(*load_signing_key(file, true) == *made);
    CHECK(*load_signing_key(file, false) == *made);
    CHECK(*load_signing_key(directory.file("other"), true) != *made);
}

TEST_CASE("a secret that others can read, or that is none, is refused") {
    const TemporaryDirectory directory;
    const std::string file = directory.file("secret");
    REQUIRE(load_signing_key(file, true).has_value());
    chmod(file.c_str(), 0640);
    CHECK(load_signing_key(file, true).error().message.find("chmod 600") != std::string::npos);

    for (const char* content : {"", "xyz", "00ff", "0000000000000000000000000000000000000000000000000000000000000000ff"}) {
        const std::string bad = directory.file("bad");
        std::filesystem::remove(bad);
        std::ofstream(bad) << content;
        chmod(bad.c_str(), 0600);
        CHECK(load_signing_key(bad, true).error().message.find("must hold 64 hexadecimal digits") != std::string::npos);
    }
}
