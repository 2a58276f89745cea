// SPDX-License-Identifier: Apache-2.0
// A third of RedisRoutingStore: the router's own verbs, and what it asks about an active conversation.
#include "redis/redis_routing_store.hpp"

#include "redis/activity.hpp"
#include "redis/entities.hpp"
#include "redis/gather.hpp"
#include "redis/stamp.hpp"

#include <algorithm>

namespace switchboard::redis {

void RedisRoutingStore::abandon(const TenantId& tenant, const ports::RouterLease& lease, const ConversationId& id, std::uint64_t version,
                                ports::EventDraft closed, Callback<bool> done) {
    const Keys key(tenant);
    caller_.command({"HGET", key.conversation(id), "agent"}, [this, tenant, lease, id, version, closed = std::move(closed), done](Result<Reply> reply) {
        if (!reply) return done(reply.error());
        const Keys named(tenant);
        const AgentId agent(reply->text());
        caller_.decision("conversation_abandon",
                         {named.router(), named.conversation(id), named.log(id), named.agent(agent), named.agent_sessions(agent),
                          named.held(agent), named.routing_stream(), named.live(), named.outbox()},
                         {"", named.channel_prefix(), std::to_string(lease.epoch), id.value, std::to_string(version), agent.value,
                          complete_draft(closed)},
                         done);
    });
}

void RedisRoutingStore::requeue(const TenantId& tenant, const ports::RouterLease& lease, const domain::Requeue& decision,
                                ports::EventDraft left, Callback<bool> done) {
    const Keys key(tenant);
    const ConversationId& id = decision.conversation;
    // To the script 0 means that the owner must be gone.
    const Duration cooldown = decision.why == domain::Requeue::Why::no_reply ? std::max(decision.cooldown, Duration{1}) : Duration{0};
    caller_.decision("conversation_requeue",
                     {key.router(), key.conversation(id), key.log(id), key.agent(decision.agent), key.agent_sessions(decision.agent),
                      key.held(decision.agent), key.routing_stream()},
                     {"", key.channel_prefix(), std::to_string(lease.epoch), id.value, decision.agent.value,
                      std::to_string(decision.assign_epoch), std::to_string(cooldown.count()), complete_draft(left)},
                     std::move(done));
}

void RedisRoutingStore::widen(const TenantId& tenant, const ports::RouterLease& lease, const domain::Widen& decision,
                              ports::EventDraft widened, Callback<bool> done) {
    const Keys key(tenant);
    const ConversationId& id = decision.conversation;
    caller_.decision("conversation_widen", {key.router(), key.conversation(id), key.log(id), key.routing_stream()},
                     {"", key.channel_prefix(), std::to_string(lease.epoch), id.value, std::to_string(decision.version),
                      std::to_string(decision.step), decision.anyone ? "1" : "0", complete_draft(widened)},
                     std::move(done));
}

void RedisRoutingStore::move(const TenantId& tenant, const ports::RouterLease& lease, ports::MoveRequest request, Callback<bool> done) {
    const Keys key(tenant);
    const ConversationId& id = request.conversation;
    caller_.decision("conversation_move", {key.router(), key.conversation(id), key.log(id), key.routing_stream()},
                     {"", key.channel_prefix(), std::to_string(lease.epoch), id.value, std::to_string(request.version),
                      request.requirement.department.value, skills_text(request.requirement), std::to_string(request.weight),
                      complete_draft(request.moved)},
                     std::move(done));
}

void RedisRoutingStore::turn_away(const TenantId& tenant, const ports::RouterLease& lease, const domain::TurnAway& decision,
                                  ports::EventDraft closed, Callback<bool> done) {
    const Keys key(tenant);
    const ConversationId& id = decision.conversation;
    caller_.decision("conversation_turn_away",
                     {key.router(), key.conversation(id), key.log(id), key.routing_stream(), key.live(), key.outbox()},
                     {"", key.channel_prefix(), std::to_string(lease.epoch), id.value, std::to_string(decision.version),
                      std::string(domain::to_string(decision.reason)), complete_draft(closed)},
                     std::move(done));
}

void RedisRoutingStore::warn_inactive(const TenantId& tenant, const ports::RouterLease& lease, const domain::WarnInactive& decision,
                                      ports::EventDraft warned, Callback<bool> done) {
    const Keys key(tenant);
    const ConversationId& id = decision.conversation;
    caller_.decision("conversation_warn", {key.router(), key.conversation(id), key.log(id)},
                     {"", key.channel_prefix(), std::to_string(lease.epoch), id.value, std::to_string(decision.assign_epoch),
                      std::to_string(decision.head_seq), complete_draft(warned)},
                     std::move(done));
}

void RedisRoutingStore::read_activity(const TenantId& tenant, const ConversationId& id, std::uint64_t assign_epoch,
                                      Callback<domain::Activity> done) {
    static const std::vector<std::string> asked = {"status", "assign_epoch"};
    const Keys key(tenant);
    // Sent together. What changes between the two answers moves the log's end, and verbs that name the old end are refused.
    std::vector<Words> commands = {{"HMGET", key.conversation(id), asked[0], asked[1]},
                                   {"XREVRANGE", key.log(id), "+", "-", "COUNT", std::to_string(activity_entries)}};
    gather(caller_, std::move(commands), [id, assign_epoch, done](Result<std::vector<Reply>> replies) {
        if (!replies) return done(replies.error());
        const Fields fields = fields_of(asked, (*replies)[0]);
        if (fields.text("status") != "active" || fields.number("assign_epoch") != assign_epoch) return done(error_from_word("not_found"));
        std::vector<std::string_view> newest_first;
        for (std::size_t i = 0; i < (*replies)[1].size(); ++i) newest_first.push_back((*replies)[1][i][1][1].text());
        domain::Activity activity = activity_from(newest_first);
        activity.conversation = id;
        activity.assign_epoch = assign_epoch;
        done(std::move(activity));
    });
}

}  // namespace switchboard::redis
