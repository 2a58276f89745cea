// SPDX-License-Identifier: Apache-2.0
// A table in a file: comma-separated, the first line names the columns, in any order; no quotes. Plain or compressed by gzip.
// Columns that nobody asks for are ignored. Errors name file, line and column. Thread: any, blocking.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace switchboard::simulation {

// One line while it is read. The first thing that is wrong is kept, and every later read gives a default.
class Row {
public:
    Row(const std::map<std::string, std::size_t, std::less<>>& columns, std::vector<std::string_view> fields, std::string place)
        : columns_(columns), fields_(std::move(fields)), place_(std::move(place)) {}

    // "" when the column does not exist.
    std::string_view text(std::string_view column) const;
    // Seconds, 0 or more, fractions down to a millisecond. Empty: `otherwise`, or an error without it.
    Duration seconds(std::string_view column, std::optional<Duration> otherwise = std::nullopt);
    unsigned number(std::string_view column, unsigned most);
    void wrong(std::string_view column, const std::string& what);
    const std::string& problem() const { return problem_; }

private:
    const std::map<std::string, std::size_t, std::less<>>& columns_;
    std::vector<std::string_view> fields_;
    std::string place_;
    std::string problem_;
};

// Calls `take` for each line; stops at the first that is wrong. Error: invalid_argument.
Result<void> read_table(const std::string& path, const std::vector<std::string>& needed, const std::function<void(Row&)>& take);

}  // namespace switchboard::simulation
