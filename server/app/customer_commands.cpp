// SPDX-License-Identifier: Apache-2.0
#include "app/customer_commands.hpp"

#include "app/hub.hpp"
#include "app/requirement.hpp"
#include "app/tenants.hpp"

#include <algorithm>

namespace switchboard::app {

namespace {
using domain::Command;
using domain::ConversationStatus;

constexpr std::size_t name_bytes = 100;
constexpr std::size_t comment_bytes = 2000;
constexpr std::size_t preview_bytes = 200;
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

// ---- starting

void CustomerCommands::start(const v1::StartConversation& command, const TicketPtr& ticket) {
    auto request = checked(command);
    if (request.has_error()) return ticket->fail(request.error());
    const bool newcomer = !visitor_.identified && visitor_.generation == 0 && own_.empty();
    if (newcomer && !context_.hub.sessions().admit_new_visitor(visitor_.address, std::chrono::steady_clock::now())) {
        context_.metrics.rate_limited("visitors").Increment();
        return ticket->fail({ErrorCode::rate_limited, "too many new visitors from this address", 60'000});
    }
    context_.conversations.start(tenant(), std::move(*request),
                                 [self = self_as<CustomerCommands>(), ticket](Result<ports::StartedConversation> result) {
                                     self->started(std::move(result), ticket);
                                 });
}

Result<ports::StartConversation> CustomerCommands::checked(const v1::StartConversation& command) {
    const auto tenant_config = config();
    if (!tenant_config) return Error{ErrorCode::unavailable, "the tenant's configuration cannot be read now", 1000};
    const auto* department = tenant_config->department(DepartmentId{command.department()});
    if (!department) return Error{ErrorCode::invalid_argument, "department: unknown"};
    if (!department->open) return Error{ErrorCode::department_closed, "the department takes no conversations now"};
    auto requirement = requirement_of(*tenant_config, *department, command.topic(), command.skills());
    if (requirement.has_error()) return requirement.error();
    if (const auto ok = check_text("name", command.name(), name_bytes); ok.has_error()) return ok.error();

    ports::StartConversation request;
    request.id = ConversationId{random_id()};
    request.session = stored(request.id);
    request.visitor = VisitorId{identity().person};
    request.customer_name = command.name().empty() ? shortened(visitor_.name, name_bytes) : command.name();
    request.topic = command.topic();
    request.requirement = std::move(*requirement);
    request.weight = department->conversation_weight;
    request.epoch = random_u64();
    request.started = draft::conversation_started(command.department(), command.topic(), request.customer_name);
    request.instance = instance();
    if (command.text().empty()) return request;
    v1::Message first;
    first.set_text(command.text());
    if (const auto ok = check_body("text", first, context_.limits.text_bytes); ok.has_error()) return ok.error();
    request.preview = shortened(command.text(), preview_bytes);
    request.message = draft::message(author(), instance(), 1, first);
    request.body_digest = body_digest(first, false);
    return request;
}

void CustomerCommands::started(Result<ports::StartedConversation> result, const TicketPtr& ticket) {
    if (result.has_error()) return ticket->fail(result.error());
    if (!result->existing) context_.metrics.conversations_started.Increment();
    const auto id = result->record.routing.id;
    if (!result->existing) attached_ = id;
    if (!open()) return leave_again();
    if (id == attached_) return opened(result->record, result->existing, ticket);
    attach(id, [self = self_as<CustomerCommands>(), ticket](Result<ports::ConversationRecord> record) {
        // Starting again finds the conversation that stands now.
        if (record.has_error()) return ticket->fail(record.error());
        self->opened(*record, true, ticket);
    });
}

// He went away while the store attached him.
void CustomerCommands::leave_again() {
    if (!attached_.empty()) context_.hub.detach(tenant(), stored(attached_));
}

void CustomerCommands::opened(const ports::ConversationRecord& record, bool existing, const TicketPtr& ticket) {
    v1::ServerFrame frame;
    *frame.mutable_conversation_opened()->mutable_conversation() = for_customer(record, config().get());
    frame.mutable_conversation_opened()->set_existing(existing);
    ticket->reply(frame);
    if (!open()) return;
    follow(record, {}, false);
    if (!visitor_.identified && visitor_.generation == 0) renew_token();
}

void CustomerCommands::renew_token() {
    const VisitorId visitor{identity().person};
    context_.conversations.raise_visitor_generation(
        tenant(), visitor, 0, [self = self_as<CustomerCommands>(), visitor](Result<ports::VisitorRecord> result) {
            // Unavailable: the old token stays good until a new one is presented, and the next Hello brings the new one.
            if (result.has_error() || result->generation == 0) return;
            self->visitor_.generation = result->generation;
            v1::ServerFrame frame;
            frame.mutable_token_issued()->set_visitor_token(
                self->context_.tokens.issue_visitor_token(self->tenant(), visitor, result->generation, self->context_.clock.now()));
            self->send(frame);
        });
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
