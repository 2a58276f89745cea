// SPDX-License-Identifier: Apache-2.0
// Files of the browser's pages, read once at start, compressed once, and served from memory. A name with a content hash
// (`app-3F2A91BC.js`) may be kept for ever by browsers; everything else is asked for again, cheaply, by its ETag.
// Immutable after loading, so all shards share one. Thread: any.
#pragma once

#include "base/error.hpp"
#include "net/http_message.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace switchboard::net {

class StaticFiles {
public:
    // Serves the directory's files below `prefix`, which ends in '/'; `index.html` at the prefix itself. Hidden files, source maps and
    // links that lead out of the directory are left out. Errors: not_found, too_large (a file over 8 MiB), unavailable.
    Result<void> add_directory(const std::string& prefix, const std::string& directory);
    Result<void> add_file(const std::string& path, const std::string& file);

    bool contains(std::string_view path) const { return files_.contains(std::string(path)); }
    // 200, or 304 when the client has it. The path must be contained.
    HttpResponse respond(const HttpRequest& request) const;
    std::size_t bytes() const;  // of memory, roughly

private:
    struct File {
        std::shared_ptr<const std::string> plain;
        std::shared_ptr<const std::string> compressed;  // null: would not be smaller
        std::string content_type;
        std::string etag;
        bool immutable = false;
    };
    std::unordered_map<std::string, File> files_;
};

}  // namespace switchboard::net
