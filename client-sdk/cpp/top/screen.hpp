// SPDX-License-Identifier: Apache-2.0
// What is to be seen, without a terminal: lines of spans. A style says what something means; the display decides how that looks, with
// colours or without. Nothing is told by a style alone. Thread: any.
#pragma once

#include <string>
#include <vector>

namespace switchboard::client::top {

enum class Style { normal, strong, dim, title, heading, good, warning, alarm };

struct Span {
    std::string text;
    Style style = Style::normal;
};

struct Line {
    std::vector<Span> spans;
    bool chosen = false;  // the line of the cursor

    Line() = default;
    Line(std::string text, Style style = Style::normal) { add(std::move(text), style); }
    Line& add(std::string text, Style style = Style::normal) {
        if (!text.empty()) spans.push_back({std::move(text), style});
        return *this;
    }
    std::string text() const {
        std::string all;
        for (const Span& span : spans) all += span.text;
        return all;
    }
};

using Screen = std::vector<Line>;

}  // namespace switchboard::client::top
