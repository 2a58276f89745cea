// SPDX-License-Identifier: Apache-2.0
// A welcomed member of staff: state, offers, and what an owner does with his conversations. What he has in hand is known to the hub's
// AgentViews; the store decides, by assign_epoch, in every case of doubt. Thread: its shard.
#pragma once

#include "app/session_commands.hpp"

namespace switchboard::app {

class AgentCommands final : public SessionCommands {
public:
    using SessionCommands::SessionCommands;

private:
    void run(const v1::ClientFrame& frame, const TicketPtr& ticket) override;
    std::optional<domain::Relation> known_relation(const ConversationId& conversation, domain::Command command) override;
    domain::Relation relation_to(const ports::ConversationRecord& record) override;
    void leave() override;
    Author author() const override { return {identity().role, agent()}; }
    v1::Participant self() const override;

    void set_state(const v1::SetAgentState& command, const TicketPtr& ticket);
    void accept(const v1::AcceptOffer& command, const TicketPtr& ticket);
    void decline(const v1::DeclineOffer& command, const TicketPtr& ticket);
    void end_offer(const ports::OfferAnswer& answer, const domain::Conversation& conversation, const std::string& reason,
                   const TicketPtr& ticket);
    void transfer(const v1::TransferConversation& command, const TicketPtr& ticket);
    Result<ports::TransferRequest> checked(const v1::TransferConversation& command, const Access& access);
    Result<const domain::Department*> destination(const v1::TransferConversation& command, const DepartmentId& from) const;
    void transfer_to(const AgentId& agent, ports::TransferRequest request, const TicketPtr& ticket);
    void transfer_if_free(ports::TransferRequest request, domain::Conversation conversation, const TicketPtr& ticket);
    void list_colleagues(const TicketPtr& ticket);
    void list_waiting(const v1::ListWaiting& command, const TicketPtr& ticket);
    void read_waiting(const std::vector<ConversationId>& ids, const TicketPtr& ticket);
    void pick(const v1::PickConversation& command, const TicketPtr& ticket);
    void set_priority(const v1::SetPriority& command, const TicketPtr& ticket);
    void start_consult(const v1::StartConsult& command, const TicketPtr& ticket);
    void complete_consult(const v1::CompleteConsult& command, const TicketPtr& ticket);
    void end_consult(const v1::EndConsult& command, const TicketPtr& ticket);
    Result<ports::ConsultRequest> consult_with(const v1::StartConsult& command, const Access& access);
    void watch_queues(bool watch, const TicketPtr& ticket);
    void explain(const v1::ExplainConversation& command, const TicketPtr& ticket);
    void close_conversation(const v1::CloseConversation& command, const TicketPtr& ticket);
    void finish_wrap_up(const v1::FinishWrapUp& command, const TicketPtr& ticket);
    AgentId owner(const Access& access) const;
    ports::CloseRequest closing(const Access& access, std::uint64_t assign_epoch, const std::string& disposition, const std::string& comment);
    const domain::Department* department_of(const domain::TenantConfigPtr& tenant_config, const ports::ConversationRecord& record) const;
};

Error config_unavailable();

}  // namespace switchboard::app
