// SPDX-License-Identifier: Apache-2.0
// One connection to Redis that is made again whenever it is lost: ask the Sentinels (if there are any) for the primary, connect,
// handshake, read; between attempts a full-jitter back-off. While it is up the Sentinels are asked now and then, because a primary
// that was cut off does not say that it has been replaced. What the bytes mean is the listener's. Owns itself while operations are
// under way. Thread: the executor's; nothing is called from inside start() or write().
#pragma once

#include "base/task.hpp"
#include "redis/handshake.hpp"
#include "redis/resp.hpp"
#include "redis/sentinel.hpp"
#include "redis/topology.hpp"
#include "redis/wire.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace switchboard::redis {

struct LinkOptions {
    RedisAddress address;
    bool load_scripts = false;
    std::chrono::milliseconds connect_timeout{2000};  // up to the end of the handshake
    std::chrono::milliseconds first_back_off{50};
    std::chrono::milliseconds longest_back_off{1000};
};

class LinkListener {
public:
    virtual void on_up() = 0;
    // Once per attempt that ended; `was_up` tells a lost connection from one that was never made.
    virtual void on_down(const std::string& reason, bool was_up) = 0;
    virtual void on_reply(Reply& reply) = 0;
    virtual void on_written() = 0;
    virtual void on_turn() = 0;
    virtual void on_tick(std::chrono::steady_clock::time_point now) = 0;

protected:
    ~LinkListener() = default;
};

class Link : public std::enable_shared_from_this<Link> {
public:
    static constexpr std::chrono::milliseconds tick_period{100};

    Link(Executor executor, LinkOptions options, LinkListener& listener);

    // Runs until stop().
    void start();
    // The listener hears nothing any more.
    void stop();
    bool up() const { return phase_ == Phase::up; }
    // A majority of the Sentinels has just seen this primary up, so none of them has promoted another one. True without Sentinels.
    bool primary_confirmed(std::chrono::steady_clock::time_point now) const;
    // Replicas that the Sentinels know of; 0 without Sentinels.
    std::size_t known_replicas() const { return primary_.replicas; }
    // on_turn() once, after the handlers that are ready now.
    void request_turn();
    // While up, one at a time: on_written() comes first, unless on_down() does.
    void write(std::shared_ptr<const std::string> bytes);
    // Ends the current attempt or connection and makes a new one; on_down() is called inside.
    void drop(const std::string& reason);

private:
    enum class Phase { idle, connecting, handshake, up, stopped };

    void begin();
    void find_primary();
    void learn(const Primary& primary);
    void open(const HostPort& place);
    void greet();
    void read();
    void consume(std::size_t bytes);
    void watch_primary();
    void take_greeting();
    void schedule_attempt();
    void tick();

    const Executor executor_;
    Timer attempt_timer_;
    Timer tick_timer_;
    const LinkOptions options_;
    LinkListener* listener_;
    Phase phase_ = Phase::idle;
    TlsContext tls_;
    std::shared_ptr<Wire> wire_;  // of this attempt or connection
    std::shared_ptr<SentinelLookup> lookup_;
    Primary primary_;             // as the Sentinels told last
    std::chrono::steady_clock::time_point confirmed_at_{};  // a majority of them
    unsigned ticks_ = 0;
    std::uint64_t generation_ = 0;  // of the connection; handlers of an older one do nothing
    unsigned failures_ = 0;         // in a row
    std::chrono::steady_clock::time_point up_since_{};
    std::optional<Handshake> handshake_;
    ReplyReader reader_;
    Reply reply_;
    std::array<char, 32 * 1024> input_;
};

}  // namespace switchboard::redis
