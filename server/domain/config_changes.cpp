// SPDX-License-Identifier: Apache-2.0
#include "domain/config_changes.hpp"

#include "domain/tenant_document.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <unordered_map>

namespace switchboard::domain {

namespace {

namespace json = boost::json;

constexpr std::size_t most_changes = 200, value_bytes = 500;

// Nothing in an agent but its hash, and nothing in a key but the key itself, is secret.
bool secret(const json::object& owner, std::string_view name) {
    return name == "password_hash" || (name == "key" && owner.contains("algorithm"));
}

bool told(std::string_view name) {
    return name != "version" && name != "generation";
}

json::value without_secrets(const json::value& value) {
    if (const json::array* list = value.if_array()) {
        json::array clean;
        for (const json::value& each : *list) clean.push_back(without_secrets(each));
        return clean;
    }
    const json::object* object = value.if_object();
    if (!object) return value;
    json::object clean;
    for (const auto& [name, each] : *object)
        if (!secret(*object, name)) clean[name] = without_secrets(each);
    return clean;
}

std::string shown(const json::value& value) {
    std::string text = json::serialize(without_secrets(value));
    if (text.size() <= value_bytes) return text;
    std::size_t end = value_bytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // not amid a character
    return text.substr(0, end) + "...";
}

// By what an element of a list is known; empty: by nothing.
std::string name_of(const json::value& element) {
    const json::object* object = element.if_object();
    if (!object) return {};
    for (const char* name : {"id", "key", "date", "name"}) {
        const json::value* value = object->if_contains(name);
        if (value && value->is_string() && !value->get_string().empty() && !secret(*object, name)) return std::string(value->get_string());
    }
    return {};
}

using Named = std::unordered_map<std::string, const json::value*>;

Named by_name(const json::array& list) {
    Named named;
    for (const json::value& each : list) named.emplace(name_of(each), &each);
    return named;
}

const json::value* find(const Named& named, const std::string& name) {
    const auto found = named.find(name);
    return found == named.end() ? nullptr : found->second;
}

bool same_order(const json::array& a, const json::array& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const json::value& x, const json::value& y) { return name_of(x) == name_of(y); });
}

bool all_named(const json::array& list) {
    return std::none_of(list.begin(), list.end(), [](const json::value& each) { return name_of(each).empty(); });
}

class Comparison {
public:
    std::vector<ConfigChange> changes;
    std::size_t more = 0;

    void compare(const std::string& path, const json::value* before, const json::value* after) {
        if (before && after && *before == *after) return;
        if (before && after && before->is_object() && after->is_object()) return compare_objects(path, before->get_object(), after->get_object());
        const bool lists = before && after && before->is_array() && after->is_array();
        if (lists && all_named(before->get_array()) && all_named(after->get_array()) && compare_lists(path, before->get_array(), after->get_array()))
            return;
        add({path, before ? std::optional(shown(*before)) : std::nullopt, after ? std::optional(shown(*after)) : std::nullopt});
    }

private:
    void add(ConfigChange change) {
        if (changes.size() < most_changes) changes.push_back(std::move(change));
        else ++more;
    }

    void compare_objects(const std::string& path, const json::object& before, const json::object& after) {
        const auto member = [&](std::string_view name, const json::value* old, const json::value* now) {
            const std::string place = path.empty() ? std::string(name) : path + '.' + std::string(name);
            if (!told(name)) return;
            if (!secret(before, name)) return compare(place, old, now);
            if (!old || !now || *old != *now) add({place, "\"(secret)\"", "\"(secret)\""});
        };
        for (const auto& [name, value] : before) member(name, &value, after.if_contains(name));
        for (const auto& [name, value] : after)
            if (!before.contains(name)) member(name, nullptr, &value);
    }

    // False: only the order of the elements is another one.
    bool compare_lists(const std::string& path, const json::array& before, const json::array& after) {
        const std::size_t count = changes.size() + more;
        const Named old_ones = by_name(before), new_ones = by_name(after);
        for (const json::value& old : before) compare(path + '[' + name_of(old) + ']', &old, find(new_ones, name_of(old)));
        for (const json::value& now : after)
            if (!find(old_ones, name_of(now))) compare(path + '[' + name_of(now) + ']', nullptr, &now);
        return changes.size() + more > count || same_order(before, after);
    }
};

std::optional<std::string> text_of(const json::object& object, const char* name) {
    const json::value* value = object.if_contains(name);
    if (!value || !value->is_string()) return std::nullopt;
    return std::string(value->get_string());
}

}  // namespace

std::vector<ConfigChange> changes_between(const TenantConfig* before, const TenantConfig& after) {
    if (!before) return {{"", std::nullopt, shown(json::value(after.name))}};
    const json::value old = json::parse(to_document(*before)), now = json::parse(to_document(after));
    Comparison comparison;
    comparison.compare("", &old, &now);
    if (comparison.more > 0) comparison.changes.push_back({"and " + std::to_string(comparison.more) + " more", std::nullopt, std::nullopt});
    return std::move(comparison.changes);
}

std::string to_line(const ConfigChange& change) {
    if (change.path.empty()) return "created";
    if (change.before && change.after && *change.before == *change.after) return change.path + ": changed";
    if (change.before && change.after) return change.path + ": " + *change.before + " -> " + *change.after;
    if (change.after) return change.path + ": added " + *change.after;
    return change.path + (change.before ? ": removed" : "");
}

std::string to_json(const std::vector<ConfigChange>& changes) {
    json::array list;
    for (const ConfigChange& change : changes) {
        json::object object{{"path", change.path}};
        if (change.before) object["before"] = *change.before;
        if (change.after) object["after"] = *change.after;
        list.push_back(std::move(object));
    }
    return json::serialize(list);
}

std::vector<ConfigChange> changes_from_json(std::string_view text) {
    std::vector<ConfigChange> changes;
    json::error_code failed;
    const json::value parsed = json::parse(json::string_view(text.data(), text.size()), failed);
    if (failed || !parsed.is_array()) return changes;
    for (const json::value& each : parsed.get_array()) {
        const json::object* object = each.if_object();
        if (object) changes.push_back({text_of(*object, "path").value_or(""), text_of(*object, "before"), text_of(*object, "after")});
    }
    return changes;
}

}  // namespace switchboard::domain
