// SPDX-License-Identifier: Apache-2.0
// Strict reading of a JSON document, and the few words that writing one needs. The first thing that is wrong is kept, with its path, and every later read gives a default:
// so a reader of a document is a plain list of fields without a check after each. Thread: one.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace switchboard::domain {

class DocumentProblems {
public:
    void add(const std::string& path, const std::string& what);
    bool none() const { return first_.empty(); }
    const std::string& first() const { return first_; }

private:
    std::string first_;
};

// The text as a value; invalid_argument: "document: not JSON at byte 7: ...".
Result<boost::json::value> parse_json(std::string_view text);

// What a text may consist of.
enum class TextKind : std::uint8_t {
    any,         // no control characters but line breaks and tabs: keys in PEM
    line,        // no control characters
    word,        // a line without spaces
    id,          // [a-z0-9_-]
    public_key,  // [A-Za-z0-9_-]
};

// One object of the document. Fields that nobody asked for are refused by finish().
class ObjectReader {
public:
    ObjectReader(const boost::json::value& value, std::string path, DocumentProblems& problems);

    const std::string& path() const { return path_; }
    std::string path_of(std::string_view name) const;

    // `minimum` > 0 makes the text mandatory.
    std::string text(std::string_view name, TextKind kind, std::size_t minimum, std::size_t maximum);
    std::uint64_t number(std::string_view name, std::uint64_t minimum, std::uint64_t maximum, std::uint64_t otherwise);
    bool flag(std::string_view name, bool otherwise);
    Duration seconds(std::string_view name, Duration minimum, Duration otherwise);
    // The position of the word in `words`.
    std::size_t choice(std::string_view name, std::span<const std::string_view> words, std::size_t otherwise);
    // Calls with the value and its path, if there is one.
    void nested(std::string_view name, const std::function<void(const boost::json::value&, const std::string&)>& read);
    // Calls with each element and its path; a missing list is empty.
    void each(std::string_view name, std::size_t maximum, const std::function<void(const boost::json::value&, const std::string&)>& read);
    // Calls with each key and value of an object whose keys are data.
    void entries(std::string_view name, std::size_t maximum,
                 const std::function<void(std::string_view, const boost::json::value&, const std::string&)>& read);
    void finish();

private:
    const boost::json::value* field(std::string_view name);

    const boost::json::object* object_;
    std::string path_;
    DocumentProblems& problems_;
    std::set<std::string, std::less<>> known_;
};

// A name that must not occur twice in its list.
class Unique {
public:
    Unique(DocumentProblems& problems, const char* what) : problems_(problems), what_(what) {}
    void add(const std::string& path, const std::string& value) {
        if (!seen_.insert(value).second) problems_.add(path, std::string("this ") + what_ + " is used twice: \"" + value + '"');
    }

private:
    DocumentProblems& problems_;
    const char* what_;
    std::unordered_set<std::string> seen_;
};

// Limits that several documents share.
constexpr std::size_t id_bytes = 64, name_bytes = 100, most_departments = 500;

// Whole seconds as a whole number: documents are read and edited by people.
boost::json::value written_seconds(Duration duration);
// For messages: "90", "2.5".
std::string in_seconds(Duration duration);

// For single values; the defaults of a wrong value are "" and `minimum`.
std::string read_text(const boost::json::value& value, const std::string& path, TextKind kind, std::size_t minimum, std::size_t maximum,
                      DocumentProblems& problems);
std::uint64_t read_number(const boost::json::value& value, const std::string& path, std::uint64_t minimum, std::uint64_t maximum,
                          DocumentProblems& problems);

}  // namespace switchboard::domain
