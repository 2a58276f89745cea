// SPDX-License-Identifier: Apache-2.0
#include "domain/department_document.hpp"

#include "domain/hours_document.hpp"

#include <boost/json/array.hpp>

#include <array>

namespace switchboard::domain {

namespace {

namespace json = boost::json;

constexpr std::size_t most_topics = 500, most_dispositions = 100, most_steps = 10, most_levels = 100, longest_queue = 100'000;
constexpr Duration shortest = 100ms;

constexpr std::array<std::string_view, 4> strategies = {"longest_idle", "least_loaded", "round_robin", "most_skilled"};
constexpr std::array<std::string_view, 2> queue_modes = {"push", "pull"};
constexpr std::array<std::string_view, 4> wrap_up_modes = {"none", "optional", "timed", "mandatory"};

// ---- writing

json::array written(const std::vector<DepartmentId>& departments) {
    json::array list;
    for (const DepartmentId& id : departments) list.emplace_back(id.value);
    return list;
}

json::object written(const Topic& topic) {
    json::object object{{"name", topic.name}, {"skill", topic.skill}, {"level", topic.level}};
    if (topic.boost > Duration{0}) object["boost_s"] = written_seconds(topic.boost);
    if (topic.urgent) object["urgent"] = true;
    return object;
}

json::object written(const RoutingStep& step) {
    json::object levels;
    for (const SkillRequirement& each : step.levels) levels[each.skill] = each.level;
    return {{"after_s", written_seconds(step.after)}, {"levels", std::move(levels)}, {"departments", written(step.departments)}};
}

json::object written(const QueueLimit& limit) {
    return {{"length", limit.length},
            {"reopen_length", limit.reopen_length},
            {"wait_s", written_seconds(limit.wait)},
            {"reopen_wait_s", written_seconds(limit.reopen_wait)}};
}

template <class Item>
json::array written_list(const std::vector<Item>& items) {
    json::array list;
    list.reserve(items.size());
    for (const Item& item : items) list.push_back(written(item));
    return list;
}

// ---- reading

unsigned small(std::uint64_t number) {
    return static_cast<unsigned>(number);
}

Topic read_topic(const json::value& value, const std::string& path, DocumentProblems& problems) {
    ObjectReader fields(value, path, problems);
    Topic topic;
    topic.name = fields.text("name", TextKind::line, 1, name_bytes);
    topic.skill = fields.text("skill", TextKind::id, 1, id_bytes);
    topic.level = static_cast<int>(fields.number("level", 1, 5, 1));
    topic.boost = fields.seconds("boost_s", 0s, topic.boost);
    topic.urgent = fields.flag("urgent", topic.urgent);
    fields.finish();
    return topic;
}

std::vector<DepartmentId> read_departments(ObjectReader& owner, std::string_view name, DocumentProblems& problems) {
    std::vector<DepartmentId> departments;
    Unique ids(problems, "department");
    owner.each(name, most_departments, [&](const json::value& value, const std::string& path) {
        departments.emplace_back(read_text(value, path, TextKind::id, 1, id_bytes, problems));
        ids.add(path, departments.back().value);
    });
    return departments;
}

RoutingStep read_step(const json::value& value, const std::string& path, DocumentProblems& problems) {
    ObjectReader fields(value, path, problems);
    RoutingStep step;
    step.after = fields.seconds("after_s", 0s, step.after);
    fields.entries("levels", most_levels, [&](std::string_view skill, const json::value& level, const std::string& place) {
        if (skill != "*") read_text(json::value(skill), place, TextKind::id, 1, id_bytes, problems);
        step.levels.push_back({std::string(skill), static_cast<int>(read_number(level, place, 0, 5, problems))});
    });
    step.departments = read_departments(fields, "departments", problems);
    fields.finish();
    return step;
}

QueueLimit read_limit(const json::value& value, const std::string& path, DocumentProblems& problems) {
    ObjectReader fields(value, path, problems);
    QueueLimit limit;
    limit.length = small(fields.number("length", 0, longest_queue, 0));
    limit.reopen_length = small(fields.number("reopen_length", 0, longest_queue, limit.length * 4 / 5));
    limit.wait = fields.seconds("wait_s", 0s, 0s);
    limit.reopen_wait = fields.seconds("reopen_wait_s", 0s, limit.wait * 4 / 5);
    fields.finish();
    return limit;
}

void read_lists(Department& department, ObjectReader& fields, DocumentProblems& problems) {
    Unique names(problems, "topic");
    fields.each("topics", most_topics, [&](const json::value& element, const std::string& place) {
        department.topics.push_back(read_topic(element, place, problems));
        names.add(place + ".name", department.topics.back().name);
    });
    fields.nested("hours", [&](const json::value& value, const std::string& place) { department.hours = read_hours(value, place, problems); });
    fields.each("steps", most_steps, [&](const json::value& value, const std::string& place) {
        department.steps.push_back(read_step(value, place, problems));
    });
    fields.nested("limit", [&](const json::value& value, const std::string& place) { department.limit = read_limit(value, place, problems); });
    department.overflow = read_departments(fields, "overflow", problems);
    Unique dispositions(problems, "disposition");
    fields.each("dispositions", most_dispositions, [&](const json::value& element, const std::string& place) {
        department.dispositions.push_back(read_text(element, place, TextKind::line, 1, id_bytes, problems));
        dispositions.add(place, department.dispositions.back());
    });
}

void read_times(Department& department, ObjectReader& fields) {
    const auto read = [&](std::string_view name, Duration minimum, Duration& field) { field = fields.seconds(name, minimum, field); };
    read("sticky_window_s", 0s, department.sticky_window);
    read("offer_timeout_s", shortest, department.offer_timeout);
    read("decline_cooldown_s", 0s, department.decline_cooldown);
    read("agent_grace_s", shortest, department.agent_grace);
    read("transfer_wait_s", shortest, department.transfer_wait);
    read("abandon_after_s", shortest, department.abandon_after);
    read("idle_after_s", shortest, department.idle_after);
    read("reply_within_s", 0s, department.reply_within);
    read("inactive_warn_after_s", 0s, department.inactive_warn_after);
    read("inactive_close_after_s", 0s, department.inactive_close_after);
    read("service_level_s", 0s, department.service_level);
    read("short_abandon_s", 0s, department.short_abandon);
    read("wrap_up_time_s", shortest, department.wrap_up_time);
}

void write_times(json::object& object, const Department& department) {
    const auto write = [&](std::string_view name, Duration value) { object[name] = written_seconds(value); };
    write("sticky_window_s", department.sticky_window);
    write("offer_timeout_s", department.offer_timeout);
    write("decline_cooldown_s", department.decline_cooldown);
    write("agent_grace_s", department.agent_grace);
    write("transfer_wait_s", department.transfer_wait);
    write("abandon_after_s", department.abandon_after);
    write("idle_after_s", department.idle_after);
    write("reply_within_s", department.reply_within);
    write("inactive_warn_after_s", department.inactive_warn_after);
    write("inactive_close_after_s", department.inactive_close_after);
    write("service_level_s", department.service_level);
    write("short_abandon_s", department.short_abandon);
    write("wrap_up_time_s", department.wrap_up_time);
}

}  // namespace

json::object written(const Department& department) {
    json::object object{{"id", department.id.value},
                        {"name", department.name},
                        {"open", department.open},
                        {"topics", written_list(department.topics)},
                        {"hours", written(department.hours)},
                        {"strategy", to_string(department.strategy)},
                        {"mode", queue_modes.at(static_cast<std::size_t>(department.mode))},
                        {"steps", written_list(department.steps)},
                        {"limit", written(department.limit)},
                        {"overflow", written(department.overflow)},
                        {"bot_first", department.bot_first},
                        {"misses_until_away", department.misses_until_away},
                        {"conversation_weight", department.conversation_weight},
                        {"idle_weight", department.idle_weight},
                        {"wrap_up", wrap_up_modes.at(static_cast<std::size_t>(department.wrap_up))},
                        {"dispositions", json::array(department.dispositions.begin(), department.dispositions.end())}};
    write_times(object, department);
    return object;
}

Department read_department(const json::value& value, const std::string& path, DocumentProblems& problems) {
    ObjectReader fields(value, path, problems);
    Department department;
    department.id = DepartmentId{fields.text("id", TextKind::id, 1, id_bytes)};
    department.name = fields.text("name", TextKind::line, 1, name_bytes);
    department.open = fields.flag("open", department.open);
    department.strategy = static_cast<Strategy>(fields.choice("strategy", strategies, 0));
    department.mode = static_cast<QueueMode>(fields.choice("mode", queue_modes, 0));
    department.bot_first = fields.flag("bot_first", department.bot_first);
    department.misses_until_away = small(fields.number("misses_until_away", 0, 100, department.misses_until_away));
    department.conversation_weight = small(fields.number("conversation_weight", 1, 100, department.conversation_weight));
    department.idle_weight = small(fields.number("idle_weight", 0, 100, department.conversation_weight));
    department.wrap_up = static_cast<WrapUpMode>(fields.choice("wrap_up", wrap_up_modes, static_cast<std::size_t>(department.wrap_up)));
    read_times(department, fields);
    read_lists(department, fields, problems);
    fields.finish();
    return department;
}

Result<Department> parse_department(std::string_view text) {
    const auto document = parse_json(text);
    if (!document) return document.error();
    DocumentProblems problems;
    Department department = read_department(*document, "", problems);
    if (!problems.none()) return Error{ErrorCode::invalid_argument, problems.first()};
    return department;
}

}  // namespace switchboard::domain
