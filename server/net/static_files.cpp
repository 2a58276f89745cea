// SPDX-License-Identifier: Apache-2.0
#include "net/static_files.hpp"

#include <openssl/sha.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace switchboard::net {

namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t largest_file = 8u << 20;
constexpr int gzip_window = 15 + 16;
constexpr int best_memory = 9;

struct Type {
    std::string_view extension;
    std::string_view content_type;
    bool text;
};
constexpr std::array<Type, 9> types{{
    {".html", "text/html; charset=utf-8", true},
    {".js", "text/javascript; charset=utf-8", true},
    {".css", "text/css; charset=utf-8", true},
    {".json", "application/json", true},
    {".svg", "image/svg+xml", true},
    {".txt", "text/plain; charset=utf-8", true},
    {".png", "image/png", false},
    {".woff2", "font/woff2", false},
    {".ico", "image/x-icon", false},
}};

const Type* type_of(const fs::path& file) {
    const auto found = std::find_if(types.begin(), types.end(), [&](const Type& each) { return each.extension == file.extension().string(); });
    return found == types.end() ? nullptr : &*found;
}

std::string gzip(const std::string& plain) {
    z_stream stream{};
    if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, gzip_window, best_memory, Z_DEFAULT_STRATEGY) != Z_OK) return {};
    std::string out(deflateBound(&stream, plain.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));  // zlib does not write there
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const bool finished = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    out.resize(finished ? stream.total_out : 0);
    deflateEnd(&stream);
    return out;
}

std::string etag_of(const std::string& content) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(content.data()), content.size(), digest.data());
    static constexpr char digits[] = "0123456789abcdef";
    std::string text = "\"";
    for (std::size_t i = 0; i < 16; ++i) {
        text += digits[digest[i] >> 4];
        text += digits[digest[i] & 15];
    }
    return text + '"';
}

// "app-3F2A91BC.js": what the bundler made of "app.js".
bool hashed(const std::string& stem) {
    constexpr std::size_t length = 8;
    if (stem.size() <= length || stem[stem.size() - length - 1] != '-') return false;
    return std::all_of(stem.end() - length, stem.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

bool hidden(const fs::path& relative) {
    return std::any_of(relative.begin(), relative.end(), [](const fs::path& part) { return part.string().starts_with('.'); });
}

}  // namespace

Result<void> StaticFiles::add_file(const std::string& path, const std::string& name) {
    const fs::path file(name);
    const Type* type = type_of(file);
    if (!type) return Error{ErrorCode::invalid_argument, "no content type for " + name};
    std::error_code failure;
    const auto size = fs::file_size(file, failure);
    if (failure) return Error{ErrorCode::not_found, "cannot read " + name + ": " + failure.message()};
    if (size > largest_file) return Error{ErrorCode::too_large, name + " is larger than 8 MiB"};
    std::ifstream in(file, std::ios::binary);
    auto content = std::make_shared<std::string>(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    if (!in || content->size() != size) return Error{ErrorCode::unavailable, "cannot read " + name};

    File entry;
    entry.content_type = type->content_type;
    entry.etag = etag_of(*content);
    entry.immutable = hashed(file.stem().string());
    if (auto small = type->text ? gzip(*content) : std::string(); !small.empty() && small.size() < content->size())
        entry.compressed = std::make_shared<const std::string>(std::move(small));
    entry.plain = std::move(content);
    files_[path] = std::move(entry);
    return {};
}

Result<void> StaticFiles::add_directory(const std::string& prefix, const std::string& directory) {
    std::error_code failure;
    fs::recursive_directory_iterator walk(directory, failure);
    if (failure) return Error{ErrorCode::not_found, "cannot read " + directory + ": " + failure.message()};
    for (const auto& entry : walk) {
        const fs::path relative = entry.path().lexically_relative(directory);
        if (!entry.is_regular_file(failure) || entry.is_symlink(failure) || hidden(relative) || !type_of(relative)) continue;
        const std::string name = relative.generic_string();
        const auto added = add_file(name == "index.html" ? prefix : prefix + name, entry.path().string());
        if (added.has_error()) return added;
    }
    return {};
}

HttpResponse StaticFiles::respond(const HttpRequest& request) const {
    const File& file = files_.at(std::string(request.path));
    HttpResponse response;
    response.content_type = file.content_type;
    response.cache_control = file.immutable ? "public, max-age=31536000, immutable" : "no-cache";
    response.fields.emplace_back("ETag", file.etag);
    response.fields.emplace_back("Vary", "Accept-Encoding");
    if (lists_token(request.fields.joined("If-None-Match"), file.etag)) {
        response.status = 304;
        return response;
    }
    const bool small = file.compressed && accepts_gzip(request.fields.joined("Accept-Encoding"));
    if (small) response.fields.emplace_back("Content-Encoding", "gzip");
    response.shared_body = small ? file.compressed : file.plain;
    return response;
}

std::size_t StaticFiles::bytes() const {
    std::size_t sum = 0;
    for (const auto& [path, file] : files_) sum += file.plain->size() + (file.compressed ? file.compressed->size() : 0);
    return sum;
}

}  // namespace switchboard::net
