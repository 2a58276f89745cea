// SPDX-License-Identifier: Apache-2.0
#include "bench/dialogues.hpp"

#include <boost/json.hpp>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <stdexcept>

namespace switchboard::client {

namespace json = boost::json;

namespace {

struct Place {
    std::string department;
    std::string topic;
};

// FNV-1a: the same on every machine.
std::uint64_t hash_of(const std::string& text) {
    std::uint64_t hash = 14695981039346656037ull;
    for (const char letter : text) hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211ull;
    return hash;
}

std::optional<Place> named_place(const std::string& scenario, const World& world) {
    const auto slash = scenario.find('/');
    if (slash == std::string::npos) return std::nullopt;
    const BenchDepartment* department = world.department(scenario.substr(0, slash));
    if (!department) return std::nullopt;
    std::string topic = scenario.substr(slash + 1);
    while (!topic.empty() && !department->topics.contains(topic)) {
        const auto underscore = topic.rfind('_');
        topic = underscore == std::string::npos ? "" : topic.substr(0, underscore);
    }
    if (topic.empty()) return std::nullopt;
    return Place{department->id, topic};
}

Place drawn_place(const std::string& id, const World& world) {
    const std::uint64_t hash = hash_of(id);
    const BenchDepartment& department = world.departments[hash % world.departments.size()];
    if (department.topics.empty()) return {department.id, ""};
    auto topic = department.topics.begin();
    std::advance(topic, static_cast<std::ptrdiff_t>(hash / world.departments.size() % department.topics.size()));
    return {department.id, topic->first};
}

Dialogue parse_line(const std::string& line, const World& world) {
    const json::value parsed = json::parse(line);
    Dialogue dialogue;
    dialogue.id = std::string(parsed.at("id").as_string());
    const Place place = named_place(std::string(parsed.at("scenario").as_string()), world).value_or(drawn_place(dialogue.id, world));
    dialogue.department = place.department;
    dialogue.topic = place.topic;
    for (const json::value& turn : parsed.at("turns").as_array()) {
        const std::string speaker(turn.at(0).as_string());
        if (speaker != "agent" && speaker != "customer") throw std::runtime_error("unknown speaker " + speaker);
        if (!turn.at(1).as_string().empty()) dialogue.turns.push_back({speaker == "agent", std::string(turn.at(1).as_string())});
    }
    return dialogue;
}

}  // namespace

Verdict judge_text(const std::vector<Turn>& turns, std::size_t index, const std::string& text) {
    if (index < turns.size() && turns[index].text == text) return Verdict::right;
    const auto same = [&](const Turn& turn) { return turn.text == text; };
    const auto here = turns.begin() + static_cast<std::ptrdiff_t>(std::min(index, turns.size()));
    if (std::any_of(turns.begin(), here, same)) return Verdict::duplicated;
    return std::any_of(here, turns.end(), same) ? Verdict::reordered : Verdict::changed;
}

std::string read_file(const std::string& path) {
    const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), &gzclose);
    if (!file) throw std::runtime_error(path + ": " + std::strerror(errno));
    std::string content;
    char block[64 * 1024];
    int got = 0;
    while ((got = gzread(file.get(), block, sizeof block)) > 0) content.append(block, static_cast<std::size_t>(got));
    if (got < 0) throw std::runtime_error(path + ": cannot be read or unpacked");
    return content;
}

std::vector<Dialogue> read_dialogues(const std::string& path, const World& world, std::size_t limit) {
    const std::string content = read_file(path);
    std::vector<Dialogue> dialogues;
    std::size_t number = 0;
    for (std::size_t at = 0; at < content.size() && (limit == 0 || dialogues.size() < limit);) {
        const std::size_t end = std::min(content.find('\n', at), content.size());
        const std::string line = content.substr(at, end - at);
        at = end + 1;
        ++number;
        if (line.empty()) continue;
        try {
            dialogues.push_back(parse_line(line, world));
        } catch (const std::exception& error) {
            throw std::runtime_error(path + ":" + std::to_string(number) + ": not a dialogue: " + error.what());
        }
    }
    if (dialogues.empty()) throw std::runtime_error(path + ": no dialogue in it");
    return dialogues;
}

}  // namespace switchboard::client
