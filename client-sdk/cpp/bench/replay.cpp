// SPDX-License-Identifier: Apache-2.0
#include "bench/replay.hpp"

#include <algorithm>

namespace switchboard::client {

namespace {

using Clock = std::chrono::steady_clock;

constexpr double stuck_after_s = 90;  // longer than every grace period of the world

std::vector<Dialogue> repeated(const std::vector<Dialogue>& dialogues, unsigned rounds) {
    std::vector<Dialogue> all = dialogues;
    for (unsigned round = 2; round <= rounds; ++round)
        for (Dialogue dialogue : dialogues) {
            dialogue.id += "#" + std::to_string(round);
            all.push_back(std::move(dialogue));
        }
    return all;
}

}  // namespace

Replay::Replay(Bench& b, std::vector<Dialogue> dialogues) : bench(b), dialogues_(std::move(dialogues)) {
    for (const Dialogue& dialogue : dialogues_) total_turns_ += dialogue.turns.size();
    if (!bench.options().history.empty()) history = std::make_unique<HistoryFile>(bench.options().history);
}

Replay::~Replay() {
    for (auto& seat : seats_) seat->client->abandon();
    for (auto& play : playing_) play->client().abandon();
}

void Replay::complain(const std::string& line) {
    if (++complaints_ <= 20) progress(line);
}

void Replay::misrouted(const std::string& line) {
    ++counters.misrouted;
    complain("misrouted: " + line);
}

void Replay::sign_in() {
    for (const BenchAgent& agent : bench.world().agents) {
        seats_.push_back(std::make_unique<Seat>(*this, agent));
        seats_.back()->client->start();
    }
    bench.run_until([this] { return std::all_of(seats_.begin(), seats_.end(), [](const auto& seat) { return seat->welcomed; }); }, 30,
                    "signing in");
    progress(std::to_string(seats_.size()) + " agents are signed in");
}

void Replay::start_more() {
    while (next_ < dialogues_.size() && playing_.size() < bench.options().concurrency) {
        playing_.push_back(std::make_unique<Play>(*this, dialogues_[next_++]));
        playing_.back()->begin();
    }
}

void Replay::collect_finished() {
    for (auto play = playing_.begin(); play != playing_.end();) {
        if (!(*play)->done()) {
            ++play;
            continue;
        }
        counters.lost += (*play)->missing();
        std::erase_if(staff_views, [&](const auto& entry) { return entry.second.play == play->get(); });
        (*play)->client().abandon();
        play = playing_.erase(play);
        ++finished_;
    }
}

void Replay::strike() {
    const std::string& victim = bench.options().kill;
    if (struck_ || victim.empty() || counters.delivered * 100 < total_turns_ * bench.options().kill_at_percent) return;
    struck_ = true;
    progress("killing the " + victim + " at " + std::to_string(counters.delivered) + " of " + std::to_string(total_turns_) + " turns");
    if (victim == "agent") return kill_an_agent();
    if (victim == "redis") return bench.server()->kill_redis();
    bench.server()->kill();
    const auto launched = bench.server()->launch();
    if (launched.has_error()) throw BenchFailure(launched.error().message);
}

// The one who has most to lose. Every topic has a second agent.
void Replay::kill_an_agent() {
    std::map<Seat*, std::size_t> held;
    for (const auto& [id, view] : staff_views)
        if (view.seat) ++held[view.seat];
    if (held.empty()) throw BenchFailure("no agent has a conversation to lose");
    const auto victim = std::max_element(held.begin(), held.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    victim->first->dead = true;
    victim->first->client->abandon();
    for (const auto& [id, view] : staff_views)
        if (view.seat == victim->first) victim->first->history.left(id);
    progress(victim->first->agent.id + " vanishes with " + std::to_string(victim->second) + " conversations");
}

void Replay::report_stuck() {
    progress("no progress for " + std::to_string(static_cast<int>(stuck_after_s)) + " s, " + std::to_string(playing_.size()) +
             " dialogues are stuck:");
    for (const auto& play : playing_) {
        counters.lost += play->missing();
        ++counters.errors;
        complain(play->describe());
    }
}

void Replay::play_all() {
    auto last_line = Clock::now(), last_progress = last_line;
    std::uint64_t delivered_then = 0;
    std::size_t finished_then = 0;
    start_more();
    while (finished_ < dialogues_.size()) {
        bench.run_for(0.02);
        strike();
        if (bench.options().pause > 0)
            for (const auto& play : playing_) play->advance();
        collect_finished();
        start_more();
        const auto now = Clock::now();
        if (counters.delivered != delivered_then || finished_ != finished_then) {
            delivered_then = counters.delivered;
            finished_then = finished_;
            last_progress = now;
        }
        if (now - last_progress > std::chrono::duration<double>(stuck_after_s)) return report_stuck();
        if (now - last_line > std::chrono::seconds(2)) {
            last_line = now;
            progress(std::to_string(finished_) + " of " + std::to_string(dialogues_.size()) + " dialogues, " +
                     std::to_string(counters.delivered) + " of " + std::to_string(total_turns_) + " turns");
        }
    }
}

Report Replay::run() {
    const BenchOptions& options = bench.options();
    sign_in();
    Report report;
    report.scenario = "replay";
    bench.measure(report, [this] { play_all(); });
    if (options.kill == "server" || options.kill == "redis") report.server_cpu_us = report.redis_cpu_us = 0;  // of two processes
    report.ops = counters.delivered;
    report.take(latencies);
    report.errors = counters.errors + counters.changed;
    if (!options.kill.empty() && !struck_) {
        progress("nothing was killed: the dialogues were over before");
        ++report.errors;
    }
    report.extra["dialogues"] = finished_;
    report.extra["pairs"] = options.concurrency;
    report.extra["window"] = 1;
    report.extra["encoding"] = options.encoding == Encoding::json ? "json" : "protobuf";
    report.extra["durability"] = options.durability;
    report.extra["sent"] = counters.sent;
    report.extra["delivered"] = counters.delivered;
    report.extra["lost"] = counters.lost;
    report.extra["duplicated"] = counters.duplicated;
    report.extra["reordered"] = counters.reordered;
    report.extra["changed"] = counters.changed;
    report.extra["misrouted"] = counters.misrouted;
    report.extra["killed"] = options.kill.empty() ? "nothing" : options.kill;
    report.extra["disconnections"] = counters.disconnections;
    report.extra["handed_over"] = counters.handed_over;
    return report;
}

Report bench_replay(Bench& bench) {
    std::vector<Dialogue> dialogues;
    try {
        dialogues = read_dialogues(bench.options().dialogues, bench.world(), bench.options().limit);
    } catch (const std::runtime_error& error) {
        throw BenchFailure(error.what());
    }
    dialogues = repeated(dialogues, bench.options().rounds);
    Replay replay(bench, std::move(dialogues));
    return replay.run();
}

}  // namespace switchboard::client
