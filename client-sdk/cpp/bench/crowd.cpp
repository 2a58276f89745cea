// SPDX-License-Identifier: Apache-2.0
#include "bench/crowd.hpp"

#include <algorithm>

namespace switchboard::client {

namespace {

using Clock = std::chrono::steady_clock;

constexpr double talk_every_s = 0.5;
constexpr std::size_t at_once = 128;

}  // namespace

void Customer::on_welcome(const v1::Welcome& welcome) {
    ++crowd.welcomed;
    if (!std::exchange(away, false)) return;
    if (welcome.conversations_size() != 1 || welcome.conversations(0).id() != conversation) ++crowd.lost;
    if (crowd.on_back) crowd.on_back(*this);
}

void Customer::on_disconnected(const Disconnect& end) {
    if (conversation.empty()) return;  // not let in yet
    if (!crowd.struck || talks) return crowd.failed("disconnected: " + std::to_string(end.code) + " " + end.text);
    const bool again = std::exchange(away, true);
    if (!again) lost_at = Clock::now();
    const auto& told = again ? crowd.on_refused : crowd.on_lost;
    if (told) told(*this);
}

void Customer::on_message_accepted(const v1::MessageAccepted&) {
    ++crowd.answered;
    const double waited = std::chrono::duration<double, std::micro>(Clock::now() - said.front()).count();
    said.pop_front();
    if (talks) (crowd.struck ? crowd.meanwhile : crowd.calm).add(waited);
}

void Customer::on_message_refused(const std::string&, const std::string&, const v1::Error& error) {
    crowd.failed("message refused: " + error.message());
}
void Customer::on_log_reset(const std::string&) { ++crowd.lost; }
void Customer::on_error(const v1::Error& error) { crowd.failed("error: " + error.message()); }

void Customer::say(std::string text) {
    said.push_back(Clock::now());
    client->send_text(conversation, std::move(text));
}

Crowd::~Crowd() {
    for (auto& customer : customers) customer->client->abandon();
}

void Crowd::failed(const std::string& what) {
    if (++errors <= 5) progress(what);
}

void Crowd::connect(std::size_t count, bool talks, const std::function<const ServerAddress&(std::size_t index)>& where) {
    const std::uint64_t before = welcomed;
    for (std::size_t i = 0; i < count; ++i) {
        Customer& customer = *customers.emplace_back(std::make_unique<Customer>(*this));
        ClientOptions options = bench.customer_options();
        // As the SDK for browsers does it.
        options.backoff_base = Duration{500};
        options.backoff_limit = Duration{30'000};
        options.server = where(i);
        customer.talks = talks;
        if (talks) talkers_.push_back(&customer);
        customer.client = std::make_shared<Client>(bench.context().get_executor(), std::move(options), customer);
        customer.client->start();
        bench.run_until([&] { return i + 1 - (welcomed - before) < at_once; }, 60, "connecting");
    }
    bench.run_until([&] { return welcomed - before == count; }, 60, "connecting");
    start_conversations(count);
}

// Of those who came last.
void Crowd::start_conversations(std::size_t count) {
    std::uint64_t asked = 0, opened = 0;
    for (std::size_t i = customers.size() - count; i < customers.size(); ++i) {
        v1::StartConversation start;
        start.set_department(bench.world().departments.front().id);
        start.set_text("Hello, is anybody there?");
        ++asked;
        customers[i]->client->start_conversation(start, [this, customer = customers[i].get(), &opened](const v1::ServerFrame& reply) {
            ++opened;
            if (!reply.has_conversation_opened()) return failed("no conversation: " + reply.error().message());
            customer->conversation = reply.conversation_opened().conversation().id();
        });
        bench.run_until([&] { return asked - opened < at_once; }, 60, "starting conversations");
    }
    bench.run_until([&] { return asked == opened; }, 60, "starting conversations");
}

void Crowd::talk() {
    if (talkers_.empty()) return;
    const std::chrono::duration<double> pause(talk_every_s / static_cast<double>(talkers_.size()));
    pace_.expires_after(std::chrono::duration_cast<std::chrono::nanoseconds>(pause));
    pace_.async_wait([this](const boost::system::error_code& cancelled) {
        if (cancelled) return;
        talkers_[next_talker_++ % talkers_.size()]->say("Is anybody there?");
        talk();
    });
}

void Crowd::everybody_says(const std::string& text) {
    std::size_t unanswered = 0;
    const auto count = [&] {
        unanswered = static_cast<std::size_t>(std::count_if(customers.begin(), customers.end(), [](const auto& one) { return !one->said.empty(); }));
        return unanswered;
    };
    std::size_t since_counted = 0;
    for (auto& customer : customers) {
        if (customer->talks) continue;
        customer->say(text);
        if (++since_counted < at_once) continue;
        since_counted = 0;
        bench.run_until([&] { return count() < at_once; }, 60, "a text of everybody");
    }
    bench.run_until([&] { return count() == 0; }, 60, "a text of everybody");
}

void Crowd::report_talk(Report& report) {
    report.extra["talk_before_ms"] = milliseconds(calm);
    report.extra["talk_meanwhile_ms"] = milliseconds(meanwhile);
}

boost::json::object milliseconds(Latencies& values) {
    return {{"p50", values.percentile(0.5) / 1000}, {"p99", values.percentile(0.99) / 1000}, {"most", values.percentile(1) / 1000}};
}

}  // namespace switchboard::client
