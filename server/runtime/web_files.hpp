// SPDX-License-Identifier: Apache-2.0
// Where the built pages stand and under which paths they are served. Thread: the caller's; it reads files, so before the shards run.
#pragma once

#include "net/static_files.hpp"

#include <memory>

namespace switchboard::runtime {

// The pages below `directory`, as client-sdk/build leaves them; the demo shop only when it is wanted. Null when `directory` is empty.
// Errors: not_found when a page has not been built, and what StaticFiles refuses.
Result<std::shared_ptr<const net::StaticFiles>> load_web_files(const std::string& directory, bool demo);

}  // namespace switchboard::runtime
