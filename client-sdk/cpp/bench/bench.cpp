// SPDX-License-Identifier: Apache-2.0
#include "bench/bench.hpp"

#include <algorithm>
#include <cstdio>

namespace switchboard::client {

namespace {

constexpr double clean_steal_percent = 6;
constexpr unsigned most_repeats = 6;

// Everything comes from one address here, and a bench must not be slowed down by what protects a public server.
std::vector<std::string> server_flags(const BenchOptions& options) {
    std::vector<std::string> flags{"--durability", options.durability,
            "--threads", std::to_string(options.threads),
            "--log-level", "warn",
            "--connections", "100000",
            "--connections-per-address", "0",
            "--handshakes-per-second-per-address", "0",
            "--new-visitors-per-minute", "0",
            "--customer-commands-per-second", "1000000",
            "--customer-command-burst", "1000000",
            "--customer-commands-per-minute", "0",
            "--agent-commands-per-second", "1000000",
            "--sessions-per-visitor", "1000000",
            "--sessions-per-agent", "1000000"};
    // What is admitted at a time is what a storm is about.
    if (options.blow.empty() || options.handshakes)
        flags.insert(flags.end(), {"--handshakes-per-second", std::to_string(options.handshakes.value_or(0))});
    return flags;
}

}  // namespace

void progress(const std::string& line) { std::fprintf(stderr, "bench: %s\n", line.c_str()); }

Bench::Bench(const BenchOptions& options, World world) : options_(options), world_(std::move(world)), context_(1) {
    if (options_.urls.empty()) {
        start_private_server();
    } else {
        for (const std::string& url : options_.urls) {
            auto address = parse_server_url(url);
            if (address.has_error()) throw BenchFailure(address.error().message);
            addresses_.push_back(*address);
        }
        if (options_.server_pids.empty()) progress("no --server-pids: CPU and memory of the server are not measured");
    }
    if (options_.core) pin_this_thread(*options_.core);
    listen_for_interrupt();
}

// Ctrl-C ends the private server and removes its data like any other end.
void Bench::listen_for_interrupt() {
    signals_.async_wait([this](const boost::system::error_code& cancelled, int) {
        if (cancelled) return;
        interrupted_ = true;
        context_.stop();
    });
}

void Bench::start_private_server() {
    ServerSettings settings;
    settings.flags = server_flags(options_);
    settings.tenant_document = world_.document();
    if (options_.core)
        for (int core = 0; core < core_count(); ++core)
            if (core != *options_.core) settings.cores.push_back(core);
    std::string shown;
    for (const std::string& flag : settings.flags) shown += " " + flag;
    progress("private server:" + shown);
    server_ = std::make_unique<ServerProcess>(std::move(settings));
    const auto started = server_->start();
    if (started.has_error()) throw BenchFailure(started.error().message);
    addresses_ = {server_->address()};
}

std::shared_ptr<ServerProcess> Bench::add_node() {
    ServerSettings settings;
    settings.flags = server_flags(options_);
    settings.flags.insert(settings.flags.end(),
                          {"--redis-url", "unix://" + server_->redis_socket(), "--token-secret-file", server_->data_dir() + "/secret"});
    auto node = std::make_shared<ServerProcess>(std::move(settings));
    const auto started = node->start();
    if (started.has_error()) throw BenchFailure(started.error().message);
    return nodes_.emplace_back(std::move(node));
}

ClientOptions Bench::customer_options() const {
    ClientOptions options;
    options.server = next_address();
    options.encoding = options_.encoding;
    options.site = world_.site;
    options.program = "switchboard-bench/" SWITCHBOARD_VERSION;
    options.backoff_limit = Duration{1000};
    return options;
}

ClientOptions Bench::agent_options(const std::string& agent) const {
    ClientOptions options = customer_options();
    options.credential = {Credential::Kind::agent_token, world_.key.sign(agent)};
    return options;
}

void Bench::run_until(const std::function<bool()>& condition, double seconds, const std::string& what) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    while (!condition()) {
        context_.restart();
        context_.run_one_for(std::chrono::milliseconds(10));
        context_.poll();
        if (interrupted_) throw BenchFailure("interrupted");
        if (std::chrono::steady_clock::now() > deadline)
            throw BenchFailure(what + " took more than " + std::to_string(static_cast<int>(seconds)) + " s");
    }
}

void Bench::run_for(double seconds) {
    context_.restart();
    const auto guard = asio::make_work_guard(context_);
    context_.run_for(std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(seconds)));
    if (interrupted_) throw BenchFailure("interrupted");
}

Bench::Cpu Bench::cpu() const {
    Cpu sum;
    if (server_) sum = {process_cpu_us(server_->pid()), process_cpu_us(server_->redis_pid())};
    for (const auto& node : nodes_) sum.server += process_cpu_us(node->pid());
    for (const pid_t pid : options_.server_pids) sum.server += process_cpu_us(pid);
    for (const pid_t pid : options_.redis_pids) sum.redis += process_cpu_us(pid);
    return sum;
}

std::uint64_t Bench::server_rss() const {
    if (server_) return process_rss_bytes(server_->pid());
    std::uint64_t sum = 0;
    for (const pid_t pid : options_.server_pids) sum += process_rss_bytes(pid);
    return sum;
}

std::optional<std::uint64_t> Bench::redis_memory() const {
    if (!server_) return std::nullopt;
    const std::string answer = server_->ask_redis("INFO memory");
    const auto at = answer.find("used_memory:");
    if (at == std::string::npos) return std::nullopt;
    return std::stoull(answer.substr(at + 12));
}

void Bench::measure(Report& report, const std::function<void()>& body) {
    // Spinning cores hold up the completion of disk writes: an fdatasync then takes milliseconds, or seconds beside a pinned generator.
    std::optional<KeepAwake> spinning;
    if (options_.durability != "fsync") spinning.emplace();
    const MachineTime before = machine_time();
    const Cpu cpu_before = cpu();
    const double generator_before = this_thread_cpu_us();
    const auto began = std::chrono::steady_clock::now();
    body();
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    const Cpu cpu_after = cpu();
    report.server_cpu_us = cpu_after.server - cpu_before.server;
    report.redis_cpu_us = cpu_after.redis - cpu_before.redis;
    report.generator_cpu_us = this_thread_cpu_us() - generator_before;
    report.steal_percent = steal_percent(before, machine_time());
}

Report Bench::median_run(const std::function<Report()>& once) {
    std::vector<Report> clean, noisy;
    while (clean.size() < options_.runs && clean.size() + noisy.size() < options_.runs + most_repeats) {
        Report report = once();
        const bool quiet = report.steal_percent <= clean_steal_percent;
        char line[160];
        std::snprintf(line, sizeof line, "run %zu: %.2f us per op, %.0f ops/s, p50 %.0f p99 %.0f us, steal %.1f %%%s",
                      clean.size() + noisy.size() + 1, report.cpu_us_per_op(),
                      static_cast<double>(report.ops) / std::max(report.seconds, 1e-9), report.p50_us, report.p99_us, report.steal_percent,
                      quiet ? "" : " (noisy, repeated)");
        progress(line);
        if (!quiet) wait_for_quiet(15);
        (quiet ? clean : noisy).push_back(std::move(report));
        if ((quiet ? clean : noisy).back().failed()) return (quiet ? clean : noisy).back();
    }
    std::vector<Report>& chosen = clean.empty() ? noisy : clean;
    std::sort(chosen.begin(), chosen.end(), [](const Report& a, const Report& b) { return a.cpu_us_per_op() < b.cpu_us_per_op(); });
    Report median = std::move(chosen[chosen.size() / 2]);
    median.extra["clean_runs"] = clean.size();
    median.extra["noisy_runs"] = noisy.size();
    return median;
}

}  // namespace switchboard::client
