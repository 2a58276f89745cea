// SPDX-License-Identifier: Apache-2.0
// Looking at what a tenant has in the store, object by object, without changing it; and putting right what has one right answer.
// One object per shard; thread: that shard. Errors of every verb: unavailable.
#pragma once

#include "base/error.hpp"
#include "domain/audit.hpp"

#include <string>
#include <vector>

namespace switchboard::ports {

// What there is to look at, at this moment.
struct AuditObjects {
    std::vector<ConversationId> conversations;  // live, and those whose hash still exists
    std::vector<AgentId> agents;                // who were ever here
    std::vector<std::string> strays;            // names of keys, without the tenant's prefix, that seem to belong to nobody
};

class AuditStore {
public:
    virtual ~AuditStore() = default;

    virtual void list(const TenantId&, Callback<AuditObjects>) = 0;
    // Each in one atomic moment.
    virtual void read_conversation(const TenantId&, const ConversationId&, Callback<domain::AuditedConversation>) = 0;
    virtual void read_agent(const TenantId&, const AgentId&, Callback<domain::AuditedAgent>) = 0;
    // The whole log, in pages; it never changes but at its end.
    virtual void read_log(const TenantId&, const ConversationId&, Callback<std::vector<domain::AuditedEntry>>) = 0;

    // Does nobody own this key? `remove`: then it goes.
    virtual void look_at_stray(const TenantId&, const std::string& name, bool remove, Callback<bool>) = 0;

    // Carries out the mend if its reason still holds at that moment. True: something was changed.
    virtual void mend(const TenantId&, const domain::AuditedConversation&, domain::Mend, Callback<bool>) = 0;
    virtual void mend(const TenantId&, const domain::AuditedAgent&, domain::Mend, Callback<bool>) = 0;
};

}  // namespace switchboard::ports
