// SPDX-License-Identifier: Apache-2.0
// The commands of one shard to Redis: pipelined, gathered into one write per turn of the loop, each with a deadline. Reconnects
// by itself; meanwhile requests wait (bounded) until their deadline. What commits is answered only when the wanted replicas have it:
// one WAIT per write. Every callback is called exactly once and never from inside
// the call that made it. Thread: the executor's. Not to be destroyed from inside a callback; stop() is fine there.
#pragma once

#include "base/error.hpp"
#include "base/metrics.hpp"
#include "redis/link.hpp"
#include "redis/pipeline.hpp"
#include "redis/redis_error.hpp"
#include "redis/replica_acks.hpp"
#include "redis/scripts.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace switchboard::redis {

struct ConnectionState {
    bool connected = false;
    std::string reason;  // why not, in words for the log
};

struct ConnectionOptions {
    LinkOptions link;
    PipelineLimits limits;
    ReplicaAckOptions replicas;
    std::chrono::milliseconds idle_before_ping{5000};
    std::function<void(const ConnectionState&)> on_state;  // after every change and every failed attempt
};

class Connection final : private LinkListener {
public:
    // Begins to connect.
    Connection(Executor executor, Metrics& metrics, ConnectionOptions options);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Errors: unavailable (refused by Redis for now, not sent, or lost with an unknown outcome), or internal: an error reply that
    // repeating will not change. The message of an error reply is the text of Redis; classify_error() reads it.
    void execute(Arguments words, const RequestOptions& options, Callback<Reply> callback);
    // EVALSHA; a server that does not know the script is given it and asked once more.
    void execute_script(const Script& script, Arguments keys, Arguments values, const RequestOptions& options, Callback<Reply> callback);

    bool connected() const { return link_->up(); }
    // Requests without an answer.
    std::size_t outstanding() const { return pipeline_.size(); }

    // Answers everything outstanding with unavailable, inside. Later requests are refused.
    void stop();

private:
    void on_up() override;
    void on_down(const std::string& reason, bool was_up) override;
    void on_reply(Reply& reply) override;
    void on_written() override;
    void on_turn() override;
    void on_tick(TimePoint now) override;

    void submit(Arguments words, const RequestOptions& options, Callback<Reply>&& callback, const Script* script);
    prometheus::Histogram* timing_of(Arguments words, const Script* script);
    void refuse(Callback<Reply>&& callback, const char* why);
    void want_turn();
    void flush();
    void answer_request(Pipeline::Request& request, Reply& reply);
    void pass_barrier(const Reply& reply);
    void load_and_repeat(Pipeline::Request& request);
    void answer(std::vector<Pipeline::Failure> failures, const char* kind);

    const Executor executor_;
    Metrics& metrics_;
    const ConnectionOptions options_;
    const std::shared_ptr<Link> link_;
    Pipeline pipeline_;
    ReplicaAcks replica_acks_;
    std::unordered_set<const Script*> loading_;  // a SCRIPT LOAD is under way; what is sent later comes after it
    std::vector<std::string_view> script_words_;
    std::unordered_map<const Script*, prometheus::Histogram*> script_timings_;
    std::map<std::string, prometheus::Histogram*, std::less<>> command_timings_;
    TimePoint last_reply_{};
    bool writing_ = false;
    bool turn_requested_ = false;
    bool stopped_ = false;
    bool was_connected_ = false;
    std::string last_reason_;
};

}  // namespace switchboard::redis
