// SPDX-License-Identifier: Apache-2.0
#include "app/customer_commands.hpp"

#include "app/hub.hpp"
#include "app/tenants.hpp"

#include <algorithm>

namespace switchboard::app {

namespace {
using domain::Command;
using domain::ConversationStatus;

constexpr std::size_t comment_bytes = 2000;
constexpr std::size_t own_kept = 8;
}  // namespace

CustomerCommands::CustomerCommands(Context& context, Identity identity, ports::ClientLink& link, std::uint64_t instance, Visitor visitor)
    : SessionCommands(context, std::move(identity), link, instance), visitor_(std::move(visitor)) {}

void CustomerCommands::run(const v1::ClientFrame& frame, const TicketPtr& ticket) {
    switch (frame.command_case()) {
        case v1::ClientFrame::kStartConversation: return start(frame.start_conversation(), ticket);
        case v1::ClientFrame::kLeaveQueue: return leave_queue(frame.leave_queue().conversation_id(), ticket);
        case v1::ClientFrame::kEndConversation: return end(frame.end_conversation().conversation_id(), ticket);
        case v1::ClientFrame::kRateConversation: return rate(frame.rate_conversation(), ticket);
        default: return ticket->fail(no_such_conversation());
    }
}

std::optional<domain::Relation> CustomerCommands::known_relation(const ConversationId& conversation, Command) {
    if (std::find(own_.begin(), own_.end(), conversation) == own_.end()) return std::nullopt;
    return domain::Relation::customer;
}

domain::Relation CustomerCommands::relation_to(const ports::ConversationRecord& record) {
    return record.visitor.value == identity().person ? domain::Relation::customer : domain::Relation::none;
}

ports::CustomerSession CustomerCommands::stored(const ConversationId& conversation) const {
    return {conversation, VisitorId{identity().person}, identity().id, context_.incarnation, context_.bus.endpoint()};
}

void CustomerCommands::leave() {
    context_.hub.sessions().remove(*this);
    for (const auto& conversation : own_) context_.hub.channels().unfollow(*this, conversation);
    leave_again();
}

void CustomerCommands::attach(const ConversationId& conversation, Callback<ports::ConversationRecord> done) {
    // Noted before the answer: whoever leaves meanwhile must be taken out again.
    attached_ = conversation;
    context_.conversations.attach_customer(tenant(), stored(conversation), std::move(done));
}

void CustomerCommands::follow(const ports::ConversationRecord& record, ResumeFrom from, bool announce) {
    const auto& id = record.routing.id;
    if (std::find(own_.begin(), own_.end(), id) == own_.end()) own_.push_back(id);
    if (own_.size() > own_kept) {
        context_.hub.channels().unfollow(*this, own_.front());
        own_.erase(own_.begin());
    }
    context_.hub.channels().follow(shared_from_this(), record, from, announce);
}

// ---- ending

void CustomerCommands::leave_queue(const std::string& conversation, const TicketPtr& ticket) {
    with_access(conversation, Command::leave_queue, true, ticket, [self = self_as<CustomerCommands>(), ticket](const Access& access) {
        const auto& record = *access.record;
        const auto status = record.routing.status;
        if (status == ConversationStatus::closed && record.routing.closed_reason == domain::ClosedReason::abandoned) return ticket->done();
        if (status != ConversationStatus::queued && status != ConversationStatus::offered) {
            return ticket->fail({ErrorCode::illegal_state, "the conversation does not wait"});
        }
        self->end_in_store(record, ticket);
    });
}

void CustomerCommands::end(const std::string& conversation, const TicketPtr& ticket) {
    with_access(conversation, Command::end_conversation, true, ticket, [self = self_as<CustomerCommands>(), ticket](const Access& access) {
        const auto& record = *access.record;
        const bool over = record.routing.status == ConversationStatus::closed || record.routing.status == ConversationStatus::wrap_up;
        if (over && record.routing.closed_reason == domain::ClosedReason::ended_by_customer) return ticket->done();
        if (record.routing.status != ConversationStatus::active) {
            return ticket->fail({ErrorCode::illegal_state, "the conversation is not active"});
        }
        self->end_in_store(record, ticket);
    });
}

void CustomerCommands::end_in_store(const ports::ConversationRecord& record, const TicketPtr& ticket) {
    ports::EndByCustomer ending;
    ending.closed_waiting = draft::closed(author(), v1::ABANDONED);
    ending.closed_active = draft::closed(author(), v1::ENDED_BY_CUSTOMER);
    const auto tenant_config = config();
    const auto* department = tenant_config ? tenant_config->department(record.routing.requirement.department) : nullptr;
    // An optional wrap-up is begun by the agent who wants it; the others hold the slot whoever ended the talk.
    if (department && (department->wrap_up == domain::WrapUpMode::timed || department->wrap_up == domain::WrapUpMode::mandatory)) {
        ending.wrap_up_started = draft::wrap_up_started(author(), v1::ENDED_BY_CUSTOMER);
        ending.wrap_up_time = department->wrap_up == domain::WrapUpMode::mandatory ? Duration{0} : department->wrap_up_time;
    }
    context_.conversations.end_by_customer(tenant(), record.routing.id, VisitorId{identity().person}, std::move(ending),
                                           done_or_error(ticket));
}

void CustomerCommands::rate(const v1::RateConversation& command, const TicketPtr& ticket) {
    if (command.score() < 1 || command.score() > 5) return ticket->fail({ErrorCode::invalid_argument, "score: 1 to 5"});
    if (const auto ok = check_text("comment", command.comment(), comment_bytes); ok.has_error()) return ticket->fail(ok.error());
    const ConversationId id{command.conversation_id()};
    with_access(command.conversation_id(), Command::rate_conversation, false, ticket,
                [self = self_as<CustomerCommands>(), id, score = command.score(), rated = draft::rated(command.score(), command.comment()),
                 ticket](const Access&) {
                    self->context_.conversations.rate(self->tenant(), id, VisitorId{self->identity().person}, score, rated,
                                                      [self, score, ticket](Result<void> result) {
                                                          if (result.has_error()) return ticket->fail(result.error());
                                                          self->context_.metrics.ratings(score).Increment();
                                                          ticket->done();
                                                      });
                });
}

}  // namespace switchboard::app
