// SPDX-License-Identifier: Apache-2.0
// How the decisions of the router become true: each through one verb of the store that re-checks the facts. What fails is decided
// again by the router when nothing comes of it.
#include "app/model.hpp"
#include "app/tenant_router.hpp"
#include "base/log.hpp"

namespace switchboard::app {

using domain::ClaimResult;

namespace {

v1::RoutingRecord record_of(const domain::MakeOffer& decision, const domain::Department* department) {
    v1::RoutingRecord record;
    for (const auto& candidate : decision.choice.best) {
        auto* out = record.add_best();
        out->set_agent_id(candidate.agent.value);
        out->set_score(candidate.score);
    }
    if (department) record.set_strategy(std::string(domain::to_string(department->strategy)));
    record.set_step(decision.choice.step);
    record.set_preferred(decision.choice.preferred);
    record.set_config_version(decision.choice.config_version);
    return record;
}

}  // namespace

void TenantRouter::carry_out(const domain::MakeOffer& decision) {
    ports::OfferRequest request;
    request.conversation = decision.conversation;
    request.conversation_version = decision.conversation_version;
    request.agent = decision.agent;
    request.capacity = decision.capacity;
    request.offer = OfferId{random_id()};
    request.deadline = decision.deadline;
    const auto waiting = router_.conversation(decision.conversation);
    auto record = record_of(decision, waiting ? config_->department(waiting->requirement.department) : nullptr);
    record.set_router_epoch(lease_.epoch);
    if (waiting) record.set_waited_ms((context_.clock.now() - waiting->enqueued) / std::chrono::milliseconds(1));
    request.made = draft::offer_made(request.offer, decision.agent, decision.deadline, std::move(record));
    context_.routing.make_offer(tenant_, lease_, std::move(request),
                                while_term<bool>([decision, since = fact_at_](TenantRouter& self, Result<bool> result) {
                                    self.claimed(decision, result, since);
                                }));
}

void TenantRouter::claimed(const domain::MakeOffer& decision, const Result<bool>& result, Steady::time_point since) {
    if (phase_ != Phase::leading) return;
    const bool unreadable = result.has_error() && result.error().code == ErrorCode::internal;
    auto outcome = unreadable ? ClaimResult::Outcome::refused : ClaimResult::Outcome::unknown;
    if (result.has_value()) outcome = *result ? ClaimResult::Outcome::accepted : ClaimResult::Outcome::refused;
    if (outcome == ClaimResult::Outcome::accepted) {
        context_.metrics.assignment_latency_seconds.Observe(std::chrono::duration<double>(Steady::now() - since).count());
    }
    feed(ClaimResult{decision.conversation, decision.agent, outcome});
    if (unreadable) {
        // What the store refuses for good must not stand before the others. The next comparisons with the store bring it back.
        log::error("router.put_aside", {{"tenant", tenant_.value}, {"conversation", decision.conversation.value}, {"agent", decision.agent.value},
                                        {"error", result.error().message}});
        feed(domain::ConversationGone{decision.conversation});
    }
    settle();
    if (outcome == ClaimResult::Outcome::unknown) ask_again(decision.conversation, decision.agent);
}

void TenantRouter::carry_out(const domain::EndOffer& decision) {
    const ports::OfferAnswer answer{decision.conversation, decision.offer, decision.agent};
    context_.routing.end_offer(tenant_, lease_, answer, decision.outcome, decision.cooldown, decision.set_away,
                               draft::offer_ended(nullptr, decision.offer, decision.agent, to_proto(decision.outcome), {}),
                               [](Result<bool>) {});
}

void TenantRouter::carry_out(const domain::Abandon& decision) {
    context_.routing.abandon(tenant_, lease_, decision.conversation, decision.version, draft::closed_by_system(v1::ABANDONED),
                             [](Result<bool>) {});
}

void TenantRouter::carry_out(const domain::Requeue& decision) {
    const auto reason = decision.why == domain::Requeue::Why::no_reply ? v1::NO_REPLY : v1::DISCONNECTED;
    context_.routing.requeue(tenant_, lease_, decision, draft::agent_left(agent_participant(decision.agent, config_.get()), reason),
                             [](Result<bool>) {});
}

void TenantRouter::carry_out(const domain::Widen& decision) {
    context_.routing.widen(tenant_, lease_, decision, draft::widened(decision.step, decision.anyone), [](Result<bool>) {});
}

void TenantRouter::carry_out(const domain::Move& decision) {
    const auto waiting = router_.conversation(decision.conversation);
    if (!waiting) return;
    ports::MoveRequest request{decision.conversation, decision.version, decision.requirement, decision.weight,
                               draft::moved(waiting->requirement.department.value, decision.requirement.department.value)};
    context_.routing.move(tenant_, lease_, std::move(request), [](Result<bool>) {});
}

void TenantRouter::carry_out(const domain::TurnAway& decision) {
    context_.routing.turn_away(tenant_, lease_, decision, draft::closed_by_system(to_proto(decision.reason)), [](Result<bool>) {});
}

void TenantRouter::carry_out(const domain::CheckActivity& decision) {
    context_.routing.read_activity(tenant_, decision.conversation, decision.assign_epoch,
                                   while_term<domain::Activity>([](TenantRouter& self, Result<domain::Activity> activity) {
                                       if (activity.has_error() || self.phase_ != Phase::leading) return;
                                       self.feed(*activity);
                                       self.settle();
                                   }));
}

void TenantRouter::carry_out(const domain::WarnInactive& decision) {
    const auto active = router_.conversation(decision.conversation);
    const auto* department = active ? config_->department(active->requirement.department) : nullptr;
    if (!department) return;
    context_.routing.warn_inactive(tenant_, lease_, decision, draft::inactivity_warned(department->inactive_close_after), [](Result<bool>) {});
}

void TenantRouter::carry_out(const domain::CloseInactive& decision) {
    const auto active = router_.conversation(decision.conversation);
    const auto* department = active ? config_->department(active->requirement.department) : nullptr;
    if (!department) return;
    ports::CloseRequest request;
    request.conversation = decision.conversation;
    request.agent = active->agent;
    request.assign_epoch = decision.assign_epoch;
    request.reason = domain::ClosedReason::inactive;
    request.head_seq = decision.head_seq;
    const auto silent = [](Result<void>) {};
    if (department->wrap_up == domain::WrapUpMode::none) {
        request.events.push_back(draft::closed_by_system(v1::INACTIVE));
        return context_.routing.close(tenant_, std::move(request), silent);
    }
    request.events.push_back(draft::wrap_up_by_system(v1::INACTIVE));
    const bool endless = department->wrap_up == domain::WrapUpMode::mandatory;
    context_.routing.begin_wrap_up(tenant_, std::move(request), endless ? Duration{0} : department->wrap_up_time, silent);
}

// The reason that was given when the talk ended is known to the store only.
void TenantRouter::carry_out(const domain::EndWrapUp& decision) {
    context_.conversations.load(
        tenant_, decision.conversation,
        while_term<ports::ConversationRecord>([decision](TenantRouter& self, Result<ports::ConversationRecord> record) {
            if (record.has_error() || record->routing.status != domain::ConversationStatus::wrap_up ||
                record->routing.assign_epoch != decision.assign_epoch) {
                return;
            }
            ports::CloseRequest request;
            request.conversation = decision.conversation;
            request.agent = record->routing.agent;
            request.assign_epoch = decision.assign_epoch;
            const bool told = record->routing.closed_reason != domain::ClosedReason::none;
            request.reason = told ? record->routing.closed_reason : domain::ClosedReason::resolved;
            request.events.push_back(draft::closed_by_system(to_proto(request.reason)));
            self.context_.routing.close(self.tenant_, std::move(request), [](Result<void>) {});
        }));
}

}  // namespace switchboard::app
