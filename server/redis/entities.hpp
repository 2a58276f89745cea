// SPDX-License-Identifier: Apache-2.0
// Hashes and routing-stream entries of Redis as values of the domain, and back. One parser for both sources. Pure.
#pragma once

#include "domain/agent.hpp"
#include "domain/conversation.hpp"
#include "ports/conversation_store.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace switchboard::redis {

// Name -> value of a flat reply (HGETALL, stream entry); views into the reply.
class Fields {
public:
    void add(std::string_view name, std::string_view value) { fields_.emplace_back(name, value); }
    bool empty() const { return fields_.empty(); }
    std::string_view text(std::string_view name) const;  // empty when absent
    std::uint64_t number(std::string_view name) const;   // 0 when absent or not a number
    Timestamp time(std::string_view name) const;
    std::optional<Timestamp> optional_time(std::string_view name) const;

private:
    std::vector<std::pair<std::string_view, std::string_view>> fields_;
};

domain::Conversation conversation_from(const ConversationId& id, const Fields& fields);
domain::Agent agent_from(const AgentId& id, const Fields& fields);
ports::ConversationRecord record_from(const ConversationId& id, const Fields& fields);

// "skill=level,...,?preferred=level,..."; first "@agent=1" when it waits for one agent only, then "@@bots=1" when for bots only.
// While an agent is named, the wish for bots is not read: it is what comes after.
std::string skills_text(const domain::Requirement& requirement);

// The fields of a conversation's hash that routing needs, in the order of the prelude's emit_conversation.
const std::vector<std::string>& routing_fields_of_conversation();
const std::vector<std::string>& routing_fields_of_agent();

}  // namespace switchboard::redis
