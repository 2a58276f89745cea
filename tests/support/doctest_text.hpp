// SPDX-License-Identifier: Apache-2.0
// How doctest shows our values when a check fails. Include it before the first check.
#pragma once

#include "base/error.hpp"
#include "base/ids.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

namespace doctest {

template <class T>
struct StringMaker<boost::system::result<T, switchboard::Error>> {
    static String convert(const boost::system::result<T, switchboard::Error>& result) {
        return result ? String("a value") : String(("error: " + result.error().message).c_str());
    }
};

template <class Tag>
struct StringMaker<switchboard::Id<Tag>> {
    static String convert(const switchboard::Id<Tag>& id) { return String(id.value.c_str()); }
};

template <>
struct StringMaker<std::vector<std::string>> {
    static String convert(const std::vector<std::string>& words) {
        std::string all;
        for (const std::string& word : words) all += "\n    " + word.substr(0, 300);
        return String(all.c_str());
    }
};

template <>
struct StringMaker<std::map<std::string, std::string>> {
    static String convert(const std::map<std::string, std::string>& fields) {
        std::string all;
        for (const auto& [name, value] : fields) all += "\n    " + name + ": " + value.substr(0, 300);
        return String(all.c_str());
    }
};

}  // namespace doctest
