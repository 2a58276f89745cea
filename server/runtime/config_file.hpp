// SPDX-License-Identifier: Apache-2.0
// The configuration file: TOML, read into keys with their lines. Errors are one line with file and line.
#pragma once

#include "base/error.hpp"
#include "runtime/config.hpp"

#include <string>
#include <vector>

namespace switchboard::runtime {

struct FileEntry {
    enum class Kind { text, number, flag, list, other };
    std::string key;
    unsigned line = 0;
    Kind kind = Kind::other;
    std::string text;  // of a list: joined by commas
};

// In the order of the file.
Result<std::vector<FileEntry>> read_config_file(const std::string& path);

// The entry as text for the key, when it has the key's type.
Result<std::string> text_of(const ConfigKey& key, const FileEntry& entry);

}  // namespace switchboard::runtime
