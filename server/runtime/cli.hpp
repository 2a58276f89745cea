// SPDX-License-Identifier: Apache-2.0
// The program's command line. Every failure is one line on standard error that says what to do; the exit status is 0 for success,
// 1 for a failure and 2 for a wrong command line or configuration. Main thread.
#pragma once

#include <string>
#include <vector>

namespace switchboard::runtime {

// A command that another part of the program brings along; it gets its own name as argv[0].
struct ForeignCommand {
    std::string name;
    std::string description;
    int (*run)(int argc, char** argv);
};

int run(int argc, char** argv, const std::vector<ForeignCommand>& foreign);

}  // namespace switchboard::runtime
