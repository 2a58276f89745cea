// SPDX-License-Identifier: Apache-2.0
// `bench idle`: many sessions that do nothing but live. What they cost in memory of the server and of Redis before and after a
// first message each, and in CPU with their heartbeats. An operation is a connection; its cost is that of getting connected.
#include "bench/bench.hpp"

namespace switchboard::client {

namespace {

class Sleeper : public ClientListener {
public:
    void on_welcome(const v1::Welcome&) override { ++*welcomed; }
    void on_disconnected(const Disconnect& end) override {
        if (++*errors <= 5) progress("disconnected: " + std::to_string(end.code) + " " + end.text);
    }
    void on_error(const v1::Error& error) override {
        if (++*errors <= 5) progress("error: " + error.message());
    }

    std::shared_ptr<Client> client;
    std::uint64_t* welcomed = nullptr;
    std::uint64_t* errors = nullptr;
};

class IdleRun {
public:
    explicit IdleRun(Bench& b) : bench(b) {}
    ~IdleRun() {
        for (Sleeper& sleeper : sleepers) sleeper.client->abandon();
    }
    Report run();

private:
    void connect(std::vector<ClientOptions> all);
    void first_messages();
    double per(double bytes, std::size_t count) const { return count ? bytes / static_cast<double>(count) : 0; }
    std::uint64_t redis() const { return bench.redis_memory().value_or(0); }

    static constexpr std::size_t at_once = 128;

    Bench& bench;
    std::vector<Sleeper> sleepers;
    std::uint64_t welcomed = 0;
    std::uint64_t errors = 0;
};

void IdleRun::connect(std::vector<ClientOptions> all) {
    const std::uint64_t before = welcomed;
    std::uint64_t started = 0;
    for (ClientOptions& options : all) {
        Sleeper& sleeper = sleepers.emplace_back();
        sleeper.welcomed = &welcomed;
        sleeper.errors = &errors;
        sleeper.client = std::make_shared<Client>(bench.context().get_executor(), std::move(options), sleeper);
        sleeper.client->start();
        ++started;
        bench.run_until([&] { return started - (welcomed - before) < at_once; }, 60, "connecting");
        if (sleepers.size() % 2000 == 0) progress(std::to_string(sleepers.size()) + " connections");
    }
    bench.run_until([&] { return welcomed - before == all.size(); }, 60, "connecting");
}

void IdleRun::first_messages() {
    std::uint64_t answered = 0, asked = 0;
    for (Sleeper& sleeper : sleepers) {
        if (sleeper.client->self().role() != v1::CUSTOMER) continue;
        v1::StartConversation start;
        start.set_department(bench.world().departments.front().id);
        start.set_text("Hello, is anybody there?");
        ++asked;
        sleeper.client->start_conversation(start, [&](const v1::ServerFrame& reply) {
            ++answered;
            if (!reply.has_conversation_opened()) ++errors;
        });
        bench.run_until([&] { return asked - answered < at_once; }, 60, "first messages");
    }
    bench.run_until([&] { return asked == answered; }, 60, "first messages");
}

Report IdleRun::run() {
    const BenchOptions& options = bench.options();
    const std::size_t agents = std::min(options.agents, options.connections);
    const std::size_t customers = options.connections - agents;
    sleepers.reserve(options.connections + 1);

    Report report;
    report.scenario = "idle";
    // One connection first: what the server allocates once is not the price of a session.
    connect({bench.customer_options()});
    bench.run_for(1);
    const std::uint64_t rss_start = bench.server_rss(), redis_start = redis();
    bench.measure(report, [&] { connect(std::vector<ClientOptions>(customers > 0 ? customers - 1 : 0, bench.customer_options())); });
    report.ops = customers > 0 ? customers - 1 : 0;
    bench.run_for(2);
    const std::uint64_t rss_customers = bench.server_rss(), redis_customers = redis();

    std::vector<ClientOptions> staff;
    for (std::size_t i = 0; i < agents; ++i) staff.push_back(bench.agent_options(bench.world().agents[i].id));
    connect(std::move(staff));
    bench.run_for(2);
    const std::uint64_t redis_agents = redis();

    Report idle;
    progress("idle for " + std::to_string(static_cast<int>(options.seconds)) + " s");
    bench.measure(idle, [&] { bench.run_for(options.seconds); });

    progress("one message each");
    first_messages();
    bench.run_for(3);
    const std::uint64_t rss_end = bench.server_rss(), redis_end = redis();
    report.errors = errors;
    report.extra["connections"] = options.connections;
    report.extra["agents"] = agents;
    report.extra["encoding"] = options.encoding == Encoding::json ? "json" : "protobuf";
    report.extra["server_rss_bytes_per_connection"] =
        per(static_cast<double>(rss_end) - static_cast<double>(rss_start), options.connections);
    report.extra["server_rss_bytes_per_connection_before_message"] =
        per(static_cast<double>(rss_customers) - static_cast<double>(rss_start), report.ops);
    if (bench.redis_memory()) {
        report.extra["redis_bytes_per_connection"] =
            per(static_cast<double>(redis_customers) - static_cast<double>(redis_start), report.ops);
        report.extra["redis_bytes_per_agent"] = per(static_cast<double>(redis_agents) - static_cast<double>(redis_customers), agents);
        report.extra["redis_bytes_per_waiting_conversation"] =
            per(static_cast<double>(redis_end) - static_cast<double>(redis_agents), customers);
    }
    report.extra["idle_cpu_percent"] = idle.seconds > 0 ? (idle.server_cpu_us + idle.redis_cpu_us) / idle.seconds / 1e4 : 0;
    report.extra["idle_steal_percent"] = idle.steal_percent;
    return report;
}

}  // namespace

Report bench_idle(Bench& bench) {
    IdleRun run(bench);
    return run.run();
}

}  // namespace switchboard::client
