// SPDX-License-Identifier: Apache-2.0
// One department: its figures in words, and who waits longest.
#include "top/render.hpp"
#include "top/text.hpp"

#include <algorithm>

namespace switchboard::client::top {

namespace {

Line figures(const std::string& what, const v1::QueueTotals& totals) {
    Line line(" " + left(what, 9), Style::dim);
    const auto add = [&](const std::string& value, int columns) { line.add(right(value, columns)); };
    add(std::to_string(totals.offered()), 7);
    add(std::to_string(totals.answered()), 9);
    add(service_level(totals), 8);
    add(answer_speed(totals), 6);
    add(totals.answered() == 0 ? "-" : lapse(static_cast<std::int64_t>(totals.longest_wait_ms())), 8);
    add(std::to_string(totals.abandoned()) + " " + abandon_rate(totals), 11);
    add(std::to_string(totals.overflowed()), 7);
    add(std::to_string(totals.turned_away()), 7);
    add(percent(totals.estimated_in_p90(), totals.estimated()), 6);
    return line;
}

Screen department_head(const View& view, const v1::DepartmentQueue& one) {
    const auto count = [](std::uint32_t value, const char* what) { return "  " + std::to_string(value) + " " + what; };
    const std::int64_t time = view.snapshot().time_ms();
    Screen head;
    Line name(" " + clean(one.name()), Style::strong);
    name.add("  " + clean(one.id()), Style::dim).add(one.open() ? "  open" : "  closed", one.open() ? Style::good : Style::dim);
    name.add(one.pull() ? ", agents pick" : "").add(one.full() ? ", FULL" : "", Style::alarm);
    if (one.unroutable() > 0) name.add(", " + std::to_string(one.unroutable()) + " UNROUTABLE", Style::alarm);
    head.push_back(std::move(name));
    if (view.rows() < 18) return head;
    Line now(count(one.waiting(), "waiting").substr(1), one.waiting() > 0 ? Style::strong : Style::normal);
    now.add(count(one.offered(), "offered") + count(one.active(), "active") + count(one.wrap_up(), "wrapping up"));
    if (one.oldest_ms() != 0) {
        const std::int64_t age = oldest_age(one, time);
        now.add("    oldest " + lapse(age), style_of(trouble_of_wait(one, age)));
    }
    head.push_back(std::move(now));
    head.emplace_back(" agents" + count(one.agents_available(), "available") + (one.agents_full() > 0 ? " (" + std::to_string(one.agents_full()) + " busy)" : "") +
                      count(one.agents_away(), "away") + count(one.agents_offline(), "offline") + "    slots" + count(one.used_slots(), "used") +
                      count(one.free_slots(), "free"));
    head.emplace_back(" estimate " + estimate(one) + (one.service_level_s() > 0 ? "    in time: within " + lapse(one.service_level_s() * std::int64_t{1000}) : ""));
    head.emplace_back("          OFFERED ANSWERED IN TIME   ASA LONGEST  ABANDONED  MOVED   AWAY  <P90", Style::heading);
    head.push_back(figures("30 min", one.recent()));
    head.push_back(figures("today", one.today()));
    const std::vector<int> values = trend(view, one.id(), std::min(view.columns() - 14, 121));
    const int most = values.empty() ? 0 : *std::max_element(values.begin(), values.end());
    head.push_back(Line(" trend     ", Style::dim).add(sparkline(values, std::max(most, 4), view.unicode())).add(" " + std::to_string(std::max(most, 0)), Style::dim));
    head.emplace_back();
    return head;
}

Line waiting_line(const v1::DepartmentQueue& department, const v1::WaitingConversation& one, int place, std::int64_t now) {
    const std::int64_t waited = now - one.since_ms();
    Line line(right(std::to_string(place), 4) + "  ", Style::dim);
    line.add(right(lapse(waited), 7), style_of(trouble_of_wait(department, waited)));
    line.add("  " + clock(one.since_ms()) + "  " + right(std::to_string(one.step()), 4) + "  ");
    line.add(left(clean(one.conversation_id()), 28));
    return line.add(one.urgent() ? " URGENT" : "", Style::alarm).add(one.offered() ? " offered" : "", Style::good);
}

}  // namespace

Parts waiting_page(const View& view, std::int64_t now_ms) {
    const v1::DepartmentQueue* one = view.department();
    if (!one) return {{Line(" This department is gone.", Style::warning)}, {}};
    Parts parts{department_head(view, *one), {}};
    parts.head.emplace_back("   #   WAITED     SINCE  STEP  CONVERSATION", Style::heading);
    int place = 0;
    for (const v1::WaitingConversation& waiting : one->first()) {
        parts.body.push_back(waiting_line(*one, waiting, ++place, view.paused() ? view.snapshot().time_ms() : now_ms));
        parts.body.back().chosen = place - 1 == view.cursor();
    }
    const std::uint32_t all = one->waiting() + one->offered();
    if (parts.body.empty()) parts.body.emplace_back(all > 0 ? " (the server does not list them)" : " nobody waits", Style::dim);
    return parts;
}

}  // namespace switchboard::client::top
