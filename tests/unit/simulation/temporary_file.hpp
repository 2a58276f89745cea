// SPDX-License-Identifier: Apache-2.0
// A file with this content, for as long as the object lives. Thread: one.
#pragma once

#include <doctest/doctest.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <string>

namespace switchboard::test {

class TemporaryFile {
public:
    explicit TemporaryFile(const std::string& content) : path_((std::filesystem::temp_directory_path() / "switchboard-XXXXXX").string()) {
        const int file = mkstemp(path_.data());
        REQUIRE(file >= 0);
        REQUIRE(write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size()));
        close(file);
    }
    ~TemporaryFile() { std::remove(path_.c_str()); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    const std::string& path() const { return path_; }

private:
    std::string path_;
};

}  // namespace switchboard::test
