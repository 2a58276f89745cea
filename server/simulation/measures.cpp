// SPDX-License-Identifier: Apache-2.0
#include "simulation/measures.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace switchboard::simulation {

namespace {

double in_seconds(Duration time) {
    return static_cast<double>(time.count()) / 1000.0;
}

double in_hours(Duration time) {
    return in_seconds(time) / 3600.0;
}

double percentile(const std::vector<Duration>& sorted, double share) {
    if (sorted.empty()) return 0;
    const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
    return in_seconds(sorted[std::max<std::size_t>(rank, 1) - 1]);
}

double mean(Duration sum, std::size_t count) {
    return count == 0 ? 0 : in_seconds(sum) / static_cast<double>(count);
}

double share(std::size_t part, std::size_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

class Tally {
public:
    void add(const Outcome& outcome, Duration threshold) {
        ++figures_.offered;
        busy_ += outcome.held;
        switch (outcome.end) {
            case End::answered:
                waits_.push_back(outcome.wait);
                in_time_ += outcome.wait <= threshold;
                break;
            case End::abandoned:
                ++figures_.abandoned;
                lost_ += outcome.wait;
                break;
            case End::turned_away:
                ++figures_.turned_away;
                break;
            case End::unanswered:
                ++figures_.unanswered;
                break;
        }
    }

    Figures result(const std::string& name, Duration capacity) {
        std::sort(waits_.begin(), waits_.end());
        const Duration waited = std::accumulate(waits_.begin(), waits_.end(), Duration{0});
        figures_.name = name;
        figures_.answered = waits_.size();
        figures_.service_level = share(in_time_, figures_.offered);
        figures_.abandoned_share = share(figures_.abandoned, figures_.offered);
        figures_.mean_answer = mean(waited, waits_.size());
        figures_.p50 = percentile(waits_, 0.5);
        figures_.p90 = percentile(waits_, 0.9);
        figures_.p99 = percentile(waits_, 0.99);
        figures_.longest = percentile(waits_, 1);
        figures_.mean_wait = mean(waited + lost_, waits_.size() + figures_.abandoned);
        figures_.busy_hours = in_hours(busy_);
        figures_.capacity_hours = in_hours(capacity);
        return figures_;
    }

private:
    Figures figures_;
    std::vector<Duration> waits_;
    std::size_t in_time_ = 0;
    Duration lost_{0}, busy_{0};
};

bool may_serve(const domain::AgentProfile& agent, const domain::Requirement& requirement) {
    return agent.serves(requirement.department) &&
           std::all_of(requirement.skills.begin(), requirement.skills.end(),
                       [&](const domain::SkillRequirement& skill) { return agent.level(skill.skill) >= skill.level; });
}

RunFigures summarise(const std::string& name, const Scenario& scenario, const std::vector<Outcome>& outcomes,
                     const std::map<AgentId, Duration>& capacity, Duration threshold) {
    std::vector<Tally> groups(scenario.groups.size());
    Tally total;
    std::vector<const domain::Requirement*> asked(scenario.groups.size());
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        groups.at(outcomes[i].group).add(outcomes[i], threshold);
        total.add(outcomes[i], threshold);
        asked[outcomes[i].group] = &scenario.arrivals[i].requirement;
    }
    RunFigures run;
    run.name = name;
    for (std::size_t group = 0; group < groups.size(); ++group) {
        Duration able{0};
        for (const auto& [id, time] : capacity) {
            const domain::AgentProfile* agent = scenario.config.agent(id);
            if (agent && asked[group] && may_serve(*agent, *asked[group])) able += time;
        }
        run.groups.push_back(groups[group].result(scenario.groups[group], able));
    }
    Duration all{0};
    for (const auto& [id, time] : capacity) all += time;
    run.total = total.result("total", all);
    return run;
}

}  // namespace

RunFigures figures_of(const Scenario& scenario, const RunResult& run, Duration threshold) {
    std::map<AgentId, Duration> capacity;
    for (const auto& [id, use] : run.agents) capacity[id] = use.capacity;
    return summarise(scenario.name, scenario, run.outcomes, capacity, threshold);
}

RunFigures figures_of_record(const std::vector<Call>& calls, const Scenario& scenario, Duration threshold) {
    std::vector<Outcome> outcomes;
    outcomes.reserve(calls.size());
    for (std::size_t i = 0; i < calls.size(); ++i) {
        const Call& call = calls[i];
        outcomes.push_back({scenario.arrivals[i].group, call.answered ? End::answered : End::abandoned, call.wait, call.talk});
    }
    std::map<AgentId, Duration> capacity;
    for (const Shift& shift : scenario.workload(Timestamp{}).shifts) {
        const domain::AgentProfile* agent = scenario.config.agent(shift.agent);
        capacity[shift.agent] += (shift.to - shift.from) * (agent ? agent->capacity : 1);
    }
    return summarise("recorded", scenario, outcomes, capacity, threshold);
}

RecordedWork recorded_work(const std::vector<Call>& calls, const Staffing& staffing) {
    struct Change {
        int waiting = 0, there = 0, talking = 0;
    };
    std::map<Duration, Change> changes;
    for (const Presence& shift : staffing.shifts) {
        ++changes[shift.from].there;
        --changes[shift.to].there;
    }
    RecordedWork work;
    for (const Call& call : calls) {
        if (!call.answered && call.wait == Duration{0}) ++work.left_at_once;
        ++changes[call.arrival].waiting;
        --changes[call.answered_at()].waiting;
        if (call.agent.empty()) continue;
        ++changes[call.answered_at()].talking;
        --changes[call.ended_at()].talking;
    }
    Change now;
    Duration last{0}, waiting{0};
    double there = 0, talking = 0;
    auto call = calls.begin();
    for (const auto& [at, change] : changes) {
        if (now.waiting > 0) {
            waiting += at - last;
            there += in_hours(at - last) * now.there;
            talking += in_hours(at - last) * now.talking;
        }
        now = {now.waiting + change.waiting, now.there + change.there, now.talking + change.talking};
        last = at;
        for (; call != calls.end() && call->arrival == at; ++call) work.nobody_there += now.there == 0;
    }
    work.hours_waiting = in_hours(waiting);
    work.agents_then = work.hours_waiting > 0 ? there / work.hours_waiting : 0;
    work.talking_then = work.hours_waiting > 0 ? talking / work.hours_waiting : 0;
    return work;
}

}  // namespace switchboard::simulation
