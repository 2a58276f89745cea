// SPDX-License-Identifier: Apache-2.0
// Text in the cells of a terminal: what others wrote made harmless, cut and padded to columns, and numbers as a wallboard shows them.
// Widths are those of wcwidth, so they depend on the locale: use_utf8() comes first. Pure otherwise; thread: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace switchboard::client::top {

// Sets LC_CTYPE from the environment, or to C.UTF-8 where that is not UTF-8. False: the terminal may be able to show ASCII only.
bool use_utf8();

// One line without control characters and without marks that change the direction of text; line breaks become spaces.
std::string clean(std::string_view text);
// Columns that clean() text takes.
int width(std::string_view text);
// At most so many columns; what was cut off is told by an ellipsis.
std::string cut(std::string_view text, int columns, bool unicode = true);
// Exactly so many columns.
std::string left(std::string_view text, int columns, bool unicode = true);
std::string right(std::string_view text, int columns, bool unicode = true);
// Lines of at most so many columns, broken at spaces where there are any. Never empty.
std::vector<std::string> wrap(std::string_view text, int columns);

// "0:07", "12:31", "3h05", "2d04". Negative counts as 0.
std::string lapse(std::int64_t ms);
// "45s", "12m", "3h": at most three columns up to 99 hours.
std::string rough_lapse(std::uint32_t seconds);
// "82%"; "-" when there is nothing to take a part of.
std::string percent(std::uint64_t part, std::uint64_t whole);
// "14:03:22" in the local zone.
std::string clock(std::int64_t ms);

// One mark per column; values below 0 are unknown and leave a gap. The highest mark stands for `top`.
std::string sparkline(const std::vector<int>& values, int top, bool unicode = true);
// `filled` of `columns` marks, never more.
std::string bar(std::uint64_t part, std::uint64_t whole, int columns, bool unicode = true);

}  // namespace switchboard::client::top
