// SPDX-License-Identifier: Apache-2.0
// `bench routing --redis`: customers start conversations at a fixed rate, agents receive the offers. An operation is an assignment;
// latency counts from the customer's command to the agent's frame. At the end a house full of waiting customers loses its router, and
// the next one must rebuild it: `takeover_cpu_ms` is what that costs above the same time without it.
#include "bench/bench.hpp"

#include <unordered_map>

namespace switchboard::client {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t at_once = 128;
constexpr double takeover_seconds = 5;

class AssignmentRun;

struct Person : ClientListener {
    explicit Person(AssignmentRun& r) : run(r) {}
    void on_welcome(const v1::Welcome&) override;
    void on_offer(const v1::Offer& offer) override;
    void on_disconnected(const Disconnect& end) override;

    AssignmentRun& run;
    std::shared_ptr<Client> client;
    std::string conversation;
};

class AssignmentRun {
public:
    explicit AssignmentRun(Bench& b) : bench(b) {}
    ~AssignmentRun() {
        for (auto* people : {&agents, &customers})
            for (auto& person : *people) person->client->abandon();
    }

    void fill();
    void set_agents(v1::AgentState state);
    Report measure_once();
    void measure_takeover(Report& report);

    Bench& bench;
    std::vector<std::unique_ptr<Person>> agents, customers;
    std::unordered_map<std::string, Clock::time_point> offered;
    std::uint64_t welcomed = 0, errors = 0;

private:
    void connect(std::vector<std::unique_ptr<Person>>& people, ClientOptions options);
    void start(Person& customer, std::unordered_map<std::string, Clock::time_point>& sent);
    void leave_all();
    double cpu_of(double seconds);
    template <class Condition>
    void settle(const Condition& condition, const char* what) {
        bench.run_until(condition, 120, what);
    }
    std::string epoch() const { return bench.server()->ask_redis("HGET sb:{default}:router epoch"); }

    std::uint64_t asked_ = 0, answered_ = 0;
};

void Person::on_welcome(const v1::Welcome&) { ++run.welcomed; }
void Person::on_offer(const v1::Offer& offer) { run.offered.emplace(offer.conversation().id(), Clock::now()); }
void Person::on_disconnected(const Disconnect& end) {
    if (++run.errors <= 5) progress("disconnected: " + std::to_string(end.code) + " " + end.text);
}

void AssignmentRun::connect(std::vector<std::unique_ptr<Person>>& people, ClientOptions options) {
    people.push_back(std::make_unique<Person>(*this));
    Person& person = *people.back();
    person.client = std::make_shared<Client>(bench.context().get_executor(), std::move(options), person);
    person.client->start();
    settle([this] { return agents.size() + customers.size() - welcomed < at_once; }, "connecting");
}

void AssignmentRun::fill() {
    for (const BenchAgent& agent : bench.world().agents) connect(agents, bench.agent_options(agent.id));
    while (customers.size() < bench.options().queued) connect(customers, bench.customer_options());
    settle([this] { return agents.size() + customers.size() == welcomed; }, "connecting");
    progress(std::to_string(agents.size()) + " agents, " + std::to_string(customers.size()) + " customers");
}

void AssignmentRun::set_agents(v1::AgentState state) {
    asked_ = answered_ = 0;
    for (auto& agent : agents) {
        ++asked_;
        agent->client->set_agent_state(state, "bench", [this](const v1::ServerFrame& reply) {
            ++answered_;
            errors += reply.has_error();
        });
        settle([this] { return asked_ - answered_ < at_once; }, "setting the agents' states");
    }
    settle([this] { return asked_ == answered_; }, "setting the agents' states");
}

void AssignmentRun::start(Person& customer, std::unordered_map<std::string, Clock::time_point>& sent) {
    v1::StartConversation command;
    command.set_department(bench.world().departments.front().id);
    command.set_text("Hello, is anybody there?");
    ++asked_;
    customer.client->start_conversation(std::move(command), [this, &customer, &sent, began = Clock::now()](const v1::ServerFrame& reply) {
        ++answered_;
        customer.conversation = reply.conversation_opened().conversation().id();
        if (!reply.has_conversation_opened() && ++errors <= 5) progress("not started: " + reply.error().message());
        sent.emplace(customer.conversation, began);
    });
}

void AssignmentRun::leave_all() {
    asked_ = answered_ = 0;
    for (auto& customer : customers) {
        if (customer->conversation.empty()) continue;
        ++asked_;
        customer->client->leave_queue(customer->conversation, [this](const v1::ServerFrame& reply) {
            ++answered_;
            errors += reply.has_error();
        });
        customer->client->forget(customer->conversation);
        customer->conversation.clear();
        settle([this] { return asked_ - answered_ < at_once; }, "leaving");
    }
    settle([this] { return asked_ == answered_; }, "leaving");
    offered.clear();
    bench.run_for(1);
}

Report AssignmentRun::measure_once() {
    const BenchOptions& options = bench.options();
    Report report;
    report.scenario = "routing";
    const std::uint64_t errors_before = errors;
    const std::size_t room = agents.size() * bench.world().agents.front().capacity;
    const auto count = std::min({customers.size(), room, static_cast<std::size_t>(options.rate * options.seconds)});
    std::unordered_map<std::string, Clock::time_point> sent;
    asked_ = answered_ = 0;
    bench.measure(report, [&] {
        const auto began = Clock::now();
        for (std::size_t i = 0; i < count; ++i) {
            const std::chrono::duration<double> at(static_cast<double>(i) / options.rate);
            while (Clock::now() - began < at) bench.run_for(std::min(0.001, (at - (Clock::now() - began)).count()));
            start(*customers[i], sent);
        }
        settle([&] { return sent.size() == count && offered.size() >= count; }, "the last offers");
    });
    Latencies latencies;
    for (const auto& [conversation, time] : sent)
        if (const auto offer = offered.find(conversation); offer != offered.end())
            latencies.add(std::chrono::duration<double, std::micro>(offer->second - time).count());
    report.ops = latencies.count();
    report.take(latencies);
    leave_all();
    report.errors = errors - errors_before;
    report.extra["agents"] = agents.size();
    report.extra["customers"] = customers.size();
    report.extra["rate"] = options.rate;
    return report;
}

double AssignmentRun::cpu_of(double seconds) {
    const Bench::Cpu before = bench.cpu();
    bench.run_for(seconds);
    const Bench::Cpu after = bench.cpu();
    return after.server - before.server + after.redis - before.redis;
}

void AssignmentRun::measure_takeover(Report& report) {
    if (!bench.server()) return;
    set_agents(v1::AWAY);
    std::unordered_map<std::string, Clock::time_point> sent;
    asked_ = answered_ = 0;
    for (auto& customer : customers) {
        start(*customer, sent);
        settle([this] { return asked_ - answered_ < at_once; }, "filling the queue");
    }
    settle([this] { return asked_ == answered_; }, "filling the queue");
    progress(std::to_string(customers.size()) + " wait; the router is taken away");
    bench.run_for(3);
    std::vector<double> costs;
    for (unsigned i = 0; i < bench.options().runs; ++i) {
        const double without = cpu_of(takeover_seconds);
        const std::string before = epoch();
        bench.server()->ask_redis("HSET sb:{default}:router holder nobody expires 0");
        const double with = cpu_of(takeover_seconds);
        if (epoch() == before) throw BenchFailure("nobody took the router over");
        costs.push_back((with - without) / 1000);
    }
    std::sort(costs.begin(), costs.end());
    report.extra["takeover_cpu_ms"] = costs[costs.size() / 2];
}

}  // namespace

Report bench_routing(Bench& bench) {
    AssignmentRun run(bench);
    run.fill();
    run.set_agents(v1::AVAILABLE);
    Report report = bench.median_run([&run] { return run.measure_once(); });
    run.measure_takeover(report);
    return report;
}

}  // namespace switchboard::client
