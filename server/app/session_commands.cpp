// SPDX-License-Identifier: Apache-2.0
#include "app/session_commands.hpp"

#include "app/hub.hpp"
#include "app/log_reader.hpp"
#include "app/tenants.hpp"

#include <boost/asio/post.hpp>

namespace switchboard::app {

namespace {

using Case = v1::ClientFrame::CommandCase;
using domain::Command;
using domain::Relation;

constexpr std::size_t most_waiting = 256;
constexpr std::size_t most_messages = 1024;

bool is_message(const v1::ClientFrame& frame) { return frame.command_case() == Case::kSendMessage || frame.command_case() == Case::kSendNote; }

bool ever_allowed(domain::Role role, Command command) {
    constexpr Relation all[] = {Relation::none, Relation::customer, Relation::offered, Relation::owner, Relation::department};
    return std::any_of(std::begin(all), std::end(all), [&](Relation relation) { return domain::allowed(role, relation, command); });
}

}  // namespace

Error no_such_conversation() { return {ErrorCode::not_found, "no such conversation"}; }

Command command_of(Case command) {
    switch (command) {
        case Case::kHello: return Command::hello;
        case Case::kPing: return Command::ping;
        case Case::kStartConversation: return Command::start_conversation;
        case Case::kLeaveQueue: return Command::leave_queue;
        case Case::kEndConversation: return Command::end_conversation;
        case Case::kRateConversation: return Command::rate_conversation;
        case Case::kSendMessage: return Command::send_message;
        case Case::kSetTyping: return Command::set_typing;
        case Case::kAdvanceHorizons: return Command::advance_horizons;
        case Case::kReadLog: return Command::read_log;
        case Case::kSetAgentState: return Command::set_agent_state;
        case Case::kAcceptOffer: return Command::accept_offer;
        case Case::kDeclineOffer: return Command::decline_offer;
        case Case::kSendNote: return Command::send_note;
        case Case::kTransferConversation: return Command::transfer_conversation;
        case Case::kCloseConversation: return Command::close_conversation;
        case Case::kFinishWrapUp: return Command::finish_wrap_up;
        case Case::kListColleagues: return Command::list_colleagues;
        case Case::kListWaiting: return Command::list_waiting;
        case Case::kPickConversation: return Command::pick_conversation;
        case Case::kStartConsult: return Command::start_consult;
        case Case::kCompleteConsult: return Command::complete_consult;
        case Case::kEndConsult: return Command::end_consult;
        case Case::kWatchQueues: return Command::watch_queues;
        case Case::kExplainConversation: return Command::explain_conversation;
        case Case::kSetPriority: return Command::set_priority;
        case Case::COMMAND_NOT_SET: break;
    }
    return Command::ping;
}

SessionCommands::SessionCommands(Context& context, Identity identity, ports::ClientLink& link, std::uint64_t instance)
    : LocalSession(std::move(identity), link), context_(context), instance_(instance) {}

void SessionCommands::disconnected() {
    drop_link();
    waiting_.clear();
    pending_.reset();
    // The call may come from inside a send, while the hub walks through its tables.
    asio::post(context_.executor, [self = self_as<SessionCommands>()] { self->leave(); });
}

// ---- order

void SessionCommands::handle(const v1::ClientFrame& frame) {
    switch (frame.command_case()) {
        case Case::COMMAND_NOT_SET: {
            const bool newer = !frame.GetReflection()->GetUnknownFields(frame).empty();
            return refuse(frame.request_id(), newer ? Error{ErrorCode::unsupported, "this server does not know the command"}
                                                    : Error{ErrorCode::invalid_argument, "command: missing"});
        }
        case Case::kHello: return refuse(frame.request_id(), {ErrorCode::illegal_state, "Hello was said already"});
        case Case::kPing: {
            v1::ServerFrame pong;
            pong.set_reply_to(frame.request_id());
            pong.mutable_pong()->set_server_time_ms(to_ms(context_.clock.now()));
            send(pong);
            return;
        }
        case Case::kSetTyping: return set_typing(frame);
        case Case::kAdvanceHorizons: return advance_horizons(frame);
        default: return submit(frame);
    }
}

void SessionCommands::submit(const v1::ClientFrame& frame) {
    if (!ever_allowed(identity().role, command_of(frame.command_case()))) return refuse(frame.request_id(), no_such_conversation());
    const bool must_wait = barrier_ || !waiting_.empty() || (messages_ > 0 && !is_message(frame));
    if (!must_wait && messages_ < most_messages) return begin(frame);
    if (waiting_.size() >= most_waiting) {
        context_.metrics.rate_limited("commands").Increment();
        return refuse(frame.request_id(), {ErrorCode::rate_limited, "too many commands without an answer", 1000});
    }
    waiting_.push_back(frame);
}

void SessionCommands::begin(const v1::ClientFrame& frame) {
    const bool message = is_message(frame);
    if (message) {
        ++messages_;
    } else {
        barrier_ = true;
    }
    const auto ticket = std::make_shared<Ticket>(self_as<SessionCommands>(), frame.request_id(), message);
    switch (frame.command_case()) {
        case Case::kSendMessage: {
            const auto& command = frame.send_message();
            return send_message(command.conversation_id(), command.number(), command.message(), command.assign_epoch(), false, ticket);
        }
        case Case::kSendNote: {
            const auto& command = frame.send_note();
            return send_message(command.conversation_id(), command.number(), command.note(), command.assign_epoch(), true, ticket);
        }
        case Case::kReadLog: return read_log(frame.read_log(), ticket);
        default: return run(frame, ticket);
    }
}

void SessionCommands::ended(bool message) {
    if (message) {
        --messages_;
    } else {
        barrier_ = false;
    }
    if (waiting_.empty()) return;
    asio::post(context_.executor, [self = self_as<SessionCommands>()] { self->pump(); });
}

void SessionCommands::pump() {
    while (!waiting_.empty() && !barrier_ && messages_ < most_messages && (messages_ == 0 || is_message(waiting_.front()))) {
        const v1::ClientFrame frame = std::move(waiting_.front());
        waiting_.pop_front();
        begin(frame);
    }
}

// ---- answers

void SessionCommands::refuse(std::uint32_t request_id, const Error& error) {
    v1::ServerFrame frame;
    frame.set_reply_to(request_id);
    *frame.mutable_error() = to_proto(error);
    context_.metrics.error_replies(v1::ErrorCode_Name(frame.error().code())).Increment();
    send(frame);
}

SessionCommands::Ticket::~Ticket() {
    if (!answered_) session_->close(ports::internal_error, "internal error");
    session_->ended(message_);
}

void SessionCommands::Ticket::fail(const Error& error) {
    answered_ = true;
    session_->refuse(request_id_, error);
}

void SessionCommands::Ticket::done() {
    v1::ServerFrame frame;
    frame.mutable_done();
    reply(frame);
}

void SessionCommands::Ticket::reply(v1::ServerFrame& frame) {
    answered_ = true;
    if (request_id_ == 0) return;
    frame.set_reply_to(request_id_);
    session_->send(frame);
}

// ---- access

domain::TenantConfigPtr SessionCommands::config() const { return context_.tenants.cached(tenant()); }

void SessionCommands::with_access(const std::string& conversation, Command command, bool load, const TicketPtr& ticket, AccessDone next,
                                  std::function<void()> denied) {
    if (!valid_id(conversation)) return ticket->fail(no_such_conversation());
    if (!denied) denied = [ticket] { ticket->fail(no_such_conversation()); };
    const ConversationId id{conversation};
    const auto known = known_relation(id, command);
    if (known && !domain::allowed(identity().role, *known, command)) return denied();
    if (known && !load) return next({*known, std::nullopt});
    const auto answer = [self = self_as<SessionCommands>(), command, ticket, next = std::move(next),
                         denied = std::move(denied)](Result<ports::ConversationRecord> result) {
        if (result.has_error()) return ticket->fail(result.error().code == ErrorCode::not_found ? no_such_conversation() : result.error());
        // What is known here may be newer in one case only: an ownership that has just ended, and there the store has the last word.
        const auto relation = self->known_relation(result->routing.id, command).value_or(self->relation_to(*result));
        if (!domain::allowed(self->identity().role, relation, command)) return denied();
        next({relation, std::move(*result)});
    };
    context_.conversations.load(tenant(), id, answer);
}

// ---- messages

void SessionCommands::send_message(const std::string& conversation, std::uint32_t number, const v1::Message& body,
                                   std::uint64_t assign_epoch, bool note, const TicketPtr& ticket) {
    const char* field = note ? "note.text" : "message.text";
    if (number == 0) return ticket->fail({ErrorCode::invalid_argument, "number: counts from 1"});
    if (const auto checked = check_body(field, body, context_.limits.text_bytes); checked.has_error()) return ticket->fail(checked.error());
    ports::AppendMessage message;
    message.conversation = ConversationId{conversation};
    message.role = identity().role;
    message.sender = identity().person;
    message.assign_epoch = assign_epoch;
    message.instance = instance_;
    message.number = number;
    message.body_digest = body_digest(body, note);
    message.event = note ? draft::note(author(), instance_, number, body) : draft::message(author(), instance_, number, body);
    const auto command = note ? Command::send_note : Command::send_message;
    // The common case, without the detour through a closure that carries the whole message.
    const auto known = valid_id(conversation) ? known_relation(message.conversation, command) : std::nullopt;
    if (known && domain::allowed(identity().role, *known, command)) return append(std::move(message), ticket);
    const auto shared = std::make_shared<ports::AppendMessage>(std::move(message));
    const auto self = self_as<SessionCommands>();
    // Who has lost the conversation still learns what became of his message: the store knows it by its number, and stores no new one.
    std::function<void()> denied;
    if (identity().role == domain::Role::agent) denied = [self, shared, ticket] { self->append(*shared, ticket, true); };
    with_access(conversation, command, false, ticket, [self, shared, ticket](Access) { self->append(*shared, ticket); }, std::move(denied));
}

void SessionCommands::append(ports::AppendMessage message, const TicketPtr& ticket, bool hidden) {
    const auto conversation = message.conversation;
    const auto number = message.number;
    const auto asked = std::chrono::steady_clock::now();
    context_.conversations.append(tenant(), std::move(message), [self = self_as<SessionCommands>(), ticket, conversation, number, asked,
                                                                     hidden](Result<ports::AppendedMessage> result) {
        if (result.has_error()) return ticket->fail(hidden && !result.error().temporary() ? no_such_conversation() : result.error());
        auto& metrics = self->context_.metrics;
        metrics.message_accept_seconds.Observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - asked).count());
        (result->repeated ? metrics.duplicate_sends : metrics.messages_accepted).Increment();
        v1::ServerFrame frame;
        auto* accepted = frame.mutable_message_accepted();
        accepted->set_conversation_id(conversation.value);
        accepted->set_number(number);
        accepted->set_seq(result->seq);
        accepted->set_event_id(result->event_id);
        accepted->set_time_ms(to_ms(result->time));
        ticket->reply(frame);
    });
}

void SessionCommands::read_log(const v1::ReadLog& command, const TicketPtr& ticket) {
    // An answer must leave room in the outbox for what is live.
    const auto& limits = context_.limits;
    const std::size_t bytes = (staff() ? limits.agent_outbox_bytes : limits.customer_outbox_bytes) / 2;
    const LogRequest request{tenant(), ConversationId{command.conversation_id()}, command.after_seq(), command.limit(), bytes, staff()};
    with_access(command.conversation_id(), Command::read_log, false, ticket, [self = self_as<SessionCommands>(), request, ticket](Access) {
        app::read_log(self->context_.conversations, request, [ticket](Result<v1::Log> result) {
            if (result.has_error()) return ticket->fail(result.error());
            v1::ServerFrame frame;
            *frame.mutable_log() = std::move(*result);
            ticket->reply(frame);
        });
    });
}

}  // namespace switchboard::app
