// SPDX-License-Identifier: Apache-2.0
// The requests of one connection, in order: waiting -> written -> answered. Owns their bytes and callbacks, decides what is
// resent and what fails, and never calls anybody: callers get finished requests back and answer them. Pure: no I/O, no clock.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "redis/resp.hpp"

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace prometheus {
class Histogram;
}

namespace switchboard::redis {

struct Script;

using TimePoint = std::chrono::steady_clock::time_point;

struct RequestOptions {
    Duration deadline{2000};   // from the call to the answer, reconnecting included
    bool resendable = false;   // carrying it out twice does no harm: it may be written again after a loss of the connection
    bool commits = false;      // its answer promises something: with replicas to wait for, not before they have it
    prometheus::Histogram* timing = nullptr;  // of how long it takes; not observed here
};

struct PipelineLimits {
    std::size_t requests = 50'000;
    std::size_t bytes = std::size_t{64} << 20;
};

class Pipeline {
public:
    // A request that left the pipeline. Its bytes stay readable, for those who must send it again.
    struct Request {
        Callback<Reply> callback;
        TimePoint deadline{};
        std::shared_ptr<std::string> buffer;  // set when written; shared by all requests of one write
        std::size_t offset = 0;
        std::size_t length = 0;
        const Script* script = nullptr;       // of an EVALSHA that may still be repeated
        bool resendable = false;
        bool commits = false;
        bool guarded = false;                 // a barrier was written behind it
        bool barrier = false;                 // the WAIT itself; has no callback
        TimePoint asked{};
        prometheus::Histogram* timing = nullptr;

        std::string_view bytes() const { return std::string_view(*buffer).substr(offset, length); }
    };
    struct Failure {
        Callback<Reply> callback;
        Error error;
    };
    struct Held {
        Request request;
        Reply reply;
    };
    struct Sweep {
        std::vector<Failure> failures;  // were never written
        bool close = false;             // a written request is overdue: every later reply would be matched to the wrong request
    };

    explicit Pipeline(PipelineLimits limits = {}) : limits_(limits) {}

    // False when full: nothing was taken and the callback is untouched.
    bool add(Arguments words, const RequestOptions& options, TimePoint now, Callback<Reply>&& callback, const Script* script = nullptr);
    // Sends an answered request once more, with its old deadline and never as a script again. Not refused: its place was just freed.
    void add_again(Request&& request);

    // A barrier was written and is not answered: Redis carries out nothing more on this connection until it is.
    bool barrier_written() const { return barrier_written_; }
    bool has_waiting() const { return !waiting_.empty(); }
    // All waiting requests as one buffer, which is how few system calls serve many commands; nullptr when none waits.
    std::shared_ptr<const std::string> prepare_write();
    // Before prepare_write(): if anything that waits commits, a WAIT for `replicas` goes behind it all, once for the whole write.
    void add_barrier(std::size_t replicas, Duration patience, TimePoint now);

    // The request that the next reply belongs to. False: nobody asked.
    bool take_answered(Request& request);

    // Keeps an answered guarded request until its barrier is answered; until then it counts as written.
    void hold(Request&& request, Reply&& reply);
    // What was held, in order: the barrier was answered.
    std::vector<Held> take_held();

    Sweep sweep(TimePoint now);
    // Resendable requests wait again, before all others and in their order; the rest has an unknown outcome. What was not written stays.
    std::vector<Failure> connection_lost(TimePoint now, std::string_view reason);
    std::vector<Failure> fail_all(std::string_view reason);

    std::size_t size() const { return waiting_.size() + written_.size() + held_.size(); }
    std::size_t bytes() const { return bytes_; }

private:
    void release(std::size_t length) { bytes_ -= length; }
    std::string& waiting_buffer();

    const PipelineLimits limits_;
    std::deque<Request> waiting_;
    std::deque<Request> written_;
    std::vector<Held> held_;  // older than everything written
    std::shared_ptr<std::string> waiting_buffer_;
    std::size_t last_write_ = 0;
    bool barrier_written_ = false;
    std::size_t bytes_ = 0;
};

}  // namespace switchboard::redis
