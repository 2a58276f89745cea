// SPDX-License-Identifier: Apache-2.0
// `bench handshake`: connect, upgrade, Hello with a signed visitor token, Welcome, reset; `in_flight` at a time. An operation is
// a Welcome; latency counts from the connect.
#include "bench/bench.hpp"

namespace switchboard::client {

namespace {

using Clock = std::chrono::steady_clock;

class HandshakeRun;

class Visitor : public ClientListener {
public:
    Visitor(HandshakeRun& r) : run(r) {}

    void connect();
    void on_welcome(const v1::Welcome&) override;
    void on_disconnected(const Disconnect& end) override;

    HandshakeRun& run;
    std::shared_ptr<Client> client;
    std::string token;
    Clock::time_point began;
};

class HandshakeRun {
public:
    explicit HandshakeRun(Bench& b) : bench(b) {}

    Report measure_once();

    Bench& bench;
    std::vector<std::unique_ptr<Visitor>> visitors;
    Latencies latencies;
    std::uint64_t welcomed = 0;
    std::uint64_t errors = 0;
    bool recording = false;
    bool running = false;
};

void Visitor::connect() {
    ClientOptions options = run.bench.customer_options();
    options.credential.token = token;
    options.reconnect = false;
    began = Clock::now();
    client = std::make_shared<Client>(run.bench.context().get_executor(), std::move(options), *this);
    client->start();
}

void Visitor::on_welcome(const v1::Welcome&) {
    ++run.welcomed;
    if (run.recording) run.latencies.add(std::chrono::duration<double, std::micro>(Clock::now() - began).count());
    token = client->visitor_token();
    // The client is inside this call: it is replaced from the loop.
    asio::post(run.bench.context(), [this] {
        client->abandon();
        client.reset();
        if (run.running) connect();
    });
}

void Visitor::on_disconnected(const Disconnect& end) {
    if (++run.errors <= 5) progress("handshake failed: " + std::to_string(end.code) + " " + end.text);
    asio::post(run.bench.context(), [this] {
        client.reset();
        if (run.running && run.errors < 1000) connect();
    });
}

Report HandshakeRun::measure_once() {
    Report report;
    report.scenario = "handshake";
    const std::uint64_t errors_before = errors;
    running = true;
    for (auto& visitor : visitors) visitor->connect();
    bench.run_for(bench.options().warmup);
    latencies.clear();
    recording = true;
    bench.measure(report, [&] {
        const std::uint64_t at_start = welcomed;
        bench.run_for(bench.options().seconds);
        report.ops = welcomed - at_start;
    });
    recording = running = false;
    bench.run_until(
        [this] {
            for (auto& visitor : visitors)
                if (visitor->client) return false;
            return true;
        },
        30, "the last handshakes");
    report.take(latencies);
    report.errors = errors - errors_before;
    report.extra["in_flight"] = bench.options().in_flight;
    report.extra["encoding"] = bench.options().encoding == Encoding::json ? "json" : "protobuf";
    report.extra["token"] = "visitor";
    return report;
}

}  // namespace

Report bench_handshake(Bench& bench) {
    HandshakeRun run(bench);
    for (std::size_t i = 0; i < bench.options().in_flight; ++i) run.visitors.push_back(std::make_unique<Visitor>(run));
    return bench.median_run([&run] { return run.measure_once(); });
}

}  // namespace switchboard::client
