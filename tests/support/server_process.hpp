// SPDX-License-Identifier: Apache-2.0
// Starting the server that was built together with the tests.
#pragma once

#include "bench/server_process.hpp"

#include <string>

namespace switchboard::test {

using client::ServerProcess;
using client::ServerSettings;

// The program under test: PROGRAM_UNDER_TEST, or the one of this build.
std::string server_program();

}  // namespace switchboard::test
