// SPDX-License-Identifier: Apache-2.0
// Why a conversation waits: the server's words, its place, and the agents by what keeps them from it.
#include "top/render.hpp"
#include "top/text.hpp"

#include <algorithm>

namespace switchboard::client::top {

namespace {

std::string list(const google::protobuf::RepeatedPtrField<v1::Skill>& skills) {
    std::string text;
    for (const v1::Skill& skill : skills) text += (text.empty() ? "" : ", ") + clean(skill.name()) + " " + std::to_string(skill.level());
    return text;
}

std::string list(const google::protobuf::RepeatedPtrField<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + clean(name);
    return text;
}

std::string meaning(const std::string& test) {
    if (test == "passed") return "could take it";
    if (test == "department") return "of other departments";
    if (test == "kind") return "bot or person, wrongly";
    if (test == "other_agent") return "not the known agent";
    if (test == "skill") return "lack a skill";
    if (test == "level") return "level too low";
    if (test == "offline") return "not logged in";
    if (test == "away") return "away";
    if (test == "capacity") return "no room";
    if (test == "cooldown") return "just declined or missed";
    return clean(test);
}

// A label, and text that is wrapped beside it.
void add(Screen& lines, const View& view, const std::string& label, const std::string& text, Style style = Style::normal) {
    constexpr int label_columns = 13;
    if (text.empty()) return;
    bool first = true;
    for (std::string& part : wrap(text, std::max(view.columns() - label_columns - 1, 10))) {
        lines.push_back(Line(left(first ? " " + label : "", label_columns), Style::dim).add(std::move(part), style));
        first = false;
    }
}

void add_place(Screen& lines, const View& view, const v1::Explanation& it, std::int64_t now) {
    if (it.has_place() && it.place().position() > 0) {
        std::string place = std::to_string(it.place().position()) + " of " + std::to_string(it.place().waiting());
        if (it.place().has_estimate())
            place += ", about " + rough_lapse(it.place().estimate().p50_s()) + ", at most " + rough_lapse(it.place().estimate().p90_s());
        add(lines, view, "place", place);
    }
    if (it.steps() > 0)
        add(lines, view, "step",
            std::to_string(it.step()) + " of " + std::to_string(it.steps()) + (it.next_step_ms() > 0 ? ", next in " + lapse(it.next_step_ms() - now) : ""));
    add(lines, view, "asks for", list(it.required()).empty() ? "no skill" : list(it.required()));
    add(lines, view, "departments", list(it.departments()));
}

void add_counts(Screen& lines, const View& view, const v1::Explanation& it) {
    std::uint32_t all = 0;
    for (const v1::TestCount& count : it.counts()) all += count.agents();
    if (all == 0) return;
    lines.emplace_back();
    lines.emplace_back(" AGENTS BY WHAT KEEPS THEM FROM IT", Style::heading);
    for (const v1::TestCount& count : it.counts()) {
        if (count.agents() == 0) continue;
        const Style style = count.test() == "passed" ? Style::good : Style::normal;
        Line line(" " + left(meaning(count.test()), 24, view.unicode()), style);
        lines.push_back(line.add(right(std::to_string(count.agents()), 5) + "  ", style).add(bar(count.agents(), all, 30, view.unicode()), style));
    }
}

void add_agents(Screen& lines, const View& view, const v1::Explanation& it) {
    if (it.agents().empty()) return;
    lines.emplace_back();
    lines.emplace_back(" NEAREST AGENTS          LOAD  WHY NOT", Style::heading);
    for (const v1::AgentVerdict& one : it.agents()) {
        const std::string name = one.agent().name().empty() ? one.agent().id() : one.agent().name();
        Line line(" " + left(clean(name), 20, view.unicode()) + right(std::to_string(one.load()) + "/" + std::to_string(one.capacity()), 8) + "  ");
        line.add(meaning(one.test()), one.test() == "passed" ? Style::good : Style::normal);
        lines.push_back(line.add(one.detail().empty() ? "" : ": " + clean(one.detail()), Style::dim));
    }
}

void add_offer(Screen& lines, const View& view, const v1::Explanation& it) {
    if (!it.has_last_offer()) return;
    const v1::RoutingRecord& offer = it.last_offer();
    lines.emplace_back();
    lines.emplace_back(" LAST OFFER", Style::heading);
    add(lines, view, "strategy", clean(offer.strategy()) + ", after " + lapse(offer.waited_ms()) + ", at step " + std::to_string(offer.step()));
    std::string best;
    for (const v1::Candidate& candidate : offer.best()) best += (best.empty() ? "" : ", ") + clean(candidate.agent_id());
    add(lines, view, "best", best);
}

}  // namespace

Parts explanation_page(const View& view, std::int64_t now_ms) {
    Parts parts{{Line(" " + clean(view.conversation()), Style::strong)}, {}};
    if (!view.refusal().empty()) add(parts.body, view, "", clean(view.refusal()), Style::warning);
    if (!view.explanation()) {
        if (view.refusal().empty()) parts.body.emplace_back(" asking the server ...", Style::dim);
        return parts;
    }
    const v1::Explanation& it = *view.explanation();
    const v1::Conversation& conversation = it.conversation();
    Line& head = parts.head.front();
    head.add("  " + clean(conversation.department()) + (conversation.topic().empty() ? "" : " / " + clean(conversation.topic())));
    if (conversation.enqueued_ms() > 0 && conversation.status() <= v1::OFFERED) head.add("  waits " + lapse(now_ms - conversation.enqueued_ms()));
    head.add(conversation.urgent() ? "  URGENT" : "", Style::alarm);
    parts.head.emplace_back();
    for (std::string& line : wrap(clean(it.summary()), std::max(view.columns() - 2, 10)))
        if (!line.empty()) parts.body.emplace_back(" " + line, Style::strong);
    parts.body.emplace_back();
    add_place(parts.body, view, it, now_ms);
    add_counts(parts.body, view, it);
    add_agents(parts.body, view, it);
    add_offer(parts.body, view, it);
    return parts;
}

}  // namespace switchboard::client::top
