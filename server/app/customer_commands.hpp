// SPDX-License-Identifier: Apache-2.0
// A welcomed customer: starts, follows and ends his conversations. Only what is needed while idle is kept: the session may be one of
// very many. Thread: its shard.
#pragma once

#include "app/channels.hpp"
#include "app/queue_watch.hpp"
#include "app/session_commands.hpp"

namespace switchboard::app {

class CustomerCommands final : public SessionCommands {
public:
    struct Visitor {
        std::uint64_t generation = 0;  // of the token; 0: nothing is stored about him
        bool identified = false;       // by the site: no token of ours
        std::string name;              // as the site told it
        std::string address;
        Duration boost{0};             // of every conversation, as the site told it
        bool urgent = false;
    };

    CustomerCommands(Context& context, Identity identity, ports::ClientLink& link, std::uint64_t instance, Visitor visitor);

    // The store is told that he is here; done when the log may be read.
    void attach(const ConversationId& conversation, Callback<ports::ConversationRecord> done);
    // He takes part; events begin with what comes after `from`.
    void follow(const ports::ConversationRecord& record, ResumeFrom from, bool announce);

    ConversationId attached() const override { return attached_; }

private:
    void run(const v1::ClientFrame& frame, const TicketPtr& ticket) override;
    std::optional<domain::Relation> known_relation(const ConversationId& conversation, domain::Command command) override;
    domain::Relation relation_to(const ports::ConversationRecord& record) override;
    void leave() override;
    Author author() const override { return {domain::Role::customer, {}}; }
    v1::Participant self() const override { return customer_participant({}); }

    void start(const v1::StartConversation& command, const TicketPtr& ticket);
    struct Destination {
        const domain::Department* department;
        domain::Requirement requirement;
        Duration boost;
        bool urgent;
    };
    void start_in(const DepartmentStates& states, const v1::StartConversation& command, const TicketPtr& ticket);
    Result<Destination> destination(const domain::TenantConfig& config, const DepartmentStates& states,
                                    const v1::StartConversation& command) const;
    Result<ports::StartConversation> checked(const DepartmentStates& states, const v1::StartConversation& command);
    void started(Result<ports::StartedConversation> result, const TicketPtr& ticket);
    void leave_again();
    void opened(const ports::ConversationRecord& record, bool existing, const TicketPtr& ticket);
    void renew_token();
    void leave_queue(const std::string& conversation, const TicketPtr& ticket);
    void end(const std::string& conversation, const TicketPtr& ticket);
    void end_in_store(const ports::ConversationRecord& record, const TicketPtr& ticket);
    void rate(const v1::RateConversation& command, const TicketPtr& ticket);
    ports::CustomerSession stored(const ConversationId& conversation) const;

    Visitor visitor_;
    ConversationId attached_;
    std::vector<ConversationId> own_;  // known to be his; the last ones
};

}  // namespace switchboard::app
