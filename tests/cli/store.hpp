// SPDX-License-Identifier: Apache-2.0
// The commands on a data directory of their own. Blocking; thread: one.
#pragma once

#include "support/program.hpp"

#include <doctest/doctest.h>

#include <string>

namespace switchboard::test {

struct Store {
    Ended run(Arguments arguments, const std::string& input = {}) const {
        arguments.insert(arguments.end(), {"--data-dir", directory.file("data")});
        return run_program(arguments, input);
    }
    // The output of a command that must succeed.
    std::string good(const Arguments& arguments, const std::string& input = {}) const {
        const Ended ended = run(arguments, input);
        CHECK_MESSAGE(ended.status == 0, ended.error);
        CHECK(ended.error.empty());
        return ended.output;
    }
    // The line of a command that must fail.
    std::string bad(const Arguments& arguments, const std::string& input = {}) const {
        const Ended ended = run(arguments, input);
        CHECK(ended.status == 1);
        CHECK(ended.output.empty());
        CHECK(ended.error.find('\n') == ended.error.size() - 1);
        return ended.error;
    }
    Directory directory;
};

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace switchboard::test
