// SPDX-License-Identifier: Apache-2.0
// `bench slow-readers`: some customers ask for much; first they read it, then they do not, while others talk all the time. What a slow
// reader costs in memory, when the server lets him go, and what the others feel. An operation is a slow reader who was let go.
#include "bench/crowd.hpp"
#include "switchboard_client/http.hpp"

#include <algorithm>

namespace switchboard::client {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t text_bytes = 4096, texts = 10;  // of each log: 40 KB an answer
constexpr double ask_every_s = 0.25;
constexpr double patience_s = 60;

class SlowReaders {
public:
    explicit SlowReaders(Bench& b) : bench(b), options(b.options()), crowd(b), pace_(b.context().get_executor()) {}
    Report run();

private:
    void prepare();
    void keep_asking();
    void watch();
    // Of the server; what it does not say counts as 0.
    double metric(const std::string& name) const;

    Bench& bench;
    const BenchOptions& options;
    Crowd crowd;
    std::uint64_t before_rss = 0, most_rss = 0;
    double closed = 0;
    Clock::time_point began{};
    Latencies gone_after;  // us, seen every 100 ms

    Timer pace_;
    std::size_t next_ = 0;
};

void SlowReaders::prepare() {
    const auto here = [this](std::size_t) -> const ServerAddress& { return bench.server()->address(); };
    crowd.connect(options.connections, false, here);
    crowd.connect(options.talkers, true, here);
    for (std::size_t i = 0; i < texts; ++i) crowd.everybody_says(std::string(text_bytes, 'x'));
}

void SlowReaders::keep_asking() {
    const std::chrono::duration<double> pause(ask_every_s / static_cast<double>(options.connections));
    pace_.expires_after(std::chrono::duration_cast<std::chrono::nanoseconds>(pause));
    pace_.async_wait([this](const boost::system::error_code& cancelled) {
        if (cancelled) return;
        Customer& customer = *crowd.customers[next_++ % options.connections];
        v1::ClientFrame frame;
        frame.mutable_read_log()->set_conversation_id(customer.conversation);
        frame.mutable_read_log()->set_limit(static_cast<std::uint32_t>(texts + 2));
        customer.client->request(std::move(frame), {});
        keep_asking();
    });
}

double SlowReaders::metric(const std::string& name) const {
    const auto answer = http_request(bench.server()->address(), "/metrics", {}, std::chrono::seconds(2));
    if (!answer) return 0;
    const auto at = answer->body.find('\n' + name + ' ');
    return at == std::string::npos ? 0 : std::stod(answer->body.substr(at + name.size() + 2));
}

void SlowReaders::watch() {
    most_rss = std::max(most_rss, bench.server_rss());
    const double now_closed = metric("switchboard_slow_consumer_closes_total");
    for (; closed < now_closed; ++closed) gone_after.add(std::chrono::duration<double, std::micro>(Clock::now() - began).count());
}

Report SlowReaders::run() {
    Report report;
    report.scenario = "slow-readers";
    prepare();
    crowd.talk();
    keep_asking();
    bench.run_for(std::max(options.seconds, 2.0));
    before_rss = most_rss = bench.server_rss();
    crowd.strike();
    began = Clock::now();
    progress("customers stop reading");
    for (std::size_t i = 0; i < options.connections; ++i) crowd.customers[i]->client->stop_reading();
    bench.measure(report, [&] {
        while (closed < static_cast<double>(options.connections) && Clock::now() - began < std::chrono::duration<double>(patience_s)) {
            bench.run_for(0.1);
            watch();
        }
    });
    pace_.cancel();
    crowd.stop_talking();
    report.ops = static_cast<std::uint64_t>(closed);
    report.errors = crowd.errors + (options.connections - report.ops);
    report.take(gone_after);
    report.extra["connections"] = options.connections;
    report.extra["talkers"] = options.talkers;
    report.extra["lost"] = crowd.lost;
    report.extra["server_rss_bytes_per_slow_reader"] =
        (static_cast<double>(most_rss) - static_cast<double>(before_rss)) / static_cast<double>(options.connections);
    crowd.report_talk(report);
    return report;
}

}  // namespace

Report bench_slow_readers(Bench& bench) {
    if (!bench.server()) throw BenchFailure("slow-readers needs the private server, not --url");
    SlowReaders run(bench);
    return run.run();
}

}  // namespace switchboard::client
