// SPDX-License-Identifier: Apache-2.0
#include "redis/connection.hpp"

#include "base/log.hpp"
#include "redis/deliver.hpp"

#include <boost/asio/post.hpp>

#include <charconv>
#include <utility>

namespace switchboard::redis {

Connection::Connection(Executor executor, Metrics& metrics, ConnectionOptions options)
    : executor_(executor),
      metrics_(metrics),
      options_(std::move(options)),
      link_(std::make_shared<Link>(executor, options_.link, static_cast<LinkListener&>(*this))),
      pipeline_(options_.limits),
      replica_acks_(options_.replicas) {
    link_->start();
}

Connection::~Connection() { stop(); }

void Connection::stop() {
    if (std::exchange(stopped_, true)) return;
    link_->stop();
    answer(pipeline_.fail_all("shutting down"), "stopped");
}

void Connection::execute(Arguments words, const RequestOptions& options, Callback<Reply> callback) {
    submit(words, options, std::move(callback), nullptr);
}

void Connection::execute_script(const Script& script, Arguments keys, Arguments values, const RequestOptions& options,
                                Callback<Reply> callback) {
    char count[24];
    const char* end = std::to_chars(count, count + sizeof count, keys.size()).ptr;
    script_words_.assign({"EVALSHA", script.sha, std::string_view(count, static_cast<std::size_t>(end - count))});
    script_words_.insert(script_words_.end(), keys.begin(), keys.end());
    script_words_.insert(script_words_.end(), values.begin(), values.end());
    submit(script_words_, options, std::move(callback), &script);
}

void Connection::submit(Arguments words, const RequestOptions& options, Callback<Reply>&& callback, const Script* script) {
    if (stopped_) return refuse(std::move(callback), "shutting down");
    RequestOptions timed = options;
    // What waits on purpose in Redis says nothing about its speed.
    if (options.deadline <= RequestOptions{}.deadline) timed.timing = timing_of(words, script);
    if (!pipeline_.add(words, timed, std::chrono::steady_clock::now(), std::move(callback), script))
        return refuse(std::move(callback), "too many requests are waiting");
    want_turn();
}

prometheus::Histogram* Connection::timing_of(Arguments words, const Script* script) {
    if (script) {
        auto& known = script_timings_[script];
        if (!known) known = &metrics_.redis_command_seconds(std::string(script->name));
        return known;
    }
    auto known = command_timings_.find(words[0]);
    if (known == command_timings_.end())
        known = command_timings_.emplace(words[0], &metrics_.redis_command_seconds(std::string(words[0]))).first;
    return known->second;
}

void Connection::want_turn() {
    if (turn_requested_ || writing_ || !link_->up()) return;
    turn_requested_ = true;
    link_->request_turn();
}

void Connection::refuse(Callback<Reply>&& callback, const char* why) {
    metrics_.redis_errors("refused").Increment();
    asio::post(executor_, [callback = std::move(callback), why] {
        callback(Error{ErrorCode::unavailable, std::string("redis: ") + why + ", not sent"});
    });
}

void Connection::on_turn() {
    turn_requested_ = false;
    flush();
}

void Connection::flush() {
    // Behind a WAIT everything gathers for the next write, and the next WAIT.
    if (writing_ || !link_->up() || pipeline_.barrier_written()) return;
    if (replica_acks_.wanted()) {
        const auto now = std::chrono::steady_clock::now();
        const std::size_t replicas = replica_acks_.required(link_->known_replicas(), link_->primary_confirmed(now), now);
        pipeline_.add_barrier(replicas, replica_acks_.patience(), now);
    }
    if (auto bytes = pipeline_.prepare_write()) {
        writing_ = true;
        link_->write(std::move(bytes));
    }
}

void Connection::on_written() {
    writing_ = false;
    flush();
}

void Connection::on_reply(Reply& reply) {
    Pipeline::Request request;
    if (!pipeline_.take_answered(request)) return link_->drop("a reply that nobody asked for");
    last_reply_ = std::chrono::steady_clock::now();
    if (request.timing) request.timing->Observe(std::chrono::duration<double>(last_reply_ - request.asked).count());
    if (request.barrier) return pass_barrier(reply);
    const RedisErrorKind kind = reply.is_error() ? classify_error(reply.text()) : RedisErrorKind::none;
    if (kind != RedisErrorKind::none) metrics_.redis_errors(std::string(name_of(kind))).Increment();
    if (kind == RedisErrorKind::noscript && request.script) return load_and_repeat(request);
    if (kind == RedisErrorKind::readonly) {
        // Not carried out, and what was written behind it will not be either: the primary is somewhere else now.
        pipeline_.add_again(std::move(request));
        return link_->drop("no longer a primary");
    }
    if (request.guarded) pipeline_.hold(std::move(request), std::exchange(reply, Reply()));
    else answer_request(request, reply);
}

void Connection::answer_request(Pipeline::Request& request, Reply& reply) {
    deliver<Reply>(request.callback, reply.is_error() ? Result<Reply>(to_error(reply.text())) : Result<Reply>(std::move(reply)));
}

void Connection::pass_barrier(const Reply& reply) {
    const std::size_t confirmed = reply.is_error() ? 0 : static_cast<std::size_t>(reply.integer());
    const auto now = std::chrono::steady_clock::now();
    const auto verdict = replica_acks_.judge(confirmed, link_->known_replicas(), link_->primary_confirmed(now), now);
    if (verdict == ReplicaAcks::Verdict::too_few) metrics_.redis_errors("replicas_missing").Increment();
    if (verdict == ReplicaAcks::Verdict::degraded) metrics_.redis_errors("replicas_degraded").Increment();
    for (Pipeline::Held& held : pipeline_.take_held()) {
        if (verdict == ReplicaAcks::Verdict::too_few && held.request.commits && !held.reply.is_error())
            deliver<Reply>(held.request.callback, Error{ErrorCode::unavailable, "redis: not on all replicas, outcome unknown", 500});
        else
            answer_request(held.request, held.reply);
    }
    flush();
}

void Connection::load_and_repeat(Pipeline::Request& request) {
    const Script* script = request.script;
    if (loading_.insert(script).second) {
        log::info("redis.script_loaded", {{"script", script->name}});
        const bool added = pipeline_.add({"SCRIPT", "LOAD", script->text}, {.resendable = true}, std::chrono::steady_clock::now(),
                                         [this, script](Result<Reply>) { loading_.erase(script); });
        if (!added) {
            loading_.erase(script);
            return request.callback(Error{ErrorCode::unavailable, "redis: no room to load a script, not carried out"});
        }
    }
    // When the load fails, the repeated call says why: it is not repeated again.
    pipeline_.add_again(std::move(request));
    want_turn();
}

void Connection::on_up() {
    if (was_connected_) metrics_.redis_reconnects.Increment();
    was_connected_ = true;
    last_reason_.clear();
    last_reply_ = std::chrono::steady_clock::now();
    log::info("redis.connected", {{"address", options_.link.address.describe()}});
    if (options_.on_state) options_.on_state({true, {}});
    flush();
}

void Connection::on_down(const std::string& reason, bool was_up) {
    writing_ = false;
    // Attempts repeat several times a second; only news is worth a line.
    if (was_up || reason != last_reason_)
        log::warn("redis.disconnected", {{"address", options_.link.address.describe()}, {"reason", reason}});
    last_reason_ = reason;
    answer(pipeline_.connection_lost(std::chrono::steady_clock::now(), reason), "disconnected");
    if (options_.on_state && !stopped_) options_.on_state({false, reason});
}

void Connection::on_tick(TimePoint now) {
    Pipeline::Sweep sweep = pipeline_.sweep(now);
    answer(std::move(sweep.failures), "timeout");
    if (stopped_) return;
    if (sweep.close) {
        metrics_.redis_errors("timeout").Increment();
        return link_->drop("no reply within the deadline");
    }
    if (link_->up() && pipeline_.size() == 0 && now - last_reply_ >= options_.idle_before_ping) execute({"PING"}, {}, [](Result<Reply>) {});
}

void Connection::answer(std::vector<Pipeline::Failure> failures, const char* kind) {
    if (failures.empty()) return;
    metrics_.redis_errors(kind).Increment(static_cast<double>(failures.size()));
    for (Pipeline::Failure& failure : failures) deliver<Reply>(failure.callback, std::move(failure.error));
}

}  // namespace switchboard::redis
