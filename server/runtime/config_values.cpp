// SPDX-License-Identifier: Apache-2.0
#include "runtime/config_values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>

namespace switchboard::runtime {

namespace {

template <class... Cases>
struct Overload : Cases... {
    using Cases::operator()...;
};
template <class... Cases>
Overload(Cases...) -> Overload<Cases...>;

struct Unit {
    std::string_view name;
    std::int64_t milliseconds;
};
constexpr std::array<Unit, 5> units = {{{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};

std::optional<std::int64_t> parse_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<bool> parse_flag(const std::string& text) {
    if (text == "true" || text == "1" || text == "yes" || text == "on") return true;
    if (text == "false" || text == "0" || text == "no" || text == "off") return false;
    return std::nullopt;
}

TextList split(const std::string& text) {
    TextList parts;
    for (std::size_t start = 0; start <= text.size();) {
        const std::size_t comma = std::min(text.find(',', start), text.size());
        std::string part = text.substr(start, comma - start);
        part.erase(0, part.find_first_not_of(' '));
        part.erase(part.find_last_not_of(' ') + 1);
        if (!part.empty()) parts.push_back(std::move(part));
        start = comma + 1;
    }
    return parts;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
    std::string text;
    for (const std::string& part : parts) text += (text.empty() ? std::string() : std::string(separator)) + part;
    return text;
}

bool within(const ConfigKey& key, std::int64_t value) { return value >= key.least && value <= key.most; }

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::optional<std::int64_t> count = parse_number(text.substr(0, digits));
    const auto unit = std::find_if(units.begin(), units.end(), [&](const Unit& one) { return one.name == text.substr(digits); });
    if (!count || unit == units.end() || *count > INT64_MAX / unit->milliseconds) return std::nullopt;
    return Duration(*count * unit->milliseconds);
}

std::string format_duration(Duration duration) {
    if (duration.count() == 0) return "0s";
    const auto unit = std::find_if(units.begin(), units.end(), [&](const Unit& one) { return duration.count() % one.milliseconds == 0; });
    return std::to_string(duration.count() / unit->milliseconds) + std::string(unit->name);
}

std::string expectation(const ConfigKey& key) {
    if (!key.choices.empty()) return join(key.choices, " or ");
    return std::visit(Overload{
                          [](std::string Config::*) -> std::string { return "a text"; },
                          [&](std::uint64_t Config::*) { return "a number from " + std::to_string(key.least) + " to " + std::to_string(key.most); },
                          [](bool Config::*) -> std::string { return "true or false"; },
                          [&](Duration Config::*) {
                              return "a duration such as 500ms, 20s, 15m, 1h or 30d, from " + format_duration(Duration(key.least)) + " to " +
                                     format_duration(Duration(key.most));
                          },
                          [](TextList Config::*) -> std::string { return "a list of texts"; },
                      },
                      key.field);
}

std::string format_value(const ConfigKey& key, const Config& config) {
    const auto quoted = [](const std::string& text) {
        std::string out = "\"";
        for (const char c : text) out += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
        return out + '"';
    };
    return std::visit(Overload{
                          [&](std::string Config::*field) { return quoted(config.*field); },
                          [&](std::uint64_t Config::*field) { return std::to_string(config.*field); },
                          [&](bool Config::*field) -> std::string { return config.*field ? "true" : "false"; },
                          [&](Duration Config::*field) { return quoted(format_duration(config.*field)); },
                          [&](TextList Config::*field) {
                              std::vector<std::string> parts;
                              for (const std::string& part : config.*field) parts.push_back(quoted(part));
                              return "[" + join(parts, ", ") + "]";
                          },
                      },
                      key.field);
}

std::optional<std::string> set_value(const ConfigKey& key, Config& config, const std::string& text) {
    const std::string shown = key.secret ? std::string() : ", not \"" + text + '"';
    const std::string unexpected = "must be " + expectation(key) + shown;
    const auto checked = [&](const std::string& value) -> std::optional<std::string> {
        const std::string complaint = key.check == nullptr ? std::string() : key.check(value);
        return complaint.empty() ? std::nullopt : std::optional(complaint + shown);
    };
    const auto store_text = [&](std::string Config::*field) -> std::optional<std::string> {
        if (!key.choices.empty() && std::find(key.choices.begin(), key.choices.end(), text) == key.choices.end()) return unexpected;
        config.*field = text;
        return checked(text);
    };
    const auto store_list = [&](TextList Config::*field) -> std::optional<std::string> {
        config.*field = split(text);
        for (const std::string& part : config.*field)
            if (auto complaint = checked(part)) return complaint;
        return std::nullopt;
    };
    const auto store = [&](auto field, auto parsed, std::int64_t measure) -> std::optional<std::string> {
        if (!parsed || !within(key, measure)) return unexpected;
        config.*field = static_cast<std::decay_t<decltype(config.*field)>>(*parsed);
        return std::nullopt;
    };
    return std::visit(Overload{
                          store_text,
                          [&](std::uint64_t Config::*field) {
                              const auto parsed = parse_number(text);
                              return store(field, parsed, parsed.value_or(-1));
                          },
                          [&](bool Config::*field) { return store(field, parse_flag(text), 0); },
                          [&](Duration Config::*field) {
                              const auto parsed = parse_duration(text);
                              return store(field, parsed, parsed ? parsed->count() : -1);
                          },
                          store_list,
                      },
                      key.field);
}

std::optional<std::string> nearest_name(std::string_view name, const std::vector<std::string>& names) {
    const auto distance = [&](std::string_view other) {
        std::vector<std::size_t> row(other.size() + 1);
        std::iota(row.begin(), row.end(), std::size_t{0});
        for (std::size_t i = 0; i < name.size(); ++i) {
            std::size_t diagonal = row[0]++;
            for (std::size_t j = 0; j < other.size(); ++j) {
                const std::size_t changed = diagonal + (name[i] == other[j] ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
            }
        }
        return row.back();
    };
    const auto best = std::min_element(names.begin(), names.end(),
                                       [&](const std::string& a, const std::string& b) { return distance(a) < distance(b); });
    if (best == names.end() || distance(*best) > std::max<std::size_t>(2, name.size() / 3)) return std::nullopt;
    return *best;
}

}  // namespace switchboard::runtime
