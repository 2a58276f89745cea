// SPDX-License-Identifier: Apache-2.0
#include "support/server_process.hpp"

#include <cstdlib>
#include <filesystem>

namespace switchboard::test {

std::string server_program() {
    if (const char* named = std::getenv("PROGRAM_UNDER_TEST")) return named;
    // BUILD/tests/NAME -> BUILD/switchboard
    return (std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() / "switchboard").string();
}

}  // namespace switchboard::test
