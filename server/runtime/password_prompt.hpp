// SPDX-License-Identifier: Apache-2.0
// A password from a person: typed twice without echo, or one line of standard input. Never from the command line, which every
// user of the machine can read. Blocks.
#pragma once

#include "base/error.hpp"

#include <string>

namespace switchboard::runtime {

// invalid_argument: too short, not the same twice, or nobody is there to type it.
Result<std::string> read_password(bool from_standard_input);

}  // namespace switchboard::runtime
