// SPDX-License-Identifier: Apache-2.0
// Shards on one store in memory, and clients that talk to their sessions.
#pragma once

#include "app/frames.hpp"
#include "app/hub.hpp"
#include "app/session.hpp"
#include "app/tenants.hpp"
#include "base/log.hpp"
#include "switchboard/v1/client.pb.h"
#include "unit/app/fake_store.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <functional>

namespace switchboard::test {

// Tokens are readable: "v:ID:GENERATION", "a:ID".
class FakeTokens final : public ports::TokenVerifier {
public:
    std::string issue_visitor_token(const TenantId&, const VisitorId& visitor, std::uint64_t generation, Timestamp) const override {
        return "v:" + visitor.value + ":" + std::to_string(generation);
    }
    Result<ports::VisitorIdentity> verify_visitor_token(const TenantId&, std::string_view token, Timestamp) const override;
    Result<ports::VisitorIdentity> verify_customer_jwt(const domain::Site&, std::string_view token, Timestamp) const override;
    ports::AgentTokens issue_agent_tokens(const TenantId&, const domain::AgentProfile&, Timestamp) const override { return {}; }
    Result<ports::AgentIdentity> verify_agent_token(const domain::TenantConfig&, std::string_view token, Timestamp) const override;
    Result<ports::AgentIdentity> verify_refresh_token(const domain::TenantConfig&, std::string_view, Timestamp) const override {
        return Error{ErrorCode::unauthenticated, "no"};
    }
    void check_password(domain::TenantConfigPtr, std::string, std::string, std::string, Timestamp,
                        Callback<ports::AgentIdentity>) override {}
};

// Keeps each life of a router as one text.
class FakeJournal final : public ports::RoutingJournal {
public:
    std::unique_ptr<ports::JournalSegment> begin(const TenantId&) override {
        lives.emplace_back();
        return std::make_unique<Segment>(*this);
    }
    std::vector<std::string> lives;
    bool full = false;  // until the next begins

private:
    struct Segment final : ports::JournalSegment {
        explicit Segment(FakeJournal& journal) : owner(journal) { owner.full = false; }
        void write(std::string line) override { owner.lives.back() += line + '\n'; }
        void flush() override {}
        bool full() const override { return owner.full; }
        FakeJournal& owner;
    };
};

domain::TenantConfig shop();

struct Shard {
    Shard(asio::io_context& io, FakeStore& store, const std::string& name);
    ~Shard();

    FakeStore& store;
    FakeBus bus;
    RedisClock clock;
    Metrics metrics;
    app::SessionLimits limits;
    FakeTokens tokens;
    FakeJournal journal;
    app::Context context;
    app::Tenants tenants;
    app::Hub hub;
};

class FakeLink final : public ports::ClientLink {
public:
    explicit FakeLink(ports::Encoding encoding) : encoding_(encoding) {}
    ports::Encoding encoding() const override { return encoding_; }
    ports::SendStatus send(ports::EncodedFrame frame) override;
    void close(std::uint16_t code, const std::string&) override { close_code = code; }

    std::vector<v1::ServerFrame> frames;
    std::vector<ports::EncodedFrame> pieces;
    int close_code = 0;
    ports::SendStatus status = ports::SendStatus::queued;

private:
    ports::Encoding encoding_;
};

class World;

class Client {
public:
    Client(World& world, Shard& shard, const app::Connection& from = {"10.0.0.1"}, ports::Encoding encoding = ports::Encoding::protobuf);

    v1::ClientFrame hello(const std::string& agent = {});
    void send(v1::ClientFrame frame);
    // The answer to the frame; fails the test when there is none.
    v1::ServerFrame ask(v1::ClientFrame frame);
    v1::ErrorCode error_of(v1::ClientFrame frame);
    void leave() { session.disconnected(); }

    std::vector<v1::ServerFrame> of(v1::ServerFrame::BodyCase kind) const;
    // The events that were received, by seq.
    std::vector<std::uint64_t> seqs() const;
    const v1::Welcome& welcome() const;
    void forget() { link.frames.clear(); }

    World& world;
    FakeLink link;
    app::Session session;
    std::uint32_t last_request = 0;
    std::string token;
    std::uint64_t instance = random_u64();
};

class World {
public:
    World() : store(io) {
        log::configure(log::Level::off, log::Format::text);
        store.config = std::make_shared<domain::TenantConfig>(shop());
    }
    ~World();

    // Runs what is ready, timers of the past included.
    void run();
    bool wait_for(const std::function<bool()>& condition, Duration patience = Duration{5000});
    Shard& shard(const std::string& name = "node.0");

    std::unique_ptr<Client> customer(Shard& at, const std::string& token = {});
    std::unique_ptr<Client> agent(Shard& at, const std::string& id = "anna");
    // Starts a conversation and returns its id.
    ConversationId start(Client& customer, const std::string& text = "hello");
    // As the router would: offers it.
    void offer(const ConversationId& conversation, const std::string& agent, Duration time = Duration{20'000});
    void own(const ConversationId& conversation, Client& agent, const std::string& id = "anna");

    asio::io_context io;
    FakeStore store;
    std::deque<Shard> shards;
};

// The value of an exposed series, such as `switchboard_leader{tenant="shop"}`; nothing while it is not exposed.
std::optional<double> exposed(const Metrics& metrics, const std::string& series);

v1::ClientFrame message(const ConversationId& conversation, std::uint32_t number, const std::string& text, std::uint64_t assign_epoch = 0);
v1::ClientFrame note(const ConversationId& conversation, std::uint32_t number, const std::string& text, std::uint64_t assign_epoch);

}  // namespace switchboard::test
