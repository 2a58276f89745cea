// SPDX-License-Identifier: Apache-2.0
#include "runtime/config.hpp"
#include "runtime/config_values.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <stdlib.h>

using namespace switchboard;
using namespace switchboard::runtime;

namespace {

// A configuration file that lives as long as the object.
struct File {
    explicit File(const std::string& text) {
        std::string pattern = (std::filesystem::temp_directory_path() / "switchboard-config-XXXXXX").string();
        directory = mkdtemp(pattern.data());
        path = (directory / "s.toml").string();
        std::ofstream(path) << text;
    }
    ~File() { std::filesystem::remove_all(directory); }
    std::filesystem::path directory;
    std::string path;
};

std::string error_of(const ConfigSources& sources) {
    const auto loaded = load_config(sources);
    const std::string message = loaded.has_value() ? "no error" : loaded.error().message;
    CHECK(message.find('\n') == std::string::npos);
    return message;
}

// The error without the directory of the file.
std::string file_error(const std::string& text) {
    const File file(text);
    std::string message = error_of({file.path, {}, {}});
    const std::size_t at = message.find(file.path);
    return at == std::string::npos ? message : message.replace(at, file.path.size(), "s.toml");
}

}  // namespace

TEST_CASE("a flag beats the environment, that the file, that the default") {
    const File file("port = 1001\nlog_level = \"debug\"\ndrain = \"5s\"\n");
    const auto loaded = load_config({file.path, {{"SWITCHBOARD_PORT", "1002"}, {"SWITCHBOARD_DRAIN", "6s"}}, {{"port", "1003"}}});
    REQUIRE(loaded.has_value());
    CHECK(loaded->values.port == 1003);
    CHECK(loaded->values.drain == 6s);
    CHECK(loaded->values.log_level == "debug");
    CHECK(loaded->values.listen == "127.0.0.1");
    CHECK(loaded->origins.at("port") == "--port");
    CHECK(loaded->origins.at("drain") == "environment SWITCHBOARD_DRAIN");
    CHECK(loaded->origins.at("log_level") == file.path + ":2");
    CHECK(loaded->is_default("listen"));
}

TEST_CASE("every error of a file names file, line and key") {
    CHECK(file_error("port = 99999\n") == "s.toml:1: port: must be a number from 0 to 65535, not \"99999\"");
    CHECK(file_error("\n\nport = \"80\"\n") == "s.toml:3: port: must be a number from 0 to 65535, without quotes");
    CHECK(file_error("listen = 1\n") == "s.toml:1: listen: must be a text, in quotes");
    CHECK(file_error("listen = \"localhost\"\n") == "s.toml:1: listen: must be an IP address, for example 127.0.0.1 or ::, not \"localhost\"");
    CHECK(file_error("demo = \"yes\"\n") == "s.toml:1: demo: must be true or false, without quotes");
    CHECK(file_error("log_level = \"loud\"\n") == "s.toml:1: log_level: must be debug or info or warn or error or off, not \"loud\"");
    CHECK(file_error("ack_replicas = \"none\"\n") == "s.toml:1: ack_replicas: must be all or a number from 1 to 9, not \"none\"");
    CHECK(file_error("heartbeat = \"25\"\n") ==
          "s.toml:1: heartbeat: must be a duration such as 500ms, 20s, 15m, 1h or 30d, from 1s to 1h, not \"25\"");
    CHECK(file_error("heartbeat = \"2h\"\n").starts_with("s.toml:1: heartbeat: must be a duration"));
    CHECK(file_error("trusted_proxies = [\"10.0.0.0/8\", \"nonsense\"]\n").starts_with("s.toml:1: trusted_proxies: must hold addresses"));
    CHECK(file_error("trusted_proxies = \"10.0.0.0/8\"\n") == "s.toml:1: trusted_proxies: must be a list of texts");
    CHECK(file_error("port = 80.5\n").starts_with("s.toml:1: port: must be a number"));
    CHECK(file_error("data_dir = \"\"\n").starts_with("s.toml:1: data_dir: must name a directory"));
}

TEST_CASE("unknown keys are refused with the nearest name") {
    CHECK(file_error("port = 80\nhart_beat = \"25s\"\n") == "s.toml:2: unknown key hart_beat; did you mean heartbeat?");
    CHECK(file_error("[limits]\ntext_bytes = 1\n").starts_with("s.toml:1: unknown key limits; `switchboard check-config --example`"));
    CHECK(error_of({"", {}, {{"prot", "80"}}}) == "unknown flag --prot; did you mean --port?");
}

TEST_CASE("files that are no TOML, or no files") {
    CHECK(file_error("port = 80\nlisten = \n").starts_with("s.toml:2: "));
    CHECK(file_error("port = 80\nport = 81\n").starts_with("s.toml:2: "));
    CHECK(error_of({"/nonexistent/s.toml", {}, {}}) == "cannot read /nonexistent/s.toml: No such file or directory");
    CHECK(error_of({"/", {}, {}}) == "cannot read /: it is a directory");
}

TEST_CASE("errors of the environment and of flags name them") {
    CHECK(error_of({"", {{"SWITCHBOARD_PORT", "x"}}, {}}) == "environment SWITCHBOARD_PORT: must be a number from 0 to 65535, not \"x\"");
    CHECK(error_of({"", {}, {{"closed_keep", "1s"}}}).starts_with("--closed-keep: must be a duration"));
    CHECK(error_of({"", {{"SWITCHBOARD_CONFIG", "/nonexistent/s.toml"}}, {}}).starts_with("cannot read /nonexistent/s.toml"));
}

TEST_CASE("a password never shows") {
    const std::string bad = error_of({"", {{"SWITCHBOARD_REDIS_URL", "ftp://:hunter2@redis"}}, {}});
    CHECK(bad.starts_with("environment SWITCHBOARD_REDIS_URL: "));
    CHECK(bad.find("hunter2") == std::string::npos);
    const auto loaded = load_config({"", {{"SWITCHBOARD_REDIS_URL", "redis://:hunter2@redis"}}, {}});
    REQUIRE(loaded.has_value());
    CHECK(loaded->values.redis_url == "redis://:hunter2@redis");
    CHECK(describe(*loaded).find("hunter2") == std::string::npos);
    CHECK(describe(*loaded).find("redis_url = (hidden)") != std::string::npos);
}

TEST_CASE("an unknown variable is a warning, because platforms set their own") {
    const auto loaded = load_config({"", {{"SWITCHBOARD_SERVICE_HOST", "10.0.0.1"}, {"SWITCHBOARD_PROT", "1"}}, {}});
    REQUIRE(loaded.has_value());
    REQUIRE(loaded->warnings.size() == 2);
    CHECK(loaded->warnings[1] == "environment SWITCHBOARD_PROT is no key; did you mean SWITCHBOARD_PORT?");
}

TEST_CASE("the demo has no TLS, so its cookie is not bound to HTTPS unless somebody says so") {
    CHECK_FALSE(load_config({"", {}, {{"demo", "true"}}})->values.cookie_secure);
    CHECK(load_config({"", {}, {{"demo", "true"}, {"cookie_secure", "true"}}})->values.cookie_secure);
    CHECK(load_config({})->values.cookie_secure);
}

TEST_CASE("lists are written as arrays in files and with commas elsewhere") {
    const File file("trusted_proxies = [\"10.0.0.0/8\", \"::1\"]\n");
    const TextList expected = {"10.0.0.0/8", "::1"};
    CHECK(load_config({file.path, {}, {}})->values.trusted_proxies == expected);
    CHECK(load_config({"", {}, {{"trusted_proxies", "10.0.0.0/8, ::1"}}})->values.trusted_proxies == expected);
    CHECK(load_config({"", {}, {{"trusted_proxies", ""}}})->values.trusted_proxies.empty());
}

TEST_CASE("durations are read and written with units") {
    CHECK(parse_duration("250ms") == 250ms);
    CHECK(parse_duration("30d") == 720h);
    for (const char* bad : {"", "5", "s", "-1s", "1.5s", "1 s", "1y", "99999999999999999999s", "9223372036854775807d"})
        CHECK_FALSE(parse_duration(bad).has_value());
    for (const char* text : {"0s", "1ms", "1500ms", "90s", "2h", "1d"}) CHECK(format_duration(*parse_duration(text)) == text);
}

TEST_CASE("the defaults pass their own checks, and no name appears twice") {
    std::set<std::string> names;
    for (const ConfigKey& key : config_keys()) {
        CAPTURE(key.name);
        CHECK(names.insert(key.name).second);
        CHECK(std::string(key.description).size() > 10);
        Config config;
        if (std::holds_alternative<TextList Config::*>(key.field)) continue;
        std::string text = format_value(key, config);
        std::erase(text, '"');
        CHECK_FALSE(set_value(key, config, text).has_value());
    }
}

TEST_CASE("the example file is a good configuration with the defaults, and the one in deploy/ is current") {
    std::string text = example_file();
    const File commented(text);
    CHECK(load_config({commented.path, {}, {}}).has_value());

    std::string active;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        active += (line.starts_with('#') && line.size() > 1 && line[1] != ' ' ? line.substr(1) : line) + '\n';
    const File file(active);
    const auto loaded = load_config({file.path, {}, {}});
    REQUIRE(loaded.has_value());
    CHECK(loaded->origins.size() == config_keys().size());
    for (const ConfigKey& key : config_keys()) CHECK(format_value(key, loaded->values) == format_value(key, Config()));

    std::ifstream committed(SWITCHBOARD_SOURCE_DIR "/deploy/switchboard.example.toml");
    REQUIRE(committed.is_open());
    std::stringstream content;
    content << committed.rdbuf();
    CHECK_MESSAGE(content.str() == text, "run: switchboard check-config --example > deploy/switchboard.example.toml");
}
