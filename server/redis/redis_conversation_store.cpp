// SPDX-License-Identifier: Apache-2.0
#include "redis/redis_conversation_store.hpp"

#include "redis/entities.hpp"
#include "redis/gather.hpp"
#include "redis/keys.hpp"
#include "redis/stamp.hpp"

namespace switchboard::redis {

namespace {

// An idle visitor's record outlives its token, which is good for 30 days without use.
constexpr const char* visitor_seconds = "2678400";
// A fact named by the caller may change between two calls; more often than this it does not.
constexpr int max_attempts = 5;

Error contended() { return Error{ErrorCode::unavailable, "the conversation changed while it was being changed", 50}; }

}  // namespace

void RedisConversationStore::start(const TenantId& tenant, ports::StartConversation request, Callback<ports::StartedConversation> done) {
    start_knowing(tenant, std::make_shared<ports::StartConversation>(std::move(request)), ConversationId(), max_attempts, std::move(done));
}

void RedisConversationStore::start_knowing(TenantId tenant, std::shared_ptr<ports::StartConversation> request, ConversationId open,
                                           int attempts, Callback<ports::StartedConversation> done) {
    if (attempts == 0) return done(contended());
    const Keys key(tenant);
    const ports::StartConversation& r = *request;
    const bool with_message = r.message.has_value();
    const ports::CustomerSession session = r.session.value_or(ports::CustomerSession{});
    const Words keys = {key.visitor(r.visitor), key.conversation(r.id), key.log(r.id), key.live(), key.routing_stream(),
                        key.conversation(open.empty() ? r.id : open), key.customer_sessions(r.id), key.node_sessions(session.incarnation),
                        key.nodes()};
    const Words arguments = {"", r.id.value, r.visitor.value, std::to_string(r.epoch), r.requirement.department.value,
                             skills_text(r.requirement), std::to_string(r.weight), r.topic, r.customer_name, r.preview, open.value,
                             visitor_seconds, session.session.value, session.incarnation.value, session.endpoint.value,
                             complete_draft(r.started), with_message ? std::to_string(r.instance) : "", std::to_string(r.body_digest),
                             with_message ? complete_draft(*r.message) : "", std::to_string(r.boost.count()), r.urgent ? "1" : "",
                             std::to_string(r.sticky_window.count()),
                             r.start_id ? std::to_string(r.instance) + ':' + std::to_string(r.start_id) : ""};
    caller_.script("conversation_start", keys, arguments, [this, tenant, request, attempts, done](Result<Reply> reply) mutable {
        if (!reply) return done(reply.error());
        const std::string_view word = word_of(*reply);
        if (word == "retry") return start_knowing(tenant, request, ConversationId((*reply)[1].text()), attempts - 1, std::move(done));
        if (word != "ok" && word != "open") return done(error_from_word(word));
        const ConversationId id = word == "ok" ? request->id : ConversationId((*reply)[1].text());
        const bool existing = id != request->id;
        load(tenant, id, [done, existing](Result<ports::ConversationRecord> record) {
            if (!record) return done(record.error());
            done(ports::StartedConversation{std::move(*record), existing});
        });
    });
}

void RedisConversationStore::append(const TenantId& tenant, ports::AppendMessage message, Callback<ports::AppendedMessage> done) {
    batch_.add(tenant, std::move(message), std::move(done));
}

void RedisConversationStore::read_log(const TenantId& tenant, const ConversationId& id, std::uint64_t after, std::size_t limit,
                                      Callback<ports::LogPage> done) {
    const std::string begin = "(" + std::to_string(after) + "-0";
    caller_.command({"XRANGE", Keys(tenant).log(id), begin, "+", "COUNT", std::to_string(limit + 1)}, [this, tenant, id, limit, done](Result<Reply> reply) {
        if (!reply) return done(reply.error());
        if (reply->size() == 0) return check_log(tenant, id, done);
        ports::LogPage page;
        page.more = reply->size() > limit;
        page.entries.reserve(std::min(limit, reply->size()));
        for (std::size_t i = 0; i < reply->size() && i < limit; ++i) {
            auto entry = read_entry((*reply)[i][1][1].text());
            if (!entry) return done(Error{ErrorCode::internal, "a log holds bytes that are no event"});
            page.entries.push_back(std::move(*entry));
        }
        done(std::move(page));
    });
}

void RedisConversationStore::check_log(const TenantId& tenant, const ConversationId& id, const Callback<ports::LogPage>& done) {
    caller_.command({"EXISTS", Keys(tenant).log(id)}, [done](Result<Reply> reply) {
        if (!reply) return done(reply.error());
        if (reply->integer() == 0) return done(Error{ErrorCode::not_found, "no such conversation"});
        done(ports::LogPage());
    });
}

void RedisConversationStore::load(const TenantId& tenant, const ConversationId& id, Callback<ports::ConversationRecord> done) {
    caller_.command({"HGETALL", Keys(tenant).conversation(id)}, [id, done](Result<Reply> reply) {
        if (!reply) return done(reply.error());
        if (reply->size() == 0) return done(Error{ErrorCode::not_found, "no such conversation"});
        done(record_from(id, fields_of(*reply)));
    });
}

void RedisConversationStore::load_visitor(const TenantId& tenant, const VisitorId& visitor, Callback<ports::VisitorRecord> done) {
    caller_.command({"HGETALL", Keys(tenant).visitor(visitor)}, [done](Result<Reply> reply) {
        if (!reply) return done(reply.error());
        const Fields fields = fields_of(*reply);
        done(ports::VisitorRecord{fields.number("generation"), fields.time("since"), ConversationId(fields.text("open"))});
    });
}

void RedisConversationStore::raise_visitor_generation(const TenantId& tenant, const VisitorId& visitor, std::uint64_t from,
                                                      Callback<ports::VisitorRecord> done) {
    visitor_generation(tenant, visitor, from, "raise", std::move(done));
}

void RedisConversationStore::present_visitor_generation(const TenantId& tenant, const VisitorId& visitor, std::uint64_t generation,
                                                        Callback<ports::VisitorRecord> done) {
    visitor_generation(tenant, visitor, generation, "present", std::move(done));
}

void RedisConversationStore::visitor_generation(const TenantId& tenant, const VisitorId& visitor, std::uint64_t generation, const char* verb,
                                                Callback<ports::VisitorRecord> done) {
    caller_.script("visitor_generation", {Keys(tenant).visitor(visitor)}, {"", std::to_string(generation), visitor_seconds, verb},
                   [done](Result<Reply> reply) {
                       if (!reply) return done(reply.error());
                       Fields fields;
                       fields.add("generation", (*reply)[0].text());
                       fields.add("since", (*reply)[1].text());
                       done(ports::VisitorRecord{fields.number("generation"), fields.time("since"), ConversationId((*reply)[2].text())});
                   });
}

void RedisConversationStore::attach_customer(const TenantId& tenant, ports::CustomerSession session, Callback<ports::ConversationRecord> done) {
    const Keys key(tenant);
    caller_.verb("customer_attach",
                 {key.conversation(session.conversation), key.customer_sessions(session.conversation), key.node_sessions(session.incarnation),
                  key.nodes(), key.routing_stream()},
                 {"", session.conversation.value, session.visitor.value, session.session.value, session.incarnation.value, session.endpoint.value},
                 [this, tenant, id = session.conversation, done](Result<void> attached) {
                     if (!attached) return done(attached.error());
                     load(tenant, id, done);
                 });
}

void RedisConversationStore::detach_customer(const TenantId& tenant, ports::CustomerSession session, Callback<void> done) {
    const Keys key(tenant);
    caller_.verb("customer_detach",
                 {key.conversation(session.conversation), key.customer_sessions(session.conversation), key.node_sessions(session.incarnation),
                  key.nodes(), key.routing_stream()},
                 {"", session.conversation.value, session.session.value, ""}, std::move(done));
}

void RedisConversationStore::watch(const TenantId& tenant, const ConversationId& id, const Endpoint& endpoint, const char* join,
                                   Callback<void> done) {
    caller_.verb("endpoint_watch", {Keys(tenant).conversation(id)}, {endpoint.value, join}, std::move(done));
}

void RedisConversationStore::watch(const TenantId& tenant, const ConversationId& id, const Endpoint& endpoint, Callback<void> done) {
    watch(tenant, id, endpoint, "1", std::move(done));
}

void RedisConversationStore::unwatch(const TenantId& tenant, const ConversationId& id, const Endpoint& endpoint, Callback<void> done) {
    watch(tenant, id, endpoint, "0", std::move(done));
}

void RedisConversationStore::end_by_customer(const TenantId& tenant, const ConversationId& id, const VisitorId& visitor,
                                             ports::EndByCustomer request, Callback<void> done) {
    end_knowing(tenant, id, visitor, std::make_shared<ports::EndByCustomer>(std::move(request)), AgentId(), max_attempts, std::move(done));
}

void RedisConversationStore::end_knowing(TenantId tenant, ConversationId id, VisitorId visitor, std::shared_ptr<ports::EndByCustomer> request,
                                         AgentId agent, int attempts, Callback<void> done) {
    if (attempts == 0) return done(contended());
    const Keys key(tenant);
    const bool wrap_up = request->wrap_up_started.has_value();
    const Words keys = {key.conversation(id), key.log(id), key.agent(agent), key.agent_sessions(agent), key.held(agent),
                        key.routing_stream(), key.live(), key.outbox()};
    const Words arguments = {"", key.channel_prefix(), id.value, visitor.value, agent.value, complete_draft(request->closed_waiting),
                             complete_draft(request->closed_active), wrap_up ? complete_draft(*request->wrap_up_started) : "",
                             std::to_string(request->wrap_up_time.count())};
    caller_.script("conversation_end", keys, arguments, [this, tenant, id, visitor, request, attempts, done](Result<Reply> reply) mutable {
        if (!reply) return done(reply.error());
        const std::string_view word = word_of(*reply);
        if (word == "ok") return done({});
        if (word != "retry") return done(error_from_word(word));
        end_knowing(tenant, id, visitor, request, AgentId((*reply)[1].text()), attempts - 1, std::move(done));
    });
}

void RedisConversationStore::rate(const TenantId& tenant, const ConversationId& id, const VisitorId& visitor, unsigned score,
                                  ports::EventDraft rated, Callback<void> done) {
    const Keys key(tenant);
    caller_.verb("conversation_rate", {key.conversation(id), key.log(id), key.outbox()},
                 {"", key.channel_prefix(), id.value, visitor.value, std::to_string(score), complete_draft(rated)}, std::move(done));
}

void RedisConversationStore::advance_horizons(const TenantId& tenant, const ConversationId& id, domain::Role side,
                                              const std::string& participant, std::uint64_t delivered, std::uint64_t read) {
    const Keys key(tenant);
    caller_.script("horizons_advance", {key.conversation(id)},
                   {key.channel_prefix(), id.value, side == domain::Role::customer ? "c" : "a", participant, std::to_string(delivered),
                    std::to_string(read)},
                   [](Result<Reply>) {});
}

void RedisConversationStore::publish_latest(const TenantId& tenant, const ConversationId& id, ports::LatestValue value) {
    const Keys key(tenant);
    const bool everyone = value.audience == ports::Audience::all;
    std::string payload(1, static_cast<char>(value.except.value.size()));
    payload += value.except.value + value.frame;
    caller_.script("latest_publish", {key.conversation(id)},
                   {key.channel_prefix(), id.value, everyone ? "A" : "S", everyone ? "L" : "M", payload}, [](Result<Reply>) {});
}

}  // namespace switchboard::redis
