// SPDX-License-Identifier: Apache-2.0
// Both stores, the bus and the tenants in memory, with the semantics of the ports where they are cheap: one truth for any number of
// shards. Answers come through the event loop. `down` makes every verb fail as a lost connection does.
#pragma once

#include "base/task.hpp"
#include "ports/archive.hpp"
#include "ports/conversation_store.hpp"
#include "ports/event_bus.hpp"
#include "ports/queue_board.hpp"
#include "ports/routing_store.hpp"
#include "ports/tenant_store.hpp"

#include <boost/asio/post.hpp>

#include <map>
#include <set>

namespace switchboard::test {

class FakeStore;

class FakeBus final : public ports::EventBus {
public:
    FakeBus(asio::io_context& io, std::string endpoint) : io_(io), endpoint_(Endpoint{endpoint}) {}
    const Endpoint& endpoint() const override { return endpoint_; }
    void listen(ports::BusListener& listener) override { listener_ = &listener; }
    void add_tenant(const TenantId& tenant, std::function<void()> ready) override {
        tenants.push_back(tenant);
        if (subscribes) asio::post(io_, std::move(ready));
    }

    void event(const TenantId& tenant, const ConversationId& conversation, const ports::LogEntry& entry);
    void latest(const TenantId& tenant, const ConversationId& conversation, const ports::LatestValue& value);
    void agent(const TenantId& tenant, const AgentId& agent);
    ports::BusListener& listener() { return *listener_; }

    std::vector<TenantId> tenants;  // subscribed to
    bool subscribes = true;
    bool deaf = false;         // loses everything
    bool staff_events = true;  // false: as an endpoint that serves customers only

private:
    asio::io_context& io_;
    Endpoint endpoint_;
    ports::BusListener* listener_ = nullptr;
};

class FakeStore final : public ports::ConversationStore,
                        public ports::RoutingStore,
                        public ports::TenantStore,
                        public ports::QueueBoard,
                        public ports::ArchiveOutbox {
public:
    explicit FakeStore(asio::io_context& io) : io_(io) {}

    struct Conversation {
        ports::ConversationRecord record;
        std::vector<ports::LogEntry> log;
        std::set<SessionId> customers;
        std::map<std::pair<std::uint64_t, std::uint32_t>, std::pair<std::uint64_t, std::uint64_t>> numbers;  // -> digest, seq
    };
    struct AgentState {
        domain::Agent agent;
        std::set<SessionId> sessions;
    };

    // ---- what tests do and see
    std::vector<FakeBus*> buses;
    domain::TenantConfigPtr config;
    bool down = false;
    bool forgetful = false;  // whoever asks is never answered, as after an exception on the way
    bool node_fenced = false;
    bool lose_lease = false;
    bool trimmed = false;
    std::map<ConversationId, Conversation> conversations;
    std::map<AgentId, AgentState> agents;
    std::map<VisitorId, ports::VisitorRecord> visitors;
    std::map<VisitorId, std::pair<std::uint64_t, std::uint32_t>> starts;  // the last one's instance and start id
    domain::Place last_place{};
    std::vector<Entry> outbox;
    std::vector<ports::AuditEntry> audit;
    int rival_saves = 0;              // of the next saves so many find that somebody else was faster
    std::string board;                // what QueueBoard holds
    std::vector<std::string> boards;  // its history
    std::map<std::string, int> calls;
    std::vector<ports::LatestValue> latest_values;
    bool replicas_missing = false;  // attach_customer, a write, is refused for the time; reads go on
    std::optional<ConversationId> unreadable;  // a key of it is of another type
    std::size_t reads_held = 0;  // read_log answers that are to be kept back until release_reads()
    void release_reads();
    // Adds to a log, and to the bus unless told otherwise.
    std::uint64_t append_event(const ConversationId& id, const ports::EventDraft& draft, bool publish = true);
    // The newest events are gone, as after a failover.
    void cut_log(const ConversationId& id, std::size_t keep);
    void publish_agent(const AgentId& id);
    std::uint64_t lease_epoch() const { return router_epoch_; }

    // ---- ConversationStore
    void start(const TenantId&, ports::StartConversation, Callback<ports::StartedConversation>) override;
    void append(const TenantId&, ports::AppendMessage, Callback<ports::AppendedMessage>) override;
    void read_log(const TenantId&, const ConversationId&, std::uint64_t after, std::size_t limit, Callback<ports::LogPage>) override;
    void load(const TenantId&, const ConversationId&, Callback<ports::ConversationRecord>) override;
    void load_visitor(const TenantId&, const VisitorId&, Callback<ports::VisitorRecord>) override;
    void raise_visitor_generation(const TenantId&, const VisitorId&, std::uint64_t from, Callback<ports::VisitorRecord>) override;
    void present_visitor_generation(const TenantId&, const VisitorId&, std::uint64_t generation, Callback<ports::VisitorRecord>) override;
    void attach_customer(const TenantId&, ports::CustomerSession, Callback<ports::ConversationRecord>) override;
    void detach_customer(const TenantId&, ports::CustomerSession, Callback<void>) override;
    void watch(const TenantId&, const ConversationId&, const Endpoint&, Callback<void> done) override { answer<void>(done, {}); }
    void unwatch(const TenantId&, const ConversationId&, const Endpoint&, Callback<void> done) override { answer<void>(done, {}); }
    void end_by_customer(const TenantId&, const ConversationId&, const VisitorId&, ports::EndByCustomer, Callback<void>) override;
    void rate(const TenantId&, const ConversationId&, const VisitorId&, unsigned score, ports::EventDraft rated, Callback<void>) override;
    void advance_horizons(const TenantId&, const ConversationId&, domain::Role side, const std::string& participant,
                          std::uint64_t delivered, std::uint64_t read) override;
    void publish_latest(const TenantId&, const ConversationId&, ports::LatestValue value) override;

    // ---- RoutingStore
    void open_agent_session(const TenantId&, ports::AgentSession, Callback<ports::AgentSnapshot>) override;
    void close_agent_session(const TenantId&, ports::AgentSession, Callback<void>) override;
    void set_agent_choice(const TenantId&, const AgentId&, domain::AgentChoice, const std::string& reason,
                          Callback<domain::Agent>) override;
    void load_agent(const TenantId&, const AgentId&, Callback<ports::AgentSnapshot>) override;
    void load_agents(const TenantId&, const std::vector<AgentId>&, Callback<std::vector<domain::Agent>>) override;
    void make_offer(const TenantId&, const ports::RouterLease&, ports::OfferRequest, Callback<bool>) override;
    void accept_offer(const TenantId&, ports::OfferAnswer, ports::EventDraft ended, ports::EventDraft joined,
                      Callback<ports::ConversationRecord>) override;
    void end_offer(const TenantId&, const ports::RouterLease&, ports::OfferAnswer, domain::OfferOutcome, Duration cooldown, bool set_away,
                   ports::EventDraft ended, Callback<bool>) override;
    void transfer(const TenantId&, ports::TransferRequest, Callback<void>) override;
    void begin_wrap_up(const TenantId&, ports::CloseRequest, Duration wrap_up, Callback<void>) override;
    void close(const TenantId&, ports::CloseRequest, Callback<void>) override;
    void abandon(const TenantId&, const ports::RouterLease&, const ConversationId&, std::uint64_t version, ports::EventDraft,
                 Callback<bool>) override;
    void requeue(const TenantId&, const ports::RouterLease&, const domain::Requeue&, ports::EventDraft, Callback<bool>) override;
    void widen(const TenantId&, const ports::RouterLease&, const domain::Widen&, ports::EventDraft, Callback<bool>) override;
    void move(const TenantId&, const ports::RouterLease&, ports::MoveRequest, Callback<bool>) override;
    void turn_away(const TenantId&, const ports::RouterLease&, const domain::TurnAway&, ports::EventDraft, Callback<bool>) override;
    void warn_inactive(const TenantId&, const ports::RouterLease&, const domain::WarnInactive&, ports::EventDraft, Callback<bool>) override;
    void read_activity(const TenantId&, const ConversationId&, std::uint64_t assign_epoch, Callback<domain::Activity>) override;
    void pick(const TenantId&, ports::PickRequest, Callback<ports::ConversationRecord>) override;
    void start_consult(const TenantId&, ports::ConsultRequest, Callback<void>) override;
    void complete_consult(const TenantId&, ports::ConsultRequest, unsigned capacity, Callback<void>) override;
    void end_consult(const TenantId&, const ConversationId&, const AgentId& by, ports::EventDraft, Callback<void>) override;
    void prioritize(const TenantId&, const ConversationId&, Duration boost, bool urgent, ports::EventDraft, Callback<void>) override;
    void renew_node(const TenantId&, const Incarnation&, Duration, Callback<bool> done) override { answer<bool>(done, !node_fenced); }
    void expire_nodes(const TenantId&, const ports::RouterLease&, Callback<std::size_t> done) override {
        ++calls["expire_nodes"];
        answer<std::size_t>(done, 0);
    }
    void leave_node(const TenantId&, const Incarnation&, Callback<void> done) override { answer<void>(done, {}); }
    // Those of all nodes.
    void list_node_sessions(const TenantId&, const Incarnation&, Callback<std::vector<ports::NodeSession>>) override;
    void acquire_router(const TenantId&, const Incarnation&, Duration lease, Callback<ports::RouterLease>) override;
    void renew_router(const TenantId&, const ports::RouterLease&, const Incarnation&, Duration, Callback<bool>) override;
    void release_router(const TenantId&, const ports::RouterLease&, const Incarnation&, Callback<void>) override;
    void snapshot(const TenantId&, Callback<ports::RoutingSnapshot>) override;
    void read_changes(const TenantId&, const std::string& stream_id, Duration wait, Callback<ports::RoutingChanges>) override;

    // ---- TenantStore
    void list(Callback<std::vector<TenantId>> done) override { answer<std::vector<TenantId>>(done, std::vector<TenantId>{config->id}); }
    void find_by_site(const std::string& site_key, Callback<TenantId>) override;
    void load(const TenantId&, Callback<domain::TenantConfigPtr>) override;
    void save(const domain::TenantConfig&, const ports::ConfigEdit&, Callback<std::uint64_t> done) override;
    void confirm(Callback<void> done) override;
    void read_audit(const TenantId&, std::size_t last, Callback<std::vector<ports::AuditEntry>> done) override;

    // ---- ArchiveOutbox
    void write(const TenantId&, const std::string& snapshot, Callback<void>) override;
    void keep(const TenantId&, const std::string& snapshot, Callback<void>) override;
    void read(const TenantId&, Callback<std::string> done) override { answer<std::string>(done, board); }
    void read_history(const TenantId&, Callback<std::vector<std::string>> done) override { answer<std::vector<std::string>>(done, boards); }

    void take(const TenantId&, const Incarnation&, std::size_t limit, Callback<std::vector<Entry>>) override;
    void finish(const TenantId&, const Entry&, Duration keep, Callback<void>) override;

    // A change of which the routing stream says nothing.
    void forget_to_announce(bool forget) { silent_ = forget; }

private:
    template <class T>
    void answer(const Callback<T>& done, Result<T> result) {
        if (forgetful) return;
        if (down) result = Error{ErrorCode::unavailable, "down", 100};
        asio::post(io_, [done, result = std::move(result)] { done(result); });
    }
    Conversation* find(const ConversationId& id);
    Conversation* owned(const ports::CloseRequest& request, Error& error);
    ports::AgentSnapshot snapshot_of(const AgentId& id);
    void changed(Conversation& conversation);
    void changed(AgentState& agent);
    void append_all(Conversation& conversation, const std::vector<ports::EventDraft>& events);
    void let_go(Conversation& conversation);
    Conversation* queued(const ports::RouterLease& lease, const ConversationId& id, std::uint64_t version);
    void become_owner(Conversation& conversation, const AgentId& agent);
    void end_consult(Conversation& conversation);
    ports::RoutingChanges changes_after(std::size_t position) const;

    asio::io_context& io_;
    std::vector<std::variant<domain::Conversation, domain::Agent>> stream_;
    struct Reader {
        std::size_t position;
        Callback<ports::RoutingChanges> done;
    };
    std::vector<Reader> readers_;
    std::vector<std::function<void()>> held_reads_;
    std::string router_holder_;
    std::uint64_t router_epoch_ = 0;
    bool silent_ = false;
};

}  // namespace switchboard::test
