// SPDX-License-Identifier: Apache-2.0
// `bench storm`: thousands of customers with conversations lose their connections in the same moment and come back. How long each of
// them is away, what it costs, and what those feel whose connections held. An operation is a customer who came back.
#include "bench/crowd.hpp"

#include <csignal>

namespace switchboard::client {

namespace {

using Clock = std::chrono::steady_clock;

constexpr double patience_s = 180;

class StormRun {
public:
    explicit StormRun(Bench& b) : bench(b), options(b.options()), crowd(b) {}
    Report run();

private:
    void prepare();
    // Where somebody goes who has lost his node.
    const ServerAddress& refuge();
    void came_back(const Customer& customer);
    void strike();

    Bench& bench;
    const BenchOptions& options;
    Crowd crowd;
    std::vector<std::shared_ptr<ServerProcess>> nodes;  // besides the first, which has Redis
    Latencies away, back;                               // us
    std::uint64_t came = 0, refused = 0;
    std::uint64_t in_this_second = 0, most_in_a_second = 0;
    std::size_t next_refuge = 0;
    Clock::time_point struck_at{}, second_began{};
};

void StormRun::prepare() {
    for (std::size_t i = 1; i < options.nodes; ++i) nodes.push_back(bench.add_node());
    const auto first = [this](std::size_t) -> const ServerAddress& { return bench.server()->address(); };
    const auto spread = [this](std::size_t i) -> const ServerAddress& {
        const std::size_t node = i % options.nodes;
        return node == 0 ? bench.server()->address() : nodes[node - 1]->address();
    };
    const auto last = [this](std::size_t) -> const ServerAddress& { return nodes.back()->address(); };
    progress(std::to_string(options.connections) + " customers");
    crowd.connect(options.talkers, true, first);
    if (options.blow == "cut")
        crowd.connect(options.connections, false, spread);
    else
        crowd.connect(options.connections, false, last);
    crowd.on_back = [this](Customer& customer) { came_back(customer); };
    crowd.on_lost = [this](Customer& customer) {
        if (options.blow != "cut") customer.client->set_server(refuge());
    };
    crowd.on_refused = [this](Customer& customer) {
        ++refused;
        crowd.on_lost(customer);
    };
}

const ServerAddress& StormRun::refuge() {
    const std::size_t chosen = next_refuge++ % nodes.size();  // without the last one, which goes
    return chosen == 0 ? bench.server()->address() : nodes[chosen - 1]->address();
}

void StormRun::came_back(const Customer& customer) {
    const auto now = Clock::now();
    const auto since = [now](Clock::time_point then) { return std::chrono::duration<double, std::micro>(now - then).count(); };
    ++came;
    away.add(since(customer.lost_at));
    back.add(since(struck_at));
    if (now - second_began >= std::chrono::seconds(1)) {
        second_began = now;
        in_this_second = 0;
    }
    most_in_a_second = std::max(most_in_a_second, ++in_this_second);
}

void StormRun::strike() {
    crowd.strike();
    struck_at = second_began = Clock::now();
    if (options.blow == "node") nodes.back()->kill();
    if (options.blow == "drain") ::kill(nodes.back()->pid(), SIGTERM);
    if (options.blow != "cut") return;
    for (auto& customer : crowd.customers)
        if (!customer->talks) customer->client->cut();
}

Report StormRun::run() {
    Report report;
    report.scenario = "storm";
    prepare();
    crowd.talk();
    bench.run_for(std::max(options.seconds, 2.0));
    progress("the blow: " + options.blow);
    if (options.blow != "drain") strike();  // what a dead node has used cannot be asked any more
    bench.measure(report, [&] {
        if (options.blow == "drain") strike();
        bench.run_until([&] { return came == options.connections; }, patience_s, "coming back");
    });
    crowd.stop_talking();
    progress("everybody is back");
    crowd.everybody_says("I am back.");
    report.ops = came;
    report.errors = crowd.errors;
    report.take(away);
    report.extra["blow"] = options.blow;
    report.extra["connections"] = options.connections;
    report.extra["nodes"] = options.nodes;
    report.extra["lost"] = crowd.lost;
    report.extra["attempts_in_vain"] = refused;
    report.extra["most_welcomes_per_second"] = most_in_a_second;
    report.extra["back_ms"] = milliseconds(back);
    report.extra["away_ms"] = milliseconds(away);
    crowd.report_talk(report);
    return report;
}

}  // namespace

Report bench_storm(Bench& bench) {
    if (!bench.server()) throw BenchFailure("storm needs the private server, not --url");
    if (bench.options().nodes < 2 && bench.options().blow != "cut") throw BenchFailure("--blow " + bench.options().blow + " needs --nodes 2 or more");
    StormRun run(bench);
    return run.run();
}

}  // namespace switchboard::client
