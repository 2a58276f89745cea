// SPDX-License-Identifier: Apache-2.0
// `bench replay`: real dialogues through real customers and agents, many at a time. Each turn is sent by its speaker when both
// sides have everything before it, so the log is the dialogue or something is wrong. Survives restarts of the server, of Redis
// and the death of an agent: what counts is what both sides end up with. Thread: one.
#pragma once

#include "bench/bench.hpp"
#include "bench/dialogues.hpp"
#include "bench/history.hpp"

#include <list>
#include <set>
#include <unordered_map>

namespace switchboard::client {

class Replay;
class Play;

// One agent at work: accepts whatever is offered.
class Seat : public ClientListener {
public:
    Seat(Replay& replay, const BenchAgent& agent);

    void on_welcome(const v1::Welcome&) override;
    void on_disconnected(const Disconnect& end) override;
    void on_offer(const v1::Offer& offer) override;
    void on_assigned(const v1::Conversation& conversation) override;
    void on_released(const std::string& conversation, v1::LeaveReason) override;
    void on_log_lost(const std::string& conversation) override { on_released(conversation, v1::LEAVE_REASON_UNSPECIFIED); }
    void on_log_reset(const std::string& conversation) override;
    void on_event(const std::string& conversation, const v1::Event& event) override;
    void on_message_accepted(const v1::MessageAccepted& accepted) override;
    void on_message_refused(const std::string& conversation, const std::string& text, const v1::Error& error) override;

    bool eligible(const v1::Conversation& conversation) const;

    Replay& replay;
    const BenchAgent& agent;
    ClientHistory history;
    std::shared_ptr<Client> client;
    bool welcomed = false;
    bool dead = false;
};

// What the staff side has of one conversation.
struct StaffView {
    Play* play = nullptr;            // null until the customer knows the conversation
    Seat* seat = nullptr;            // its agent
    std::vector<std::string> texts;  // in his stream
    std::uint64_t last_seq = 0;
    std::uint64_t head_at_start = 0; // he has caught up from this seq on
    bool fresh = false;              // he took over and has not spoken yet
    bool caught_up() const { return seat && last_seq >= head_at_start; }
    void clear() {
        texts.clear();
        last_seq = 0;
    }
};

// One dialogue, played by its customer.
class Play : public ClientListener {
public:
    Play(Replay& replay, const Dialogue& dialogue);

    void begin();
    // Does what is due: the next turn, the end.
    void advance();

    void on_event(const std::string& conversation, const v1::Event& event) override;
    void on_disconnected(const Disconnect& end) override;
    void on_log_reset(const std::string& conversation) override;
    void on_log_lost(const std::string&) override;
    void on_message_accepted(const v1::MessageAccepted&) override { advance(); }
    void on_message_refused(const std::string&, const std::string&, const v1::Error& error) override;

    // The agent's last text was refused: it has to be said again.
    void unsaid();
    // Checks the last text of a stream.
    void judge(const std::vector<std::string>& texts);
    bool done() const { return done_; }
    // Turns that did not reach both sides.
    std::size_t missing() const;
    std::string describe() const;
    const Dialogue& dialogue() const { return dialogue_; }
    Client& client() { return *client_; }

private:
    void opened(const v1::ServerFrame& reply);
    void send_turn();
    void take_over();
    void close();
    void rate();
    void count_delivered();

    Replay& replay_;
    const Dialogue& dialogue_;
    ClientHistory history_;
    std::shared_ptr<Client> client_;
    std::string conversation_;
    StaffView* staff_ = nullptr;
    std::vector<std::string> texts_;  // in the customer's stream
    std::size_t sent_ = 0;            // turns handed to a client
    std::size_t delivered_ = 0;       // turns that the other side has
    std::chrono::steady_clock::time_point sent_at_, turn_due_{};
    Seat* closing_seat_ = nullptr;
    bool closed_ = false;
    bool rated_ = false;
    bool done_ = false;
};

struct ReplayCounters {
    std::uint64_t sent = 0, delivered = 0, lost = 0, duplicated = 0, reordered = 0, misrouted = 0, changed = 0, errors = 0;
    std::uint64_t disconnections = 0, handed_over = 0;
};

class Replay {
public:
    Replay(Bench& bench, std::vector<Dialogue> dialogues);
    ~Replay();

    Report run();
    void complain(const std::string& line);  // the first few only
    void misrouted(const std::string& line);

    Bench& bench;
    ReplayCounters counters;
    Latencies latencies;
    std::unordered_map<std::string, StaffView> staff_views;
    std::unique_ptr<HistoryFile> history;  // or null

private:
    void sign_in();
    void play_all();
    void start_more();
    void collect_finished();
    void strike();
    void kill_an_agent();
    void report_stuck();

    std::vector<Dialogue> dialogues_;
    std::list<std::unique_ptr<Play>> playing_;
    std::vector<std::unique_ptr<Seat>> seats_;
    std::size_t next_ = 0;
    std::size_t finished_ = 0;
    std::uint64_t total_turns_ = 0;
    bool struck_ = false;
    unsigned complaints_ = 0;
};

}  // namespace switchboard::client
