// SPDX-License-Identifier: Apache-2.0
#include "domain/document_reader.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parser.hpp>

#include <algorithm>
#include <cmath>
#include <optional>

namespace switchboard::domain {

namespace {

using namespace std::chrono_literals;

constexpr Duration longest = 24h;

bool fits(TextKind kind, char letter) {
    const auto code = static_cast<unsigned char>(letter);
    const bool digit_or_dash = (letter >= '0' && letter <= '9') || letter == '_' || letter == '-';
    const bool lower = letter >= 'a' && letter <= 'z';
    switch (kind) {
        case TextKind::any:
            return (code >= 0x20 && code != 0x7f) || letter == '\n' || letter == '\r' || letter == '\t';
        case TextKind::line:
            return code >= 0x20 && code != 0x7f;
        case TextKind::word:
            return code > 0x20 && code != 0x7f;
        case TextKind::id:
            return digit_or_dash || lower;
        case TextKind::public_key:
            return digit_or_dash || lower || (letter >= 'A' && letter <= 'Z');
    }
    return false;
}

const char* allowed_letters(TextKind kind) {
    switch (kind) {
        case TextKind::any:
        case TextKind::line:
            return "must not contain control characters";
        case TextKind::word:
            return "must not contain spaces or control characters";
        case TextKind::id:
            return "may contain only a-z, 0-9, _ and -";
        case TextKind::public_key:
            return "may contain only letters, digits, _ and -";
    }
    return "";
}

std::optional<std::uint64_t> whole(const boost::json::value& value) {
    if (value.is_uint64()) return value.get_uint64();
    if (value.is_int64() && value.get_int64() >= 0) return static_cast<std::uint64_t>(value.get_int64());
    return std::nullopt;
}

}  // namespace

boost::json::value written_seconds(Duration duration) {
    if (duration.count() % 1000 == 0) return duration.count() / 1000;
    return static_cast<double>(duration.count()) / 1000.0;
}

std::string in_seconds(Duration duration) {
    std::string text = std::to_string(duration.count() / 1000);
    if (duration.count() % 1000 == 0) return text;
    const std::string digits = std::to_string(duration.count() % 1000);
    text += '.' + std::string(3 - digits.size(), '0') + digits;
    return text.substr(0, text.find_last_not_of('0') + 1);
}

void DocumentProblems::add(const std::string& path, const std::string& what) {
    if (first_.empty()) first_ = (path.empty() ? std::string("document") : path) + ": " + what;
}

Result<boost::json::value> parse_json(std::string_view text) {
    boost::json::error_code failed;
    boost::json::parser parser;
    const std::size_t used = parser.write_some(text.data(), text.size(), failed);
    if (!failed && text.find_first_not_of(" \t\r\n", used) != std::string_view::npos) failed = boost::json::error::extra_data;
    if (failed) return Error{ErrorCode::invalid_argument, "document: not JSON at byte " + std::to_string(used) + ": " + failed.message()};
    return parser.release();
}

std::string read_text(const boost::json::value& value, const std::string& path, TextKind kind, std::size_t minimum, std::size_t maximum,
                      DocumentProblems& problems) {
    const boost::json::string* found = value.if_string();
    if (!found) {
        problems.add(path, "must be a text");
        return {};
    }
    std::string text(found->data(), found->size());
    if (text.size() < minimum || text.size() > maximum) {
        problems.add(path, "must have " + std::to_string(minimum) + " to " + std::to_string(maximum) + " bytes");
        return {};
    }
    if (!std::all_of(text.begin(), text.end(), [&](char letter) { return fits(kind, letter); })) {
        problems.add(path, allowed_letters(kind));
        return {};
    }
    return text;
}

std::uint64_t read_number(const boost::json::value& value, const std::string& path, std::uint64_t minimum, std::uint64_t maximum,
                          DocumentProblems& problems) {
    const std::optional<std::uint64_t> number = whole(value);
    if (number && *number >= minimum && *number <= maximum) return *number;
    problems.add(path, "must be " + std::to_string(minimum) + " to " + std::to_string(maximum));
    return minimum;
}

ObjectReader::ObjectReader(const boost::json::value& value, std::string path, DocumentProblems& problems)
    : object_(value.if_object()), path_(std::move(path)), problems_(problems) {
    if (!object_) problems_.add(path_, "must be an object");
}

std::string ObjectReader::path_of(std::string_view name) const {
    std::string path = path_;
    if (!path.empty()) path += '.';
    return path.append(name);
}

const boost::json::value* ObjectReader::field(std::string_view name) {
    known_.emplace(name);
    return object_ ? object_->if_contains(name) : nullptr;
}

std::string ObjectReader::text(std::string_view name, TextKind kind, std::size_t minimum, std::size_t maximum) {
    const boost::json::value* value = field(name);
    if (value) return read_text(*value, path_of(name), kind, minimum, maximum, problems_);
    if (minimum > 0) problems_.add(path_of(name), "is missing");
    return {};
}

std::uint64_t ObjectReader::number(std::string_view name, std::uint64_t minimum, std::uint64_t maximum, std::uint64_t otherwise) {
    const boost::json::value* value = field(name);
    return value ? read_number(*value, path_of(name), minimum, maximum, problems_) : otherwise;
}

bool ObjectReader::flag(std::string_view name, bool otherwise) {
    const boost::json::value* value = field(name);
    if (!value) return otherwise;
    if (!value->is_bool()) problems_.add(path_of(name), "must be true or false");
    return value->is_bool() && value->get_bool();
}

Duration ObjectReader::seconds(std::string_view name, Duration minimum, Duration otherwise) {
    const boost::json::value* value = field(name);
    if (!value) return otherwise;
    const auto count = value->is_number() ? value->to_number<double>() : -1.0;
    const double milliseconds = std::round(count * 1000);
    if (milliseconds >= static_cast<double>(minimum.count()) && milliseconds <= static_cast<double>(longest.count()))
        return Duration{static_cast<Duration::rep>(milliseconds)};
    problems_.add(path_of(name), "must be " + in_seconds(minimum) + " to " + in_seconds(longest) + " seconds");
    return otherwise;
}

std::size_t ObjectReader::choice(std::string_view name, std::span<const std::string_view> words, std::size_t otherwise) {
    const boost::json::value* value = field(name);
    if (!value) return otherwise;
    const boost::json::string* word = value->if_string();
    for (std::size_t i = 0; word && i < words.size(); ++i)
        if (std::string_view(word->data(), word->size()) == words[i]) return i;
    std::string list;
    for (const std::string_view each : words) list.append(list.empty() ? "" : ", ").append(each);
    problems_.add(path_of(name), "must be one of " + list);
    return otherwise;
}

void ObjectReader::nested(std::string_view name, const std::function<void(const boost::json::value&, const std::string&)>& read) {
    if (const boost::json::value* value = field(name)) read(*value, path_of(name));
}

void ObjectReader::each(std::string_view name, std::size_t maximum,
                        const std::function<void(const boost::json::value&, const std::string&)>& read) {
    const boost::json::value* value = field(name);
    if (!value) return;
    const boost::json::array* list = value->if_array();
    if (!list) return problems_.add(path_of(name), "must be a list");
    if (list->size() > maximum) return problems_.add(path_of(name), "must have at most " + std::to_string(maximum) + " elements");
    for (std::size_t i = 0; i < list->size() && problems_.none(); ++i) read((*list)[i], path_of(name) + '[' + std::to_string(i) + ']');
}

void ObjectReader::entries(std::string_view name, std::size_t maximum,
                           const std::function<void(std::string_view, const boost::json::value&, const std::string&)>& read) {
    const boost::json::value* value = field(name);
    if (!value) return;
    const boost::json::object* object = value->if_object();
    if (!object) return problems_.add(path_of(name), "must be an object");
    if (object->size() > maximum) return problems_.add(path_of(name), "must have at most " + std::to_string(maximum) + " entries");
    for (const auto& [key, entry] : *object) read(key, entry, path_of(name) + '.' + std::string(key));
}

void ObjectReader::finish() {
    if (!object_) return;
    for (const auto& [key, value] : *object_)
        if (!known_.contains(std::string_view(key))) problems_.add(path_of(key), "is not known here");
}

}  // namespace switchboard::domain
