// SPDX-License-Identifier: Apache-2.0
#include "bench/server_process.hpp"

#include <fstream>

namespace switchboard::client {

Result<void> ServerProcess::seed() {
    if (settings_.tenant_document.empty()) return {};
    const std::string path = settings_.data_dir + "/tenant.json";
    std::ofstream(path) << settings_.tenant_document;
    return run_to_end({settings_.program, "tenant", "add", path, "--data-dir", settings_.data_dir});
}

}  // namespace switchboard::client
