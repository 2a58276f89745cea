// SPDX-License-Identifier: Apache-2.0
// From Hello to Welcome: finds the tenant, checks origin and credential, opens the session in the store, sends Welcome and starts the
// replays. One object per Hello; it stops by itself when the client goes away. Thread: its shard.
#pragma once

#include "app/agent_commands.hpp"
#include "app/customer_commands.hpp"
#include "app/session.hpp"
#include "app/queue_watch.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace switchboard::app {

class Greeting : public std::enable_shared_from_this<Greeting> {
public:
    struct Outcome {
        // The session exists from here on, though not welcomed yet: it must be told when the link goes.
        std::function<void(SessionCommandsPtr)> began;
        std::function<void()> welcomed;
        std::function<void(const Error&, int close_code)> refused;
    };

    Greeting(Context& context, ports::ClientLink& link, Connection connection, const v1::Hello& hello, std::uint32_t request_id,
             Outcome outcome);

    void start();
    // The client is gone.
    void stop() { link_ = nullptr; }

private:
    Result<void> check() const;
    void with_config(domain::TenantConfigPtr config);
    void refuse(const Error& error);
    // An answer for a client that is no longer there must do nothing; a failed one refuses.
    template <class T>
    bool usable(const Result<T>& result) {
        if (!link_) return false;
        if (result.has_error()) refuse(result.error());
        return result.has_value();
    }
    bool room_for(domain::Role role, const std::string& person);
    LocalSession::Identity identity(domain::Role role, const std::string& person, std::uint64_t generation) const;
    v1::ServerFrame welcome(const v1::Participant& self) const;
    void add_departments(v1::Welcome& welcome) const;
    void finish(v1::ServerFrame& frame, const SessionCommandsPtr& session);
    ResumeFrom resume_from(const ConversationId& conversation) const;

    void greet_visitor();
    void greet_known(ports::VisitorIdentity visitor);
    void with_visitor(ports::VisitorIdentity visitor, const ports::VisitorRecord& record);
    void open_customer(const ports::VisitorIdentity& visitor, const ConversationId& open);
    void attached(const Result<ports::ConversationRecord>& result);
    void welcome_customer(const std::optional<ports::ConversationRecord>& open);
    void resume_others(const std::optional<ports::ConversationRecord>& open);
    void resume_ended(const ConversationId& conversation);

    void greet_agent();
    void open_agent(const ports::AgentIdentity& agent);
    void welcome_agent(const ports::AgentSnapshot& snapshot);

    Context& context_;
    ports::ClientLink* link_;
    Connection connection_;
    v1::Hello hello_;
    std::uint32_t request_id_;
    Outcome outcome_;
    domain::TenantConfigPtr config_;
    std::string token_;  // to be told in Welcome
    std::shared_ptr<CustomerCommands> customer_;
    std::shared_ptr<AgentCommands> agent_;
};

}  // namespace switchboard::app
