// SPDX-License-Identifier: Apache-2.0
#include "base/metrics.hpp"

#include <prometheus/text_serializer.h>

namespace switchboard {

namespace {

using Buckets = prometheus::Histogram::BucketBoundaries;

template <class Builder>
auto& family(prometheus::Registry& registry, Builder builder, const char* name, const char* help) {
    return builder.Name(name).Help(help).Register(registry);
}

auto& counters(prometheus::Registry& registry, const char* name, const char* help) {
    return family(registry, prometheus::BuildCounter(), name, help);
}

prometheus::Counter& counter(prometheus::Registry& registry, const char* name, const char* help) {
    return counters(registry, name, help).Add({});
}

prometheus::Gauge& gauge(prometheus::Registry& registry, const char* name, const char* help) {
    return family(registry, prometheus::BuildGauge(), name, help).Add({});
}

prometheus::Histogram& histogram(prometheus::Registry& registry, const char* name, const char* help, const Buckets& buckets) {
    return family(registry, prometheus::BuildHistogram(), name, help).Add({}, buckets);
}

const Buckets redis_buckets{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2};
const Buckets message_buckets{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5};
const Buckets size_buckets{256, 1024, 4096, 16384, 65536, 262144, 1048576};
const Buckets decision_buckets{0.000005, 0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.005, 0.025, 0.1};
const Buckets assignment_buckets{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 3, 10};

}  // namespace

Metrics::Metrics()
    : error_replies_(counters(registry_, "switchboard_error_replies_total", "Commands refused, by error code.")),
      connection_closes_(counters(registry_, "switchboard_connection_closes_total", "Connections closed, by close code or reason.")),
      redis_errors_(counters(registry_, "switchboard_redis_errors_total", "Error replies of Redis and requests without one, by kind.")),
      conversations_closed_(counters(registry_, "switchboard_conversations_closed_total", "Conversations closed, by reason.")),
      rate_limited_(counters(registry_, "switchboard_rate_limited_total", "Refusals because of too much at once, by what there was too much of.")),
      resumes_(counters(registry_, "switchboard_resume_total", "Logs resumed where a client had stopped: ok, gap or expired.")),
      ratings_(counters(registry_, "switchboard_csat_total", "Ratings by customers, 1 to 5, repeats included.")),
      frames_(counters(registry_, "switchboard_frames_total", "Frames decoded (dir=in), by kind of command.")),
      connections_(family(registry_, prometheus::BuildGauge(), "switchboard_connections", "Authenticated sessions now open, by role.")),
      redis_command_seconds_(family(registry_, prometheus::BuildHistogram(), "switchboard_redis_command_seconds",
                                    "From the call to the reply of Redis, waiting included, by script or command; no blocking reads.")),
      sessions_opened(counter(registry_, "switchboard_sessions_opened_total", "Sessions that were welcomed.")),
      messages_accepted(counter(registry_, "switchboard_messages_accepted_total", "Messages and notes acknowledged.")),
      duplicate_sends(counter(registry_, "switchboard_duplicate_sends_total", "Messages and notes that were there already.")),
      events_delivered(counter(registry_, "switchboard_events_delivered_total", "Events put into outboxes.")),
      conversations_started(counter(registry_, "switchboard_conversations_started_total", "Conversations started.")),
      slow_consumer_closes(counter(registry_, "switchboard_slow_consumer_closes_total", "Connections closed because their output was not read.")),
      log_holes_repaired(counter(registry_, "switchboard_log_holes_repaired_total", "Holes in the bus that were filled from a log.")),
      redis_reconnects(counter(registry_, "switchboard_redis_reconnects_total", "Connections to Redis made again after a loss.")),
      router_rebuilds(counter(registry_, "switchboard_router_rebuilds_total", "Times a router was built from Redis.")),
      reconcile_mended(counter(registry_, "switchboard_reconcile_mended_total", "Differences between router memory and Redis. Must stay 0.")),
      audit_violations(counter(registry_, "switchboard_audit_violations_total", "Contradictions found in the store. Must stay 0.")),
      audited_objects(counter(registry_, "switchboard_audited_objects_total", "Conversations and agents looked at by the auditor.")),
      archive_written(counter(registry_, "switchboard_archive_written_total", "Closed conversations written to the archive.")),
      archive_failed(counter(registry_, "switchboard_archive_failed_total", "Attempts to archive a conversation that failed.")),
      archive_lag_seconds(gauge(registry_, "switchboard_archive_lag_seconds", "Age of the oldest closed conversation taken and not yet archived.")),
      send_queue_bytes(histogram(registry_, "switchboard_send_queue_bytes", "Bytes that wait for a connection when a write to it begins.", size_buckets)),
      message_accept_seconds(histogram(registry_, "switchboard_message_accept_seconds",
                                       "From a message's command to its durable acknowledgement.", message_buckets)),
      message_deliver_seconds(histogram(registry_, "switchboard_message_deliver_seconds",
                                        "From the time of an event to the outboxes of the sessions that follow it.", message_buckets)),
      routing_decision_seconds(histogram(registry_, "switchboard_routing_decision_seconds",
                                         "Time the router took over one fact.", decision_buckets)),
      assignment_latency_seconds(histogram(registry_, "switchboard_assignment_latency_seconds",
                                           "From the moment an eligible agent and a waiting conversation were both there to the stored offer.",
                                           assignment_buckets)),
      queues(registry_) {
    family(registry_, prometheus::BuildGauge(), "switchboard_build_info", "1, with the version.").Add({{"version", SWITCHBOARD_VERSION}}).Set(1);
    // What alerts ask for is there before it happens for the first time: an increase from nothing is none.
    for (const char* code : {"SLOW_CONSUMER", "HEARTBEAT_TIMEOUT", "NODE_FENCED"}) connection_closes(code);
    for (const char* kind : {"timeout", "disconnected", "refused"}) redis_errors(kind);
    for (const char* role : {"customer", "agent", "supervisor", "admin", "bot"}) connections(role);
    for (const char* result : {"ok", "gap", "expired"}) resumes(result);
    for (const char* scope : {"commands", "visitors", "sessions", "connections", "handshakes", "login"}) rate_limited(scope);
}

std::string Metrics::expose() const { return prometheus::TextSerializer().Serialize(registry_.Collect()); }

prometheus::Counter& Metrics::error_replies(const std::string& code) { return error_replies_.Add({{"code", code}}); }
prometheus::Counter& Metrics::connection_closes(const std::string& code) { return connection_closes_.Add({{"code", code}}); }
prometheus::Counter& Metrics::redis_errors(const std::string& kind) { return redis_errors_.Add({{"kind", kind}}); }
prometheus::Counter& Metrics::conversations_closed(const std::string& reason) { return conversations_closed_.Add({{"reason", reason}}); }
prometheus::Counter& Metrics::rate_limited(const std::string& scope) { return rate_limited_.Add({{"scope", scope}}); }
prometheus::Counter& Metrics::resumes(const std::string& result) { return resumes_.Add({{"result", result}}); }
prometheus::Counter& Metrics::ratings(unsigned score) { return ratings_.Add({{"rating", std::to_string(score)}}); }
prometheus::Counter& Metrics::frames_received(const std::string& type) { return frames_.Add({{"dir", "in"}, {"type", type}}); }
prometheus::Gauge& Metrics::connections(const std::string& role) { return connections_.Add({{"role", role}}); }
prometheus::Histogram& Metrics::redis_command_seconds(const std::string& op) { return redis_command_seconds_.Add({{"op", op}}, redis_buckets); }

}  // namespace switchboard
