// SPDX-License-Identifier: Apache-2.0
#include "app/hub.hpp"

#include "app/tenants.hpp"
#include "base/log.hpp"

#include <boost/asio/post.hpp>

namespace switchboard::app {

namespace {
constexpr std::size_t repairs_at_once = 64;
constexpr Duration retry_repair{500};
constexpr int farewell_rounds = 20;
constexpr Duration farewell_round{100};
}  // namespace

// The comparison with the store after a gap: every session of the shard once, a bounded number at a time.
struct Hub::Repair {
    std::vector<LocalSessionPtr> left;
    std::size_t in_flight = 0;
    bool resting = false;
};

Hub::Hub(Context& context)
    : context_(context),
      channels_(context),
      agents_(context, channels_),
      sessions_(context),
      cleanup_(context),
      node_(context),
      stale_(context),
      queues_(context, sessions_),
      colleagues_(context),
      repair_(std::make_shared<Repair>()) {}

Hub::~Hub() = default;

void Hub::start() {
    context_.bus.listen(*this);
    context_.tenants.listen([this](const TenantId& tenant, const domain::TenantConfigPtr& config) {
        sessions_.apply_config(tenant, config);
        agents_.on_config(tenant);
        queues_.on_config(tenant, config);
    });
    node_.start();
    stale_.start();
    queues_.start();
}

void Hub::stop(std::function<void()> done) {
    queues_.stop();
    stale_.stop();
    farewell(std::move(done), farewell_rounds);
}

void Hub::farewell(std::function<void()> done, int rounds) {
    if (cleanup_.idle() || rounds == 0) {
        cleanup_.stop();
        return node_.stop(std::move(done));
    }
    auto timer = std::make_shared<Timer>(context_.executor);
    timer->expires_after(farewell_round);
    timer->async_wait([this, done = std::move(done), rounds, timer](boost::system::error_code) { farewell(done, rounds - 1); });
}

void Hub::on_event(const TenantId& tenant, std::string_view conversation, ports::Audience audience, std::uint64_t seq,
                   std::uint64_t prev, std::string_view bytes) {
    channels_.on_event(tenant, conversation, audience, seq, prev, bytes);
}

void Hub::on_latest(const TenantId& tenant, std::string_view conversation, ports::Audience audience, std::string_view except_session,
                    std::string_view frame) {
    channels_.on_latest(tenant, conversation, audience, except_session, frame);
}

void Hub::on_agent(const TenantId& tenant, std::string_view agent) { agents_.on_agent(tenant, agent); }

void Hub::on_config(const TenantId& tenant) { context_.tenants.refresh(tenant); }

void Hub::on_gap() {
    context_.tenants.refresh_all();
    repair_->left = sessions_.all();
    stale_.after_gap();
    channels_.doubt_all();
    log::info("hub.gap", {{"sessions", static_cast<std::uint64_t>(repair_->left.size())}});
    repair_more();
}

void Hub::repair_more() {
    while (!repair_->resting && !repair_->left.empty() && repair_->in_flight < repairs_at_once) {
        const LocalSessionPtr session = repair_->left.back();
        repair_->left.pop_back();
        if (!session->open()) continue;
        ++repair_->in_flight;
        restore(session, [this, session](Result<void> result) {
            --repair_->in_flight;
            if (result.has_error() && result.error().temporary()) {
                repair_->left.push_back(session);
                rest();
            }
            repair_more();
        });
    }
}

void Hub::rest() {
    if (std::exchange(repair_->resting, true)) return;
    auto timer = std::make_shared<Timer>(context_.executor);
    timer->expires_after(retry_repair);
    timer->async_wait([this, timer](boost::system::error_code) {
        repair_->resting = false;
        repair_more();
    });
}

void Hub::restore(const LocalSessionPtr& session, Callback<void> done) {
    if (session->staff()) return agents_.restore(session, std::move(done));
    const auto conversation = session->attached();
    if (conversation.empty()) return asio::post(context_.executor, [done = std::move(done)] { done({}); });
    const ports::CustomerSession attachment{conversation, VisitorId{session->identity().person}, session->identity().id, context_.incarnation,
                                            context_.bus.endpoint()};
    context_.conversations.attach_customer(
        session->tenant(), attachment, [this, session, attachment, done = std::move(done)](Result<ports::ConversationRecord> result) {
            if (!session->open()) detach(session->tenant(), attachment);
            if (result.has_error() && result.error().temporary()) return done(result.error());
            channels_.verify(*session, attachment.conversation);
            done({});
        });
}

void Hub::detach(const TenantId& tenant, const ports::CustomerSession& attachment) {
    cleanup_.run([this, tenant, attachment](Callback<void> done) {
        context_.conversations.detach_customer(tenant, attachment, std::move(done));
    });
}

}  // namespace switchboard::app
