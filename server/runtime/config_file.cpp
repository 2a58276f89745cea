// SPDX-License-Identifier: Apache-2.0
#include "runtime/config_file.hpp"

#include <toml.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace switchboard::runtime {

namespace {

Error invalid(std::string message) { return Error{ErrorCode::invalid_argument, std::move(message)}; }

// toml11 explains itself over several lines with a picture; the first one without its prefix says what is wrong.
std::string first_line(const std::string& what) {
    std::string line = what.substr(0, what.find('\n'));
    for (const std::string_view prefix : {"[error] ", "toml::"})
        if (line.starts_with(prefix)) line.erase(0, prefix.size());
    const std::size_t colon = line.find(": ");
    if (colon != std::string::npos && line.find(' ') > colon) line.erase(0, colon + 2);
    return line;
}

FileEntry entry_of(const std::string& key, const toml::value& value) {
    FileEntry entry{key, static_cast<unsigned>(value.location().line()), FileEntry::Kind::other, {}};
    if (value.is_string()) {
        entry.kind = FileEntry::Kind::text;
        entry.text = value.as_string().str;
    } else if (value.is_integer()) {
        entry.kind = FileEntry::Kind::number;
        entry.text = std::to_string(value.as_integer());
    } else if (value.is_boolean()) {
        entry.kind = FileEntry::Kind::flag;
        entry.text = value.as_boolean() ? "true" : "false";
    } else if (value.is_array()) {
        const auto& items = value.as_array();
        if (!std::all_of(items.begin(), items.end(), [](const toml::value& item) { return item.is_string(); })) return entry;
        entry.kind = FileEntry::Kind::list;
        for (const toml::value& item : items) entry.text += (entry.text.empty() ? "" : ",") + item.as_string().str;
    }
    return entry;
}

}  // namespace

Result<std::vector<FileEntry>> read_config_file(const std::string& path) {
    std::error_code ignored;
    std::ifstream input(path, std::ios::binary);
    if (!input) return invalid("cannot read " + path + ": " + std::strerror(errno));
    if (std::filesystem::is_directory(path, ignored)) return invalid("cannot read " + path + ": it is a directory");
    try {
        const toml::value document = toml::parse(input, path);
        std::vector<FileEntry> entries;
        for (const auto& [key, value] : document.as_table()) entries.push_back(entry_of(key, value));
        std::sort(entries.begin(), entries.end(), [](const FileEntry& a, const FileEntry& b) { return a.line < b.line; });
        return entries;
    } catch (const toml::exception& failure) {
        return invalid(path + ':' + std::to_string(failure.location().line()) + ": " + first_line(failure.what()));
    } catch (const std::exception& failure) {
        return invalid(path + ": " + first_line(failure.what()));
    }
}

Result<std::string> text_of(const ConfigKey& key, const FileEntry& entry) {
    FileEntry::Kind wanted = FileEntry::Kind::text;
    if (std::holds_alternative<std::uint64_t Config::*>(key.field)) wanted = FileEntry::Kind::number;
    if (std::holds_alternative<bool Config::*>(key.field)) wanted = FileEntry::Kind::flag;
    if (std::holds_alternative<TextList Config::*>(key.field)) wanted = FileEntry::Kind::list;
    if (entry.kind == wanted) return entry.text;
    const bool quotes_missing = wanted == FileEntry::Kind::text && entry.kind != FileEntry::Kind::list;
    const bool quotes_too_many = wanted != FileEntry::Kind::list && entry.kind == FileEntry::Kind::text;
    return invalid("must be " + expectation(key) + (quotes_missing ? ", in quotes" : quotes_too_many ? ", without quotes" : ""));
}

}  // namespace switchboard::runtime
