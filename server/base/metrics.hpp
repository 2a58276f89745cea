// SPDX-License-Identifier: Apache-2.0
// Every metric of the server, declared once. Counting is lock-free and may happen on any thread; reading is for /metrics.
// Names are pinned by tests/lint/metrics.golden. No label ever holds an id of a conversation, an agent or a customer.
#pragma once

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

    // Labels that are few and fixed are resolved here, once.
    prometheus::Counter& error_replies(const std::string& code);
    prometheus::Counter& sessions_closed(const std::string& reason);
    prometheus::Counter& redis_errors(const std::string& kind);
    prometheus::Counter& conversations_closed(const std::string& reason);
    prometheus::Counter& offers_ended(const std::string& outcome);

private:
    prometheus::Registry registry_;
    prometheus::Family<prometheus::Counter>& error_replies_;
    prometheus::Family<prometheus::Counter>& sessions_closed_;
    prometheus::Family<prometheus::Counter>& redis_errors_;
    prometheus::Family<prometheus::Counter>& conversations_closed_;
    prometheus::Family<prometheus::Counter>& offers_ended_;

public:
    prometheus::Gauge& sessions;
    prometheus::Counter& sessions_opened;
    prometheus::Counter& frames_received;
    prometheus::Counter& messages_accepted;
    prometheus::Counter& events_delivered;
    prometheus::Counter& conversations_started;
    prometheus::Counter& offers_made;
    prometheus::Counter& log_holes_repaired;      // read from the log because a bus message was missing
    prometheus::Counter& redis_reconnects;
    prometheus::Counter& router_rebuilds;
    prometheus::Gauge& router_leader;             // tenants whose router runs here
    prometheus::Gauge& conversations_waiting;     // in the tenants whose router runs here
    prometheus::Counter& reconcile_mended;        // must stay 0
    prometheus::Counter& archive_written;
    prometheus::Histogram& assignment_seconds;    // from "both are there" to offer stored
};

}  // namespace switchboard
