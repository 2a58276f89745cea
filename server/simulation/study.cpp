// SPDX-License-Identifier: Apache-2.0
#include "simulation/study.hpp"

#include "domain/tenant_document.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace switchboard::simulation {

namespace {

Error bad(const std::string& text) {
    return Error{ErrorCode::invalid_argument, text};
}

Error in_file(const std::string& path, const Error& error) {
    return bad(path + ": " + error.message);
}

Result<std::string> read_file(const std::string& path) {
    std::ifstream input(path, std::ios::binary);
    std::stringstream content;
    if (!input || !(content << input.rdbuf())) return bad("cannot read " + path + ": " + std::strerror(errno));
    return content.str();
}

Result<Scenario> base_scenario(const StudyOptions& options, const std::vector<Call>& calls) {
    Staffing staffing;
    if (options.staffing.empty()) {
        staffing = seen_at_work(calls, options.slot, options.bridge);
    } else {
        auto read = read_staffing(options.staffing);
        if (!read) return read.error();
        staffing = std::move(*read);
    }
    domain::TenantConfig config = derive_config(calls, staffing, options.scenario);
    if (options.config.empty()) {
        const auto valid = domain::validate(config);
        if (!valid) return bad("the configuration that the calls suggest is not possible: " + valid.error().message);
    } else {
        const auto text = read_file(options.config);
        if (!text) return text.error();
        auto parsed = domain::parse_document(*text);
        if (!parsed) return in_file(options.config, parsed.error());
        config = std::move(*parsed);
    }
    return make_scenario("simulated", calls, std::move(staffing), std::move(config), options.scenario);
}

Result<RunFigures> run_one(const Scenario& scenario, const StudyOptions& options, Observer* observer) {
    const std::string hindrance = obstacle(scenario.config, options.behaviour);
    if (!hindrance.empty()) return bad(hindrance);
    const auto config = std::make_shared<domain::TenantConfig>(scenario.config);
    config->build_index();  // a copy has none
    const RunResult run = simulate(config, scenario.workload(options.scenario.start), options.behaviour, observer);
    return figures_of(scenario, run, options.threshold);
}

Result<RunFigures> run_variant(const std::string& path, const Scenario& base, const std::vector<Call>& calls, const StudyOptions& options) {
    const auto text = read_file(path);
    if (!text) return text.error();
    const auto variant = parse_variant(*text, std::filesystem::path(path).stem().string());
    if (!variant) return in_file(path, variant.error());
    const auto scenario = apply(*variant, base, calls, options.scenario);
    if (!scenario) return in_file(path, scenario.error());
    auto figures = run_one(*scenario, options, nullptr);
    if (!figures) return in_file(path, figures.error());
    return figures;
}

}  // namespace

Result<Study> study(const StudyOptions& options, Observer* observer) {
    auto history = read_calls(options.calls);
    if (!history) return history.error();
    auto base = base_scenario(options, history->calls);
    if (!base) return base.error();
    EstimateJudge judge(observer);
    auto first = run_one(*base, options, &judge);
    if (!first) return first.error();

    Study result;
    result.options = options;
    result.calls = history->calls.size();
    result.discarded = history->discarded;
    result.recorded = figures_of_record(history->calls, *base, options.threshold);
    result.explanation = explain(result.recorded, *first, recorded_work(history->calls, base->staffing));
    result.estimate = judge.figures();
    result.runs.push_back(std::move(*first));
    for (const std::string& path : options.variants) {
        auto figures = run_variant(path, *base, history->calls, options);
        if (!figures) return figures.error();
        result.runs.push_back(std::move(*figures));
    }
    result.base = std::move(*base);
    return result;
}

}  // namespace switchboard::simulation
