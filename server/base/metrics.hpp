// SPDX-License-Identifier: Apache-2.0
// Every metric of the server that is not about queues, declared once; those are in queue_metrics.hpp. Counting is lock-free, observing
// a histogram takes a short lock; both may happen on any thread. Reading is for /metrics. Names are pinned by
// tests/lint/metrics.golden. No label ever holds an id of a conversation, an agent or a customer.
#pragma once

#include "base/queue_metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <string>

namespace switchboard {

class Metrics {
public:
    Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    std::string expose() const;  // Prometheus text format 0.0.4

    // With a label whose values are few. Looked up under a lock: whoever counts often keeps the reference, which stays good.
    prometheus::Counter& error_replies(const std::string& code);
    prometheus::Counter& connection_closes(const std::string& code);
    prometheus::Counter& redis_errors(const std::string& kind);
    prometheus::Counter& conversations_closed(const std::string& reason);
    prometheus::Counter& rate_limited(const std::string& scope);  // commands, visitors, sessions, connections, handshakes, login
    prometheus::Counter& resumes(const std::string& result);      // ok, gap, expired
    prometheus::Counter& ratings(unsigned score);                 // 1-5
    prometheus::Counter& frames_received(const std::string& type);
    prometheus::Gauge& connections(const std::string& role);
    prometheus::Histogram& redis_command_seconds(const std::string& op);

private:
    prometheus::Registry registry_;
    prometheus::Family<prometheus::Counter>& error_replies_;
    prometheus::Family<prometheus::Counter>& connection_closes_;
    prometheus::Family<prometheus::Counter>& redis_errors_;
    prometheus::Family<prometheus::Counter>& conversations_closed_;
    prometheus::Family<prometheus::Counter>& rate_limited_;
    prometheus::Family<prometheus::Counter>& resumes_;
    prometheus::Family<prometheus::Counter>& ratings_;
    prometheus::Family<prometheus::Counter>& frames_;
    prometheus::Family<prometheus::Gauge>& connections_;
    prometheus::Family<prometheus::Histogram>& redis_command_seconds_;

public:
    prometheus::Counter& sessions_opened;
    prometheus::Counter& messages_accepted;
    prometheus::Counter& duplicate_sends;
    prometheus::Counter& events_delivered;
    prometheus::Counter& conversations_started;
    prometheus::Counter& slow_consumer_closes;
    prometheus::Counter& log_holes_repaired;      // read from the log because a bus message was missing
    prometheus::Counter& redis_reconnects;
    prometheus::Counter& router_rebuilds;
    prometheus::Counter& reconcile_mended;        // must stay 0
    prometheus::Counter& audit_violations;
    prometheus::Counter& audited_objects;
    prometheus::Counter& archive_written;
    prometheus::Counter& archive_failed;
    prometheus::Gauge& archive_lag_seconds;       // of the oldest closed conversation taken from the outbox and not written
    prometheus::Histogram& send_queue_bytes;            // of one connection, when a write begins
    prometheus::Histogram& message_accept_seconds;      // from the command to the durable answer of the store
    prometheus::Histogram& message_deliver_seconds;     // from the event's time, in whole ms, to the outboxes of one shard
    prometheus::Histogram& routing_decision_seconds;    // of one fact
    prometheus::Histogram& assignment_latency_seconds;  // from "both are there" to offer stored

    QueueMetrics queues;
};

}  // namespace switchboard
