// SPDX-License-Identifier: Apache-2.0
#include "domain/hours_document.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

namespace switchboard::domain {

namespace {

namespace json = boost::json;

constexpr std::size_t most_spans = 10, most_special_days = 100;
constexpr std::array<const char*, 7> day_names = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

std::string two_digits(unsigned number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
}

std::string clock_time(unsigned minute) {
    return two_digits(minute / 60) + ':' + two_digits(minute % 60);
}

json::array written(const std::vector<DaySpan>& spans) {
    json::array list;
    for (const DaySpan& span : spans) list.emplace_back(clock_time(span.from) + '-' + clock_time(span.to));
    return list;
}

json::object written(const SpecialDay& day) {
    std::array<char, 16> date{};
    std::snprintf(date.data(), date.size(), "%04d-%02u-%02u", day.year, day.month, day.day);
    return {{"date", date.data()}, {"spans", written(day.spans)}};
}

// Reads what `shape` says: a digit for each 0, every other letter as it is. The numbers between the other letters.
std::optional<std::vector<unsigned>> numbers(std::string_view text, std::string_view shape) {
    if (text.size() != shape.size()) return std::nullopt;
    std::vector<unsigned> found(1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (shape[i] == '0' ? !digit : text[i] != shape[i]) return std::nullopt;
        if (digit) found.back() = found.back() * 10 + static_cast<unsigned>(text[i] - '0');
        else found.push_back(0);
    }
    return found;
}

DaySpan read_span(const json::value& value, const std::string& path, DocumentProblems& problems) {
    const std::string text = read_text(value, path, TextKind::word, 1, id_bytes, problems);
    const auto parts = numbers(text, "00:00-00:00");
    if (parts && (*parts)[1] < 60 && (*parts)[3] < 60) {
        const DaySpan span{(*parts)[0] * 60 + (*parts)[1], (*parts)[2] * 60 + (*parts)[3]};
        if (span.from < span.to && span.to <= 1440) return span;
    }
    problems.add(path, "must be a time of day like 09:00-17:00, until 24:00 at most; over midnight write two");
    return {};
}

std::vector<DaySpan> read_spans(ObjectReader& owner, std::string_view name, DocumentProblems& problems) {
    std::vector<DaySpan> spans;
    owner.each(name, most_spans, [&](const json::value& value, const std::string& path) {
        const DaySpan span = read_span(value, path, problems);
        if (!spans.empty() && span.from < spans.back().to) problems.add(path, "must begin after the one before it has ended");
        spans.push_back(span);
    });
    return spans;
}

SpecialDay read_special_day(const json::value& value, const std::string& path, DocumentProblems& problems) {
    ObjectReader fields(value, path, problems);
    SpecialDay day;
    const std::string date = fields.text("date", TextKind::word, 1, id_bytes);
    const auto parts = numbers(date, "0000-00-00");
    const bool exists = parts && std::chrono::year_month_day(std::chrono::year(static_cast<int>((*parts)[0])), std::chrono::month((*parts)[1]),
                                                             std::chrono::day((*parts)[2])).ok();
    if (exists) {
        day.year = static_cast<int>((*parts)[0]);
        day.month = (*parts)[1];
        day.day = (*parts)[2];
    } else {
        problems.add(fields.path_of("date"), "must be a date like 2026-12-25");
    }
    day.spans = read_spans(fields, "spans", problems);
    fields.finish();
    return day;
}

void read_week(BusinessHours& hours, const json::value& value, const std::string& path, DocumentProblems& problems) {
    ObjectReader fields(value, path, problems);
    if (value.is_object() && value.get_object().empty()) return;
    hours.week.resize(day_names.size());
    for (std::size_t i = 0; i < day_names.size(); ++i) hours.week[i] = read_spans(fields, day_names[i], problems);
    fields.finish();
}

}  // namespace

json::object written(const BusinessHours& hours) {
    json::object week;
    for (std::size_t i = 0; i < hours.week.size() && i < day_names.size(); ++i) week[day_names[i]] = written(hours.week[i]);
    json::array special_days;
    for (const SpecialDay& day : hours.special_days) special_days.push_back(written(day));
    return {{"time_zone", hours.time_zone},
            {"week", std::move(week)},
            {"special_days", std::move(special_days)},
            {"cut_off_s", written_seconds(hours.cut_off)},
            {"close_queue", hours.close_queue}};
}

BusinessHours read_hours(const json::value& value, const std::string& path, DocumentProblems& problems) {
    ObjectReader fields(value, path, problems);
    BusinessHours hours;
    if (std::string zone = fields.text("time_zone", TextKind::word, 0, id_bytes); !zone.empty()) hours.time_zone = std::move(zone);
    fields.nested("week", [&](const json::value& week, const std::string& place) { read_week(hours, week, place, problems); });
    Unique dates(problems, "date");
    fields.each("special_days", most_special_days, [&](const json::value& element, const std::string& place) {
        hours.special_days.push_back(read_special_day(element, place, problems));
        const SpecialDay& day = hours.special_days.back();
        dates.add(place + ".date", std::to_string(day.year) + '-' + two_digits(day.month) + '-' + two_digits(day.day));
    });
    hours.cut_off = fields.seconds("cut_off_s", Duration{0}, hours.cut_off);
    hours.close_queue = fields.flag("close_queue", hours.close_queue);
    fields.finish();
    return hours;
}

}  // namespace switchboard::domain
