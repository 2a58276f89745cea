// SPDX-License-Identifier: Apache-2.0
// The wallboard itself: totals, alerts, and the departments as a table whose columns leave one after another when it gets narrow.
#include "top/render.hpp"
#include "top/text.hpp"

#include <algorithm>

namespace switchboard::client::top {

namespace {

enum class Field { waiting, oldest, offered, active, slots, agents, service, speed, abandoned, estimate, state, trend };

struct Column {
    Field field;
    const char* heading;
    int columns;     // without the gap before it
    int importance;  // the least important one leaves first
};

constexpr int least_name = 12, most_name = 34, most_trend = 61, flag_columns = 2;

constexpr Column all_columns[] = {
    {Field::waiting, "WAIT", 4, 12},     {Field::oldest, "OLDEST", 6, 11}, {Field::offered, "ASK", 3, 6},
    {Field::active, "ACT", 4, 9},        {Field::slots, "SLOTS", 6, 8},    {Field::agents, "AGENTS", 7, 5},
    {Field::service, "SL", 4, 7},        {Field::speed, "ASA", 5, 4},      {Field::abandoned, "ABN", 4, 3},
    {Field::estimate, "ESTIMATE", 8, 2}, {Field::trend, "TREND", 5, 1},    {Field::state, "STATE", 20, 0},
};

struct Layout {
    int name = least_name;
    std::vector<Column> columns;
};

int name_columns(const View& view) {
    int most = least_name;
    for (const v1::DepartmentQueue& one : view.snapshot().departments()) most = std::max(most, width(clean(one.name())));
    return std::min(most, most_name);
}

// Columns by importance as long as they fit; what is left goes to the name, then to the trend.
Layout lay_out(const View& view) {
    Layout layout;
    int room = view.columns() - flag_columns - least_name;
    std::vector<Column> wanted(std::begin(all_columns), std::end(all_columns));
    std::sort(wanted.begin(), wanted.end(), [](const Column& a, const Column& b) { return a.importance > b.importance; });
    for (const Column& column : wanted) {
        // The words for the state come only when nothing else suffers.
        const int spare = column.field == Field::state ? most_name - least_name : 0;
        if (room < column.columns + 1 + spare) break;
        room -= column.columns + 1;
        layout.columns.push_back(column);
    }
    const auto place = [](const Column& one) {
        return std::find_if(std::begin(all_columns), std::end(all_columns), [&](const Column& other) { return other.field == one.field; });
    };
    std::sort(layout.columns.begin(), layout.columns.end(), [&](const Column& a, const Column& b) { return place(a) < place(b); });
    const int more = std::clamp(name_columns(view) - least_name, 0, std::max(room, 0));
    layout.name += more;
    for (Column& column : layout.columns)
        if (column.field == Field::trend) column.columns = std::min(column.columns + room - more, most_trend);
    return layout;
}

std::string flag(const v1::DepartmentQueue& one) {
    return one.unroutable() > 0 ? "U" : one.full() ? "F" : !one.open() ? "C" : one.pull() ? "P" : " ";
}

std::string state_words(const v1::DepartmentQueue& one) {
    std::string words;
    const auto add = [&](const std::string& word) { words += (words.empty() ? "" : ", ") + word; };
    if (one.unroutable() > 0) add(std::to_string(one.unroutable()) + " unroutable");
    if (one.full()) add("full");
    if (!one.open()) add("closed");
    if (one.pull()) add("pull");
    if (one.agents_full() > 0) add(std::to_string(one.agents_full()) + " busy");
    return words;
}

Style style_of_service(const v1::QueueTotals& totals) {
    const std::uint64_t whole = counted(totals), good = totals.answered_in_time();
    return whole == 0 ? Style::dim : good * 100 < whole * 50 ? Style::alarm : good * 100 < whole * 80 ? Style::warning : Style::good;
}

Span number(std::uint32_t value, Style style = Style::normal) { return {std::to_string(value), value == 0 ? Style::dim : style}; }

Span plain(std::string text) {
    const bool nothing = text == "-" || text == "0%";
    return {std::move(text), nothing ? Style::dim : Style::normal};
}

Span cell(const View& view, const v1::DepartmentQueue& one, const Column& column) {
    const std::int64_t age = oldest_age(one, view.snapshot().time_ms());
    const bool waits = one.waiting() + one.offered() > 0;
    switch (column.field) {
        case Field::waiting: return number(one.waiting(), one.unroutable() > 0 || one.full() ? Style::alarm : Style::strong);
        case Field::oldest: return one.oldest_ms() == 0 ? Span{"-", Style::dim} : Span{lapse(age), style_of(trouble_of_wait(one, age))};
        case Field::offered: return number(one.offered());
        case Field::active: return number(one.active());
        case Field::slots:
            return {std::to_string(one.used_slots()) + "/" + std::to_string(one.used_slots() + one.free_slots()),
                    one.free_slots() == 0 && waits ? Style::warning : Style::normal};
        case Field::agents:
            return {std::to_string(one.agents_available()) + "/" + std::to_string(one.agents_away()) + "/" + std::to_string(one.agents_offline()),
                    one.agents_available() > 0 ? Style::normal : waits ? Style::alarm : Style::dim};
        case Field::service: return {service_level(one.recent()), style_of_service(one.recent())};
        case Field::speed: return plain(answer_speed(one.recent()));
        case Field::abandoned: return plain(abandon_rate(one.recent()));
        case Field::estimate: return plain(estimate(one));
        case Field::state: return {state_words(one), style_of(trouble(one, view.snapshot().time_ms()))};
        case Field::trend: break;
    }
    const std::vector<int> values = trend(view, one.id(), column.columns);
    // One who waits must not look like a crowd.
    const int top = values.empty() ? 0 : std::max(*std::max_element(values.begin(), values.end()), 4);
    return {sparkline(values, top, view.unicode()), Style::dim};
}

bool is_text(const Column& column) { return column.field == Field::state; }

Line heading(const View& view, const Layout& layout) {
    Line line(std::string(flag_columns, ' ') + left("DEPARTMENT", layout.name), Style::heading);
    for (const Column& column : layout.columns) {
        const bool to_left = is_text(column) || column.field == Field::trend;
        line.add(" " + (to_left ? left(column.heading, column.columns, view.unicode()) : right(column.heading, column.columns)), Style::heading);
    }
    return line;
}

Line row(const View& view, const Layout& layout, const v1::DepartmentQueue& one) {
    const Trouble state = trouble(one, view.snapshot().time_ms());
    const Style name_style = state != Trouble::none ? style_of(state) : one.open() ? Style::normal : Style::dim;
    Line line(flag(one) + " ", Style::alarm);
    if (one.unroutable() == 0 && !one.full()) line.spans.back().style = Style::dim;
    line.add(left(clean(one.name().empty() ? one.id() : one.name()), layout.name, view.unicode()), name_style);
    for (const Column& column : layout.columns) {
        const Span span = cell(view, one, column);
        const bool wide = width(span.text) > column.columns;
        line.add(" ");
        line.add(is_text(column) || wide ? left(span.text, column.columns, view.unicode()) : right(span.text, column.columns), span.style);
    }
    return line;
}

Line totals(const View& view) {
    std::uint32_t waiting = 0, offered = 0, active = 0;
    v1::QueueTotals recent;
    for (const v1::DepartmentQueue& one : view.snapshot().departments()) {
        waiting += one.waiting(), offered += one.offered(), active += one.active();
        recent.set_answered(recent.answered() + one.recent().answered());
        recent.set_abandoned(recent.abandoned() + one.recent().abandoned());
        recent.set_abandoned_in_time(recent.abandoned_in_time() + one.recent().abandoned_in_time());
        recent.set_abandoned_short(recent.abandoned_short() + one.recent().abandoned_short());
        recent.set_answered_in_time(recent.answered_in_time() + one.recent().answered_in_time());
    }
    const auto& snapshot = view.snapshot();
    Line line(" " + std::to_string(waiting) + " waiting", waiting > 0 ? Style::strong : Style::normal);
    line.add("  " + std::to_string(offered) + " offered  " + std::to_string(active) + " active   agents ");
    line.add(std::to_string(snapshot.agents_available()) + " available", snapshot.agents_available() > 0 ? Style::good : Style::alarm);
    line.add("  " + std::to_string(snapshot.agents_away()) + " away");
    if (counted(recent) == 0) return line;
    line.add("   SL ", Style::dim).add(service_level(recent), style_of_service(recent));
    return line.add("  ABN ", Style::dim).add(abandon_rate(recent));
}

Line alerts(const View& view) {
    std::string unroutable, full, unstaffed;
    const v1::DepartmentQueue* oldest = nullptr;
    const std::int64_t time = view.snapshot().time_ms();
    const auto add = [](std::string& list, const v1::DepartmentQueue& one, std::uint32_t count) {
        list += (list.empty() ? " " : ", ") + clean(one.name().empty() ? one.id() : one.name()) + (count > 0 ? " " + std::to_string(count) : "");
    };
    for (const v1::DepartmentQueue* one : view.departments()) {
        const std::uint32_t waiting = one->waiting() + one->offered();
        if (one->unroutable() > 0) {
            add(unroutable, *one, one->unroutable());
        } else if (waiting > 0 && one->agents_available() == 0) {
            add(unstaffed, *one, waiting);
        }
        if (one->full()) add(full, *one, 0);
        if (one->oldest_ms() != 0 && (!oldest || one->oldest_ms() < oldest->oldest_ms())) oldest = one;
    }
    Line line;
    if (!unroutable.empty()) line.add(" UNROUTABLE:" + unroutable + " ", Style::alarm);
    if (!full.empty()) line.add(" FULL:" + full + " ", Style::alarm);
    if (!unstaffed.empty()) line.add(" NOBODY THERE:" + unstaffed + " ", Style::alarm);
    if (oldest) {
        const std::int64_t age = oldest_age(*oldest, time);
        line.add(" oldest: " + lapse(age) + " " + clean(oldest->name()), style_of(trouble_of_wait(*oldest, age)));
    }
    return line.spans.empty() ? Line(view.known() ? " nobody waits" : " waiting for the first snapshot ...", Style::dim) : line;
}

}  // namespace

Table department_table(const View& view) {
    const Layout layout = lay_out(view);
    Table table{heading(view, layout), {}};
    for (const v1::DepartmentQueue* one : view.departments()) table.rows.push_back(row(view, layout, *one));
    return table;
}

Parts departments_page(const View& view) {
    Table table = department_table(view);
    const std::size_t cursor = static_cast<std::size_t>(view.cursor());
    if (cursor < table.rows.size()) table.rows[cursor].chosen = true;
    const bool low = view.rows() < 12;
    Screen head;
    if (!low) head.push_back(totals(view));
    head.push_back(alerts(view));
    if (!low) head.emplace_back();
    head.push_back(std::move(table.heading));
    return {std::move(head), std::move(table.rows)};
}

}  // namespace switchboard::client::top
