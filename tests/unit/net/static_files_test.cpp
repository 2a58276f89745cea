// SPDX-License-Identifier: Apache-2.0
// Files served from memory: which are taken, under which path, and what a browser is told of them.
#include "net/static_files.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <unistd.h>

using namespace switchboard;
using namespace switchboard::net;
namespace fs = std::filesystem;

namespace {

struct Folder {
    fs::path path = fs::temp_directory_path() / ("static_files_test." + std::to_string(::getpid()));
    Folder() { fs::create_directories(path / "assets"); }
    ~Folder() { fs::remove_all(path); }
    void write(const std::string& name, const std::string& text) const { std::ofstream(path / name) << text; }
};

HttpResponse get(const StaticFiles& files, std::string_view path, const std::map<std::string, std::string>& headers = {}) {
    HttpRequest request;
    request.method = "GET";
    request.path = path;
    for (const auto& [name, value] : headers) request.fields.add(name, value);
    return files.respond(request);
}

std::string field(const HttpResponse& response, std::string_view name) {
    for (const auto& [key, value] : response.fields)
        if (key == name) return value;
    return {};
}

}  // namespace

TEST_CASE("a directory: paths, types, and what is left out") {
    const Folder folder;
    const std::string script(2000, 'x');
    folder.write("index.html", "<p>hello</p>");
    folder.write("assets/app-0A1B2C3D.js", script);
    folder.write("assets/app-0A1B2C3D.js.map", "{}");
    folder.write(".built", "");
    folder.write("notes.unknown", "");
    fs::create_symlink("/etc/hostname", folder.path / "link.txt");
    StaticFiles files;
    REQUIRE(files.add_directory("/console/", folder.path.string()).has_value());
    CHECK(files.contains("/console/"));
    CHECK(files.contains("/console/assets/app-0A1B2C3D.js"));
    for (const char* no : {"/console/index.html", "/console/.built", "/console/link.txt", "/console/notes.unknown", "/console/assets/app-0A1B2C3D.js.map",
                           "/console/../console/", "/console"})
        CHECK_MESSAGE(!files.contains(no), no);

    const auto page = get(files, "/console/");
    CHECK(page.status == 200);
    CHECK(page.content_type == "text/html; charset=utf-8");
    CHECK(page.cache_control == "no-cache");
    CHECK(*page.shared_body == "<p>hello</p>");
    const auto plain = get(files, "/console/assets/app-0A1B2C3D.js");
    CHECK(plain.cache_control == "public, max-age=31536000, immutable");
    CHECK(*plain.shared_body == script);
    CHECK(field(plain, "Content-Encoding").empty());
    const auto small = get(files, "/console/assets/app-0A1B2C3D.js", {{"Accept-Encoding", "br, gzip"}});
    CHECK(field(small, "Content-Encoding") == "gzip");
    CHECK(small.shared_body->size() < 100);
    CHECK(field(small, "Vary") == "Accept-Encoding");
}

TEST_CASE("a browser that has the file is told so") {
    const Folder folder;
    folder.write("widget.js", "1");
    StaticFiles files;
    REQUIRE(files.add_file("/widget.js", (folder.path / "widget.js").string()).has_value());
    const auto first = get(files, "/widget.js");
    const auto again = get(files, "/widget.js", {{"If-None-Match", "\"other\", " + field(first, "ETag")}});
    CHECK(again.status == 304);
    CHECK_FALSE(again.shared_body);
    folder.write("widget.js", "2");
    StaticFiles newer;
    REQUIRE(newer.add_file("/widget.js", (folder.path / "widget.js").string()).has_value());
    CHECK(get(newer, "/widget.js", {{"If-None-Match", field(first, "ETag")}}).status == 200);
}

TEST_CASE("what cannot be read is an error that names the file") {
    StaticFiles files;
    CHECK(files.add_directory("/", "/nowhere/at/all").error().code == ErrorCode::not_found);
    CHECK(files.add_file("/x.js", "/nowhere/x.js").error().message.find("/nowhere/x.js") != std::string::npos);
    CHECK(files.add_file("/x.exe", "/nowhere/x.exe").error().code == ErrorCode::invalid_argument);
}
