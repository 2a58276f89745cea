// SPDX-License-Identifier: Apache-2.0
#include "top/render.hpp"

#include "top/text.hpp"

#include <algorithm>

namespace switchboard::client::top {

namespace {

constexpr std::int64_t stale_after = 10'000;  // a snapshot follows every 5 s

Parts page_of(const View& view, std::int64_t now) {
    switch (view.page()) {
        case Page::departments: break;
        case Page::waiting: return waiting_page(view, now);
        case Page::explanation: return explanation_page(view, now);
    }
    return departments_page(view);
}

Span connection_of(const View& view, std::int64_t now) {
    const std::int64_t age = view.known() ? std::max<std::int64_t>(now - view.snapshot().time_ms(), 0) / 1000 : 0;
    const std::string old = view.known() ? std::to_string(age) + " s old" : "";
    const Connection& connection = view.connection();
    switch (connection.state) {
        case Connection::State::connecting: return {"connecting ...", Style::title};
        case Connection::State::lost: {
            const std::int64_t wait = (std::max<std::int64_t>(connection.retry_ms - now, 0) + 999) / 1000;
            return {"CONNECTION LOST, " + (wait > 0 ? "again in " + std::to_string(wait) + " s" : "trying again") + (old.empty() ? "" : ", " + old) +
                        (connection.why.empty() ? "" : ": " + clean(connection.why)),
                    Style::alarm};
        }
        case Connection::State::live: break;
    }
    if (!view.known()) return {"live, no snapshot yet", Style::title};
    if (view.paused()) return {"PAUSED, " + old, Style::warning};
    if (age * 1000 >= stale_after) return {"STALE, " + old, Style::alarm};
    return {"live, " + old, Style::title};
}

Line title(const View& view, std::int64_t now) {
    const std::string name = " switchboard top  " + clean(view.site()) + (now > 0 ? "  " + clock(now) : "") + "  ";
    Span status = connection_of(view, now);
    const int room = view.columns() - width(name) - 1;
    if (room < 8) return Line(left(name, view.columns(), view.unicode()), Style::title);
    status.text = cut(status.text, room, view.unicode());
    Line line(name + std::string(static_cast<std::size_t>(room - width(status.text)), ' '), Style::title);
    return line.add(std::move(status.text), status.style).add(" ", Style::title);
}

// The letters before the departments' names that are to be seen.
std::string legend(const View& view) {
    bool unroutable = false, full = false, closed = false, pull = false;
    for (const v1::DepartmentQueue& one : view.snapshot().departments()) {
        unroutable |= one.unroutable() > 0, full |= one.full();
        closed |= !one.open(), pull |= one.pull();
    }
    return std::string(unroutable ? " U unroutable" : "") + (full ? " F full" : "") + (closed ? " C closed" : "") + (pull ? " P pull" : "");
}

std::string order_name(Order order) {
    switch (order) {
        case Order::trouble: return "trouble";
        case Order::waiting: return "waiting";
        case Order::oldest: return "oldest";
        case Order::service_level: return "service level";
        case Order::configured: break;
    }
    return "configuration";
}

Line footer(const View& view) {
    std::string keys = " q quit  ";
    switch (view.page()) {
        case Page::departments: keys += "Enter who waits  s sort: " + order_name(view.order()) + "  "; break;
        case Page::waiting: keys += "Esc back  Enter explain  "; break;
        case Page::explanation: keys += "Esc back  r ask again  "; break;
    }
    keys += view.paused() ? "p go on " : "p pause ";
    const std::string marks = view.page() == Page::departments ? legend(view) + " " : "";
    const int room = view.columns() - width(keys);
    if (width(marks) > room) return Line(left(keys, view.columns(), view.unicode()), Style::title);
    return Line(keys + right(marks, room), Style::title);
}

// Spans are cut as one text, so that none of them has to know how much room is left.
Line fit(const Line& line, int columns, bool unicode) {
    Line fitted;
    fitted.chosen = line.chosen;
    int room = columns;
    for (const Span& span : line.spans) {
        const std::string text = cut(span.text, room, unicode);
        room -= width(text);
        fitted.add(text, span.style);
    }
    if (line.chosen) fitted.add(std::string(static_cast<std::size_t>(std::max(room, 0)), ' '));
    return fitted;
}

// Lists keep their cursor in sight, in the middle where there is enough below.
std::size_t first_shown(const View& view, int lines, int room) {
    const int wanted = view.page() == Page::explanation ? view.scroll() : view.cursor() - room / 2;
    return static_cast<std::size_t>(std::clamp(wanted, 0, std::max(lines - room, 0)));
}

int room_below(const View& view, const Parts& parts) { return std::max(view.rows() - 2 - static_cast<int>(parts.head.size()), 0); }

}  // namespace

int body_height(const View& view) { return room_below(view, page_of(view, view.snapshot().time_ms())); }

int explanation_height(const View& view) { return static_cast<int>(explanation_page(view, view.snapshot().time_ms()).body.size()); }

Screen render(const View& view, std::int64_t now_ms) {
    const Parts parts = page_of(view, now_ms);
    const int room = room_below(view, parts);
    Screen screen{title(view, now_ms)};
    screen.insert(screen.end(), parts.head.begin(), parts.head.end());
    const std::size_t first = first_shown(view, static_cast<int>(parts.body.size()), room);
    for (int i = 0; i < room; ++i) {
        const std::size_t index = first + static_cast<std::size_t>(i);
        screen.push_back(index < parts.body.size() ? parts.body[index] : Line{});
    }
    screen.push_back(footer(view));
    screen.resize(std::min(screen.size(), static_cast<std::size_t>(std::max(view.rows(), 0))));
    for (Line& line : screen) line = fit(line, view.columns(), view.unicode());
    return screen;
}

Screen render_plain(const View& view, std::int64_t now_ms) {
    Parts parts = departments_page(view);
    Screen screen{Line(clean(view.site()) + "  " + clock(now_ms))};
    screen.insert(screen.end(), parts.head.begin(), parts.head.end());
    screen.insert(screen.end(), parts.body.begin(), parts.body.end());
    for (Line& line : screen) {
        line.chosen = false;
        line = fit(line, view.columns(), view.unicode());
    }
    return screen;
}

Style style_of(Trouble trouble) {
    return trouble == Trouble::alarm ? Style::alarm : trouble == Trouble::attention ? Style::warning : Style::normal;
}

std::string estimate(const v1::DepartmentQueue& department) {
    if (!department.has_estimate()) return "-";
    const std::string half = rough_lapse(department.estimate().p50_s()), most = rough_lapse(department.estimate().p90_s());
    return half == most ? half : half + "-" + most;
}

std::vector<int> trend(const View& view, const std::string& department, int columns) {
    constexpr std::int64_t span = 30 * 60'000;
    std::vector<int> values(static_cast<std::size_t>(std::max(columns, 0)), -1);
    if (values.empty()) return values;
    const std::int64_t begin = view.snapshot().time_ms() - span;
    const auto add = [&](const v1::QueueSnapshot& snapshot) {
        const std::int64_t at = snapshot.time_ms() - begin;
        if (at < 0 || at > span) return;
        int& value = values[static_cast<std::size_t>(std::min<std::int64_t>(at * columns / span, columns - 1))];
        for (const v1::DepartmentQueue& one : snapshot.departments())
            if (one.id() == department) value = std::max(value, static_cast<int>(std::min(one.waiting() + one.offered(), 1'000'000u)));
    };
    for (const v1::QueueSnapshot& old : view.history()) add(old);
    add(view.snapshot());
    return values;
}

}  // namespace switchboard::client::top
