// SPDX-License-Identifier: Apache-2.0
#include "app/model.hpp"

#include <algorithm>

namespace switchboard::app {

namespace {

// Length of the well-formed sequence at the front, 0 when there is none (Unicode 15, table 3-7).
std::size_t sequence_length(std::string_view text) {
    const auto at = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const auto continues = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) { return at(i) >= low && at(i) <= high; };
    const unsigned lead = at(0);
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return continues(1) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
        const unsigned high = lead == 0xED ? 0x9F : 0xBF;
        return continues(1, low, high) && continues(2) ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
        const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
        return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
    }
    return 0;
}

Error invalid(const char* field, const char* problem) { return {ErrorCode::invalid_argument, std::string(field) + ": " + problem}; }

}  // namespace

bool valid_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = sequence_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

bool valid_id(std::string_view id) {
    return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

Result<void> check_text(const char* field, const std::string& text, std::size_t limit) {
    if (text.size() > limit) return invalid(field, ("at most " + std::to_string(limit) + " bytes").c_str());
    if (text.find('\0') != std::string::npos || !valid_utf8(text)) return invalid(field, "must be UTF-8 text without NUL");
    return {};
}

Result<void> check_body(const char* field, const v1::Message& message, std::size_t limit) {
    if (message.text().empty()) return invalid(field, "must not be empty");
    if (message.text().size() > limit) {
        return Error{ErrorCode::too_large, std::string(field) + ": at most " + std::to_string(limit) + " bytes"};
    }
    return check_text(field, message.text(), limit);
}

}  // namespace switchboard::app
