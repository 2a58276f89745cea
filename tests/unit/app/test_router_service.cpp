// SPDX-License-Identifier: Apache-2.0
#include "app/archive_service.hpp"
#include "app/reconciler.hpp"
#include "app/router_service.hpp"
#include "domain/routing_journal.hpp"
#include "unit/app/world.hpp"

#include <array>
#include <sstream>

namespace switchboard::test {

using Frame = v1::ServerFrame;
using domain::ConversationStatus;

namespace {

const TenantId tenant{"shop"};
const std::string leads_series = R"(switchboard_leader{tenant="shop"})";
const std::string offers_series = R"(switchboard_offer_created_total{queue="billing",tenant="shop"})";
const std::string waiting_series = R"(switchboard_queue_waiting{queue="billing",tenant="shop"})";

struct Routed : World {
    Shard& here = shard();
    app::RouterService router{here.context};

    ~Routed() {
        bool stopped = false;
        router.stop([&] { stopped = true; });
        wait_for([&] { return stopped; });
    }
    void lead() {
        router.start();
        REQUIRE(wait_for([&] { return router.leads(tenant); }));
    }
    // Three customers who wait, the oldest first.
    std::array<ConversationId, 3> three() {
        std::array<ConversationId, 3> ids;
        for (ConversationId& id : ids) id = start(*customers.emplace_back(customer(here)));
        run();
        return ids;
    }
    std::vector<std::unique_ptr<Client>> customers;
    ConversationStatus status(const ConversationId& id) { return store.conversations.at(id).record.routing.status; }
    std::unique_ptr<Client> available(const std::string& id) {
        auto client = agent(here, id);
        v1::ClientFrame frame;
        frame.mutable_set_agent_state()->set_state(v1::AVAILABLE);
        REQUIRE(client->ask(frame).has_done());
        return client;
    }
};

class FakeArchive final : public ports::Archive {
public:
    explicit FakeArchive(asio::io_context& io) : io_(io) {}
    void write(ports::ArchivedConversation conversation, Callback<void> done) override {
        const bool fails = failures > 0;
        if (fails) --failures;
        if (!fails) written.push_back(std::move(conversation));
        asio::post(io_, [fails, done] { done(fails ? Result<void>(Error{ErrorCode::unavailable, "disk"}) : Result<void>()); });
    }
    void read(const TenantId&, const ConversationId&, Callback<ports::ArchivedConversation>) override {}

    std::vector<ports::ArchivedConversation> written;
    int failures = 0;

private:
    asio::io_context& io_;
};

}  // namespace

TEST_CASE_FIXTURE(Routed, "takes the lease, rebuilds, and offers what waits to the right agent") {
    auto client = customer(here);
    const auto id = start(*client);
    auto carla = available("carla");
    auto anna = available("anna");
    lead();
    CHECK(wait_for([&] { return status(id) == ConversationStatus::offered; }));
    run();
    CHECK(anna->of(Frame::kOffer).size() == 1);
    CHECK(carla->of(Frame::kOffer).empty());
    CHECK(here.metrics.router_rebuilds.Value() == 1);
    CHECK(exposed(here.metrics, leads_series) == 1);
    CHECK(exposed(here.metrics, offers_series) == 1);
    CHECK(wait_for([&] { return exposed(here.metrics, waiting_series) == 1; }));
}

TEST_CASE_FIXTURE(Routed, "what is started later is offered through the stream, oldest first") {
    lead();
    const auto [first, second, third] = three();
    auto anna = available("anna");
    CHECK(wait_for([&] { return status(second) == ConversationStatus::offered; }));
    CHECK(status(first) == ConversationStatus::offered);
    // Her capacity is 2.
    CHECK(status(third) == ConversationStatus::queued);
    CHECK(store.agents[AgentId{"anna"}].agent.load == 2);
}

TEST_CASE_FIXTURE(Routed, "what the store refuses for good does not stand before the others") {
    lead();
    const auto [first, second, third] = three();
    store.unreadable = first;
    auto anna = available("anna");
    CHECK(wait_for([&] { return status(third) == ConversationStatus::offered; }));  // her capacity is 2
    CHECK(status(second) == ConversationStatus::offered);
    CHECK(store.calls["make_offer"] == 3);
    CHECK(status(first) == ConversationStatus::queued);
}

TEST_CASE_FIXTURE(Routed, "a declined offer keeps its place and goes to nobody in cooldown") {
    lead();
    auto client = customer(here);
    auto anna = available("anna");
    const auto id = start(*client);
    REQUIRE(wait_for([&] { return status(id) == ConversationStatus::offered; }));
    run();
    v1::ClientFrame decline;
    decline.mutable_decline_offer()->set_conversation_id(id.value);
    decline.mutable_decline_offer()->set_offer_id(store.conversations.at(id).record.routing.offer.value);
    CHECK(anna->ask(decline).has_done());
    run();
    CHECK(status(id) == ConversationStatus::queued);
    CHECK(store.calls["make_offer"] == 1);
}

TEST_CASE_FIXTURE(Routed, "waiting customers are told their places, and changes only") {
    lead();
    auto one = customer(here);
    auto two = customer(here);
    const auto first = start(*one);
    start(*two);
    REQUIRE(wait_for([&] { return !two->of(Frame::kQueuePosition).empty(); }));
    CHECK(one->of(Frame::kQueuePosition).back().queue_position().position() == 1);
    CHECK(two->of(Frame::kQueuePosition).back().queue_position().position() == 2);
    CHECK(two->of(Frame::kQueuePosition).back().queue_position().waiting() == 2);
    v1::ClientFrame leave;
    leave.mutable_leave_queue()->set_conversation_id(first.value);
    CHECK(one->ask(leave).has_done());
    REQUIRE(wait_for([&] { return two->of(Frame::kQueuePosition).back().queue_position().position() == 1; }));
    CHECK(two->of(Frame::kQueuePosition).size() <= 3);
}

TEST_CASE_FIXTURE(Routed, "each life of the router is a journal that repeats, and a full one begins another life") {
    lead();
    auto client = customer(here);
    auto anna = available("anna");
    const auto id = start(*client);
    REQUIRE(wait_for([&] { return status(id) == ConversationStatus::offered; }));
    run();
    here.journal.full = true;
    REQUIRE(wait_for([&] { return here.journal.lives.size() == 2 && router.leads(tenant); }));
    run();
    std::size_t decisions = 0;
    for (const std::string& life : here.journal.lives) {
        std::istringstream lines(life);
        const auto repetition = domain::repeat_journal(lines);
        REQUIRE_MESSAGE(repetition.has_value(), repetition.error().message);
        CHECK(repetition->line == 0);
        decisions += repetition->decisions;
    }
    CHECK(decisions == 1);
}

TEST_CASE_FIXTURE(Routed, "a lost lease drops the memory, and a new one rebuilds it") {
    lead();
    const auto epoch = store.lease_epoch();
    store.lose_lease = true;
    REQUIRE(wait_for([&] { return !router.leads(tenant); }));
    CHECK(exposed(here.metrics, leads_series) == 0);
    CHECK_FALSE(exposed(here.metrics, waiting_series));
    REQUIRE(wait_for([&] { return router.leads(tenant); }));
    CHECK(store.lease_epoch() == epoch + 1);
    CHECK(here.metrics.router_rebuilds.Value() == 2);
}

TEST_CASE_FIXTURE(Routed, "a stream that no longer reaches back means rebuild under the same lease") {
    lead();
    const auto epoch = store.lease_epoch();
    store.trimmed = true;
    auto client = customer(here);
    const auto id = start(*client);
    REQUIRE(wait_for([&] { return here.metrics.router_rebuilds.Value() == 2 && router.leads(tenant); }));
    CHECK(store.lease_epoch() == epoch);
    auto anna = available("anna");
    CHECK(wait_for([&] { return status(id) == ConversationStatus::offered; }));
}

TEST_CASE_FIXTURE(Routed, "a store that is away for too long ends the leadership, and it comes back by itself") {
    lead();
    store.down = true;
    REQUIRE(wait_for([&] { return !router.leads(tenant); }));
    store.down = false;
    CHECK(wait_for([&] { return router.leads(tenant); }));
}

TEST_CASE_FIXTURE(Routed, "when the store's clock steps forwards, nobody is condemned before the nodes had time to renew") {
    lead();
    auto& looks = store.calls["expire_nodes"];
    REQUIRE(wait_for([&] { return looks > 0; }));
    const auto now = std::chrono::steady_clock::now();
    here.clock.observe(here.clock.now() + std::chrono::hours(1), now, now);
    const auto before = looks;
    CHECK_FALSE(wait_for([&] { return looks > before; }, Duration{1800}));
    CHECK(wait_for([&] { return looks > before; }));
}

TEST_CASE_FIXTURE(Routed, "another node takes over when the lease is given back") {
    lead();
    auto& there = shard("other.0");
    app::RouterService second(there.context);
    second.start();
    CHECK_FALSE(wait_for([&] { return second.leads(tenant); }, Duration{50}));
    bool stopped = false;
    router.stop([&] { stopped = true; });
    REQUIRE(wait_for([&] { return stopped; }));
    CHECK(wait_for([&] { return second.leads(tenant); }));
    stopped = false;
    second.stop([&] { stopped = true; });
    REQUIRE(wait_for([&] { return stopped; }));
}

TEST_CASE_FIXTURE(Routed, "closed conversations reach the archive with their whole log, also after a failure") {
    lead();
    FakeArchive archive(io);
    archive.failures = 1;
    app::ArchiveService service(here.context, archive, store, [this] { return router.led(); });
    service.start();
    auto client = customer(here);
    const auto id = start(*client);
    v1::ClientFrame leave;
    leave.mutable_leave_queue()->set_conversation_id(id.value);
    CHECK(client->ask(leave).has_done());
    REQUIRE(wait_for([&] { return !archive.written.empty() && store.outbox.empty(); }));
    REQUIRE(archive.written.size() == 1);
    CHECK(archive.written[0].record.routing.id == id);
    CHECK(archive.written[0].record.routing.closed_reason == domain::ClosedReason::abandoned);
    CHECK(archive.written[0].log.size() == store.conversations.at(id).log.size());
    CHECK(here.metrics.archive_written.Value() == 1);
    service.stop();
}

TEST_CASE("the reconciler mends what is behind in two rounds, and nothing that moves") {
    domain::Router router;
    app::Reconciler reconciler;
    ports::RoutingSnapshot stored;
    domain::Conversation conversation;
    conversation.id = ConversationId{"c"};
    conversation.version = 1;
    const auto now = from_ms(1'000'000);
    router.apply(domain::ConfigChanged{std::make_shared<domain::TenantConfig>(shop())}, now);
    conversation.requirement.department = DepartmentId{"billing"};
    router.apply(conversation, now);
    conversation.version = 2;
    stored.conversations = {conversation};
    CHECK(reconciler.compare(router, stored).empty());
    // It moved meanwhile, so it is only slow.
    router.apply(conversation, now);
    stored.conversations[0].version = 3;
    CHECK(reconciler.compare(router, stored).empty());
    const auto mend = reconciler.compare(router, stored);
    REQUIRE(mend.size() == 1);
    router.apply(mend[0], now);
    CHECK(router.conversation(conversation.id)->version == 3);
    CHECK(reconciler.compare(router, stored).empty());

    stored.conversations.clear();
    domain::Agent agent;
    agent.id = AgentId{"anna"};
    agent.version = 5;
    stored.agents = {agent};
    CHECK(reconciler.compare(router, stored).empty());
    const auto both = reconciler.compare(router, stored);
    CHECK(both.size() == 2);
    for (const auto& input : both) router.apply(input, now);
    CHECK_FALSE(router.conversation(conversation.id).has_value());
    CHECK(router.agent(agent.id)->version == 5);
}

}  // namespace switchboard::test
