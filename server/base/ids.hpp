// SPDX-License-Identifier: Apache-2.0
// Identifiers that cannot be mixed up, and their random generator. Thread: any.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace switchboard {

template <class Tag>
struct Id {
    std::string value;

    Id() = default;
    explicit Id(std::string text) : value(std::move(text)) {}
    explicit Id(std::string_view text) : value(text) {}
    explicit Id(const char* text) : value(text) {}

    bool empty() const { return value.empty(); }
    auto operator<=>(const Id&) const = default;
};

using TenantId = Id<struct TenantTag>;
using ConversationId = Id<struct ConversationTag>;
using AgentId = Id<struct AgentTag>;
using VisitorId = Id<struct VisitorTag>;  // a customer: anonymous, or "user:" + subject of the site's JWT
using OfferId = Id<struct OfferTag>;
using SessionId = Id<struct SessionTag>;
using DepartmentId = Id<struct DepartmentTag>;
using Incarnation = Id<struct IncarnationTag>;  // one life of a node
using Endpoint = Id<struct EndpointTag>;        // "<incarnation>.<shard>": where a bus message for a session must go

// 128 random bits as 22 characters of base64url. None begins with '-': at the prompt it would be taken for an option, in a
// spreadsheet for a formula.
std::string random_id();
// Never 0.
std::uint64_t random_u64();

}  // namespace switchboard

template <class Tag>
struct std::hash<switchboard::Id<Tag>> {
    std::size_t operator()(const switchboard::Id<Tag>& id) const noexcept { return std::hash<std::string>{}(id.value); }
};
