// SPDX-License-Identifier: Apache-2.0
#include "base/metrics.hpp"

#include <prometheus/text_serializer.h>

namespace switchboard {

namespace {

template <class Builder>
auto& family(prometheus::Registry& registry, Builder builder, const char* name, const char* help) {
    return builder.Name(name).Help(help).Register(registry);
}

prometheus::Counter& counter(prometheus::Registry& registry, const char* name, const char* help) {
    return family(registry, prometheus::BuildCounter(), name, help).Add({});
}

prometheus::Gauge& gauge(prometheus::Registry& registry, const char* name, const char* help) {
    return family(registry, prometheus::BuildGauge(), name, help).Add({});
}

}  // namespace

Metrics::Metrics()
    : error_replies_(family(registry_, prometheus::BuildCounter(), "switchboard_error_replies_total", "Commands refused, by error code.")),
      sessions_closed_(family(registry_, prometheus::BuildCounter(), "switchboard_sessions_closed_total", "Sessions closed, by reason.")),
      redis_errors_(family(registry_, prometheus::BuildCounter(), "switchboard_redis_errors_total", "Error replies of Redis, by kind.")),
      conversations_closed_(family(registry_, prometheus::BuildCounter(), "switchboard_conversations_closed_total", "Conversations closed, by reason.")),
      offers_ended_(family(registry_, prometheus::BuildCounter(), "switchboard_offers_ended_total", "Offers ended, by outcome.")),
      sessions(gauge(registry_, "switchboard_sessions", "Authenticated sessions now open.")),
      sessions_opened(counter(registry_, "switchboard_sessions_opened_total", "Sessions that were welcomed.")),
      frames_received(counter(registry_, "switchboard_frames_received_total", "Client frames decoded.")),
      messages_accepted(counter(registry_, "switchboard_messages_accepted_total", "Messages and notes acknowledged.")),
      events_delivered(counter(registry_, "switchboard_events_delivered_total", "Events put into outboxes.")),
      conversations_started(counter(registry_, "switchboard_conversations_started_total", "Conversations started.")),
      offers_made(counter(registry_, "switchboard_offers_made_total", "Offers stored by the router.")),
      log_holes_repaired(counter(registry_, "switchboard_log_holes_repaired_total", "Holes in the bus that were filled from a log.")),
      redis_reconnects(counter(registry_, "switchboard_redis_reconnects_total", "Connections to Redis made again after a loss.")),
      router_rebuilds(counter(registry_, "switchboard_router_rebuilds_total", "Times a router was built from Redis.")),
      router_leader(gauge(registry_, "switchboard_router_tenants", "Tenants whose router runs on this node.")),
      conversations_waiting(gauge(registry_, "switchboard_conversations_waiting", "Conversations waiting in the tenants routed by this node.")),
      reconcile_mended(counter(registry_, "switchboard_reconcile_mended_total", "Differences between router memory and Redis. Must stay 0.")),
      archive_written(counter(registry_, "switchboard_archive_written_total", "Closed conversations written to the archive.")),
      assignment_seconds(family(registry_, prometheus::BuildHistogram(), "switchboard_assignment_seconds",
                                "Time from the moment an eligible agent and a waiting conversation were both there to the stored offer.")
                             .Add({}, prometheus::Histogram::BucketBoundaries{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 3, 10})) {}

std::string Metrics::expose() const { return prometheus::TextSerializer().Serialize(registry_.Collect()); }

prometheus::Counter& Metrics::error_replies(const std::string& code) { return error_replies_.Add({{"code", code}}); }
prometheus::Counter& Metrics::sessions_closed(const std::string& reason) { return sessions_closed_.Add({{"reason", reason}}); }
prometheus::Counter& Metrics::redis_errors(const std::string& kind) { return redis_errors_.Add({{"kind", kind}}); }
prometheus::Counter& Metrics::conversations_closed(const std::string& reason) { return conversations_closed_.Add({{"reason", reason}}); }
prometheus::Counter& Metrics::offers_ended(const std::string& outcome) { return offers_ended_.Add({{"outcome", outcome}}); }

}  // namespace switchboard
