// SPDX-License-Identifier: Apache-2.0
// What the connections of one shard share: the deadline wheel, the flush list and what they serve. Held by every connection, so
// that the last one to die still finds it. Internal to net. Thread: its shard.
#pragma once

#include "app/context.hpp"
#include "base/metrics.hpp"
#include "net/admission.hpp"
#include "net/deadline_wheel.hpp"
#include "net/frame_counters.hpp"
#include "net/frame_handler.hpp"
#include "net/options.hpp"
#include "net/protocol.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace switchboard::app {
class ConfigAdmin;
class SignIn;
}

namespace switchboard::net {

class StaticFiles;

// Whether the node should get traffic; what stands in the way otherwise.
struct Readiness {
    bool ready = true;
    std::vector<std::string> reasons;
};

// What a shard's connections stand on; everything outlives the ShardServer.
struct Services {
    Executor executor;
    Metrics& metrics;
    const app::SessionLimits& limits;
    app::SignIn& sign_in;
    HandlerFactory make_handler;
    std::function<Readiness()> readiness;
    std::shared_ptr<const StaticFiles> files = {};  // null: there are no pages
    // Which pages may embed the widget of a site. Errors: not_found, unavailable. Needed when there are files.
    std::function<void(const std::string& site, Callback<std::vector<std::string>>)> embedders = {};
    app::ConfigAdmin* config_admin = nullptr;  // null: no REST for the configuration
};

// One socket, before or after its upgrade.
class Peer : public Timed {
public:
    // Leaves politely: GoAway and close, or after the answer in work. False: it was leaving already.
    virtual bool shut_down() = 0;
    // Leaves at once.
    virtual void drop() = 0;
    // Only what is a session by now is concerned.
    virtual void close_session(std::uint16_t, const std::string&) {}

protected:
    ~Peer() = default;
};

// Something that wants a turn after all handlers that are ready now have run.
class Flushable {
public:
    virtual void flush() = 0;

protected:
    ~Flushable() = default;
};

struct ShardState {
    ShardState(Services given, Options chosen, TimePoint now)
        : services(std::move(given)), options(std::move(chosen)), decoder(options.frames_per_message), frames(services.metrics), wheel(now) {}

    // One post serves all sessions that have something to say in this turn of the loop.
    void request_flush(std::shared_ptr<Flushable> peer);

    Services services;
    const Options options;
    Decoder decoder;
    FrameCounters frames;
    DeadlineWheel wheel;
    std::size_t peers = 0;
    std::size_t sessions = 0;  // of them after the upgrade
    bool shutting_down = false;
    std::function<void()> on_empty;  // after shutdown: the last peer has gone

    void peer_opened() { ++peers; }
    void peer_gone();

private:
    void flush_all();
    std::vector<std::shared_ptr<Flushable>> flushing_;
};

}  // namespace switchboard::net
