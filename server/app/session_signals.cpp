// SPDX-License-Identifier: Apache-2.0
// Typing and horizons of a session: never logged, never queued behind commands, slowed down to the pace of LatestValues.
#include "app/hub.hpp"
#include "app/session_commands.hpp"

namespace switchboard::app {

using domain::Command;

// Latest values are not worth a look into the store: only what is known here may be signalled about.
bool SessionCommands::may_signal(const v1::ClientFrame& frame, const std::string& conversation, Command command) {
    const auto relation = valid_id(conversation) ? known_relation(ConversationId{conversation}, command) : std::nullopt;
    if (!relation || !domain::allowed(identity().role, *relation, command)) {
        refuse(frame.request_id(), no_such_conversation());
        return false;
    }
    if (frame.request_id() != 0) {
        v1::ServerFrame done;
        done.set_reply_to(frame.request_id());
        done.mutable_done();
        send(done);
    }
    return true;
}

void SessionCommands::set_typing(const v1::ClientFrame& frame) {
    const auto& command = frame.set_typing();
    if (!may_signal(frame, command.conversation_id(), Command::set_typing)) return;
    pending().values.set_typing(command.conversation_id(), command.typing());
    flush();
}

void SessionCommands::advance_horizons(const v1::ClientFrame& frame) {
    const auto& command = frame.advance_horizons();
    if (!may_signal(frame, command.conversation_id(), Command::advance_horizons)) return;
    // Nobody has received or read what was not sent to him.
    const auto sent = context_.hub.channels().cursor(*this, ConversationId{command.conversation_id()}).value_or(0);
    const auto read = std::min(command.read_seq(), static_cast<google::protobuf::uint64>(sent));
    const auto delivered = std::max(std::min(command.delivered_seq(), static_cast<google::protobuf::uint64>(sent)), read);
    pending().values.advance(command.conversation_id(), {delivered, read});
    flush();
}

SessionCommands::Pending& SessionCommands::pending() {
    if (!pending_) pending_ = std::make_unique<Pending>(context_.executor);
    return *pending_;
}

void SessionCommands::flush() {
    if (!pending_) return;
    for (const auto& due : pending_->values.take(std::chrono::steady_clock::now())) {
        const ConversationId conversation{due.conversation};
        if (due.typing) {
            v1::ServerFrame frame;
            frame.mutable_typing()->set_conversation_id(due.conversation);
            *frame.mutable_typing()->mutable_participant() = self();
            frame.mutable_typing()->set_typing(*due.typing);
            context_.conversations.publish_latest(tenant(), conversation,
                                                  {ports::Audience::all, identity().id, frame.SerializeAsString()});
        }
        if (due.horizons) {
            context_.conversations.advance_horizons(tenant(), conversation, identity().role, identity().person, due.horizons->delivered,
                                                    due.horizons->read);
        }
    }
    const auto next = pending_->values.next();
    if (!next) return;
    pending_->timer.expires_at(*next);
    pending_->timer.async_wait([weak = weak_from_this()](boost::system::error_code failed) {
        if (failed) return;
        if (const auto self = weak.lock()) std::static_pointer_cast<SessionCommands>(self)->flush();
    });
}

}  // namespace switchboard::app
