// SPDX-License-Identifier: Apache-2.0
// `switchboard serve`: from a configuration to a running server and back to nothing. Blocks; main thread.
#pragma once

#include "base/error.hpp"
#include "runtime/config.hpp"

namespace switchboard::runtime {

// Returns after SIGTERM or SIGINT. The error is one line that says why it could not start.
Result<void> serve(const LoadedConfig& loaded);

}  // namespace switchboard::runtime
