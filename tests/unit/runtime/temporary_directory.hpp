// SPDX-License-Identifier: Apache-2.0
// A directory for one test, removed with it.
#pragma once

#include <filesystem>
#include <stdlib.h>
#include <string>

struct TemporaryDirectory {
    TemporaryDirectory() {
        std::string pattern = (std::filesystem::temp_directory_path() / "switchboard-test-XXXXXX").string();
        path = mkdtemp(pattern.data());
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    std::string file(const std::string& name) const { return (path / name).string(); }
    std::filesystem::path path;
};
