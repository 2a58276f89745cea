// SPDX-License-Identifier: Apache-2.0
#include "app/tenant_router.hpp"

#include "app/model.hpp"
#include "app/tenants.hpp"
#include "base/log.hpp"
#include "domain/routing_journal.hpp"

#include <algorithm>

namespace switchboard::app {

namespace {
constexpr Duration lease_time{3000};
constexpr Duration beat_every{1000};
constexpr Duration read_wait{1000};
constexpr Duration retry_read{200};
constexpr Duration longest_wait{60'000};
constexpr auto read_silence_limit = std::chrono::seconds(5);
constexpr auto reconcile_every = std::chrono::seconds(5);
constexpr int reconcile_share = 50;  // at most one part in so many of the time
constexpr int expire_rounds = 10;    // per beat
// A store that was away for so long kept the nodes from renewing their leases, and one whose clock steps forwards ends them all at
// once; the nodes get so long to renew them before any is condemned.
constexpr auto store_silence = std::chrono::milliseconds(2000);
constexpr Duration clock_step{1000};
constexpr auto renewal_time = std::chrono::milliseconds(2500);
}  // namespace

TenantRouter::TenantRouter(Context& context, TenantId tenant)
    : context_(context), tenant_(std::move(tenant)), observer_(context, tenant_), reporter_(context, tenant_, observer_), beat_(context.executor), deadline_(context.executor) {}

TenantRouter::~TenantRouter() {
    if (phase_ == Phase::leading) enter(Phase::stopped);
}

void TenantRouter::start() {
    beat();
    arm_beat();
}

void TenantRouter::stop(std::function<void()> done) {
    const bool held = phase_ == Phase::leading || phase_ == Phase::building;
    const auto lease = lease_;
    if (journal_) journal_->flush();
    enter(Phase::stopped);
    observer_.end();
    beat_.cancel();
    if (!held) return done();
    context_.routing.release_router(tenant_, lease, context_.incarnation, [self = shared_from_this(), done = std::move(done)](Result<void>) {
        done();
    });
}

// Everything in memory belongs to one phase; leaving `leading` forgets it.
void TenantRouter::enter(Phase phase) {
    if (phase == phase_) return;
    observer_.leads(phase == Phase::leading);
    if (phase == Phase::idle || phase == Phase::stopped || phase == Phase::building) {
        ++term_;
        deadline_.cancel();
        router_ = domain::Router();
        if (journal_ && phase != Phase::stopped) journal_->flush();
        journal_.reset();
        positions_.clear();
        observer_.clear();
        reporter_.clear();
        reconciler_.clear();
    }
    phase_ = phase;
}

void TenantRouter::store_answered() {
    const auto now = Steady::now();
    if (now - std::exchange(answered_at_, now) > store_silence) answering_since_ = now;
}

void TenantRouter::store_returned() {
    lose("the store was away");
    try_to_lead();
}

void TenantRouter::try_to_lead() {
    if (phase_ == Phase::idle) acquire();
}

void TenantRouter::lose(const char* why) {
    if (phase_ == Phase::idle || phase_ == Phase::stopped) return;
    log::warn("router.lost", {{"tenant", tenant_.value}, {"why", why}, {"epoch", lease_.epoch}});
    enter(Phase::idle);
}

void TenantRouter::arm_beat() {
    beat_.expires_after(beat_every);
    beat_.async_wait([weak = weak_from_this()](boost::system::error_code failed) {
        const auto self = weak.lock();
        if (failed || !self || self->phase_ == Phase::stopped) return;
        self->beat();
        self->arm_beat();
    });
}

void TenantRouter::mind_clock_steps() {
    const Duration offset = context_.clock.now().time_since_epoch() - std::chrono::duration_cast<Duration>(Steady::now().time_since_epoch());
    if (clock_offset_ && offset - *clock_offset_ > clock_step) {
        log::warn("router.clock_stepped", {{"tenant", tenant_.value}, {"ms", static_cast<std::int64_t>((offset - *clock_offset_).count())}});
        answering_since_ = Steady::now();
    }
    clock_offset_ = offset;
}

void TenantRouter::beat() {
    mind_clock_steps();
    if (phase_ == Phase::idle) return acquire();
    if (phase_ == Phase::acquiring) return;
    if (Steady::now() > lease_until_) return lose("lease not renewed in time");
    renew();
    if (phase_ != Phase::leading) return;
    if (Steady::now() - last_read_ > read_silence_limit) return lose("changes cannot be read");
    if (Steady::now() - answering_since_ >= renewal_time) expire_nodes(expire_rounds);
    settle();
    if (journal_) journal_->flush();
    if (journal_ && journal_->full()) return build();
    if (Steady::now() >= reconcile_at_) reconcile();
}

// ---- the lease

void TenantRouter::acquire() {
    enter(Phase::acquiring);
    const auto asked = Steady::now();
    context_.tenants.by_id(tenant_, while_term<domain::TenantConfigPtr>([asked](TenantRouter& self, Result<domain::TenantConfigPtr> config) {
        if (self.phase_ != Phase::acquiring) return;
        if (config.has_error()) return self.enter(Phase::idle);
        self.config_ = *config;
        self.context_.routing.acquire_router(self.tenant_, self.context_.incarnation, lease_time,
                                             self.while_term<ports::RouterLease>([asked](TenantRouter& router, Result<ports::RouterLease> lease) {
                                                 router.acquired(std::move(lease), asked);
                                             }));
    }));
}

void TenantRouter::acquired(Result<ports::RouterLease> result, Steady::time_point asked) {
    if (phase_ != Phase::acquiring) return;
    if (result.has_value()) store_answered();
    if (result.has_error() || result->epoch == 0) return enter(Phase::idle);
    lease_ = *result;
    lease_until_ = asked + lease_time;
    build();
}

void TenantRouter::renew() {
    const auto asked = Steady::now();
    context_.routing.renew_router(tenant_, lease_, context_.incarnation, lease_time,
                                  while_term<bool>([asked, epoch = lease_.epoch](TenantRouter& self, Result<bool> kept) {
                                      if (kept.has_value()) self.store_answered();
                                      if (self.lease_.epoch != epoch || kept.has_error()) return;
                                      if (!*kept) return self.lose("another node routes");
                                      self.lease_until_ = std::max(self.lease_until_, asked + lease_time);
                                  }));
}

void TenantRouter::expire_nodes(int rounds) {
    context_.routing.expire_nodes(tenant_, lease_, while_term<std::size_t>([rounds](TenantRouter& self, Result<std::size_t> left) {
                                      if (left.has_value() && *left > 0 && rounds > 1) self.expire_nodes(rounds - 1);
                                  }));
}

void TenantRouter::on_config(const domain::TenantConfigPtr& config) {
    if (!config || phase_ == Phase::stopped) return;
    config_ = config;
    if (phase_ != Phase::leading) return;
    feed(domain::ConfigChanged{config});
    settle();
}

// ---- what the router learns

void TenantRouter::build() {
    enter(Phase::idle);
    enter(Phase::building);
    context_.metrics.router_rebuilds.Increment();
    observer_.begin(*config_);
    context_.routing.snapshot(tenant_, while_term<ports::RoutingSnapshot>([](TenantRouter& self, Result<ports::RoutingSnapshot> snapshot) {
                                  self.built(std::move(snapshot));
                              }));
}

void TenantRouter::built(Result<ports::RoutingSnapshot> result) {
    if (phase_ != Phase::building) return;
    if (result.has_error()) return lose("no snapshot");
    enter(Phase::leading);
    last_read_ = Steady::now();
    reconcile_at_ = last_read_ + reconcile_every;
    stream_id_ = result->stream_id;
    // Agents first and conversations by age: then each one already sees everybody it may choose from.
    std::ranges::sort(result->conversations, domain::came_before);
    journal_ = context_.journal.begin(tenant_);
    feed(domain::ConfigChanged{config_});
    for (const auto& agent : result->agents) feed(agent);
    for (const auto& conversation : result->conversations) feed(conversation);
    log::info("router.leads", {{"tenant", tenant_.value},
                               {"epoch", lease_.epoch},
                               {"conversations", static_cast<std::uint64_t>(result->conversations.size())},
                               {"agents", static_cast<std::uint64_t>(result->agents.size())}});
    settle();
    read();
}

void TenantRouter::read() {
    context_.routing.read_changes(tenant_, stream_id_, read_wait,
                                  while_term<ports::RoutingChanges>([](TenantRouter& self, Result<ports::RoutingChanges> changes) {
                                      self.changed(std::move(changes));
                                  }));
}

void TenantRouter::changed(Result<ports::RoutingChanges> result) {
    if (phase_ != Phase::leading) return;
    if (result.has_error()) return read_later();
    last_read_ = Steady::now();
    if (result->gone) {
        log::warn("router.stream_trimmed", {{"tenant", tenant_.value}});
        return build();
    }
    stream_id_ = result->stream_id;
    // Asked for first: the next changes travel while these are taken in.
    read();
    if (result->config_changed) context_.tenants.refresh(tenant_);
    for (const auto& change : result->changes) {
        if (const auto* conversation = std::get_if<domain::Conversation>(&change)) {
            positions_.forget(conversation->id);
            feed(*conversation);
        } else {
            feed(std::get<domain::Agent>(change));
        }
    }
    settle();
}

void TenantRouter::read_later() {
    auto timer = std::make_shared<Timer>(context_.executor);
    timer->expires_after(retry_read);
    timer->async_wait([weak = weak_from_this(), timer, term = term_](boost::system::error_code) {
        const auto self = weak.lock();
        if (self && self->term_ == term && self->phase_ == Phase::leading) self->read();
    });
}

void TenantRouter::feed(const domain::Input& input) {
    const auto now = context_.clock.now();
    observer_.learn(router_, input, now);
    fact_at_ = Steady::now();
    const auto decisions = router_.apply(input, now);
    context_.metrics.routing_decision_seconds.Observe(std::chrono::duration<double>(Steady::now() - fact_at_).count());
    record(&input, now, decisions);
    carry_out(decisions);
}

void TenantRouter::record(const domain::Input* input, Timestamp now, const std::vector<domain::Decision>& decided) {
    if (journal_) journal_->write(domain::journal_line(input, now, decided));
}

void TenantRouter::carry_out(const std::vector<domain::Decision>& decisions) {
    for (const auto& decision : decisions) {
        observer_.decided(decision);
        std::visit([this](const auto& made) { carry_out(made); }, decision);
    }
}

// After a batch of facts: what is due, the next alarm, the places in the queues.
void TenantRouter::settle() {
    if (phase_ != Phase::leading) return;
    fact_at_ = Steady::now();
    const auto now = context_.clock.now();
    const auto due = router_.tick(now);
    record(nullptr, now, due);
    carry_out(due);
    tell_places();
    // Whoever was stopped for a while may not lead any more; decisions are fenced by the epoch, the board is not.
    const auto count_again = Steady::now() < lease_until_ ? reporter_.report(router_, *config_, Steady::now()) : std::nullopt;
    const auto next = router_.next_deadline();
    deadline_.cancel();
    if (!next && !count_again) return;
    const auto wait = next ? std::chrono::duration_cast<Duration>(*next - context_.clock.now()) : longest_wait;
    deadline_.expires_after(std::clamp(wait, Duration{1}, count_again.value_or(longest_wait)));
    deadline_.async_wait([weak = weak_from_this(), term = term_](boost::system::error_code failed) {
        const auto self = weak.lock();
        if (!failed && self && self->term_ == term) self->settle();
    });
}

void TenantRouter::tell_places() {
    const auto began = Steady::now();
    if (!positions_.due(began)) return;
    const auto now = context_.clock.now();
    const domain::Competition competition = router_.competition();
    const auto estimates = observer_.estimate(competition, now);
    for (const auto& place : positions_.changed(competition, estimates, began)) {
        v1::ServerFrame frame;
        auto* position = frame.mutable_queue_position();
        position->set_conversation_id(place.conversation.value);
        position->set_position(place.position);
        position->set_waiting(place.waiting);
        if (place.estimate) {
            *position->mutable_estimate() = to_proto(*place.estimate);
            observer_.told_estimate(place.conversation, *place.estimate, now);
        }
        context_.conversations.publish_latest(tenant_, place.conversation, {ports::Audience::all, {}, frame.SerializeAsString()});
    }
    positions_.took(Steady::now() - began, began);
}

// An offer of which nobody knows whether it was made: the store knows.
void TenantRouter::ask_again(const ConversationId& conversation, const AgentId& agent) {
    context_.conversations.load(tenant_, conversation,
                                while_term<ports::ConversationRecord>([](TenantRouter& self, Result<ports::ConversationRecord> record) {
                                    if (record.has_error() || self.phase_ != Phase::leading) return;
                                    self.feed(record->routing);
                                    self.settle();
                                }));
    context_.routing.load_agent(tenant_, agent, while_term<ports::AgentSnapshot>([](TenantRouter& self, Result<ports::AgentSnapshot> snapshot) {
                                    if (snapshot.has_error() || self.phase_ != Phase::leading) return;
                                    self.feed(snapshot->agent);
                                    self.settle();
                                }));
}

void TenantRouter::reconcile() {
    reconcile_at_ = Steady::now() + reconcile_every;
    context_.routing.snapshot(tenant_, while_term<ports::RoutingSnapshot>([](TenantRouter& self, Result<ports::RoutingSnapshot> snapshot) {
                                  self.reconciled(std::move(snapshot));
                              }));
}

void TenantRouter::reconciled(Result<ports::RoutingSnapshot> result) {
    if (phase_ != Phase::leading || result.has_error()) return;
    const auto began = Steady::now();
    const auto mend = reconciler_.compare(router_, *result);
    for (const auto& input : mend) {
        context_.metrics.reconcile_mended.Increment();
        feed(input);
    }
    if (!mend.empty()) {
        log::error("router.mended", {{"tenant", tenant_.value}, {"count", static_cast<std::uint64_t>(mend.size())}});
        settle();
    }
    reconcile_at_ = std::max(reconcile_at_, Steady::now() + reconcile_share * (Steady::now() - began));
}

}  // namespace switchboard::app
