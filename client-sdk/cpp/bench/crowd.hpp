// SPDX-License-Identifier: Apache-2.0
// Customers with conversations that nobody takes, and among them those who talk all the time, so that it is seen what they feel while
// something happens to the others. Thread: the bench's.
#pragma once

#include "bench/bench.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace switchboard::client {

class Crowd;

class Customer : public ClientListener {
public:
    explicit Customer(Crowd& c) : crowd(c) {}

    void on_welcome(const v1::Welcome& welcome) override;
    void on_disconnected(const Disconnect& end) override;
    void on_message_accepted(const v1::MessageAccepted&) override;
    void on_message_refused(const std::string&, const std::string&, const v1::Error& error) override;
    void on_log_reset(const std::string&) override;
    void on_error(const v1::Error& error) override;
    void say(std::string text);

    Crowd& crowd;
    std::shared_ptr<Client> client;
    std::string conversation;
    std::deque<std::chrono::steady_clock::time_point> said;  // texts without an answer
    std::chrono::steady_clock::time_point lost_at{};
    bool talks = false;  // nothing happens to its connection
    bool away = false;
};

class Crowd {
public:
    explicit Crowd(Bench& b) : bench(b), pace_(b.context().get_executor()) {}
    ~Crowd();

    // Connects customers and lets each start a conversation.
    void connect(std::size_t count, bool talks, const std::function<const ServerAddress&(std::size_t index)>& where);
    // Each talker says something twice a second, from now on.
    void talk();
    void stop_talking() { pace_.cancel(); }
    // From now on others than talkers may lose their connections.
    void strike() { struck = true; }
    // A text of everybody who does not talk anyway, each acknowledged: what a customer has is worth nothing unless he can speak.
    void everybody_says(const std::string& text);
    void failed(const std::string& what);
    // What the talkers felt, in ms.
    void report_talk(Report& report);

    Bench& bench;
    std::vector<std::unique_ptr<Customer>> customers;
    std::function<void(Customer&)> on_lost, on_refused, on_back;
    std::uint64_t lost = 0;  // conversations that were not there any more, and logs that did not fit
    std::uint64_t errors = 0, welcomed = 0, answered = 0;
    Latencies calm, meanwhile;  // us
    bool struck = false;

private:
    void start_conversations(std::size_t count);

    Timer pace_;
    std::vector<Customer*> talkers_;
    std::size_t next_talker_ = 0;
};

// p50, p99 and most, in ms.
boost::json::object milliseconds(Latencies& values);

}  // namespace switchboard::client
