// SPDX-License-Identifier: Apache-2.0
// ports::AuditStore on Redis: one read-only script per object. One per shard; thread: that shard.
#pragma once

#include "ports/audit_store.hpp"
#include "redis/caller.hpp"

#include <memory>

namespace switchboard::redis {

class RedisAuditStore final : public ports::AuditStore {
public:
    explicit RedisAuditStore(Caller& caller) : caller_(caller) {}

    void list(const TenantId&, Callback<ports::AuditObjects>) override;
    void read_conversation(const TenantId&, const ConversationId&, Callback<domain::AuditedConversation>) override;
    void read_agent(const TenantId&, const AgentId&, Callback<domain::AuditedAgent>) override;
    void read_log(const TenantId&, const ConversationId&, Callback<std::vector<domain::AuditedEntry>>) override;
    void look_at_stray(const TenantId&, const std::string& name, bool remove, Callback<bool>) override;
    void mend(const TenantId&, const domain::AuditedConversation&, domain::Mend, Callback<bool>) override;
    void mend(const TenantId&, const domain::AuditedAgent&, domain::Mend, Callback<bool>) override;

private:
    struct Listing;
    void scan(const TenantId&, std::shared_ptr<Listing>, std::string cursor, Callback<ports::AuditObjects>);
    void look_at_conversation(const TenantId&, const ConversationId&, const std::string& agent, int attempts, Callback<domain::AuditedConversation>);
    void look_at_agent(const TenantId&, const AgentId&, const Words& in_hand, int attempts, Callback<domain::AuditedAgent>);
    void read_page(const TenantId&, const ConversationId&, std::shared_ptr<std::vector<domain::AuditedEntry>>,
                   Callback<std::vector<domain::AuditedEntry>>);
    void recount(const TenantId&, const AgentId&, Callback<bool>);
    void end_sessions(const TenantId&, const std::string& script, const Words& keys, const std::string& owner,
                      const std::vector<domain::AuditedSession>&, Callback<bool>);

    Caller& caller_;
};

}  // namespace switchboard::redis
