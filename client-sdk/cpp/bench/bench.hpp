// SPDX-License-Identifier: Apache-2.0
// What the scenarios of `switchboard bench` share: the options, the server under test, the loop, and measuring. Thread: one.
#pragma once

#include "bench/meter.hpp"
#include "bench/report.hpp"
#include "bench/server_process.hpp"
#include "bench/world.hpp"
#include "switchboard_client/client.hpp"

#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace switchboard::client {

struct BenchOptions {
    bool json = false;
    std::vector<std::string> urls;      // of the nodes; empty: a private server
    std::vector<pid_t> server_pids;     // with url: the server's processes
    std::vector<pid_t> redis_pids;      // with url: its Redis
    unsigned threads = 1;               // of the private server
    std::optional<int> core;            // of the generator; the private server takes the others
    std::string durability = "memory";
    Encoding encoding = Encoding::protobuf;
    double seconds = 5;
    double warmup = 1;
    unsigned runs = 3;                  // clean ones; the median is reported
    bool print_tenant = false;          // only print the tenant document that the scenario needs

    std::size_t pairs = 200;
    std::size_t window = 1;
    double rate = 0;                    // messages per second over all; 0: closed loop
    std::size_t size = 100;             // bytes of a text

    std::size_t connections = 10'000;
    std::size_t agents = 0;             // of the connections, in `idle`
    std::size_t in_flight = 64;

    std::size_t queued = 10'000;        // conversations that wait, in `routing`
    std::size_t classes = 50;
    bool redis = false;                 // the whole path

    std::size_t nodes = 3;              // in `storm`; one Redis for all
    std::size_t talkers = 100;          // customers whose connections hold
    std::string blow;                   // node, cut, drain
    std::optional<unsigned> handshakes; // per second and node; none: the server's default in `storm`, else no limit

    std::string dialogues;
    std::string departments;
    std::size_t concurrency = 100;
    std::size_t limit = 0;              // dialogues at most; 0: all
    std::string kill;                   // server, redis, agent
    unsigned kill_at_percent = 50;
    double pause = 0;                   // seconds that people take for a turn
    unsigned rounds = 1;                // how often each dialogue is played
    std::string history;                // file for tests/chaos/checker; empty: none
};

// Something went wrong that is not a result: told in one line, exit status 2.
struct BenchFailure : std::runtime_error {
    using std::runtime_error::runtime_error;
};

void progress(const std::string& line);  // on standard error

// The server under test and the loop of the clients.
class Bench {
public:
    Bench(const BenchOptions& options, World world);

    const BenchOptions& options() const { return options_; }
    const World& world() const { return world_; }
    asio::io_context& context() { return context_; }
    ServerProcess* server() { return server_.get(); }  // null with --url
    // One more node on the private server's Redis; its CPU time is counted.
    std::shared_ptr<ServerProcess> add_node();
    // Of the nodes one after the other, as a load balancer does it.
    const ServerAddress& next_address() const { return addresses_[turn_++ % addresses_.size()]; }

    ClientOptions customer_options() const;
    ClientOptions agent_options(const std::string& agent) const;

    // Runs the loop until `condition`; throws BenchFailure naming `what` after `seconds`.
    void run_until(const std::function<bool()>& condition, double seconds, const std::string& what);
    void run_for(double seconds);

    // CPU so far, in microseconds.
    struct Cpu {
        double server = 0;
        double redis = 0;
    };
    Cpu cpu() const;
    std::uint64_t server_rss() const;
    // used_memory of the private server's Redis; nullopt with --url or when it does not answer.
    std::optional<std::uint64_t> redis_memory() const;

    // Fills in time, steal and CPU of what happens during `body`.
    void measure(Report& report, const std::function<void()>& body);
    // Runs `once` until `runs` runs were undisturbed (or six more were not) and returns the one with the median cost.
    Report median_run(const std::function<Report()>& once);

private:
    void start_private_server();
    void listen_for_interrupt();

    BenchOptions options_;
    World world_;
    asio::io_context context_;
    asio::signal_set signals_{context_, SIGINT, SIGTERM};
    bool interrupted_ = false;
    std::unique_ptr<ServerProcess> server_;
    std::vector<std::shared_ptr<ServerProcess>> nodes_;
    std::vector<ServerAddress> addresses_;
    mutable std::size_t turn_ = 0;
};

Report bench_messages(Bench& bench);
Report bench_idle(Bench& bench);
Report bench_handshake(Bench& bench);
Report bench_replay(Bench& bench);
Report bench_routing(Bench& bench);
Report bench_storm(Bench& bench);
Report bench_slow_readers(Bench& bench);

}  // namespace switchboard::client
