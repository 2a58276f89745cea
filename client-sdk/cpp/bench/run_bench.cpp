// SPDX-License-Identifier: Apache-2.0
#include "bench/bench.hpp"
#include "bench/dialogues.hpp"
#include "commands.hpp"

#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>

namespace switchboard::client {

namespace {

// Every connection is a descriptor here and one in the private server, which inherits the limit.
void raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

struct Scenario {
    const char* name;
    const char* description;
    void (*add_options)(CLI::App&, BenchOptions&);
    World (*world)(const BenchOptions&);
    Report (*run)(Bench&);
};

World replay_world(const BenchOptions& options) {
    try {
        // Two agents for each topic: room for everybody even when one of them is gone.
        const auto room = static_cast<unsigned>(std::clamp<std::size_t>(options.concurrency / 4, 4, 60));
        World world = retail_world(read_file(options.departments), room);
        world.agent_grace_s = options.kill == "agent" ? 2 : 30;
        return world;
    } catch (const std::exception& error) {
        throw BenchFailure(options.departments + ": " + error.what());
    }
}

const Scenario scenarios[] = {
    {"messages", "Texts between customers and agents: CPU per delivered text, latency",
     [](CLI::App& app, BenchOptions& options) {
         app.add_option("--pairs", options.pairs, "customers, each with an agent")->check(CLI::Range(1, 10'000))->capture_default_str();
         app.add_option("--window", options.window, "texts that each side keeps in flight")
             ->check(CLI::Range(1, 1000))
             ->capture_default_str();
         app.add_option("--rate", options.rate, "open loop: texts per second over all; 0: closed loop")->check(CLI::Range(0.0, 1e6));
         app.add_option("--size", options.size, "bytes of a text")->check(CLI::Range(17, 16 * 1024))->capture_default_str();
     },
     [](const BenchOptions& options) { return pairs_world(options.pairs); }, bench_messages},
    {"idle", "Sessions that do nothing: memory of the server and of Redis, CPU",
     [](CLI::App& app, BenchOptions& options) {
         options.seconds = 40;  // every session's heartbeat falls into it
         app.add_option("--connections", options.connections, "sessions")->check(CLI::Range(2, 1'000'000))->capture_default_str();
         app.add_option("--agents", options.agents, "how many of them are agents")->check(CLI::Range(0, 20'000))->capture_default_str();
     },
     [](const BenchOptions& options) { return pairs_world(options.agents); }, bench_idle},
    {"handshake", "Connect, upgrade, Hello with a signed token, Welcome",
     [](CLI::App& app, BenchOptions& options) {
         app.add_option("--in-flight", options.in_flight, "handshakes at a time")->check(CLI::Range(1, 5000))->capture_default_str();
     },
     [](const BenchOptions&) { return pairs_world(0); }, bench_handshake},
    {"routing", "The router alone: time and memory of a decision; with --redis from a customer's start to the agent's offer",
     [](CLI::App& app, BenchOptions& options) {
         options.agents = 1000;
         options.rate = 1000;
         options.seconds = 4;
         app.add_option("--agents", options.agents, "agents; with --redis each with room for ten")->check(CLI::Range(1, 1'000'000))->capture_default_str();
         app.add_option("--queued", options.queued, "conversations that wait; with --redis customers")
             ->check(CLI::Range(1, 10'000'000))
             ->capture_default_str();
         app.add_option("--classes", options.classes, "kinds of conversations, without --redis")->check(CLI::Range(1, 100'000))->capture_default_str();
         app.add_flag("--redis", options.redis, "the whole path, in a private server");
         app.add_option("--rate", options.rate, "with --redis: starts per second")->check(CLI::Range(1.0, 1e6))->capture_default_str();
     },
     [](const BenchOptions& options) {
         World world = pairs_world(options.agents);
         for (BenchAgent& agent : world.agents) agent.capacity = 10;
         world.offer_time_s = world.abandon_after_s = 600;  // nothing ends by itself
         return world;
     },
     bench_routing},
    {"storm", "Thousands of customers lose their connections at once and come back: how long they are away, and what others feel",
     [](CLI::App& app, BenchOptions& options) {
         options.blow = "cut";
         options.durability = "fsync";
         app.add_option("--connections", options.connections, "customers who are struck")->check(CLI::Range(1, 1'000'000))->capture_default_str();
         app.add_option("--nodes", options.nodes, "processes of the server")->check(CLI::Range(1, 16))->capture_default_str();
         app.add_option("--talkers", options.talkers, "customers who are not struck and go on talking")->check(CLI::Range(0, 10'000))->capture_default_str();
         app.add_option("--blow", options.blow, "cut: all connections; node: kill -9 of the node that has them; drain: SIGTERM to it")
             ->check(CLI::IsMember({"cut", "node", "drain"}))
             ->capture_default_str();
         app.add_option("--handshakes", options.handshakes, "that a node admits per second; 0: all; the server's default if it is not given");
     },
     [](const BenchOptions&) {
         World world = pairs_world(0);
         world.abandon_after_s = 600;
         return world;
     },
     bench_storm},
    {"slow-readers", "Customers who ask for much and read nothing: their cost, when they are let go, and what others feel",
     [](CLI::App& app, BenchOptions& options) {
         options.connections = 100;
         options.talkers = 900;
         app.add_option("--connections", options.connections, "customers who do not read")->check(CLI::Range(1, 10'000))->capture_default_str();
         app.add_option("--talkers", options.talkers, "customers who talk")->check(CLI::Range(0, 10'000))->capture_default_str();
     },
     [](const BenchOptions&) { return pairs_world(0); }, bench_slow_readers},
    {"replay", "Real dialogues through real customers and agents: nothing lost, doubled, out of order, changed or misrouted",
     [](CLI::App& app, BenchOptions& options) {
         options.durability = "fsync";
         app.add_option("--dialogues", options.dialogues, "JSON lines, plain or gzip")->required()->check(CLI::ExistingFile);
         app.add_option("--departments", options.departments, "JSON: departments and their topics")->required()->check(CLI::ExistingFile);
         app.add_option("--concurrency", options.concurrency, "dialogues at a time")->check(CLI::Range(1, 5000))->capture_default_str();
         app.add_option("--limit", options.limit, "dialogues at most; 0: all");
         app.add_option("--kill", options.kill, "kill -9 in the middle: server, redis or agent")
             ->check(CLI::IsMember({"server", "redis", "agent"}));
         app.add_option("--kill-at-percent", options.kill_at_percent, "when so many of the turns are done")
             ->check(CLI::Range(1, 99))
             ->capture_default_str();
         app.add_option("--pause", options.pause, "seconds that people take for a turn")->check(CLI::Range(0.0, 60.0));
         app.add_option("--rounds", options.rounds, "how often each dialogue is played")->check(CLI::Range(1, 100'000))->capture_default_str();
         app.add_option("--history", options.history, "file for what every client did and saw, as tests/chaos/checker reads it");
     },
     replay_world, bench_replay},
};

void add_common_options(CLI::App& app, BenchOptions& options) {
    static const std::map<std::string, Encoding> encodings{{"proto", Encoding::protobuf}, {"json", Encoding::json}};
    app.add_flag("--json", options.json, "one JSON object on standard output");
    app.add_option("--url", options.urls, "a running server, for example ws://127.0.0.1:8080, that holds the tenant of --print-tenant; "
                                          "again for each further node; without it a private server is started");
    app.add_flag("--print-tenant", options.print_tenant, "print the tenant document that the scenario needs, and end");
    app.add_option("--server-pids", options.server_pids, "with --url: processes of the server, for CPU and memory")->delimiter(',');
    app.add_option("--redis-pids", options.redis_pids, "with --url: processes of its Redis")->delimiter(',');
    app.add_option("--threads", options.threads, "of the private server")->check(CLI::Range(1, 256))->capture_default_str();
    app.add_option("--core", options.core, "core for this program; the private server gets the others");
    app.add_option("--durability", options.durability, "of the private server")
        ->check(CLI::IsMember({"memory", "fsync"}))
        ->capture_default_str();
    app.add_option("--encoding", options.encoding, "proto or json")->transform(CLI::CheckedTransformer(encodings));
    app.add_option("--seconds", options.seconds, "of each measurement")->check(CLI::Range(0.1, 3600.0))->capture_default_str();
    app.add_option("--warmup", options.warmup, "seconds before it")->check(CLI::Range(0.0, 600.0))->capture_default_str();
    app.add_option("--runs", options.runs, "undisturbed runs; their median is reported")->check(CLI::Range(1, 100))->capture_default_str();
}

int run_scenario(const Scenario& scenario, const BenchOptions& options) {
    if (options.core && (*options.core < 0 || *options.core >= core_count()))
        throw BenchFailure("there is no core " + std::to_string(*options.core));
    if (!options.kill.empty() && !options.urls.empty() && options.kill != "agent")
        throw BenchFailure("--kill needs the private server, not --url");
    World world = scenario.world(options);
    if (options.print_tenant) {
        std::printf("%s\n", world.document().c_str());
        return 0;
    }
    Bench bench(options, std::move(world));
    const Report report = scenario.run(bench);
    report.print(options.json);
    return report.failed() ? 1 : 0;
}

int print_figures(const char* scenario, boost::json::object figures, bool json) {
    if (json) {
        figures["scenario"] = scenario;
        std::printf("%s\n", boost::json::serialize(figures).c_str());
        return 0;
    }
    std::printf("%s\n", scenario);
    for (const auto& [name, value] : figures) std::printf("  %-24s %s\n", std::string(name).c_str(), boost::json::serialize(value).c_str());
    return 0;
}

}  // namespace

int run_bench(int argc, char** argv, const ServerBenches& server) {
    std::signal(SIGPIPE, SIG_IGN);
    raise_descriptor_limit();
    CLI::App app("Measures a server: cost in CPU time of the server and its Redis, latency, and that nothing goes wrong.",
                 "switchboard bench");
    app.require_subcommand(1);
    std::map<const CLI::App*, std::pair<const Scenario*, std::unique_ptr<BenchOptions>>> chosen;
    for (const Scenario& scenario : scenarios) {
        CLI::App* command = app.add_subcommand(scenario.name, scenario.description);
        auto options = std::make_unique<BenchOptions>();
        scenario.add_options(*command, *options);
        add_common_options(*command, *options);
        chosen[command] = {&scenario, std::move(options)};
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    try {
        const auto& [scenario, options] = chosen.at(app.get_subcommands().front());
        if (scenario->run == bench_routing && !options->redis)
            return print_figures("routing", server.routing(options->agents, options->queued, options->classes), options->json);
        return run_scenario(*scenario, *options);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "switchboard bench: %s\n", error.what());
        return 2;
    }
}

}  // namespace switchboard::client
