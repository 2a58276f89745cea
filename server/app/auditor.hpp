// SPDX-License-Identifier: Apache-2.0
// Looks again and again at everything that the tenants led here have in the store: does it agree with itself? Slowly, one object at a
// time. What stands twice, a round apart and at the same version, is a violation: counted, and told once. Thread: its shard.
#pragma once

#include "app/context.hpp"
#include "ports/audit_store.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_set>
#include <variant>
#include <vector>

namespace switchboard::app {

class Auditor {
public:
    // `led`: the tenants to work for at this moment.
    Auditor(Context& context, ports::AuditStore& store, std::function<std::vector<TenantId>()> led);
    ~Auditor();

    void start();
    void stop();

private:
    struct Object {
        TenantId tenant;
        std::variant<ConversationId, AgentId, std::string> id;  // or the name of a stray key
    };

    void arm(Duration wait);
    void step();
    void begin_round();
    void look_at(const TenantId& tenant, const ConversationId& conversation);
    void look_at(const TenantId& tenant, const AgentId& agent);
    void look_at(const TenantId& tenant, const std::string& stray);
    template <class Id>
    void judge_unread(const TenantId& tenant, const Id& id, const Error& error);
    void judge(const TenantId& tenant, const std::vector<domain::Finding>& findings);

    Context& context_;
    ports::AuditStore& store_;
    std::function<std::vector<TenantId>()> led_;
    std::deque<Object> objects_;  // still to be looked at in this round
    std::size_t lists_open_ = 0;
    std::unordered_set<std::string> suspects_, new_suspects_, told_;
    Timer timer_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace switchboard::app
