// SPDX-License-Identifier: Apache-2.0
#include "top/text.hpp"

#include <langinfo.h>
#include <wchar.h>

#include <algorithm>
#include <clocale>
#include <cstring>
#include <ctime>

namespace switchboard::client::top {

namespace {

struct Glyph {
    std::string_view bytes;
    wchar_t code = 0;
    int columns = 0;
};

bool is_utf8() { return std::strcmp(nl_langinfo(CODESET), "UTF-8") == 0; }

// Takes the first code point off the text. Bytes that are none count as one unprintable code point each.
Glyph take(std::string_view& text) {
    mbstate_t state{};
    wchar_t code = 0;
    const std::size_t size = mbrtowc(&code, text.data(), text.size(), &state);
    const bool wrong = size == static_cast<std::size_t>(-1) || size == static_cast<std::size_t>(-2);
    const std::size_t taken = wrong || size == 0 ? 1 : size;
    const Glyph glyph{text.substr(0, taken), wrong ? L'\0' : code, wrong ? -1 : wcwidth(code)};
    text.remove_prefix(taken);
    return glyph;
}

// Zero-width joiners, and marks that turn the direction of what follows them.
bool is_format(wchar_t code) {
    return (code >= 0x200b && code <= 0x200f) || (code >= 0x202a && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) || code == 0xfeff;
}

std::string padding(int columns) { return std::string(static_cast<std::size_t>(std::max(columns, 0)), ' '); }

}  // namespace

bool use_utf8() {
    std::setlocale(LC_CTYPE, "");
    if (is_utf8()) return true;
    std::setlocale(LC_CTYPE, "C.UTF-8");
    return false;
}

std::string clean(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const Glyph glyph = take(text);
        if (glyph.code == L'\n' || glyph.code == L'\t') {
            result += ' ';
        } else if (glyph.columns >= 0 && glyph.code != 0 && !is_format(glyph.code)) {
            result += glyph.bytes;
        }
    }
    return result;
}

int width(std::string_view text) {
    int columns = 0;
    while (!text.empty()) columns += std::max(take(text).columns, 0);
    return columns;
}

std::string cut(std::string_view text, int columns, bool unicode) {
    if (width(text) <= columns) return std::string(text);
    std::string result;
    for (int room = columns - 1; room >= 0 && !text.empty();) {
        const Glyph glyph = take(text);
        room -= std::max(glyph.columns, 0);
        if (room >= 0) result += glyph.bytes;
    }
    return columns > 0 ? result + (unicode ? "…" : "~") : "";
}

std::string left(std::string_view text, int columns, bool unicode) {
    const std::string shown = cut(text, columns, unicode);
    return shown + padding(columns - width(shown));
}

std::string right(std::string_view text, int columns, bool unicode) {
    const std::string shown = cut(text, columns, unicode);
    return padding(columns - width(shown)) + shown;
}

std::vector<std::string> wrap(std::string_view text, int columns) {
    std::vector<std::string> lines(1);
    const auto add = [&](std::string_view piece, int wide) {
        if (!lines.back().empty() && width(lines.back()) + wide > columns) lines.emplace_back();
        lines.back() += piece;
    };
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(text.size(), word.size() + 1));
        const std::string gap = lines.back().empty() ? "" : " ";
        if (width(lines.back()) + width(gap) + width(word) <= columns) {
            lines.back() += gap;
            lines.back() += word;
            continue;
        }
        if (!lines.back().empty()) lines.emplace_back();
        for (std::string_view rest = word; !rest.empty();) {
            const Glyph glyph = take(rest);
            add(glyph.bytes, std::max(glyph.columns, 0));
        }
    }
    return lines;
}

std::string lapse(std::int64_t ms) {
    const std::int64_t seconds = std::max<std::int64_t>(ms, 0) / 1000;
    const auto two = [](std::int64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); };
    if (seconds < 3600) return std::to_string(seconds / 60) + ":" + two(seconds % 60);
    if (seconds < 86'400) return std::to_string(seconds / 3600) + "h" + two(seconds / 60 % 60);
    return std::to_string(seconds / 86'400) + "d" + two(seconds / 3600 % 24);
}

std::string rough_lapse(std::uint32_t seconds) {
    if (seconds < 100) return std::to_string(seconds) + "s";
    if (seconds < 100 * 60) return std::to_string((seconds + 30) / 60) + "m";
    return std::to_string((seconds + 1800) / 3600) + "h";
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? "-" : std::to_string((std::min(part, whole) * 200 + whole) / (2 * whole)) + "%";
}

std::string clock(std::int64_t ms) {
    const std::time_t seconds = static_cast<std::time_t>(ms / 1000);
    std::tm local{};
    localtime_r(&seconds, &local);
    char text[16];
    std::strftime(text, sizeof text, "%H:%M:%S", &local);
    return text;
}

std::string sparkline(const std::vector<int>& values, int top, bool unicode) {
    static constexpr const char* blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static constexpr const char* ascii[] = {"_", ".", ":", "-", "=", "+", "*", "#"};
    std::string line;
    for (const int value : values) {
        // Something is never drawn as nothing.
        const int level = value <= 0 || top <= 0 ? 0 : std::clamp((value * 7 + top / 2) / top, 1, 7);
        line += value < 0 ? " " : (unicode ? blocks : ascii)[level];
    }
    return line;
}

std::string bar(std::uint64_t part, std::uint64_t whole, int columns, bool unicode) {
    if (whole == 0 || columns <= 0 || part == 0) return {};
    const auto marks = std::clamp<std::uint64_t>((part * static_cast<std::uint64_t>(columns) + whole / 2) / whole, 1, static_cast<std::uint64_t>(columns));
    std::string line;
    for (std::uint64_t i = 0; i < marks; ++i) line += unicode ? "█" : "#";
    return line;
}

}  // namespace switchboard::client::top
