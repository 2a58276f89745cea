// SPDX-License-Identifier: Apache-2.0
// Agents, offers and owners. The router's own verbs are in redis_routing_decisions.cpp, leases and what it reads in
// redis_routing_leases.cpp.
#include "redis/redis_routing_store.hpp"

#include "redis/entities.hpp"
#include "redis/gather.hpp"
#include "redis/stamp.hpp"

namespace switchboard::redis {

namespace {

Words held_of(const Reply& reply) {
    Words held;
    for (std::size_t i = 1; i < reply.size(); ++i) held.emplace_back(reply[i].text());
    return held;
}

void push_drafts(Words& arguments, const std::vector<ports::EventDraft>& drafts) {
    for (const ports::EventDraft& draft : drafts) {
        arguments.emplace_back(draft.audience == ports::Audience::all ? "A" : "S");
        arguments.push_back(complete_draft(draft));
    }
}

std::string epoch_text(const ports::RouterLease& lease) { return lease.epoch == 0 ? "" : std::to_string(lease.epoch); }

}  // namespace

void RedisRoutingStore::open_agent_session(const TenantId& tenant, ports::AgentSession session, Callback<ports::AgentSnapshot> done) {
    const Keys key(tenant);
    const Words keys = {key.agent(session.agent), key.agent_sessions(session.agent), key.node_sessions(session.incarnation),
                        key.nodes(), key.held(session.agent), key.agents(), key.routing_stream(), key.consults(session.agent)};
    const Words arguments = {"", key.channel_prefix(), session.agent.value, session.session.value, session.incarnation.value,
                             session.endpoint.value};
    caller_.script("agent_open", keys, arguments, [this, tenant, agent = session.agent, done](Result<Reply> reply) {
        if (!reply) return done(reply.error());
        if (word_of(*reply) != "ok") return done(error_from_word(word_of(*reply)));
        Words held = held_of(*reply);
        refresh_endpoints(tenant, agent, held);
        load_held(tenant, agent, std::move(held), done);
    });
}

void RedisRoutingStore::close_agent_session(const TenantId& tenant, ports::AgentSession session, Callback<void> done) {
    end_agent_session(tenant, session, Incarnation(), std::move(done));
}

void RedisRoutingStore::end_agent_session(const TenantId& tenant, const ports::AgentSession& session, const Incarnation& dead, Callback<void> done) {
    const Keys key(tenant);
    caller_.script("agent_close",
                   {key.agent(session.agent), key.agent_sessions(session.agent), key.node_sessions(session.incarnation), key.nodes(),
                    key.held(session.agent), key.routing_stream(), key.consults(session.agent)},
                   {"", session.agent.value, session.session.value, dead.value}, [this, tenant, agent = session.agent, done](Result<Reply> reply) {
                       if (!reply) return done(reply.error());
                       refresh_endpoints(tenant, agent, held_of(*reply));
                       done({});
                   });
}

void RedisRoutingStore::refresh_endpoints(const TenantId& tenant, const AgentId& agent, const Words& conversations) {
    const Keys key(tenant);
    for (const std::string& id : conversations)
        caller_.script("agent_endpoints", {key.conversation(ConversationId(id)), key.agent_sessions(agent), key.consults(agent)},
                       {agent.value, id}, [](Result<Reply>) {});
}

void RedisRoutingStore::set_agent_choice(const TenantId& tenant, const AgentId& agent, domain::AgentChoice choice, const std::string& reason,
                                         Callback<domain::Agent> done) {
    const Keys key(tenant);
    caller_.verb("agent_choice", {key.agent(agent), key.agent_sessions(agent), key.agents(), key.routing_stream()},
                 {"", key.channel_prefix(), agent.value, std::string(domain::to_string(choice)), reason},
                 [this, tenant, agent, done](Result<void> chosen) {
                     if (!chosen) return done(chosen.error());
                     load_held(tenant, agent, {}, [done](Result<ports::AgentSnapshot> snapshot) {
                         if (!snapshot) return done(snapshot.error());
                         done(std::move(snapshot->agent));
                     });
                 });
}

void RedisRoutingStore::load_agent(const TenantId& tenant, const AgentId& agent, Callback<ports::AgentSnapshot> done) {
    const Keys key(tenant);
    caller_.command({"SUNION", key.held(agent), key.consults(agent)}, [this, tenant, agent, done](Result<Reply> reply) {
        if (!reply) return done(reply.error());
        Words held;
        for (std::size_t i = 0; i < reply->size(); ++i) held.emplace_back((*reply)[i].text());
        load_held(tenant, agent, std::move(held), done);
    });
}

void RedisRoutingStore::load_held(const TenantId& tenant, const AgentId& agent, Words conversations, Callback<ports::AgentSnapshot> done) {
    const Keys key(tenant);
    std::vector<Words> commands = {{"HGETALL", key.agent(agent)}};
    for (const std::string& id : conversations) commands.push_back({"HGETALL", key.conversation(ConversationId(id))});
    gather(caller_, std::move(commands), [this, tenant, agent, conversations = std::move(conversations), done](Result<std::vector<Reply>> replies) {
        if (!replies) return done(replies.error());
        ports::AgentSnapshot snapshot;
        snapshot.agent = agent_from(agent, fields_of((*replies)[0]));
        Words stale;
        for (std::size_t i = 0; i < conversations.size(); ++i) {
            ports::ConversationRecord record = record_from(ConversationId(conversations[i]), fields_of((*replies)[i + 1]));
            if (record.consulted == agent)
                snapshot.consulted.push_back(std::move(record));
            else if (record.routing.agent == agent && record.routing.status != domain::ConversationStatus::closed)
                snapshot.conversations.push_back(std::move(record));
            else
                stale.push_back(conversations[i]);
        }
        // A consult that ended is still listed: who ends it need not know the colleague.
        refresh_endpoints(tenant, agent, stale);
        done(std::move(snapshot));
    }, Unreadable::is_empty);
}

void RedisRoutingStore::load_agents(const TenantId& tenant, const std::vector<AgentId>& agents, Callback<std::vector<domain::Agent>> done) {
    const Keys key(tenant);
    std::vector<Words> commands;
    for (const AgentId& agent : agents) {
        commands.push_back({"HMGET", key.agent(agent)});
        const auto& fields = routing_fields_of_agent();
        commands.back().insert(commands.back().end(), fields.begin(), fields.end());
    }
    gather(caller_, std::move(commands), [agents, done](Result<std::vector<Reply>> replies) {
        if (!replies) return done(replies.error());
        std::vector<domain::Agent> loaded;
        for (std::size_t i = 0; i < agents.size(); ++i)
            loaded.push_back(agent_from(agents[i], fields_of(routing_fields_of_agent(), (*replies)[i])));
        done(std::move(loaded));
    }, Unreadable::is_empty);
}

void RedisRoutingStore::make_offer(const TenantId& tenant, const ports::RouterLease& lease, ports::OfferRequest request, Callback<bool> done) {
    const Keys key(tenant);
    caller_.decision("offer_make",
                     {key.router(), key.conversation(request.conversation), key.log(request.conversation), key.agent(request.agent),
                      key.agent_sessions(request.agent), key.held(request.agent), key.routing_stream()},
                     {"", key.channel_prefix(), std::to_string(lease.epoch), request.conversation.value,
                      std::to_string(request.conversation_version), request.agent.value, std::to_string(request.capacity),
                      request.offer.value, std::to_string(to_ms(request.deadline)), complete_draft(request.made)},
                     std::move(done));
}

void RedisRoutingStore::accept_offer(const TenantId& tenant, ports::OfferAnswer answer, ports::EventDraft ended, ports::EventDraft joined,
                                     Callback<ports::ConversationRecord> done) {
    const Keys key(tenant);
    Words arguments = {"", key.channel_prefix(), answer.conversation.value, answer.agent.value, answer.offer.value};
    push_drafts(arguments, {std::move(ended), std::move(joined)});
    caller_.verb("offer_accept",
                 {key.conversation(answer.conversation), key.log(answer.conversation), key.agent(answer.agent), key.agent_sessions(answer.agent),
                  key.held(answer.agent), key.routing_stream()},
                 arguments, then_load(tenant, answer.conversation, std::move(done)));
}

Callback<void> RedisRoutingStore::then_load(const TenantId& tenant, const ConversationId& id, Callback<ports::ConversationRecord> done) {
    return [this, tenant, id, done = std::move(done)](Result<void> changed) {
        if (!changed) return done(changed.error());
        caller_.command({"HGETALL", Keys(tenant).conversation(id)}, [id, done](Result<Reply> reply) {
            if (!reply) return done(reply.error());
            done(record_from(id, fields_of(*reply)));
        });
    };
}

void RedisRoutingStore::end_offer(const TenantId& tenant, const ports::RouterLease& lease, ports::OfferAnswer answer,
                                  domain::OfferOutcome outcome, Duration cooldown, bool set_away, ports::EventDraft ended, Callback<bool> done) {
    const Keys key(tenant);
    caller_.decision("offer_end",
                     {key.router(), key.conversation(answer.conversation), key.log(answer.conversation), key.agent(answer.agent),
                      key.agent_sessions(answer.agent), key.held(answer.agent), key.routing_stream()},
                     {"", key.channel_prefix(), epoch_text(lease), answer.conversation.value, answer.agent.value, answer.offer.value,
                      std::string(domain::to_string(outcome)), std::to_string(cooldown.count()), set_away ? "1" : "0", complete_draft(ended)},
                     std::move(done));
}

void RedisRoutingStore::transfer(const TenantId& tenant, ports::TransferRequest request, Callback<void> done) {
    const Keys key(tenant);
    Words arguments = {"", key.channel_prefix(), request.conversation.value, request.agent.value, std::to_string(request.assign_epoch),
                       request.requirement.department.value, skills_text(request.requirement), std::to_string(request.weight),
                       request.topic, std::to_string(request.cooldown.count()), std::to_string(request.wait.count())};
    push_drafts(arguments, request.events);
    caller_.verb("conversation_transfer",
                 {key.conversation(request.conversation), key.log(request.conversation), key.agent(request.agent),
                  key.agent_sessions(request.agent), key.held(request.agent), key.routing_stream()},
                 arguments, std::move(done));
}

void RedisRoutingStore::pick(const TenantId& tenant, ports::PickRequest request, Callback<ports::ConversationRecord> done) {
    const Keys key(tenant);
    caller_.verb("conversation_pick",
                 {key.conversation(request.conversation), key.log(request.conversation), key.agent(request.agent),
                  key.agent_sessions(request.agent), key.held(request.agent), key.routing_stream()},
                 {"", key.channel_prefix(), request.conversation.value, request.agent.value, std::to_string(request.capacity),
                  complete_draft(request.joined)},
                 then_load(tenant, request.conversation, std::move(done)));
}

void RedisRoutingStore::start_consult(const TenantId& tenant, ports::ConsultRequest request, Callback<void> done) {
    const Keys key(tenant);
    Words arguments = {"", key.channel_prefix(), request.conversation.value, request.agent.value, std::to_string(request.assign_epoch),
                       request.consulted.value};
    push_drafts(arguments, request.events);
    caller_.verb("consult_start",
                 {key.conversation(request.conversation), key.log(request.conversation), key.agent(request.consulted),
                  key.agent_sessions(request.consulted), key.consults(request.consulted)},
                 arguments, std::move(done));
}

void RedisRoutingStore::complete_consult(const TenantId& tenant, ports::ConsultRequest request, unsigned capacity, Callback<void> done) {
    const Keys key(tenant);
    Words arguments = {"", key.channel_prefix(), request.conversation.value, request.agent.value, std::to_string(request.assign_epoch),
                       request.consulted.value, std::to_string(capacity)};
    push_drafts(arguments, request.events);
    caller_.verb("consult_complete",
                 {key.conversation(request.conversation), key.log(request.conversation), key.agent(request.agent),
                  key.agent_sessions(request.agent), key.held(request.agent), key.agent(request.consulted),
                  key.agent_sessions(request.consulted), key.held(request.consulted), key.consults(request.consulted), key.routing_stream()},
                 arguments, std::move(done));
}

void RedisRoutingStore::end_consult(const TenantId& tenant, const ConversationId& id, const AgentId& by, ports::EventDraft ended,
                                    Callback<void> done) {
    const Keys key(tenant);
    caller_.verb("consult_end", {key.conversation(id), key.log(id)}, {"", key.channel_prefix(), id.value, by.value, complete_draft(ended)},
                 std::move(done));
}

void RedisRoutingStore::prioritize(const TenantId& tenant, const ConversationId& id, Duration boost, bool urgent, ports::EventDraft changed,
                                   Callback<void> done) {
    const Keys key(tenant);
    caller_.verb("conversation_prioritize", {key.conversation(id), key.log(id), key.routing_stream()},
                 {"", key.channel_prefix(), id.value, std::to_string(boost.count()), urgent ? "1" : "", complete_draft(changed)},
                 std::move(done));
}

void RedisRoutingStore::begin_wrap_up(const TenantId& tenant, ports::CloseRequest request, Duration wrap_up, Callback<void> done) {
    const Keys key(tenant);
    Words arguments = {"", key.channel_prefix(), request.conversation.value, request.agent.value, std::to_string(request.assign_epoch),
                       std::string(domain::to_string(request.reason)), std::to_string(wrap_up.count()), std::to_string(request.head_seq)};
    push_drafts(arguments, request.events);
    caller_.verb("wrap_up_begin",
                 {key.conversation(request.conversation), key.log(request.conversation), key.agent(request.agent),
                  key.agent_sessions(request.agent), key.routing_stream()},
                 arguments, std::move(done));
}

void RedisRoutingStore::close(const TenantId& tenant, ports::CloseRequest request, Callback<void> done) {
    const Keys key(tenant);
    // The router names the assignment only; the epoch says whether the owner found here is still the one it meant.
    if (request.agent.empty()) {
        const Words owner = {"HGET", key.conversation(request.conversation), "agent"};
        return caller_.command(owner, [this, tenant, request = std::move(request), done](Result<Reply> reply) mutable {
            if (!reply) return done(reply.error());
            if (reply->is_nil()) return done(error_from_word("not_found"));
            if (reply->text().empty()) return done(error_from_word("stale_assignment"));
            request.agent = AgentId(reply->text());
            close(tenant, std::move(request), done);
        });
    }
    Words arguments = {"", key.channel_prefix(), request.conversation.value, request.agent.value, std::to_string(request.assign_epoch),
                       std::string(domain::to_string(request.reason)), request.disposition, std::to_string(request.head_seq)};
    push_drafts(arguments, request.events);
    caller_.verb("conversation_close",
                 {key.conversation(request.conversation), key.log(request.conversation), key.agent(request.agent),
                  key.agent_sessions(request.agent), key.held(request.agent), key.routing_stream(), key.live(), key.outbox()},
                 arguments, std::move(done));
}

}  // namespace switchboard::redis
