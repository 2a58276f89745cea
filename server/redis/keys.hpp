// SPDX-License-Identifier: Apache-2.0
// Every key and channel name in the system. All keys of a tenant share its hash tag, so they live on one Redis shard and one
// script may touch them all. Pure. Fields are described in server/redis/README.md.
#pragma once

#include "base/ids.hpp"

#include <string>

namespace switchboard::redis {

class Keys {
public:
    explicit Keys(const TenantId& tenant) : prefix_("sb:{" + tenant.value + "}:") {}

    std::string conversation(const ConversationId& id) const { return prefix_ + "c:" + id.value; }
    std::string log(const ConversationId& id) const { return prefix_ + "l:" + id.value; }
    std::string customer_sessions(const ConversationId& id) const { return prefix_ + "p:" + id.value; }
    std::string visitor(const VisitorId& id) const { return prefix_ + "v:" + id.value; }
    std::string agent(const AgentId& id) const { return prefix_ + "a:" + id.value; }
    std::string agent_sessions(const AgentId& id) const { return prefix_ + "s:" + id.value; }
    std::string held(const AgentId& id) const { return prefix_ + "h:" + id.value; }
    std::string consults(const AgentId& id) const { return prefix_ + "k:" + id.value; }
    std::string node_sessions(const Incarnation& id) const { return prefix_ + "n:" + id.value; }
    std::string live() const { return prefix_ + "live"; }
    std::string agents() const { return prefix_ + "agents"; }
    std::string nodes() const { return prefix_ + "nodes"; }
    std::string router() const { return prefix_ + "router"; }
    std::string routing_stream() const { return prefix_ + "r"; }
    std::string outbox() const { return prefix_ + "outbox"; }
    std::string board() const { return prefix_ + "board"; }
    std::string board_history() const { return prefix_ + "boards"; }
    std::string config() const { return prefix_ + "config"; }
    std::string audit() const { return prefix_ + "audit"; }

    const std::string& prefix() const { return prefix_; }  // of every key of the tenant

    // What scripts put before an endpoint to get its channel.
    std::string channel_prefix() const { return prefix_ + "e:"; }
    std::string channel(const Endpoint& endpoint) const { return channel_prefix() + endpoint.value; }
    std::string channel_of_all() const { return channel_prefix() + "all"; }

    // Shared by all tenants.
    static std::string tenants() { return "sb:tenants"; }
    static std::string sites() { return "sb:sites"; }  // hash: site key -> tenant
    // A shard's channel to itself, by which it sees that its subscriptions live.
    static std::string probe_channel(const Endpoint& endpoint) { return "sb:probe:" + endpoint.value; }

private:
    std::string prefix_;
};

}  // namespace switchboard::redis
