// SPDX-License-Identifier: Apache-2.0
#include "runtime/shard.hpp"

#include "app/session.hpp"
#include "redis/keys.hpp"

namespace switchboard::runtime {

namespace {

constexpr auto time_interval = std::chrono::seconds(10);

Endpoint endpoint_of(const Node& node, unsigned index) { return Endpoint(node.incarnation.value + '.' + std::to_string(index)); }

redis::SubscriberOptions subscription_of(const Node& node, unsigned index) {
    redis::SubscriberOptions options;
    options.link.address = node.redis;
    options.probe_channel = redis::Keys::probe_channel(endpoint_of(node, index));
    return options;
}

// app::Session behind the interface that net knows.
class SessionHandler final : public net::FrameHandler {
public:
    SessionHandler(app::Context& context, ports::ClientLink& link, app::Connection connection)
        : session_(std::make_shared<app::Session>(context, link, std::move(connection))) {}

    void handle(const v1::ClientFrame& frame) override { session_->handle(frame); }
    bool authenticated() const override { return session_->authenticated(); }
    bool staff() const override { return session_->staff(); }
    void disconnected() override { session_->disconnected(); }

private:
    const std::shared_ptr<app::Session> session_;
};

}  // namespace

Shard::Shard(Node& node, unsigned index)
    : node_(node),
      index_(index),
      connection_(connect([this](const redis::ConnectionState& state) { store_state(state); })),
      subscriber_(executor(), node.metrics, *connection_, subscription_of(node, index)),
      caller_(*connection_),
      conversations_(executor(), caller_),
      routing_(executor(), caller_, clock_, [this] { return connect(); }),
      board_(caller_),
      tenant_store_(caller_),
      outbox_(caller_),
      audit_store_(caller_),
      bus_(endpoint_of(node, index), subscriber_),
      archive_(node.archive, executor()),
      journal_(node.journal, *node.workers, executor()),
      tokens_(node.signing_key, *node.passwords, executor()),
      context_{executor(), clock_, node.metrics, node.limits, node.durability,
               Incarnation(endpoint_of(node, index).value), conversations_,
               routing_, tenant_store_, board_, journal_, bus_, tokens_, tenants_, hub_},
      tenants_(context_),
      hub_(context_),
      sign_in_(context_),
      config_admin_(context_),
      time_timer_(executor()) {
    server_.emplace(services(), node.net_options);
    if (index != 0) return;
    router_ = std::make_unique<app::RouterService>(context_);
    archiver_ = std::make_unique<app::ArchiveService>(context_, archive_, outbox_, [this] { return router_->led(); }, node.closed_keep);
    auditor_ = std::make_unique<app::Auditor>(context_, audit_store_, [this] { return router_->led(); });
}

std::unique_ptr<redis::Connection> Shard::connect(std::function<void(const redis::ConnectionState&)> on_state) {
    redis::ConnectionOptions options;
    options.link.address = node_.redis;
    options.link.load_scripts = true;
    options.replicas = node_.replicas;
    options.on_state = std::move(on_state);
    return std::make_unique<redis::Connection>(executor(), node_.metrics, std::move(options));
}

void Shard::store_state(const redis::ConnectionState& state) {
    if (!state.connected) {
        store_lost_ = true;
        return;
    }
    if (!std::exchange(store_lost_, false)) return;
    if (router_) router_->store_returned();
    // The subscription may have moved to another primary before, and what was compared then was the old one's log.
    hub_.on_gap();
}

net::Services Shard::services() {
    const auto make_handler = [this](ports::ClientLink& link, app::Connection connection) -> std::unique_ptr<net::FrameHandler> {
        return std::make_unique<SessionHandler>(context_, link, std::move(connection));
    };
    const auto embedders = [this](const std::string& site, Callback<std::vector<std::string>> done) {
        tenants_.by_site(site, [site, done = std::move(done)](Result<domain::TenantConfigPtr> config) {
            if (!config) return done(config.error());
            const domain::Site* found = (*config)->site(site);
            if (!found) return done(Error{ErrorCode::not_found, "no such site"});
            done(found->origins);
        });
    };
    net::Services services{executor(), node_.metrics, node_.limits, sign_in_, make_handler, [this] { return readiness(); }, node_.files, embedders};
    services.config_admin = &config_admin_;
    return services;
}

net::Readiness Shard::readiness() const {
    net::Readiness state;
    const auto prevent = [&](const char* reason) {
        state.ready = false;
        state.reasons.emplace_back(reason);
    };
    if (node_.draining) prevent("shutting down");
    if (!connection_->connected()) prevent("redis is not reachable");
    else if (!subscriber_.ready()) prevent("the subscription to redis is not confirmed");
    return state;
}

void Shard::start() {
    observe_time();
    hub_.start();
    if (router_) router_->start();
    if (archiver_) archiver_->start();
    if (auditor_) auditor_->start();
}

void Shard::observe_time() {
    const auto sent = std::chrono::steady_clock::now();
    caller_.command({"TIME"}, [this, sent](Result<redis::Reply> reply) {
        if (!reply || reply->size() != 2) return;
        const std::int64_t seconds = std::stoll(std::string((*reply)[0].text()));
        const std::int64_t microseconds = std::stoll(std::string((*reply)[1].text()));
        clock_.observe(from_ms(seconds * 1000 + microseconds / 1000), sent, std::chrono::steady_clock::now());
    });
    time_timer_.expires_after(time_interval);
    time_timer_.async_wait([this](boost::system::error_code cancelled) {
        if (!cancelled) observe_time();
    });
}

void Shard::drain(Duration drain, std::function<void()> done) { server_->shut_down(drain, std::move(done)); }

void Shard::leave(std::function<void()> done) {
    time_timer_.cancel();
    if (archiver_) archiver_->stop();
    if (auditor_) auditor_->stop();
    auto close = [this, done = std::move(done)] {
        subscriber_.stop();
        connection_->stop();
        done();
    };
    auto leave_hub = [this, close = std::move(close)] { hub_.stop(close); };
    if (router_) return router_->stop(std::move(leave_hub));
    leave_hub();
}

}  // namespace switchboard::runtime
