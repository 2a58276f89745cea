// SPDX-License-Identifier: Apache-2.0
// What customers and staff have in common after Hello: the order of a session's commands, their answers, the check of access, and the
// commands that both may send. Messages are pipelined - the store keeps their order; every other command waits until the
// earlier ones are answered. Thread: its shard.
#pragma once

#include "app/context.hpp"
#include "app/latest_values.hpp"
#include "app/local_session.hpp"
#include "app/model.hpp"

#include <functional>
#include <list>
#include <memory>

namespace switchboard::app {

// The relation to a conversation, and what is known of it.
struct Access {
    domain::Relation relation = domain::Relation::none;
    std::optional<ports::ConversationRecord> record;
};

class SessionCommands : public LocalSession {
public:
    SessionCommands(Context& context, Identity identity, ports::ClientLink& link, std::uint64_t instance);

    void handle(const v1::ClientFrame& frame);
    // The link is gone; nothing touches it from here on.
    void disconnected();

protected:
    // One command being carried out. When the last reference goes, the session's next command may begin; when nothing was answered
    // by then, something broke on the way, and the session ends: its client repeats on a new one.
    class Ticket {
    public:
        Ticket(std::shared_ptr<SessionCommands> session, std::uint32_t request_id, bool message)
            : session_(std::move(session)), request_id_(request_id), message_(message) {}
        ~Ticket();
        Ticket(const Ticket&) = delete;
        Ticket& operator=(const Ticket&) = delete;

        void done();
        void fail(const Error& error);
        // Illegal in the present state: said in the command's own words.
        void fail(Error error, const char* illegal) {
            if (illegal && error.code == ErrorCode::illegal_state) error.message = illegal;
            fail(error);
        }
        void reply(v1::ServerFrame& frame);

    private:
        std::shared_ptr<SessionCommands> session_;
        std::uint32_t request_id_;
        bool message_;
        bool answered_ = false;
    };
    using TicketPtr = std::shared_ptr<Ticket>;
    using AccessDone = std::function<void(Access)>;

    // The commands of one role; those of both are handled here.
    virtual void run(const v1::ClientFrame& frame, const TicketPtr& ticket) = 0;
    // Known without asking the store; nullopt: it must be asked.
    virtual std::optional<domain::Relation> known_relation(const ConversationId& conversation, domain::Command command) = 0;
    virtual domain::Relation relation_to(const ports::ConversationRecord& record) = 0;
    // Leaves all tables and tells the store.
    virtual void leave() = 0;
    virtual Author author() const = 0;
    virtual v1::Participant self() const = 0;

    // Calls `next` when the command is allowed, else `denied`, or answers NOT_FOUND. With `load`, `next` gets the stored record.
    void with_access(const std::string& conversation, domain::Command command, bool load, const TicketPtr& ticket, AccessDone next,
                     std::function<void()> denied = {});
    domain::TenantConfigPtr config() const;
    std::uint64_t instance() const { return instance_; }
    Context& context_;

    template <class Derived>
    std::shared_ptr<Derived> self_as() {
        return std::static_pointer_cast<Derived>(shared_from_this());
    }

    // Answers a command for which the store has nothing to tell but success. `illegal`: why it may be that it is not possible now.
    static Callback<void> done_or_error(const TicketPtr& ticket, const char* illegal = nullptr) {
        return [ticket, illegal](Result<void> result) { result.has_error() ? ticket->fail(result.error(), illegal) : ticket->done(); };
    }

private:
    struct Pending {
        LatestValues values;
        Timer timer;
        explicit Pending(Executor executor) : timer(executor) {}
    };

    void submit(const v1::ClientFrame& frame);
    void begin(const v1::ClientFrame& frame);
    void ended(bool message);
    void pump();
    void refuse(std::uint32_t request_id, const Error& error);

    void send_message(const std::string& conversation, std::uint32_t number, const v1::Message& body, std::uint64_t assign_epoch, bool note,
                      const TicketPtr& ticket);
    // `hidden`: whoever asks may know of nothing but of what he said himself.
    void append(ports::AppendMessage message, const TicketPtr& ticket, bool hidden = false);
    void read_log(const v1::ReadLog& command, const TicketPtr& ticket);
    void set_typing(const v1::ClientFrame& frame);
    void advance_horizons(const v1::ClientFrame& frame);
    bool may_signal(const v1::ClientFrame& frame, const std::string& conversation, domain::Command command);
    Pending& pending();
    void flush();

    std::uint64_t instance_;
    std::list<v1::ClientFrame> waiting_;
    std::size_t messages_ = 0;  // without answer
    bool barrier_ = false;      // a command that the later ones wait for
    std::unique_ptr<Pending> pending_;
};

using SessionCommandsPtr = std::shared_ptr<SessionCommands>;

domain::Command command_of(v1::ClientFrame::CommandCase command);
Error no_such_conversation();

}  // namespace switchboard::app
