// SPDX-License-Identifier: Apache-2.0
// A View as lines: at most as many as it has rows, none wider than it has columns, whatever their size. Pure, apart from the locale
// (widths) and the zone (times of day). Thread: any.
#pragma once

#include "top/screen.hpp"
#include "top/view.hpp"

#include <cstdint>

namespace switchboard::client::top {

// `now_ms` by the server's clock.
Screen render(const View& view, std::int64_t now_ms);
// The departments without a cursor and without keys, all of them, for a pipe.
Screen render_plain(const View& view, std::int64_t now_ms);

// How many lines of the page's list or text the view has room for, and how many an explanation has.
int body_height(const View& view);
int explanation_height(const View& view);

// ---- the pages: what stands at the top, and what scrolls below it

struct Parts {
    Screen head;
    Screen body;
};
Parts departments_page(const View& view);
Parts waiting_page(const View& view, std::int64_t now_ms);
Parts explanation_page(const View& view, std::int64_t now_ms);

// Departments as a table; `now_ms` is that of the snapshot.
struct Table {
    Line heading;
    Screen rows;
};
Table department_table(const View& view);
// What people waited for in the last half hour: one value per column, -1 where nothing is known.
std::vector<int> trend(const View& view, const std::string& department, int columns);
// "45s-2m"; "-" when nobody can say.
std::string estimate(const v1::DepartmentQueue& department);
Style style_of(Trouble trouble);

}  // namespace switchboard::client::top
