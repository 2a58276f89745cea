// SPDX-License-Identifier: Apache-2.0
// How the decisions of the router become true: each through one verb of the store that re-checks the facts. What fails is decided
// again by the router when nothing comes of it.
#include "app/model.hpp"
#include "app/tenant_router.hpp"
#include "base/log.hpp"

namespace switchboard::app {

using domain::ClaimResult;

void TenantRouter::carry_out(const domain::MakeOffer& decision) {
    ports::OfferRequest request;
    request.conversation = decision.conversation;
    request.conversation_version = decision.conversation_version;
    request.agent = decision.agent;
    request.capacity = decision.capacity;
    request.offer = OfferId{random_id()};
    request.deadline = decision.deadline;
    request.made = draft::offer_made(request.offer, decision.agent, decision.deadline);
    context_.routing.make_offer(tenant_, lease_, std::move(request),
                                while_term<bool>([decision, since = fact_at_](TenantRouter& self, Result<bool> result) {
                                    self.claimed(decision, result, since);
                                }));
}

void TenantRouter::claimed(const domain::MakeOffer& decision, const Result<bool>& result, Steady::time_point since) {
    if (phase_ != Phase::leading) return;
    auto outcome = ClaimResult::Outcome::unknown;
    if (result.has_value()) outcome = *result ? ClaimResult::Outcome::accepted : ClaimResult::Outcome::refused;
    if (outcome == ClaimResult::Outcome::accepted) {
        context_.metrics.offers_made.Increment();
        context_.metrics.assignment_seconds.Observe(std::chrono::duration<double>(Steady::now() - since).count());
    }
    feed(ClaimResult{decision.conversation, decision.agent, outcome});
    settle();
    if (outcome == ClaimResult::Outcome::unknown) ask_again(decision.conversation, decision.agent);
}

void TenantRouter::carry_out(const domain::EndOffer& decision) {
    const ports::OfferAnswer answer{decision.conversation, decision.offer, decision.agent};
    context_.routing.end_offer(tenant_, lease_, answer, decision.outcome, decision.cooldown, decision.set_away,
                               draft::offer_ended(nullptr, decision.offer, decision.agent, to_proto(decision.outcome), {}),
                               [self = shared_from_this(), outcome = decision.outcome](Result<bool> result) {
                                   if (result.has_value() && *result) {
                                       self->context_.metrics.offers_ended(std::string(domain::to_string(outcome))).Increment();
                                   }
                               });
}

void TenantRouter::carry_out(const domain::Abandon& decision) {
    context_.routing.abandon(tenant_, lease_, decision.conversation, decision.version, draft::closed_by_system(v1::ABANDONED),
                             [](Result<bool>) {});
}

void TenantRouter::carry_out(const domain::Requeue& decision) {
    context_.routing.requeue(tenant_, lease_, decision.conversation, decision.agent, decision.assign_epoch,
                             draft::agent_left(agent_participant(decision.agent, config_.get()), v1::DISCONNECTED), [](Result<bool>) {});
}

void TenantRouter::carry_out(const domain::Widen& decision) {
    context_.routing.widen(tenant_, lease_, decision.conversation, decision.version, [](Result<bool>) {});
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
            const bool told = record->closed_reason != domain::ClosedReason::none;
            request.reason = told ? record->closed_reason : domain::ClosedReason::resolved;
            request.events.push_back(draft::closed_by_system(to_proto(request.reason)));
            self.context_.routing.close(self.tenant_, std::move(request), [](Result<void>) {});
        }));
}

}  // namespace switchboard::app
