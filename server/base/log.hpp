// SPDX-License-Identifier: Apache-2.0
// Structured log lines on standard error: time, level, event (a noun with dots) and fields, as `key=value` or as JSON.
// Never message texts, tokens or names of customers. Thread: any.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace switchboard::log {

enum class Level { debug, info, warn, error, off };
enum class Format { text, json };

struct Field {
    std::string_view key;
    std::string value;

    Field(std::string_view k, std::string_view v) : key(k), value(v) {}
    Field(std::string_view k, const char* v) : key(k), value(v) {}
    Field(std::string_view k, const std::string& v) : key(k), value(v) {}
    Field(std::string_view k, std::int64_t v) : key(k), value(std::to_string(v)) {}
    Field(std::string_view k, std::uint64_t v) : key(k), value(std::to_string(v)) {}
    Field(std::string_view k, int v) : key(k), value(std::to_string(v)) {}
    Field(std::string_view k, unsigned v) : key(k), value(std::to_string(v)) {}
};
using Fields = std::initializer_list<Field>;

// Until it is called: text at level info.
void configure(Level level, Format format);

void debug(std::string_view event, Fields fields = {});
void info(std::string_view event, Fields fields = {});
void warn(std::string_view event, Fields fields = {});
void error(std::string_view event, Fields fields = {});

}  // namespace switchboard::log
