// SPDX-License-Identifier: Apache-2.0
// `bench messages`: pairs of a customer and the agent who accepted him, texts in both directions. An operation is a text that the
// other side has. Closed loop: each side keeps `window` texts that are not both acknowledged and delivered. Open loop: texts
// fall due at a fixed rate whatever the server does, and latency counts from the moment they were due.
#include "bench/bench.hpp"

#include <charconv>
#include <deque>
#include <unordered_map>

namespace switchboard::client {

namespace {

using Clock = std::chrono::steady_clock;

struct Counters {
    std::uint64_t sent = 0, delivered = 0, duplicated = 0, reordered = 0, errors = 0;
};

class MessagesRun;

// One end of a pair.
class Side : public ClientListener {
public:
    Side(MessagesRun& run, ClientOptions options);

    void on_welcome(const v1::Welcome&) override { welcomed = true; }
    void on_disconnected(const Disconnect& end) override;
    void on_event(const std::string& conversation, const v1::Event& event) override;
    void on_message_accepted(const v1::MessageAccepted&) override;
    void on_message_refused(const std::string&, const std::string&, const v1::Error& error) override;
    void on_offer(const v1::Offer& offer) override;
    void on_assigned(const v1::Conversation& conversation) override;
    void on_error(const v1::Error& error) override;

    void fill_window();
    void send(Clock::time_point due);
    void delivered_at_peer(Clock::time_point now);

    MessagesRun& run;
    std::shared_ptr<Client> client;
    Side* peer = nullptr;
    std::string conversation;
    bool welcomed = false;
    std::uint64_t sent = 0, acknowledged = 0, delivered = 0;
    std::uint64_t received = 0;  // of the peer's texts
    std::deque<Clock::time_point> due;  // of the texts under way
};

class MessagesRun {
public:
    explicit MessagesRun(Bench& b);
    ~MessagesRun();

    void connect();
    Report measure_once();
    void finish();
    Counters totals() const { return counters; }

    Bench& bench;
    const BenchOptions& options;
    Counters counters;
    Latencies latencies;
    bool recording = false;
    bool closed_loop = false;
    std::vector<std::unique_ptr<Side>> customers, agents;
    std::unordered_map<std::string, Side*> customer_of;  // by conversation
    std::size_t joined = 0;

private:
    void open_loop();
    void send_due();
    void pair_up();

    Timer pace_;
    Clock::time_point pace_began_;
    std::uint64_t paced_ = 0;
    bool pacing_ = false;
};

std::string make_text(std::uint64_t number, std::size_t size) {
    char head[20];
    std::snprintf(head, sizeof head, "%016llx ", static_cast<unsigned long long>(number));
    std::string text(head, 17);
    if (size > text.size()) text.append(size - text.size(), 'x');
    return text;
}

Side::Side(MessagesRun& r, ClientOptions client_options)
    : run(r), client(std::make_shared<Client>(r.bench.context().get_executor(), std::move(client_options), *this)) {}

void Side::on_disconnected(const Disconnect& end) {
    ++run.counters.errors;
    if (run.counters.errors <= 5) progress("disconnected: " + std::to_string(end.code) + " " + end.text);
}
void Side::on_message_refused(const std::string&, const std::string&, const v1::Error& error) {
    ++run.counters.errors;
    if (run.counters.errors <= 5) progress("message refused: " + v1::ErrorCode_Name(error.code()) + " " + error.message());
}
void Side::on_error(const v1::Error& error) {
    ++run.counters.errors;
    if (run.counters.errors <= 5) progress("error: " + v1::ErrorCode_Name(error.code()) + " " + error.message());
}

void Side::on_offer(const v1::Offer& offer) { client->accept(offer); }

void Side::on_assigned(const v1::Conversation& assigned) {
    if (!conversation.empty()) return;
    conversation = assigned.id();
    const auto found = run.customer_of.find(conversation);
    if (found == run.customer_of.end()) return;
    peer = found->second;
    peer->peer = this;
    ++run.joined;
}

void Side::on_event(const std::string&, const v1::Event& event) {
    if (!event.has_message() || event.client_instance() == client->instance() || !peer) return;
    const std::string& text = event.message().text();
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + std::min<std::size_t>(16, text.size()), number, 16);
    if (number < received) {
        ++run.counters.duplicated;
        return;
    }
    if (number > received) ++run.counters.reordered;
    received = number + 1;
    peer->delivered_at_peer(Clock::now());
}

void Side::delivered_at_peer(Clock::time_point now) {
    ++delivered;
    ++run.counters.delivered;
    if (!due.empty()) {
        if (run.recording) run.latencies.add(std::chrono::duration<double, std::micro>(now - due.front()).count());
        due.pop_front();
    }
    if (run.closed_loop) fill_window();
}

void Side::on_message_accepted(const v1::MessageAccepted&) {
    ++acknowledged;
    if (run.closed_loop) fill_window();
}

void Side::fill_window() {
    while (sent - std::min(acknowledged, delivered) < run.options.window) send(Clock::now());
}

void Side::send(Clock::time_point when) {
    due.push_back(when);
    client->send_text(conversation, make_text(sent++, run.options.size));
    ++run.counters.sent;
}

MessagesRun::MessagesRun(Bench& b) : bench(b), options(b.options()), pace_(b.context().get_executor()) {}

MessagesRun::~MessagesRun() {
    for (auto* group : {&customers, &agents})
        for (auto& side : *group) side->client->abandon();
}

void MessagesRun::connect() {
    for (std::size_t i = 0; i < options.pairs; ++i) {
        agents.push_back(std::make_unique<Side>(*this, bench.agent_options(bench.world().agents[i].id)));
        customers.push_back(std::make_unique<Side>(*this, bench.customer_options()));
    }
    for (auto* group : {&agents, &customers})
        for (auto& side : *group) side->client->start();
    bench.run_until(
        [this] {
            for (auto* group : {&agents, &customers})
                for (auto& side : *group)
                    if (!side->welcomed) return false;
            return true;
        },
        60, "connecting");
    pair_up();
}

void MessagesRun::pair_up() {
    std::size_t opened = 0;
    for (auto& side : customers) {
        v1::StartConversation start;
        start.set_department(bench.world().departments.front().id);
        side->client->start_conversation(start, [this, customer = side.get(), &opened](const v1::ServerFrame& reply) {
            ++opened;
            if (!reply.has_conversation_opened()) return customer->on_error(reply.error());
            customer->conversation = reply.conversation_opened().conversation().id();
            customer_of[customer->conversation] = customer;
        });
    }
    bench.run_until([&] { return opened == customers.size(); }, 60, "starting the conversations");
    if (counters.errors) throw BenchFailure("conversations could not be started");
    for (auto& side : agents) side->client->set_agent_state(v1::AVAILABLE, "");
    bench.run_until([this] { return joined == customers.size(); }, 60, "assigning the conversations");
    progress(std::to_string(joined) + " pairs are talking");
}

void MessagesRun::open_loop() {
    pace_began_ = Clock::now();
    paced_ = 0;
    pacing_ = true;
    send_due();
}

void MessagesRun::send_due() {
    if (!pacing_) return;
    const auto at = [this](std::uint64_t index) {
        return pace_began_ +
               std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(static_cast<double>(index) / options.rate));
    };
    const auto now = Clock::now();
    for (; at(paced_) <= now; ++paced_) {
        // A stride that shares no factor with the number of sides spreads the texts over all of them.
        const std::uint64_t slot = paced_ * 7919 % (2 * customers.size());
        Side& side = *(slot % 2 == 0 ? customers : agents)[slot / 2];
        side.send(at(paced_));
    }
    pace_.expires_at(at(paced_));
    pace_.async_wait([this](const boost::system::error_code& cancelled) {
        if (!cancelled) send_due();
    });
}

Report MessagesRun::measure_once() {
    Report report;
    report.scenario = "messages";
    const Counters before = counters;
    closed_loop = options.rate <= 0;
    if (closed_loop) {
        for (auto* group : {&customers, &agents})
            for (auto& side : *group) side->fill_window();
    } else {
        open_loop();
    }
    bench.run_for(options.warmup);
    std::uint64_t at_start = 0;
    latencies.clear();
    recording = true;
    bench.measure(report, [&] {
        at_start = counters.delivered;
        bench.run_for(options.seconds);
        report.ops = counters.delivered - at_start;
    });
    recording = false;
    finish();
    report.take(latencies);
    report.errors = counters.errors - before.errors;
    report.extra["pairs"] = options.pairs;
    report.extra["window"] = options.window;
    report.extra["rate"] = options.rate;
    report.extra["bytes"] = options.size;
    report.extra["encoding"] = options.encoding == Encoding::json ? "json" : "protobuf";
    report.extra["durability"] = options.durability == "memory" ? "memory (AOF everysec)" : options.durability;
    report.extra["sent"] = counters.sent - before.sent;
    report.extra["delivered"] = counters.delivered - before.delivered;
    report.extra["lost"] = counters.sent - counters.delivered;
    report.extra["duplicated"] = counters.duplicated - before.duplicated;
    report.extra["reordered"] = counters.reordered - before.reordered;
    report.extra["misrouted"] = 0;
    return report;
}

// Everything under way arrives, or is lost.
void MessagesRun::finish() {
    closed_loop = pacing_ = false;
    pace_.cancel();
    const auto deadline = Clock::now() + std::chrono::seconds(10);
    while (counters.delivered < counters.sent && Clock::now() < deadline) bench.run_for(0.05);
}

}  // namespace

Report bench_messages(Bench& bench) {
    MessagesRun run(bench);
    run.connect();
    return bench.median_run([&run] { return run.measure_once(); });
}

}  // namespace switchboard::client
