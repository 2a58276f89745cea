// SPDX-License-Identifier: Apache-2.0
#include "world.hpp"

#include <functional>

namespace switchboard::test {

// conversation, log, agent, agent sessions, held, routing stream: what most scripts begin with.
std::vector<std::string> World::conversation_keys(const std::string& id, const std::string& agent) const {
    const ConversationId conversation(id);
    const AgentId owner(agent);
    return {key.conversation(conversation), key.log(conversation), key.agent(owner), key.agent_sessions(owner), key.held(owner),
            key.routing_stream()};
}

namespace {

Words with(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

Words with_router(const std::string& router, const Words& more) { return with({router}, more); }

}  // namespace

Words World::start(const std::string& id, const std::string& visitor, const std::string& known, const std::string& session) {
    const ConversationId conversation(id);
    const Incarnation node("n1");
    return call("conversation_start",
                {key.visitor(VisitorId(visitor)), key.conversation(conversation), key.log(conversation), key.live(), key.routing_stream(),
                 key.conversation(ConversationId(known.empty() ? id : known)), key.customer_sessions(conversation), key.node_sessions(node), key.nodes()},
                {time(), id, visitor, "9", "sales", "phones=3,vip=1", weight, "Phones", "Jo", "My phone", known, "1000", session,
                 session.empty() ? "" : "n1", session.empty() ? "" : "n1.0", draft("started"), "77", "501", draft("first"), std::to_string(boost), urgent, sticky, start_id});
}

Words World::attach(const std::string& id, const std::string& visitor, const std::string& session, const std::string& node) {
    const ConversationId conversation(id);
    return call("customer_attach",
                {key.conversation(conversation), key.customer_sessions(conversation), key.node_sessions(Incarnation(node)), key.nodes(),
                 key.routing_stream()},
                {time(), id, visitor, session, node, node + ".0"});
}

Words World::detach(const std::string& id, const std::string& session, const std::string& node, bool dead) {
    const ConversationId conversation(id);
    return call("customer_detach",
                {key.conversation(conversation), key.customer_sessions(conversation), key.node_sessions(Incarnation(node)), key.nodes(),
                 key.routing_stream()},
                {time(), id, session, dead ? node : ""});
}

Words World::open_agent(const std::string& agent, const std::string& session, const std::string& node) {
    const AgentId id(agent);
    return call("agent_open",
                {key.agent(id), key.agent_sessions(id), key.node_sessions(Incarnation(node)), key.nodes(), key.held(id), key.agents(),
                 key.routing_stream(), key.consults(id)},
                {time(), key.channel_prefix(), agent, session, node, node + ".0"});
}

Words World::close_agent(const std::string& agent, const std::string& session, const std::string& node, bool dead) {
    const AgentId id(agent);
    return call("agent_close",
                {key.agent(id), key.agent_sessions(id), key.node_sessions(Incarnation(node)), key.nodes(), key.held(id), key.routing_stream(),
                 key.consults(id)},
                {time(), agent, session, dead ? node : ""});
}

Words World::choose(const std::string& agent, const std::string& choice, const std::string& reason) {
    const AgentId id(agent);
    return call("agent_choice", {key.agent(id), key.agent_sessions(id), key.agents(), key.routing_stream()},
                {time(), key.channel_prefix(), agent, choice, reason});
}

Words World::offer(const std::string& id, const std::string& agent, unsigned capacity, const std::string& offer) {
    return call("offer_make", with_router(key.router(), conversation_keys(id, agent)),
                {time(), key.channel_prefix(), router_epoch, id, field(id, "version"), agent, std::to_string(capacity), offer,
                 std::to_string(now + 20'000), draft("offer made", ports::Audience::staff)});
}

Words World::accept(const std::string& id, const std::string& agent, const std::string& offer) {
    return call("offer_accept", conversation_keys(id, agent),
                {time(), key.channel_prefix(), id, agent, offer, "S", draft("offer ended", ports::Audience::staff), "A", draft("joined")});
}

Words World::end_offer(const std::string& id, const std::string& agent, const std::string& outcome, const std::string& offer, bool by_router,
                       bool set_away) {
    return call("offer_end", with_router(key.router(), conversation_keys(id, agent)),
                {time(), key.channel_prefix(), by_router ? router_epoch : "", id, agent, offer, outcome, "30000", set_away ? "1" : "0",
                 draft("offer ended", ports::Audience::staff)});
}

Words World::transfer(const std::string& id, const std::string& agent, std::uint64_t assign_epoch, const std::string& new_weight,
                      const std::string& to) {
    return call("conversation_transfer", conversation_keys(id, agent),
                {time(), key.channel_prefix(), id, agent, decimal(assign_epoch), "billing", to.empty() ? "refunds=2" : '@' + to + "=1,refunds=2",
                 new_weight, "Refunds", "30000", to.empty() ? "0" : "60000", "S",
                 draft("note", ports::Audience::staff), "A", draft("transferred"), "A", draft("left")});
}

Words World::wrap_up(const std::string& id, const std::string& agent, std::uint64_t assign_epoch, const std::string& ms, const std::string& head) {
    Words keys = conversation_keys(id, agent);
    keys.erase(keys.begin() + 4);
    return call("wrap_up_begin", keys,
                {time(), key.channel_prefix(), id, agent, decimal(assign_epoch), "resolved", ms, head, "A", draft("wrap-up")});
}

Words World::close(const std::string& id, const std::string& agent, std::uint64_t assign_epoch, const std::string& disposition,
                   const std::string& head) {
    return call("conversation_close", with(conversation_keys(id, agent), {key.live(), key.outbox()}),
                {time(), key.channel_prefix(), id, agent, decimal(assign_epoch), "resolved", disposition, head, "S",
                 draft("disposition", ports::Audience::staff), "A", draft("closed")});
}

Words World::end(const std::string& id, const std::string& visitor, const std::string& agent, bool wrap_up) {
    return call("conversation_end", with(conversation_keys(id, agent), {key.live(), key.outbox()}),
                {time(), key.channel_prefix(), id, visitor, agent, draft("closed waiting"), draft("closed active"),
                 wrap_up ? draft("wrap-up") : "", wrap_up ? "60000" : "0"});
}

Words World::abandon(const std::string& id, const std::string& agent, const std::string& version) {
    return call("conversation_abandon", with(with_router(key.router(), conversation_keys(id, agent)), {key.live(), key.outbox()}),
                {time(), key.channel_prefix(), router_epoch, id, version.empty() ? field(id, "version") : version, agent, draft("abandoned")});
}

Words World::requeue(const std::string& id, const std::string& agent, std::uint64_t assign_epoch, const std::string& cooldown) {
    return call("conversation_requeue", with_router(key.router(), conversation_keys(id, agent)),
                {time(), key.channel_prefix(), router_epoch, id, agent, decimal(assign_epoch), cooldown, draft("left")});
}

Words World::widen(const std::string& id, const std::string& version, unsigned step, bool anyone) {
    return call("conversation_widen",
                {key.router(), key.conversation(ConversationId(id)), key.log(ConversationId(id)), key.routing_stream()},
                {time(), key.channel_prefix(), router_epoch, id, version.empty() ? field(id, "version") : version, decimal(step),
                 anyone ? "1" : "0", draft("widened", ports::Audience::staff)});
}

Words World::move(const std::string& id, const std::string& version) {
    return call("conversation_move",
                {key.router(), key.conversation(ConversationId(id)), key.log(ConversationId(id)), key.routing_stream()},
                {time(), key.channel_prefix(), router_epoch, id, version.empty() ? field(id, "version") : version, "billing", "refunds=2", "4",
                 draft("moved")});
}

Words World::turn_away(const std::string& id, const std::string& version) {
    return call("conversation_turn_away",
                {key.router(), key.conversation(ConversationId(id)), key.log(ConversationId(id)), key.routing_stream(), key.live(), key.outbox()},
                {time(), key.channel_prefix(), router_epoch, id, version.empty() ? field(id, "version") : version, "turned_away", draft("closed")});
}

Words World::warn(const std::string& id, std::uint64_t assign_epoch, const std::string& head) {
    return call("conversation_warn", {key.router(), key.conversation(ConversationId(id)), key.log(ConversationId(id))},
                {time(), key.channel_prefix(), router_epoch, id, decimal(assign_epoch), head.empty() ? field(id, "seq") : head, draft("warned")});
}

Words World::prioritize(const std::string& id, const std::string& ms, const std::string& is_urgent) {
    return call("conversation_prioritize", {key.conversation(ConversationId(id)), key.log(ConversationId(id)), key.routing_stream()},
                {time(), key.channel_prefix(), id, ms, is_urgent, draft("prioritized", ports::Audience::staff)});
}

Words World::pick(const std::string& id, const std::string& agent, unsigned capacity) {
    return call("conversation_pick", conversation_keys(id, agent), {time(), key.channel_prefix(), id, agent, decimal(capacity), draft("joined")});
}

Words World::consult(const std::string& id, const std::string& owner, const std::string& colleague, std::uint64_t assign_epoch) {
    const AgentId other(colleague);
    return call("consult_start",
                {key.conversation(ConversationId(id)), key.log(ConversationId(id)), key.agent(other), key.agent_sessions(other), key.consults(other)},
                {time(), key.channel_prefix(), id, owner, decimal(assign_epoch), colleague, "S", draft("note", ports::Audience::staff), "S",
                 draft("consulted", ports::Audience::staff)});
}

Words World::complete_consult(const std::string& id, const std::string& owner, const std::string& colleague, std::uint64_t assign_epoch,
                              unsigned capacity) {
    const AgentId from(owner), to(colleague);
    return call("consult_complete",
                {key.conversation(ConversationId(id)), key.log(ConversationId(id)), key.agent(from), key.agent_sessions(from), key.held(from),
                 key.agent(to), key.agent_sessions(to), key.held(to), key.consults(to), key.routing_stream()},
                {time(), key.channel_prefix(), id, owner, decimal(assign_epoch), colleague, decimal(capacity), "A", draft("left"), "A", draft("joined")});
}

Words World::end_consult(const std::string& id, const std::string& by) {
    return call("consult_end", {key.conversation(ConversationId(id)), key.log(ConversationId(id))},
                {time(), key.channel_prefix(), id, by, draft("consult ended", ports::Audience::staff)});
}

Words World::endpoints(const std::string& id, const std::string& agent) {
    return call("agent_endpoints", {key.conversation(ConversationId(id)), key.agent_sessions(AgentId(agent)), key.consults(AgentId(agent))},
                {agent, id});
}

Words World::rate(const std::string& id, const std::string& visitor, const std::string& score) {
    return call("conversation_rate", {key.conversation(ConversationId(id)), key.log(ConversationId(id)), key.outbox()},
                {time(), key.channel_prefix(), id, visitor, score, draft("rated")});
}

Words World::append(const std::vector<Sent>& messages) {
    Words keys, arguments = {time(), key.channel_prefix()};
    for (const Sent& m : messages) {
        const ConversationId id(m.conversation);
        keys.push_back(key.conversation(id));
        keys.push_back(key.log(id));
        const std::string digest = m.digest.empty() ? decimal(std::hash<std::string>()(m.text)) : m.digest;
        const auto audience = m.audience == "A" ? ports::Audience::all : ports::Audience::staff;
        for (const std::string& word : {m.conversation, m.role, m.sender, decimal(m.assign_epoch), m.instance, decimal(m.number), digest,
                                        m.audience, draft(m.text, audience)})
            arguments.push_back(word);
    }
    return call("message_append", keys, arguments);
}

Words World::watch(const std::string& id, const std::string& endpoint, bool join) {
    return call("endpoint_watch", {key.conversation(ConversationId(id))}, {endpoint, join ? "1" : "0"});
}

Words World::horizons(const std::string& id, const std::string& side, const std::string& who, std::uint64_t delivered, std::uint64_t read) {
    return call("horizons_advance", {key.conversation(ConversationId(id))},
                {key.channel_prefix(), id, side, who, decimal(delivered), decimal(read)});
}

Words World::latest(const std::string& id, const std::string& audience, const std::string& kind, const std::string& payload) {
    return call("latest_publish", {key.conversation(ConversationId(id))}, {key.channel_prefix(), id, audience, kind, payload});
}

Words World::renew_node(const std::string& node, std::int64_t lease, bool joined) {
    return call("node_renew", {key.nodes()}, {time(), node, std::to_string(lease), joined ? "1" : "0"});
}

Words World::forget_node(const std::string& node, bool leaves) {
    return call("node_forget", {key.nodes(), key.node_sessions(Incarnation(node))}, {time(), node, leaves ? "1" : ""});
}

Words World::acquire_router(const std::string& holder, std::int64_t lease) {
    return call("router_acquire", {key.router()}, {time(), holder, std::to_string(lease), "1"});
}

Words World::condemn_node(const std::string& node, const std::string& epoch) {
    return call("node_condemn", {key.router(), key.nodes()}, {time(), epoch, node});
}

Words World::renew_router(const std::string& holder, std::int64_t lease, const std::string& epoch) {
    return call("router_renew", {key.router()}, {time(), holder, std::to_string(lease), epoch, key.channel_prefix()});
}

void World::ready(const std::string& agent, const std::string& node) {
    open_agent(agent, "s-" + agent, node);
    choose(agent, "available");
}

void World::offered(const std::string& id, const std::string& agent) {
    if (agent_field(agent, "choice") != "available") ready(agent);
    start(id, "v1");
    offer(id, agent);
}

void World::active(const std::string& id, const std::string& agent) {
    offered(id, agent);
    accept(id, agent);
}

}  // namespace switchboard::test
