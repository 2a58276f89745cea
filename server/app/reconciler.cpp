// SPDX-License-Identifier: Apache-2.0
#include "app/reconciler.hpp"

#include <unordered_set>

namespace switchboard::app {

std::vector<domain::Input> Reconciler::compare(const domain::Router& router, const ports::RoutingSnapshot& stored) {
    std::vector<domain::Input> mend;
    std::unordered_map<std::string, std::uint64_t> suspects;
    const auto behind = [&](const std::string& key, std::uint64_t in_memory, const domain::Input& truth) {
        const auto before = suspects_.find(key);
        if (before != suspects_.end() && before->second == in_memory) {
            mend.push_back(truth);
        } else {
            suspects.emplace(key, in_memory);
        }
    };
    std::unordered_set<ConversationId> live;
    for (const auto& conversation : stored.conversations) {
        live.insert(conversation.id);
        const auto known = router.conversation(conversation.id);
        if (!known || known->version < conversation.version) behind("c" + conversation.id.value, known ? known->version : 0, conversation);
    }
    for (const auto& agent : stored.agents) {
        const auto* known = router.agent(agent.id);
        if (!known || known->version < agent.version) behind("a" + agent.id.value, known ? known->version : 0, agent);
    }
    for (const auto& id : router.conversation_ids()) {
        if (!live.contains(id)) behind("c" + id.value, router.conversation(id)->version, domain::ConversationGone{id});
    }
    suspects_ = std::move(suspects);
    return mend;
}

}  // namespace switchboard::app
