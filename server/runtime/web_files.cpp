// SPDX-License-Identifier: Apache-2.0
#include "runtime/web_files.hpp"

namespace switchboard::runtime {

Result<std::shared_ptr<const net::StaticFiles>> load_web_files(const std::string& directory, bool demo) {
    if (directory.empty()) return std::shared_ptr<const net::StaticFiles>();
    const auto files = std::make_shared<net::StaticFiles>();
    Result<void> added = files->add_directory("/widget/", directory + "/widget/dist");
    if (added) added = files->add_file("/widget.js", directory + "/widget/dist/widget.js");
    if (added) added = files->add_directory("/console/", directory + "/console/dist");
    if (added && demo) added = files->add_directory("/demo/", directory + "/demo");
    if (!added) return Error{added.error().code, "web_dir: " + added.error().message + "; client-sdk/build makes the pages"};
    return std::shared_ptr<const net::StaticFiles>(files);
}

}  // namespace switchboard::runtime
