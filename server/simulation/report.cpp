// SPDX-License-Identifier: Apache-2.0
#include "simulation/study.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <cmath>
#include <cstdarg>
#include <cstdio>

namespace switchboard::simulation {

namespace {

namespace json = boost::json;

__attribute__((format(printf, 1, 2))) std::string format(const char* pattern, ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, pattern);
    std::vsnprintf(text, sizeof text, pattern, arguments);
    va_end(arguments);
    return text;
}

constexpr int name_width = 24;

std::string head(const char* first, Duration threshold) {
    const std::string level = format("SL %gs", static_cast<double>(threshold.count()) / 1000.0);
    return format("%-*s %8s %8s %7s %7s %8s %7s %7s %7s %7s %8s %9s\n", name_width, first, "offered", "answered", "aband.", "away", level.c_str(), "ASA s",
                  "P50 s", "P90 s", "P99 s", "max s", "occupancy");
}

std::string line(const std::string& name, const Figures& figures) {
    return format("%-*.*s %8zu %8zu %6.1f%% %7zu %7.1f%% %7.1f %7.1f %7.1f %7.1f %8.1f %8.1f%%\n", name_width, name_width, name.c_str(), figures.offered,
                  figures.answered, 100 * figures.abandoned_share, figures.turned_away + figures.unanswered, 100 * figures.service_level,
                  figures.mean_answer, figures.p50, figures.p90, figures.p99, figures.longest, 100 * figures.occupancy());
}

std::string table(const RunFigures& run, Duration threshold) {
    std::string text = head(run.name.c_str(), threshold);
    for (const Figures& group : run.groups) text += line("  " + group.name, group);
    return text + line("  total", run.total) + '\n';
}

double rounded(double value) {
    return std::round(value * 10000) / 10000;
}

json::object written(const Figures& figures) {
    return {{"name", figures.name},
            {"offered", figures.offered},
            {"answered", figures.answered},
            {"abandoned", figures.abandoned},
            {"turned_away", figures.turned_away},
            {"unanswered", figures.unanswered},
            {"abandoned_share", rounded(figures.abandoned_share)},
            {"service_level", rounded(figures.service_level)},
            {"asa_s", rounded(figures.mean_answer)},
            {"wait_p50_s", rounded(figures.p50)},
            {"wait_p90_s", rounded(figures.p90)},
            {"wait_p99_s", rounded(figures.p99)},
            {"wait_max_s", rounded(figures.longest)},
            {"mean_wait_s", rounded(figures.mean_wait)},
            {"busy_hours", rounded(figures.busy_hours)},
            {"capacity_hours", rounded(figures.capacity_hours)},
            {"occupancy", rounded(figures.occupancy())}};
}

json::object written(const RunFigures& run) {
    json::array services;
    for (const Figures& group : run.groups) services.push_back(written(group));
    return {{"name", run.name}, {"services", std::move(services)}, {"total", written(run.total)}};
}

const char* more_or_less(double difference, const char* more, const char* less) {
    return difference > 0 ? more : less;
}

std::string why_shorter(const Figures& recorded, const RecordedWork& work) {
    const double idle = work.agents_then - work.talking_then;
    return format("Agents on duty talked for %.0f %% of their time. In the %.1f hours in which somebody waited, on average %.1f of the %.1f on duty were "
                  "not in a recorded call: breaks, work after a call, other work. The simulation knows nothing of it and lets them answer.",
                  100 * recorded.occupancy(), work.hours_waiting, idle, work.agents_then);
}

}  // namespace

std::vector<std::string> explain(const RunFigures& recorded, const RunFigures& simulated, const RecordedWork& work) {
    const Figures &then = recorded.total, &now = simulated.total;
    const double wait = now.mean_answer - then.mean_answer;
    const double lost = 100 * (now.abandoned_share - then.abandoned_share);
    std::vector<std::string> lines;
    lines.push_back(format("Mean wait of the answered: %.1f s recorded, %.1f s simulated (%.1f s %s). Abandoned: %.1f %% recorded, %.1f %% simulated "
                           "(%.1f points %s). Occupancy: %.1f %% recorded, %.1f %% simulated.",
                           then.mean_answer, now.mean_answer, std::fabs(wait), more_or_less(wait, "longer", "shorter"), 100 * then.abandoned_share,
                           100 * now.abandoned_share, std::fabs(lost), more_or_less(lost, "more", "fewer"), 100 * then.occupancy(),
                           100 * now.occupancy()));
    if (wait < 0 && work.agents_then - work.talking_then >= 0.05 * work.agents_then) lines.push_back(why_shorter(then, work));
    if (wait > 0)
        lines.push_back(format("The recorded centre was faster: it had %.1f agents on duty while somebody waited, %.1f of them in a recorded call; some "
                               "calls were answered by agents whom the record does not name or the staffing does not hold.",
                               work.agents_then, work.talking_then));
    if (work.left_at_once > 0)
        lines.push_back(format("%zu of the %zu recorded as abandoned left without waiting at all; they do so again unless somebody is free at that moment.",
                               work.left_at_once, then.abandoned));
    if (work.nobody_there > 0) lines.push_back(format("%zu came when nobody was on duty.", work.nobody_there));
    return lines;
}

namespace {

std::string in_words(const EstimateFigures& estimate) {
    if (estimate.judged == 0) return {};
    const auto share = [&](std::size_t part) { return 100 * static_cast<double>(part) / static_cast<double>(estimate.judged); };
    return format("Estimated wait, as it would have been told on arrival: %zu had to wait, %zu were told, %zu of them answered. P50 held for %.1f %%, "
                  "P90 for %.1f %%; mean distance between the wait and its P50 %.1f s, mean wait %.1f s.\n",
                  estimate.waited, estimate.told, estimate.judged, share(estimate.within_p50), share(estimate.within_p90), estimate.error_s,
                  estimate.wait_s);
}

json::object written(const EstimateFigures& estimate) {
    return {{"waited", estimate.waited}, {"told", estimate.told}, {"judged", estimate.judged}, {"within_p50", estimate.within_p50},
            {"within_p90", estimate.within_p90}, {"mean_error_s", estimate.error_s}, {"mean_wait_s", estimate.wait_s}};
}

}  // namespace

std::string to_text(const Study& study) {
    const Duration threshold = study.options.threshold;
    std::string text = format("%zu calls of %zu services, %zu agents; %zu lines that are no calls (PHANTOM) left out; seed %llu\n\n", study.calls, study.base.groups.size(),
                              study.base.staffing.members.size(), study.discarded, static_cast<unsigned long long>(study.options.scenario.seed));
    text += table(study.recorded, threshold) + table(study.runs.front(), threshold);
    for (const std::string& one : study.explanation) text += one + '\n';
    text += in_words(study.estimate);
    if (study.runs.size() == 1) return text;
    text += '\n' + head("variant", threshold);
    for (const RunFigures& run : study.runs) text += line(run.name, run.total);
    return text;
}

std::string to_json(const Study& study) {
    json::array runs;
    for (const RunFigures& run : study.runs) runs.push_back(written(run));
    return json::serialize(json::object{{"calls", study.calls},
                                        {"discarded", study.discarded},
                                        {"agents", study.base.staffing.members.size()},
                                        {"seed", study.options.scenario.seed},
                                        {"threshold_s", static_cast<double>(study.options.threshold.count()) / 1000.0},
                                        {"recorded", written(study.recorded)},
                                        {"runs", std::move(runs)},
                                        {"estimate", written(study.estimate)},
                                        {"explanation", json::array(study.explanation.begin(), study.explanation.end())}}) +
           '\n';
}

}  // namespace switchboard::simulation
