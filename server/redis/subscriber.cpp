// SPDX-License-Identifier: Apache-2.0
#include "redis/subscriber.hpp"

#include "base/ids.hpp"
#include "base/log.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace switchboard::redis {

namespace {
// No encoded message begins like this: a probe that comes late is still known as one.
constexpr std::string_view probe_mark{"\0probe:", 7};
}  // namespace

Subscriber::Subscriber(Executor executor, Metrics& metrics, Connection& commands, SubscriberOptions options)
    : executor_(executor),
      metrics_(metrics),
      commands_(commands),
      options_(std::move(options)),
      link_(std::make_shared<Link>(executor, options_.link, static_cast<LinkListener&>(*this))) {
    order_.push_back(channels_.try_emplace(options_.probe_channel).first->first);
    link_->start();
}

Subscriber::~Subscriber() { stop(); }

void Subscriber::stop() { link_->stop(); }

void Subscriber::subscribe(const std::string& channel, OnMessage on_message, std::function<void()> on_ready) {
    const auto [found, added] = channels_.try_emplace(channel);
    Channel& entry = found->second;
    entry.on_message = std::move(on_message);
    if (entry.confirmed) {
        asio::post(executor_, std::move(on_ready));
        return;
    }
    entry.on_ready.push_back(std::move(on_ready));
    if (added) order_.push_back(found->first);
    if (added && link_->up()) ask(found->first);
}

void Subscriber::ask(std::string_view channel) {
    if (waiting_.empty() && !writing_) link_->request_turn();
    append_command(waiting_, {"SUBSCRIBE", channel});
    ++unconfirmed_;
    asked_at_ = std::chrono::steady_clock::now();
}

void Subscriber::flush() {
    if (writing_ || waiting_.empty() || !link_->up()) return;
    writing_ = true;
    link_->write(std::make_shared<const std::string>(std::exchange(waiting_, {})));
}

void Subscriber::on_turn() { flush(); }

void Subscriber::on_written() {
    writing_ = false;
    flush();
}

void Subscriber::on_up() {
    if (was_connected_) metrics_.redis_reconnects.Increment();
    was_connected_ = true;
    last_reason_.clear();
    for (const std::string_view name : order_) ask(name);
}

void Subscriber::on_down(const std::string& reason, bool was_up) {
    if (was_up || reason != last_reason_)
        log::warn("redis.subscription_lost", {{"address", options_.link.address.describe()}, {"reason", reason}});
    last_reason_ = reason;
    gap_ = gap_ || was_up;
    writing_ = false;
    waiting_.clear();
    probe_token_.clear();
    unconfirmed_ = 0;
    for (auto& [name, channel] : channels_) channel.confirmed = false;
}

void Subscriber::on_reply(Reply& reply) {
    if (reply.is_error()) {
        metrics_.redis_errors(std::string(name_of(classify_error(reply.text())))).Increment();
        return link_->drop("subscription refused: " + to_error(reply.text()).message);
    }
    const std::string_view kind = reply[0].text();
    if (kind == "message") return take_message(reply[1].text(), reply[2].text());
    if (kind == "subscribe") confirm(reply[1].text());
}

void Subscriber::take_message(std::string_view channel, std::string_view payload) {
    if (payload.starts_with(probe_mark) && take_probe(channel, payload)) return;
    const auto found = channels_.find(channel);
    if (found != channels_.end() && found->second.on_message) found->second.on_message(payload);
}

void Subscriber::confirm(std::string_view name) {
    const auto found = channels_.find(name);
    if (found == channels_.end() || found->second.confirmed) return;
    found->second.confirmed = true;
    const bool all = --unconfirmed_ == 0;
    const bool report_gap = all && gap_;
    if (all) gap_ = false;
    // The listener may subscribe to more, or stop, from inside.
    const auto waiting = std::exchange(found->second.on_ready, {});
    for (const auto& on_ready : waiting) on_ready();
    if (report_gap && gap_listener_) gap_listener_();
}

bool Subscriber::take_probe(std::string_view channel, std::string_view payload) {
    if (channel != options_.probe_channel) return false;
    if (payload.substr(probe_mark.size()) == probe_token_) probe_token_.clear();
    return true;
}

void Subscriber::on_tick(TimePoint now) {
    if (!link_->up()) return;
    if (unconfirmed_ > 0) {
        if (now - asked_at_ >= options_.probe_timeout) link_->drop("subscription not confirmed");
        return;
    }
    if (!probe_token_.empty() && now - probe_at_ >= options_.probe_timeout) return link_->drop("the probe did not come back");
    if (probe_token_.empty() && now - probe_at_ >= options_.probe_interval) send_probe(now);
}

void Subscriber::send_probe(TimePoint now) {
    // Without a command connection there is nothing to compare with: a probe that was never published proves nothing.
    if (!commands_.connected()) return;
    probe_at_ = now;
    probe_token_ = random_id();
    std::string payload(probe_mark);
    payload += probe_token_;
    const RequestOptions options{.deadline = options_.probe_timeout};
    commands_.execute({"PUBLISH", options_.probe_channel, payload}, options,
                      [this, alive = std::weak_ptr<int>(alive_), token = probe_token_](Result<Reply> reply) {
                          if (!alive.expired()) check_published(reply, token);
                      });
}

void Subscriber::check_published(const Result<Reply>& reply, const std::string& token) {
    if (token != probe_token_) return;
    if (!reply) {
        probe_token_.clear();
        return;
    }
    // Nobody heard it: the subscription is gone, or on another server than the commands.
    if (reply->integer() == 0) link_->drop("nobody is subscribed");
}

}  // namespace switchboard::redis
