// SPDX-License-Identifier: Apache-2.0
// Starting the server that was built together with the tests.
#pragma once

#include "bench/server_process.hpp"
#include "support/program.hpp"

namespace switchboard::test {

using client::ServerProcess;
using client::ServerSettings;

}  // namespace switchboard::test
