// SPDX-License-Identifier: Apache-2.0
#include "simulation/table_file.hpp"

#include <zlib.h>

#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <filesystem>

namespace switchboard::simulation {

namespace {

constexpr std::size_t longest_line = 64 * 1024;
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
constexpr double most_seconds = 10.0 * 366 * 86400;

using Columns = std::map<std::string, std::size_t, std::less<>>;

std::vector<std::string_view> split(std::string_view line) {
    std::vector<std::string_view> fields;
    while (true) {
        const std::size_t comma = line.find(',');
        fields.push_back(line.substr(0, comma));
        if (comma == std::string_view::npos) return fields;
        line.remove_prefix(comma + 1);
    }
}

// zlib passes on what is not compressed as it stands.
class Lines {
public:
    explicit Lines(const std::string& path) : path_(path), file_(gzopen(path.c_str(), "rb")) {
        if (file_) gzbuffer(file_, 256 * 1024);
    }
    ~Lines() {
        if (file_) gzclose(file_);
    }
    Lines(const Lines&) = delete;
    Lines& operator=(const Lines&) = delete;

    bool opened() const { return file_ != nullptr; }
    unsigned number() const { return number_; }

    // False: the end, or failure().
    bool next(std::string_view& line) {
        if (!gzgets(file_, buffer_.data(), static_cast<int>(buffer_.size()))) return false;
        ++number_;
        line = buffer_.data();
        // The part of a line that was still readable is not a line.
        if (!line.ends_with('\n') && !failure().empty()) return false;
        if (number_ == 1 && line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
        while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
        return true;
    }
    std::string failure() const {
        int code = Z_OK;
        const char* text = gzerror(file_, &code);
        if (code == Z_ERRNO) return std::strerror(errno);
        if (code == Z_OK || code == Z_STREAM_END) return "";
        if (code == Z_BUF_ERROR) return "the compressed file is cut off";
        const std::string_view why = text;
        return std::string(why.starts_with(path_ + ": ") ? why.substr(path_.size() + 2) : why);
    }

private:
    const std::string path_;
    gzFile file_;
    std::vector<char> buffer_ = std::vector<char>(longest_line);
    unsigned number_ = 0;
};

Error bad(const std::string& text) {
    return Error{ErrorCode::invalid_argument, text};
}

Result<Columns> read_head(const std::string& path, Lines& lines, const std::vector<std::string>& needed) {
    std::string_view line;
    if (!lines.next(line)) {
        const std::string why = lines.failure();
        return bad(path + ": " + (why.empty() ? "is empty" : why));
    }
    Columns columns;
    std::size_t position = 0;
    for (const std::string_view name : split(line))
        if (!columns.emplace(name, position++).second) return bad(path + ":1: the column " + std::string(name) + " is named twice");
    for (const std::string& name : needed)
        if (!columns.contains(name)) return bad(path + ":1: the column " + name + " is missing; the first line must name the columns");
    return columns;
}

}  // namespace

std::string_view Row::text(std::string_view column) const {
    const auto found = columns_.find(column);
    return found == columns_.end() ? std::string_view{} : fields_.at(found->second);
}

Duration Row::seconds(std::string_view column, std::optional<Duration> otherwise) {
    const std::string_view given = text(column);
    if (given.empty() && otherwise) return *otherwise;
    double value = 0;
    const auto [end, failed] = std::from_chars(given.data(), given.data() + given.size(), value);
    if (failed != std::errc{} || end != given.data() + given.size() || !(value >= 0 && value <= most_seconds)) {
        wrong(column, "must be a number of seconds, 0 or more");
        return Duration{0};
    }
    return Duration{std::llround(value * 1000)};
}

unsigned Row::number(std::string_view column, unsigned most) {
    const std::string_view given = text(column);
    unsigned value = 0;
    const auto [end, failed] = std::from_chars(given.data(), given.data() + given.size(), value);
    if (failed == std::errc{} && end == given.data() + given.size() && value <= most) return value;
    wrong(column, "must be a whole number from 0 to " + std::to_string(most));
    return 0;
}

void Row::wrong(std::string_view column, const std::string& what) {
    if (problem_.empty()) problem_ = place_ + std::string(column) + ": " + what + ", not \"" + std::string(text(column).substr(0, 40)) + '"';
}

Result<void> read_table(const std::string& path, const std::vector<std::string>& needed, const std::function<void(Row&)>& take) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) return bad(path + ": is a directory");
    Lines lines(path);
    if (!lines.opened()) return bad("cannot read " + path + ": " + std::strerror(errno));
    const auto columns = read_head(path, lines, needed);
    if (!columns) return columns.error();
    std::string_view line;
    while (lines.next(line)) {
        if (line.empty()) continue;
        const std::string place = path + ':' + std::to_string(lines.number()) + ": ";
        std::vector<std::string_view> fields = split(line);
        if (fields.size() != columns->size())
            return bad(place + std::to_string(fields.size()) + " fields where the first line names " + std::to_string(columns->size()));
        Row row(*columns, std::move(fields), place);
        take(row);
        if (!row.problem().empty()) return bad(row.problem());
    }
    const std::string why = lines.failure();
    if (!why.empty()) return bad(path + ':' + std::to_string(lines.number() + 1) + ": " + why);
    return {};
}

}  // namespace switchboard::simulation
