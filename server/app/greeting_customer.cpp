// SPDX-License-Identifier: Apache-2.0
// The customers' part of Greeting.
#include "app/greeting.hpp"

#include "app/hub.hpp"
#include "app/tenants.hpp"

namespace switchboard::app {

namespace {

constexpr Duration old_token_good_for{60'000};

bool is_current(const ports::VisitorIdentity& visitor, const ports::VisitorRecord& record, Timestamp now) {
    if (visitor.identified || visitor.generation == record.generation) return true;
    if (visitor.generation + 1 != record.generation) return false;
    // Until somebody comes with the new token, nobody is known to have it.
    return record.generation_since == Timestamp{} || now - record.generation_since <= old_token_good_for;
}

bool is_over(const ports::ConversationRecord& record) { return record.routing.status == domain::ConversationStatus::closed; }

}  // namespace

void Greeting::greet_visitor() {
    const auto now = context_.clock.now();
    switch (hello_.credential_case()) {
        case v1::Hello::kCustomerJwt: {
            auto verified = context_.tokens.verify_customer_jwt(*config_->site(hello_.site_key()), hello_.customer_jwt(), now);
            if (usable(verified)) greet_known(std::move(*verified));
            return;
        }
        case v1::Hello::kVisitorToken: {
            if (hello_.visitor_token().empty()) return open_customer({VisitorId{random_id()}, 0, {}, false}, {});
            auto verified = context_.tokens.verify_visitor_token(config_->id, hello_.visitor_token(), now);
            if (usable(verified)) greet_known(std::move(*verified));
            return;
        }
        default: return refuse({ErrorCode::unauthenticated, "credential: missing"});
    }
}

void Greeting::greet_known(ports::VisitorIdentity visitor) {
    context_.conversations.load_visitor(config_->id, visitor.visitor, [self = shared_from_this(), visitor](Result<ports::VisitorRecord> result) {
        // Nothing is stored about him yet.
        if (result.has_error() && result.error().code == ErrorCode::not_found) result = ports::VisitorRecord{};
        if (self->usable(result)) self->with_visitor(visitor, *result);
    });
}

void Greeting::with_visitor(ports::VisitorIdentity visitor, const ports::VisitorRecord& record) {
    if (!is_current(visitor, record, context_.clock.now())) return refuse({ErrorCode::unauthenticated, "the token was replaced"});
    if (!visitor.identified && visitor.generation > 0 && visitor.generation == record.generation && record.generation_since == Timestamp{})
        context_.conversations.present_visitor_generation(config_->id, visitor.visitor, visitor.generation, [](Result<ports::VisitorRecord>) {});
    visitor.generation = record.generation;
    open_customer(visitor, record.open_conversation);
}

void Greeting::open_customer(const ports::VisitorIdentity& visitor, const ConversationId& open) {
    if (!room_for(domain::Role::customer, visitor.visitor.value)) return;
    if (!visitor.identified) {
        token_ = context_.tokens.issue_visitor_token(config_->id, visitor.visitor, visitor.generation, context_.clock.now());
    }
    customer_ = std::make_shared<CustomerCommands>(
        context_, identity(domain::Role::customer, visitor.visitor.value, 0), *link_, hello_.client_instance(),
        CustomerCommands::Visitor{visitor.generation, visitor.identified, visitor.name, connection_.address, visitor.boost, visitor.urgent});
    outcome_.began(customer_);
    if (open.empty()) return welcome_customer(std::nullopt);
    customer_->attach(open, [self = shared_from_this()](Result<ports::ConversationRecord> result) { self->attached(result); });
}

void Greeting::attached(const Result<ports::ConversationRecord>& result) {
    if (result.has_error() && result.error().code == ErrorCode::not_found) return welcome_customer(std::nullopt);
    if (!usable(result)) return;
    // What has ended is told to those only who were there.
    const bool told = !is_over(*result) || resume_from(result->routing.id).seq > 0;
    welcome_customer(told ? std::optional(*result) : std::nullopt);
}

void Greeting::welcome_customer(const std::optional<ports::ConversationRecord>& open) {
    if (!link_) return;
    context_.hub.queues().departments(config_->id, [self = shared_from_this(), open](const DepartmentStates&) {
        if (!self->link_) return;
        auto frame = self->welcome(customer_participant({}));
        if (open && !is_over(*open)) *frame.mutable_welcome()->add_conversations() = for_customer(*open, self->config_.get());
        self->finish(frame, self->customer_);
        if (open) self->customer_->follow(*open, self->resume_from(open->routing.id), true);
        self->resume_others(open);
    });
}

// Conversations that the client still shows, although they are not open any more.
void Greeting::resume_others(const std::optional<ports::ConversationRecord>& open) {
    for (const auto& point : hello_.resume()) {
        if (open && open->routing.id.value == point.conversation_id()) continue;
        resume_ended(ConversationId{point.conversation_id()});
    }
}

void Greeting::resume_ended(const ConversationId& conversation) {
    const auto tell_lost = [self = shared_from_this(), conversation] {
        v1::ServerFrame frame;
        frame.mutable_resume_gap()->mutable_snapshot()->set_id(conversation.value);
        frame.mutable_resume_gap()->mutable_snapshot()->set_status(v1::CLOSED);
        self->customer_->send(frame);
    };
    if (!valid_id(conversation.value)) return tell_lost();
    context_.conversations.load(config_->id, conversation, [self = shared_from_this(), conversation, tell_lost](
                                                               Result<ports::ConversationRecord> result) {
        const auto& customer = self->customer_;
        if (!customer->open()) return;
        if (result.has_value() && result->visitor.value == customer->identity().person) {
            return customer->follow(*result, self->resume_from(conversation), true);
        }
        if (result.has_value() || result.error().code == ErrorCode::not_found) return tell_lost();
        // What it missed cannot be told now, and silence would hide it: it must come back.
        customer->close(v1::SERVICE_RESTART, "the store is away");
    });
}

}  // namespace switchboard::app
