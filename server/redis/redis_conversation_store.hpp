// SPDX-License-Identifier: Apache-2.0
// ports::ConversationStore on Redis. One per shard; thread: that shard.
#pragma once

#include "ports/conversation_store.hpp"
#include "redis/append_batch.hpp"
#include "redis/caller.hpp"

namespace switchboard::redis {

class RedisConversationStore final : public ports::ConversationStore {
public:
    RedisConversationStore(Executor executor, Caller& caller) : caller_(caller), batch_(executor, caller) {}

    void start(const TenantId&, ports::StartConversation, Callback<ports::StartedConversation>) override;
    void append(const TenantId&, ports::AppendMessage, Callback<ports::AppendedMessage>) override;
    void read_log(const TenantId&, const ConversationId&, std::uint64_t after, std::size_t limit, Callback<ports::LogPage>) override;
    void load(const TenantId&, const ConversationId&, Callback<ports::ConversationRecord>) override;
    void load_visitor(const TenantId&, const VisitorId&, Callback<ports::VisitorRecord>) override;
    void raise_visitor_generation(const TenantId&, const VisitorId&, std::uint64_t from, Callback<ports::VisitorRecord>) override;
    void present_visitor_generation(const TenantId&, const VisitorId&, std::uint64_t generation, Callback<ports::VisitorRecord>) override;
    void attach_customer(const TenantId&, ports::CustomerSession, Callback<ports::ConversationRecord>) override;
    void detach_customer(const TenantId&, ports::CustomerSession, Callback<void>) override;
    void watch(const TenantId&, const ConversationId&, const Endpoint&, Callback<void>) override;
    void unwatch(const TenantId&, const ConversationId&, const Endpoint&, Callback<void>) override;
    void end_by_customer(const TenantId&, const ConversationId&, const VisitorId&, ports::EndByCustomer, Callback<void>) override;
    void rate(const TenantId&, const ConversationId&, const VisitorId&, unsigned score, ports::EventDraft rated, Callback<void>) override;
    void advance_horizons(const TenantId&, const ConversationId&, domain::Role side, const std::string& participant,
                          std::uint64_t delivered, std::uint64_t read) override;
    void publish_latest(const TenantId&, const ConversationId&, ports::LatestValue value) override;

private:
    void visitor_generation(const TenantId&, const VisitorId&, std::uint64_t generation, const char* verb, Callback<ports::VisitorRecord>);
    void start_knowing(TenantId tenant, std::shared_ptr<ports::StartConversation> request, ConversationId open, int attempts,
                       Callback<ports::StartedConversation> done);
    void end_knowing(TenantId tenant, ConversationId id, VisitorId visitor, std::shared_ptr<ports::EndByCustomer> request, AgentId agent,
                     int attempts, Callback<void> done);
    // The empty page after the end of a log, or not_found.
    void check_log(const TenantId&, const ConversationId&, const Callback<ports::LogPage>&);
    void watch(const TenantId&, const ConversationId&, const Endpoint&, const char* join, Callback<void>);

    Caller& caller_;
    AppendBatch batch_;
};

}  // namespace switchboard::redis
