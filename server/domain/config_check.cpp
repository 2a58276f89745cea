// SPDX-License-Identifier: Apache-2.0
#include "domain/config_check.hpp"

#include "domain/department_document.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

namespace switchboard::domain {

namespace {

using Kind = ConfigProblem::Kind;
using Problems = std::vector<ConfigProblem>;

std::string quoted(const std::string& text) {
    return '"' + text + '"';
}

bool contains(const std::vector<DepartmentId>& list, const DepartmentId& id) {
    return std::find(list.begin(), list.end(), id) != list.end();
}

using Agents = std::vector<const AgentProfile*>;
// Agents that take conversations, by the departments that they serve.
using Staff = std::unordered_map<DepartmentId, Agents>;

Staff staff_of(const TenantConfig& config) {
    Staff staff;
    for (const AgentProfile& agent : config.agents)
        for (const DepartmentId& id : agent.departments)
            if (agent.capacity > 0) staff[id].push_back(&agent);
    return staff;
}

// The level that is enough for a skill after the step.
int lowered(const RoutingStep& step, const std::string& skill, int level) {
    for (const SkillRequirement& each : step.levels)
        if (each.skill == skill || each.skill == "*") level = std::min(level, each.level);
    return level;
}

// Checks one department.
class DepartmentCheck {
public:
    DepartmentCheck(const TenantConfig& config, const Staff& staff, const Department& department, Problems& problems)
        : config_(config), staff_(staff), department_(department), problems_(problems) {}

    void run() {
        check_values();
        check_overflow();
        check_steps();
        if (department_.open) check_staffing();
    }

private:
    void add(Kind kind, const std::string& place, const std::string& reason) {
        const std::string path = "departments[" + department_.id.value + ']';
        problems_.push_back({kind, department_.id, place.empty() ? path : path + '.' + place, reason});
    }

    void check_values();
    void check_overflow();
    void check_steps();
    void check_step(const RoutingStep& step, const std::string& place);
    void check_widening();
    void check_staffing();
    void check_topics(const Agents& who);
    // What the steps may lower: the highest level that any topic asks for; 5 for what only a transfer or a page may ask for.
    std::map<std::string, int> askable() const;
    // People or bots with room for one of its conversations: its own, and those that the steps add.
    Agents agents(bool bots) const;

    const TenantConfig& config_;
    const Staff& staff_;
    const Department& department_;
    Problems& problems_;
};

void DepartmentCheck::check_values() {
    const Department& d = department_;
    if (!known_time_zone(d.hours.time_zone))
        add(Kind::wrong, "hours.time_zone", "there is no time zone " + quoted(d.hours.time_zone) + "; write one like Europe/Berlin");
    if (d.idle_weight > d.conversation_weight)
        add(Kind::wrong, "idle_weight", "an idle conversation must not weigh more than conversation_weight, " + std::to_string(d.conversation_weight));
    if (d.limit.reopen_length > d.limit.length)
        add(Kind::wrong, "limit.reopen_length", "must not be above length, " + std::to_string(d.limit.length));
    if (d.limit.reopen_wait > d.limit.wait)
        add(Kind::wrong, "limit.reopen_wait_s", "must not be above wait_s, " + in_seconds(d.limit.wait));
    if (d.sticky_window > Duration{0} && d.mode == QueueMode::pull)
        add(Kind::wrong, "sticky_window_s", "nobody is asked first where agents pick from the queue: 0 in mode pull");
    if (d.inactive_close_after > Duration{0} && d.inactive_warn_after == Duration{0})
        add(Kind::wrong, "inactive_close_after_s", "closes only after a warning: give inactive_warn_after_s too");
}

void DepartmentCheck::check_overflow() {
    for (const DepartmentId& id : department_.overflow) {
        const std::string place = "overflow[" + id.value + ']';
        if (id == department_.id) add(Kind::wrong, place, "a department cannot overflow into itself");
        else if (!config_.department(id)) add(Kind::wrong, place, "there is no department " + quoted(id.value));
    }
}

void DepartmentCheck::check_steps() {
    for (std::size_t i = 0; i < department_.steps.size(); ++i) {
        const std::string place = "steps[" + std::to_string(i) + ']';
        if (i > 0 && department_.steps[i].after <= department_.steps[i - 1].after)
            add(Kind::wrong, place + ".after_s", "must be later than the step before it, " + in_seconds(department_.steps[i - 1].after) + " s");
        check_step(department_.steps[i], place);
    }
    check_widening();
}

void DepartmentCheck::check_step(const RoutingStep& step, const std::string& place) {
    for (const DepartmentId& id : step.departments) {
        const std::string where = place + ".departments[" + id.value + ']';
        if (id == department_.id) add(Kind::wrong, where, "its own agents are asked anyway");
        else if (!config_.department(id)) add(Kind::wrong, where, "there is no department " + quoted(id.value));
    }
}

std::map<std::string, int> DepartmentCheck::askable() const {
    std::map<std::string, int> levels;
    for (const Topic& topic : department_.topics) levels[topic.skill] = std::max(levels[topic.skill], topic.level);
    for (const RoutingStep& step : department_.steps)
        for (const SkillRequirement& each : step.levels)
            if (each.skill != "*" && config_.has_skill(each.skill)) levels.emplace(each.skill, 5);
    return levels;
}

void DepartmentCheck::check_widening() {
    std::map<std::string, int> levels = askable();
    std::vector<DepartmentId> asked{department_.id};
    for (std::size_t i = 0; i < department_.steps.size(); ++i) {
        const RoutingStep& step = department_.steps[i];
        bool widens = false;
        for (auto& [skill, level] : levels) {
            const int after = lowered(step, skill, level);
            widens = widens || after < level;
            level = after;
        }
        for (const DepartmentId& id : step.departments) {
            if (contains(asked, id)) continue;
            widens = true;
            asked.push_back(id);
        }
        if (!widens) add(Kind::ladder, "steps[" + std::to_string(i) + ']', "never widens: it asks for no less than before and adds no department");
    }
}

Agents DepartmentCheck::agents(bool bots) const {
    std::set<DepartmentId> served{department_.id};
    for (const RoutingStep& step : department_.steps) served.insert(step.departments.begin(), step.departments.end());
    Agents found;
    for (const DepartmentId& id : served) {
        const auto staff = staff_.find(id);
        if (staff == staff_.end()) continue;
        for (const AgentProfile* agent : staff->second)
            if ((agent->role == Role::bot) == bots && agent->capacity >= department_.conversation_weight) found.push_back(agent);
    }
    return found;
}

void DepartmentCheck::check_staffing() {
    const auto bots = agents(true);
    const bool own_bot = std::any_of(bots.begin(), bots.end(), [&](const AgentProfile* bot) { return bot->serves(department_.id); });
    if (department_.bot_first && !own_bot) add(Kind::staffing, "bot_first", "there is no bot with room among its agents");
    const auto people = agents(false);
    const bool bots_serve = department_.bot_first && !bots.empty();
    if (people.empty() && !bots_serve) {
        const std::string room = department_.conversation_weight > 1 ? " of at least " + std::to_string(department_.conversation_weight) : "";
        return add(Kind::staffing, "", "it is open and no agent with a capacity" + room + " serves it");
    }
    check_topics(people.empty() ? bots : people);
}

void DepartmentCheck::check_topics(const Agents& who) {
    std::map<std::string, int> best;
    for (const AgentProfile* agent : who)
        for (const auto& [skill, level] : agent->skills) best[skill] = std::max(best[skill], level);
    for (const Topic& topic : department_.topics) {
        int wanted = topic.level;
        for (const RoutingStep& step : department_.steps) wanted = lowered(step, topic.skill, wanted);
        const int have = best[topic.skill];
        if (have >= wanted) continue;
        const std::string steps = department_.steps.empty() ? "" : " even after the last step";
        const std::string best_one = have == 0 ? "none of its agents has that skill" : "the best of its agents has " + std::to_string(have);
        add(Kind::staffing, "topics[" + topic.name + ']',
            "nobody can ever serve it: it asks for " + topic.skill + ' ' + std::to_string(wanted) + steps + ", and " + best_one);
    }
}

// The first cycle of departments that overflow into each other.
class CycleSearch {
public:
    explicit CycleSearch(const TenantConfig& config) : config_(config) {}

    std::vector<DepartmentId> find() {
        for (const Department& department : config_.departments)
            if (!done_.contains(department.id) && visit(department.id)) return path_;
        return {};
    }

private:
    // True: path_ is the cycle.
    bool visit(const DepartmentId& id) {
        const auto earlier = std::find(path_.begin(), path_.end(), id);
        if (earlier != path_.end()) {
            path_.erase(path_.begin(), earlier);
            return true;
        }
        const Department* department = config_.department(id);
        if (!department || done_.contains(id)) return false;
        path_.push_back(id);
        for (const DepartmentId& next : department->overflow)
            if (next != id && visit(next)) return true;  // into itself: told by its own check
        path_.pop_back();
        done_.insert(id);
        return false;
    }

    const TenantConfig& config_;
    std::vector<DepartmentId> path_;
    std::set<DepartmentId> done_;
};

void check_cycles(const TenantConfig& config, Problems& problems) {
    std::vector<DepartmentId> cycle = CycleSearch(config).find();
    if (cycle.empty()) return;
    // The same words wherever the search began.
    std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
    std::string words;
    for (const DepartmentId& id : cycle) words += id.value + " -> ";
    problems.push_back({Kind::wrong, cycle.front(), "departments[" + cycle.front().value + "].overflow", "runs in a circle: " + words + cycle.front().value});
}

Error refused(const ConfigProblem& problem) {
    return {ErrorCode::invalid_argument, problem.text()};
}

}  // namespace

std::vector<ConfigProblem> problems_of(const TenantConfig& config) {
    Problems problems;
    const Staff staff = staff_of(config);
    for (const Department& department : config.departments) DepartmentCheck(config, staff, department, problems).run();
    check_cycles(config, problems);
    return problems;
}

Result<void> check_document(const TenantConfig& config) {
    for (const ConfigProblem& problem : problems_of(config))
        if (problem.kind != Kind::staffing || !config.agents.empty()) return refused(problem);
    return {};
}

Result<void> check_change(const TenantConfig& before, const TenantConfig& after) {
    std::set<std::string> known;
    for (const ConfigProblem& problem : problems_of(before)) known.insert(problem.text());
    for (const ConfigProblem& problem : problems_of(after)) {
        if (known.contains(problem.text())) continue;
        const Department* old = before.department(problem.department);
        const bool edited = old && written(*old) != written(*after.department(problem.department));
        if (problem.kind == Kind::wrong || edited || (problem.kind == Kind::ladder && !old)) return refused(problem);
    }
    return {};
}

std::vector<std::string> warnings(const TenantConfig& config) {
    std::vector<std::string> lines;
    for (const ConfigProblem& problem : problems_of(config)) lines.push_back(problem.text());
    return lines;
}

}  // namespace switchboard::domain
