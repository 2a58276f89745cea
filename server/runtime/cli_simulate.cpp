// SPDX-License-Identifier: Apache-2.0
// The report goes to standard output; progress and the processor time to standard error.
#include "domain/tenant_document.hpp"
#include "runtime/cli_commands.hpp"
#include "simulation/study.hpp"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iostream>
#include <unistd.h>

namespace switchboard::runtime {

namespace {

// What the command line said; lives until the action has run. Seconds, where CLI11 cannot read a duration.
struct Given {
    simulation::StudyOptions study;
    std::string services = "skills";
    std::string boost = "60";
    std::string start = "1999-02-01";
    double threshold = 20, answer_delay = 0, wrap_up = 0, slot = 1800, bridge = 3600;
    bool json = false, progress = false;
    std::string journal, write_config, write_staffing;
};

Duration seconds(double value) {
    return Duration{std::llround(value * 1000)};
}

class Progress : public simulation::Observer {
public:
    void progress(std::size_t arrived, std::size_t of) override {
        std::fprintf(stderr, "\rsimulated %zu of %zu calls%s", arrived, of, arrived == of ? "\n" : "");
    }
};

std::optional<Duration> parse_boost(const std::string& text) {
    double value = -1;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc{} || end != text.data() + text.size() || !(value >= 0 && value <= 1e6)) return std::nullopt;
    return seconds(value);
}

std::optional<Timestamp> parse_day(const std::string& text) {
    int year = 0, read = 0;
    unsigned month = 0, day = 0;
    if (std::sscanf(text.c_str(), "%4d-%2u-%2u%n", &year, &month, &day, &read) != 3 || read != static_cast<int>(text.size())) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
    if (!date.ok() || year < 1971) return std::nullopt;
    return Timestamp{std::chrono::sys_days(date)};
}

// Empty: all is well.
std::string complete(Given& given) {
    simulation::ScenarioOptions& scenario = given.study.scenario;
    scenario.services = given.services == "departments" ? simulation::Services::departments : simulation::Services::skills;
    scenario.priority_urgent = given.boost == "urgent";
    if (!scenario.priority_urgent) {
        const auto boost = parse_boost(given.boost);
        if (!boost) return "--priority-boost must be a number of seconds, or urgent";
        scenario.priority_boost = *boost;
    }
    const auto start = parse_day(given.start);
    if (!start) return "--start must be a day like 1999-02-01";
    scenario.start = *start;
    scenario.wrap_up = seconds(given.wrap_up);
    given.study.behaviour = {seconds(given.answer_delay), seconds(given.wrap_up)};
    given.study.threshold = seconds(given.threshold);
    given.study.slot = seconds(given.slot);
    given.study.bridge = seconds(given.bridge);
    return {};
}

bool write_file(const std::string& path, const std::string& content) {
    if (path.empty()) return true;
    std::ofstream output(path, std::ios::binary | std::ios::trunc);
    output << content;
    output.flush();
    return output.good();
}

int run_simulation(Given& given) {
    if (!given.journal.empty()) return repeat_journal(given.journal, given.json);
    if (given.study.calls.empty()) return fail("what is to be simulated? Give --calls FILE, or --journal FILE", 2);
    const std::string wrong = complete(given);
    if (!wrong.empty()) return fail(wrong, 2);
    Progress progress;
    const bool watched = given.progress || isatty(STDERR_FILENO) == 1;
    const auto study = simulation::study(given.study, watched ? &progress : nullptr);
    if (!study) return fail(study.error().message);
    if (!write_file(given.write_config, domain::to_document(study->base.config) + '\n')) return fail("cannot write " + given.write_config);
    if (!write_file(given.write_staffing, simulation::to_table(study->base.staffing))) return fail("cannot write " + given.write_staffing);
    std::cout << (given.json ? simulation::to_json(*study) : simulation::to_text(*study)) << std::flush;
    std::fprintf(stderr, "%.2f s of processor time\n", static_cast<double>(std::clock()) / CLOCKS_PER_SEC);
    return std::cout.good() ? 0 : fail("cannot write the report");
}

void add_inputs(CLI::App& command, Given& given) {
    const auto file = [&](const char* name, auto& value, const char* description, const char* text = "FILE") {
        return command.add_option(name, value, description)->option_text(text)->group("Inputs");
    };
    CLI::Option* journal = file("--journal", given.journal, "Or a routing journal of this server: its decisions are repeated one by one.");
    journal->excludes(file("--calls", given.study.calls, "Recorded calls: CSV, plain or gzip."));
    journal->excludes(file("--staffing", given.study.staffing, "Who is at work when: CSV; else as seen in the calls."));
    journal->excludes(file("--config", given.study.config, "Tenant document; else derived from the calls."));
    journal->excludes(file("--compare", given.study.variants, "Variants to simulate beside it: JSON.", "FILE..."));
    command.add_option("--start", given.start, "The day (UTC) of second 0 of the calls.")->capture_default_str()->option_text("DAY")->group("Inputs");
}

void add_settings(CLI::App& command, Given& given) {
    const auto number = [&](const char* name, double& value, const char* description, double least = 0) {
        command.add_option(name, value, description)->check(CLI::Range(least, 1e6))->capture_default_str()->option_text("SECONDS")->group("Settings");
    };
    command.add_option("--services", given.services, "What services of the calls become: skills of one department, or departments.")
        ->check(CLI::IsMember({"skills", "departments"}))
        ->capture_default_str()
        ->group("Settings");
    command.add_option("--priority-boost", given.boost, "Priority customers wait as if they had come so much earlier; or: urgent.")
        ->capture_default_str()
        ->option_text("SECONDS|urgent")
        ->group("Settings");
    number("--answer-delay", given.answer_delay, "From an offer until the agent accepts it.");
    number("--wrap-up", given.wrap_up, "Work of the agent after each talk.");
    number("--slot", given.slot, "Staffing seen in the calls: an agent is there in a slot in which it was in a call.", 1);
    number("--bridge", given.bridge, "And in gaps between slots up to this.");
    command.add_option("--seed", given.study.scenario.seed, "Of what is drawn: patience of the answered, talks of the abandoned.")
        ->capture_default_str()
        ->option_text("NUMBER")
        ->group("Settings");
}

void add_outputs(CLI::App& command, Given& given) {
    command.add_option("--threshold", given.threshold, "Service level: answered within this.")
        ->check(CLI::Range(0.0, 1e6))
        ->capture_default_str()
        ->option_text("SECONDS")
        ->group("Outputs");
    command.add_flag("--json", given.json, "One JSON object instead of tables.")->group("Outputs");
    command.add_flag("--progress", given.progress, "Tell the progress although standard error is no terminal.")->group("Outputs");
    command.add_option("--write-config", given.write_config, "Write the tenant document that was simulated.")->option_text("FILE")->group("Outputs");
    command.add_option("--write-staffing", given.write_staffing, "Write the staffing that was simulated.")->option_text("FILE")->group("Outputs");
}

}  // namespace

void add_simulate(CLI::App& app, Action& action) {
    CLI::App* command = app.add_subcommand("simulate", "Replay recorded calls through the router in virtual time, and try other ways.");
    const auto given = std::make_shared<Given>();
    add_inputs(*command, *given);
    add_settings(*command, *given);
    add_outputs(*command, *given);
    command->callback([given, &action] { action = [given] { return run_simulation(*given); }; });
}

}  // namespace switchboard::runtime
