// SPDX-License-Identifier: Apache-2.0
// CustomerCommands: starting a conversation. Where it goes, what it asks for and how urgent it is come from what the customer chose,
// from the site's JWT and from the department.
#include "app/customer_commands.hpp"

#include "app/hub.hpp"
#include "app/requirement.hpp"
#include "app/tenants.hpp"
#include "domain/overflow.hpp"

#include <algorithm>

namespace switchboard::app {

namespace {

constexpr std::size_t name_bytes = 100;
constexpr std::size_t preview_bytes = 200;
constexpr Duration full_retry{30'000};

Error not_taking(const domain::Department& department, Timestamp now) {
    const auto hours = domain::hours_at(department.hours, now);
    if (department.open && hours.taking) {
        return {ErrorCode::department_closed, "the department's queue is full", static_cast<std::uint32_t>(full_retry.count())};
    }
    Error error{ErrorCode::department_closed, "the department takes no conversations now"};
    if (department.open && hours.opens) {
        error.retry_after_ms = static_cast<std::uint32_t>(std::clamp<std::int64_t>((*hours.opens - now).count(), 0, 0xffffffff));
    }
    return error;
}

}  // namespace

void CustomerCommands::start(const v1::StartConversation& command, const TicketPtr& ticket) {
    context_.hub.queues().departments(tenant(), [self = self_as<CustomerCommands>(), command, ticket](const DepartmentStates& states) {
        self->start_in(states, command, ticket);
    });
}

void CustomerCommands::start_in(const DepartmentStates& states, const v1::StartConversation& command, const TicketPtr& ticket) {
    auto request = checked(states, command);
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

// The department and what is asked for there; another one stands in for it while it is closed or full.
Result<CustomerCommands::Destination> CustomerCommands::destination(const domain::TenantConfig& config, const DepartmentStates& states,
                                                                    const v1::StartConversation& command) const {
    const auto* chosen = config.department(DepartmentId{command.department()});
    if (!chosen) return Error{ErrorCode::invalid_argument, "department: unknown"};
    auto requirement = requirement_of(config, *chosen, command.topic(), command.skills());
    if (requirement.has_error()) return requirement.error();
    auto preferred = preferred_of(config, command.preferred());
    if (preferred.has_error()) return preferred.error();
    requirement->preferred = std::move(*preferred);
    const auto now = context_.clock.now();
    const auto full = [&](const domain::Department& department) {
        const auto state = states.find(department.id.value);
        return state != states.end() && state->second.full;
    };
    const auto* takes = domain::taking(config, chosen->id, now, full);
    if (!takes) return not_taking(*chosen, now);
    if (takes != chosen) *requirement = domain::carried_over(*requirement, takes->id, config);
    requirement->bots = takes->bot_first;
    const auto* topic = chosen->topic(command.topic());
    return Destination{takes, std::move(*requirement), std::max(visitor_.boost, topic ? topic->boost : Duration{0}),
                       visitor_.urgent || (topic && topic->urgent)};
}

Result<ports::StartConversation> CustomerCommands::checked(const DepartmentStates& states, const v1::StartConversation& command) {
    const auto tenant_config = config();
    if (!tenant_config) return Error{ErrorCode::unavailable, "the tenant's configuration cannot be read now", 1000};
    auto to = destination(*tenant_config, states, command);
    if (to.has_error()) return to.error();
    if (const auto ok = check_text("name", command.name(), name_bytes); ok.has_error()) return ok.error();

    ports::StartConversation request;
    request.id = ConversationId{random_id()};
    request.session = stored(request.id);
    request.visitor = VisitorId{identity().person};
    request.customer_name = command.name().empty() ? shortened(visitor_.name, name_bytes) : command.name();
    request.topic = command.topic();
    request.requirement = std::move(to->requirement);
    request.weight = to->department->conversation_weight;
    request.boost = to->boost;
    request.urgent = to->urgent;
    request.sticky_window = to->department->sticky_window;
    request.epoch = random_u64();
    request.started = draft::conversation_started(to->department->id.value, command.topic(), request.customer_name);
    request.instance = instance();
    request.start_id = command.start_id();
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

}  // namespace switchboard::app
