// SPDX-License-Identifier: Apache-2.0
// The channels of one shard, on a connection of its own. After every loss it subscribes to all of them again and then reports the
// gap. A silent loss is found by the probe: a random token published through the shard's command connection must come back.
// Thread: the executor's. Lives no longer than the command connection; not to be destroyed from inside a callback.
#pragma once

#include "base/metrics.hpp"
#include "redis/connection.hpp"
#include "redis/link.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace switchboard::redis {

struct SubscriberOptions {
    LinkOptions link;
    std::string probe_channel;                       // of this shard alone; may have a listener too, who never sees a probe
    std::chrono::milliseconds probe_interval{2000};
    std::chrono::milliseconds probe_timeout{2000};   // also of the confirmation of a subscription
};

class Subscriber final : private LinkListener {
public:
    using OnMessage = std::function<void(std::string_view payload)>;  // the view is valid during the call

    Subscriber(Executor executor, Metrics& metrics, Connection& commands, SubscriberOptions options);
    ~Subscriber();
    Subscriber(const Subscriber&) = delete;
    Subscriber& operator=(const Subscriber&) = delete;

    // One listener per channel; a second call replaces it. `on_ready` is called once, when Redis confirmed the subscription,
    // however many reconnects that takes, and never from inside this call. Confirmations come in the order in which channels
    // were first subscribed, after a reconnect too.
    void subscribe(const std::string& channel, OnMessage on_message, std::function<void()> on_ready);

    // Called after a loss, when everything is subscribed again: anything may have been missed before.
    void on_gap(std::function<void()> listener) { gap_listener_ = std::move(listener); }

    // Connected and everything confirmed.
    bool ready() const { return link_->up() && unconfirmed_ == 0; }
    // No callback after it.
    void stop();

private:
    struct Channel {
        OnMessage on_message;
        std::vector<std::function<void()>> on_ready;
        bool confirmed = false;
    };
    struct TextHash : std::hash<std::string_view> {
        using is_transparent = void;
    };

    void on_up() override;
    void on_down(const std::string& reason, bool was_up) override;
    void on_reply(Reply& reply) override;
    void on_written() override;
    void on_turn() override;
    void on_tick(TimePoint now) override;

    void ask(std::string_view channel);
    void flush();
    void take_message(std::string_view channel, std::string_view payload);
    void confirm(std::string_view channel);
    bool take_probe(std::string_view channel, std::string_view payload);
    void send_probe(TimePoint now);
    void check_published(const Result<Reply>& reply, const std::string& token);

    const Executor executor_;
    Metrics& metrics_;
    Connection& commands_;
    const SubscriberOptions options_;
    const std::shared_ptr<Link> link_;
    const std::shared_ptr<int> alive_ = std::make_shared<int>();  // for callbacks of the command connection, which lives longer
    std::unordered_map<std::string, Channel, TextHash, std::equal_to<>> channels_;
    std::vector<std::string_view> order_;  // names in channels_
    std::function<void()> gap_listener_;
    std::string waiting_;
    std::size_t unconfirmed_ = 0;
    TimePoint asked_at_{};
    TimePoint probe_at_{};
    std::string probe_token_;  // under way when not empty
    bool writing_ = false;
    bool gap_ = false;
    bool was_connected_ = false;
    std::string last_reason_;
};

}  // namespace switchboard::redis
